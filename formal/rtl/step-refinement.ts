/**
 * One step of a relation beside what the rules make of the same context and event, for every context and every event: the
 * hardware's `step` refines that of `spec/peer-rules.ts`. What is expected comes from the table that the rules themselves
 * fill (`peer-table.ts`); a key's time is known here as cycles that are left, not as a moment.
 */
import { type AnyBits, type Bit, type Bits, bits, bool, cat, input, module, mux, u } from '../../hdl-gen/index.ts';
import { type PeerOptions, variantName } from '../../hw/peer-options.ts';
import { COUNTER_BITS, TIME_BITS } from '../../hw/station/context.ts';
import { RelationEvent, relationStep } from '../../hw/station/step.ts';
import { COUNTER_LAST } from '../../spec/header.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';
import { SLOT_STATE_CODE, type View } from '../../spec/slot-machine.ts';
import { allOf, anyOf, atSlot, isSuccessor } from './conditions.ts';
import { type Named, type Outcome, peerTable, type Row, type Situation, viewCode } from './peer-table.ts';

const { Unused, Pending, Active, Obsolete } = SLOT_STATE_CODE;
const KEEP = 0;
const CLEAR = 1;
const TAKE = 2;
const FATE = { keep: KEEP, clear: CLEAR, take: TAKE } as const;

export function stepRefinement(options: PeerOptions) {
  const { role, slots } = options;
  const all = Array.from({ length: slots }, (_, slot) => slot);
  return module(
    variantName('step_refinement', options),
    {
      provider: input(bits(2 * slots)),
      consumer: input(bits(2 * slots)),
      keyIds: input(bits(KEY_ID_BITS * slots)),
      /** cycles of Obsolete that each key has left, negative ones too */
      left: input(bits(TIME_BITS * slots)),
      newest: input(bits(COUNTER_BITS)),
      sent: input(bits(COUNTER_BITS)),
      /** the follower's request, the initiator's withdrawn KeyId */
      remembers: input(bool),
      remembered: input(bits(KEY_ID_BITS)),
      what: input(RelationEvent),
      obsoleteTimeout: input(bits(TIME_BITS)),
      authentic: input(bool),
      frameKeyId: input(bits(KEY_ID_BITS)),
      nextKeyId: input(bits(KEY_ID_BITS)),
      counter: input(bits(COUNTER_BITS)),
      pushKeyId: input(bits(KEY_ID_BITS)),
    },
    (io, m) => {
      const table = peerTable(role, slots);
      const { now } = m.registers({ now: bits(TIME_BITS) });
      now.next(now.add(1));
      const stateIn = (view: AnyBits, slot: number): Bits<2> => (view as Bits<number>).bits(2 * slot, 2);
      // a name for each, or its text would stand in every condition
      const bit = (name: string, of: (slot: number) => Bit): readonly Bit[] =>
        all.map((slot) => m.let({ [name]: of(slot) }, `_${slot}`)[name] ?? u(1, 0));
      const inUse = bit('in_use', (slot) => stateIn(io.provider, slot).any().or(stateIn(io.consumer, slot).any()));
      const isObsolete = bit('is_obsolete', (slot) => stateIn(io.consumer, slot).eq(Obsolete));
      const keyId = all.map(
        (slot) => m.let({ keyId: mux(atSlot(inUse, slot), io.keyIds.bits(KEY_ID_BITS * slot, KEY_ID_BITS), 0) }, `_${slot}`).keyId,
      );
      const left = all.map((slot) => io.left.bits(TIME_BITS * slot, TIME_BITS));
      const none = { valid: u(1, 0), keyId: u(KEY_ID_BITS, 0) };
      const { valid } = m.let({ valid: io.remembers.and(anyOf(inUse)) });
      const memory = { valid, keyId: m.let({ memory: mux(valid, io.remembered, 0) }).memory };

      // ---- any context that the rules can reach: views, and a KeyId for each key
      const here = table.map((row, index) => {
        const reached = io.provider.eq(viewCode(row.provider)).and(io.consumer.eq(viewCode(row.consumer)));
        return m.let({ here: reached }, `_${index}`).here;
      });
      m.assume('views_that_are_reached', anyOf(here));
      m.assume('key_ids_differ', allOf(differ(inUse, keyId)));
      // and that was visited within half a wrap
      m.assume('times_are_near', allOf(left.map((cycles) => cycles.ne(2 ** (TIME_BITS - 1)))));
      const dut = m.instance('dut', relationStep(options));
      dut.context.set({
        slots: all.map((slot) => ({
          provider: stateIn(io.provider, slot),
          consumer: stateIn(io.consumer, slot),
          keyId: atSlot(keyId, slot),
          until: mux(atSlot(isObsolete, slot), now.add(atSlot(left, slot)), 0),
        })),
        newest: io.newest,
        sent: io.sent,
        request: role === 'follower' ? memory : none,
        withdrawn: role === 'initiator' ? memory : none,
      });
      dut.what.set(io.what);
      dut.now.set(now);
      dut.obsoleteTimeout.set(io.obsoleteTimeout);
      dut.keepsObsolete.set(io.obsoleteTimeout.any());
      dut.authentic.set(io.authentic);
      dut.frameKeyId.set(io.frameKeyId);
      dut.nextKeyId.set(io.nextKeyId);
      dut.counter.set(io.counter);
      dut.pushKeyId.set(io.pushKeyId);

      // ---- what the situation is, in the words of the table
      const expires = bit('expires', (slot) =>
        atSlot(isObsolete, slot).and(
          atSlot(left, slot)
            .eq(0)
            .or(atSlot(left, slot).bit(TIME_BITS - 1)),
        ),
      );
      const stillIn = (slot: number, state: number): Bit => stateIn(io.consumer, slot).eq(state);
      const isNewest = bit('is_newest', (slot) =>
        allOf([
          io.what.is('verdict'),
          io.authentic,
          io.counter.ne(0),
          atSlot(keyId, slot).eq(io.frameKeyId),
          stillIn(slot, Pending).or(stillIn(slot, Active).and(io.counter.gt(io.newest))),
        ]),
      );
      const keyOf = (state: number): Bits<typeof KEY_ID_BITS> =>
        all.reduce<Bits<typeof KEY_ID_BITS>>(
          (rest, slot) => mux(stateIn(io.provider, slot).eq(state), atSlot(keyId, slot), rest),
          u(KEY_ID_BITS, 0),
        );
      const providerHas = (state: number): Bit => anyOf(all.map((slot) => stateIn(io.provider, slot).eq(state)));
      const { pending } = m.let({ pending: keyOf(Pending) });
      const { namesPending, namesSuccessor } = m.let({
        namesPending: providerHas(Pending).and(io.nextKeyId.eq(pending)),
        namesSuccessor: role === 'follower' ? isSuccessor(io.frameKeyId, io.nextKeyId) : u(1, 0),
      });
      const answers: Readonly<Record<Named, Bit>> = {
        pending: namesPending,
        successor: namesSuccessor.and(namesPending.not()),
        neither: namesPending.or(namesSuccessor).not(),
      };
      // a key that runs out now is not held any more, but by the provider
      const stillHeld = all.map((slot) => atSlot(inUse, slot).and(atSlot(expires, slot).and(stateIn(io.provider, slot).eq(Unused)).not()));
      const { isDuplicate, isWithdrawn } = m.let({
        isDuplicate: anyOf(all.map((slot) => atSlot(stillHeld, slot).and(atSlot(keyId, slot).eq(io.pushKeyId)))),
        isWithdrawn: role === 'initiator' ? memory.valid.and(memory.keyId.eq(io.pushKeyId)) : u(1, 0),
      });
      const happens = ({ frame, push, cancel, names, keepsObsolete }: Situation): Bit | undefined => {
        if (push) return io.what.is('push').and(isDuplicate.or(isWithdrawn).not());
        if (cancel) return io.what.is('cancel').and(memory.valid.not());
        if (frame === undefined) return undefined;
        const keeps = keepsObsolete ? io.obsoleteTimeout.any() : io.obsoleteTimeout.any().not();
        return allOf([atSlot(isNewest, frame), answers[names], keeps]);
      };

      // ---- what the table says
      const codeOf = ({ provider, consumer, request, withdrawn, pushed }: Outcome): AnyBits =>
        cat(
          u(2 * slots, viewCode(provider)),
          u(2 * slots, viewCode(consumer)),
          u(2, FATE[request]),
          u(2, FATE[withdrawn]),
          u(slots, pushed === undefined ? 0 : 2 ** pushed),
        );
      const width = 5 * slots + 4;
      // the last situation that holds counts: that nothing but time happens holds always
      const outcomeOf = ({ consumer, outcomes, erased }: Row): Bits<number> => {
        const situations = outcomes.map(({ situation, outcome }) => {
          const runsOut = exactly(consumer, situation.expires, expires);
          const when = happens(situation);
          return { when: when === undefined ? runsOut : runsOut.and(when), code: codeOf(outcome) };
        });
        return [...situations, { when: io.what.is('erase'), code: codeOf(erased) }].reduce<Bits<number>>(
          (rest, { when, code }) => mux(when, code as Bits<number>, rest),
          u(width, 0),
        );
      };
      const rows = table.map((row, index) => m.let({ row: mux(atSlot(here, index), outcomeOf(row), 0) }, `_${index}`).row);
      const { outcome } = m.let({ outcome: rows.reduce((a, b) => a.or(b)) });
      const expected = {
        provider: outcome.bits(3 * slots + 4, 2 * slots),
        consumer: outcome.bits(slots + 4, 2 * slots),
        request: outcome.bits(slots + 2, 2),
        withdrawn: outcome.bits(slots, 2),
        filled: outcome.take(slots),
      };

      // ---- both agree
      const { next } = dut;
      const erases = io.what.is('erase');
      const { fresh } = m.let({ fresh: anyOf(isNewest) });
      all.forEach((slot) => {
        const after = next.slots.at(slot);
        const [provider, consumer] = [stateIn(expected.provider, slot), stateIn(expected.consumer, slot)];
        const filled = expected.filled.bit(slot);
        const held = mux(filled, io.pushKeyId, mux(provider.any().or(consumer.any()), atSlot(keyId, slot), 0));
        const demoted = stillIn(slot, Active).and(consumer.eq(Obsolete));
        m.assert(`provider_${slot}`, after.provider.eq(provider));
        m.assert(`consumer_${slot}`, after.consumer.eq(consumer));
        m.assert(`key_id_${slot}`, after.keyId.eq(held));
        const remaining = mux(demoted, io.obsoleteTimeout, atSlot(left, slot));
        m.assert(`time_${slot}`, mux(consumer.eq(Obsolete), after.until.sub(now).eq(remaining), after.until.eq(0)));
        m.assert(`filled_${slot}`, dut.filled.bit(slot).eq(filled));
        const emptied = atSlot(inUse, slot).and(provider.any().or(consumer.any()).not());
        m.assert(`emptied_${slot}`, dut.emptied.bit(slot).eq(emptied));
      });
      const movesOn = all.map((slot) => stateIn(io.provider, slot).ne(Active).and(stateIn(expected.provider, slot).eq(Active)));
      const sends = io.what.is('transmit').and(providerHas(Active)).and(io.sent.ne(COUNTER_LAST));
      const { accepted } = m.let({ accepted: anyOf([sends, expected.filled.any(), expected.withdrawn.eq(TAKE)]) });
      m.assert('takes_what_the_rules_take', dut.accepted.eq(accepted));
      m.assert('delivers_the_newest', dut.fresh.eq(fresh));
      m.assert('newest_counter', next.newest.eq(mux(erases, u(COUNTER_BITS, 0), mux(fresh, io.counter, io.newest))));
      const counted = mux(sends, io.sent.add(1), io.sent);
      m.assert('sent_counter', next.sent.eq(mux(erases.or(anyOf(movesOn)), u(COUNTER_BITS, 0), counted)));
      const remembers = (what: typeof none, fate: Bits<2>, before: typeof none, taken: Bits<typeof KEY_ID_BITS>): Bit => {
        const kept = fate.eq(KEEP).and(before.valid);
        const valid = fate.eq(TAKE).or(kept);
        return what.valid.eq(valid).and(what.keyId.eq(mux(fate.eq(TAKE), taken, mux(kept, before.keyId, 0))));
      };
      m.assert('request', remembers(next.request, expected.request, role === 'follower' ? memory : none, io.nextKeyId));
      m.assert('withdrawn', remembers(next.withdrawn, expected.withdrawn, role === 'initiator' ? memory : none, pending));
      m.assert('request_is_new', dut.requested.eq(expected.request.eq(TAKE).and(memory.valid.not())));

      // ---- and the next context is one of those that were assumed
      m.assert(
        'reaches_what_is_reached',
        anyOf(table.map((row) => expected.provider.eq(viewCode(row.provider)).and(expected.consumer.eq(viewCode(row.consumer))))),
      );
      const usedNext = all.map((slot) => next.slots.at(slot).provider.any().or(next.slots.at(slot).consumer.any()));
      m.assert(
        'key_ids_go_on_to_differ',
        allOf(
          differ(
            usedNext,
            all.map((slot) => next.slots.at(slot).keyId),
          ),
        ),
      );
      m.assert('remembers_nothing_without_a_key', anyOf(usedNext).or(next.request.valid.or(next.withdrawn.valid).not()));
    },
    'One step of a relation beside what the rules make of it.',
  );
}

/** The slots of `expires`, and no other Obsolete one, run out. */
function exactly(consumer: View, expires: readonly number[], runsOut: readonly Bit[]): Bit {
  const obsolete = consumer.flatMap((state, slot) => (state === 'Obsolete' ? [slot] : []));
  return allOf(obsolete.map((slot) => (expires.includes(slot) ? atSlot(runsOut, slot) : atSlot(runsOut, slot).not())));
}

/** No two keys have one KeyId. */
function differ(inUse: readonly Bit[], keyIds: readonly AnyBits[]): readonly Bit[] {
  return inUse.flatMap((a, slot) =>
    inUse.slice(slot + 1).map((b, more) =>
      a
        .and(b)
        .not()
        .or((atSlot(keyIds, slot) as Bits<number>).ne(atSlot(keyIds, slot + 1 + more) as Bits<number>)),
    ),
  );
}
