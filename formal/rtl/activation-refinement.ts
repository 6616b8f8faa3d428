/**
 * Key activation and slot manager, wired as in the peer, beside a reference that is made from the rules in
 * `spec/peer-rules.ts` alone. That both agree in every cycle is proved by induction: the hardware refines the rules, for
 * ever. The reference takes from the hardware only when a key runs out (`slot-contents.ts` proves that).
 */
import { type Bit, type Bits, bits, bool, cat, input, module, mux, u } from '../../hdl-gen/index.ts';
import { keyActivation } from '../../hw/key-activation.ts';
import { type PeerOptions, variantName } from '../../hw/peer-options.ts';
import { slotManager, TIMEOUT_BITS } from '../../hw/slot-manager.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';
import { SLOT_STATE_CODE, slotName, type View } from '../../spec/slot-machine.ts';
import { anyOf, atSlot, isSuccessor } from './conditions.ts';
import { type Named, type Outcome, peerTable, type Row, type Situation, viewCode } from './peer-table.ts';

const { Pending, Active } = SLOT_STATE_CODE;

export function activationRefinement(options: PeerOptions) {
  const { role, slots } = options;
  return module(
    variantName('activation_refinement', options),
    {
      /** a frame was judged: its ICV, and what stands in it */
      judged: input(bool),
      authentic: input(bool),
      frameKeyId: input(bits(KEY_ID_BITS)),
      nextKeyId: input(bits(KEY_ID_BITS)),
      counter: input(bits(32)),
      pushRequest: input(bool),
      pushKeyId: input(bits(KEY_ID_BITS)),
      obsoleteTimeout: input(bits(TIMEOUT_BITS)),
      transmit: input(bool),
      eraseAll: input(bool),
    },
    (io, m) => {
      const manager = m.instance('slots', slotManager(slots, 128));
      const dut = m.instance('activation', keyActivation(options));
      const timeout = manager.expiring.any();
      // the opener judges under a key that it still finds
      const { verdict } = m.let({ verdict: io.judged.and(manager.openHit) });
      manager.push.set(dut.push);
      manager.pushKeyId.set(io.pushKeyId);
      manager.pushMaterial.set(0);
      manager.providerSwitch.set(dut.providerSwitch);
      manager.consumerSwitch.set(dut.consumerSwitch);
      manager.withdraw.set(dut.withdraw);
      manager.obsoleteTimeout.set(io.obsoleteTimeout);
      manager.openKeyId.set(io.frameKeyId);
      manager.eraseAll.set(io.eraseAll);
      dut.eraseAll.set(io.eraseAll);
      dut.verdict.set(verdict);
      dut.authentic.set(io.authentic);
      dut.slot.set(manager.openSlot);
      dut.frameKeyId.set(io.frameKeyId);
      dut.nextKeyId.set(io.nextKeyId);
      dut.counter.set(io.counter);
      dut.consumerStates.set(manager.consumerStates);
      dut.providerPending.set(manager.providerPending);
      dut.consumerPending.set(manager.consumerPending);
      dut.pendingKeyId.set(manager.pendingKeyId);
      dut.currentKeyId.set(manager.currentKeyId);
      dut.pushRequest.set(io.pushRequest);
      dut.pushReady.set(manager.pushReady);
      dut.pushDuplicate.set(manager.pushDuplicate);
      dut.pushFirst.set(manager.pushFirst);
      dut.timeout.set(timeout);
      dut.transmit.set(io.transmit);
      // the generator sends no frame then
      m.assume('no_frame_beyond_the_last_counter', io.transmit.not().or(dut.transmitExhausted.not()));
      m.assume('no_frame_without_key', io.transmit.not().or(manager.encryptValid));

      // ---- the reference
      const r = m.registers({
        provider: bits(2 * slots),
        consumer: bits(2 * slots),
        newest: bits(32),
        requestValid: bits(1),
        requestKeyId: bits(KEY_ID_BITS),
      });
      const held = Array.from({ length: slots }, (_, slot) => m.registers({ keyId: bits(KEY_ID_BITS) }, `_${slot}`).keyId);
      const stateIn = (view: Bits<number>, slot: number): Bits<2> => view.bits(2 * slot, 2);
      const inUse = held.map((_, slot) => stateIn(r.provider, slot).any().or(stateIn(r.consumer, slot).any()));
      const keyOf = (state: number): Bits<typeof KEY_ID_BITS> =>
        held.reduce<Bits<typeof KEY_ID_BITS>>(
          (rest, keyId, slot) => mux(stateIn(r.provider, slot).eq(state), keyId, rest),
          u(KEY_ID_BITS, 0),
        );
      const providerHas = (state: number): Bit => anyOf(held.map((_, slot) => stateIn(r.provider, slot).eq(state)));

      // the slot that the frame's KeyId names, and whether the frame is newer than all before it under that key
      const opens = held.map((keyId, slot) =>
        stateIn(r.consumer, slot).any().and(manager.expiring.bit(slot).or(io.eraseAll).not()).and(keyId.eq(io.frameKeyId)).and(io.judged),
      );
      const isNewer = opens.map((hit, slot) => {
        const state = stateIn(r.consumer, slot);
        return hit
          .and(state.eq(Pending).or(state.eq(Active).and(io.counter.gt(r.newest))))
          .and(io.counter.ne(0))
          .and(io.authentic);
      });
      const { fresh } = m.let({ fresh: anyOf(isNewer) });
      m.when(io.eraseAll, () => r.newest.next(0)).elseWhen(fresh, () => r.newest.next(io.counter));
      const { namesPending, namesSuccessor } = m.let({
        namesPending: providerHas(Pending).and(io.nextKeyId.eq(keyOf(Pending))),
        namesSuccessor: role === 'follower' ? isSuccessor(io.frameKeyId, io.nextKeyId) : u(1, 0),
      });
      const answers: Readonly<Record<Named, Bit>> = {
        pending: namesPending,
        successor: namesSuccessor.and(namesPending.not()),
        neither: namesPending.or(namesSuccessor).not(),
      };

      // Timeout, erase, frame, Push: a Push waits for a cycle with none of the others, or is refused by the erase
      const { asks } = m.let({ asks: io.pushRequest.and(anyOf(opens).or(timeout).or(io.eraseAll).not()) });
      const { duplicate } = m.let({ duplicate: anyOf(held.map((keyId, slot) => atSlot(inUse, slot).and(keyId.eq(io.pushKeyId)))) });
      const accepted = m.wires({ accepted: bits(1, { fallback: 0 }) });

      const happens = ({ frame, push, cancel, names: named, keepsObsolete }: Situation): Bit | undefined => {
        // software can't say so yet
        if (cancel) return u(1, 0);
        if (push) return asks.and(duplicate.not());
        if (frame === undefined) return undefined;
        return atSlot(isNewer, frame)
          .and(answers[named])
          .and(keepsObsolete ? io.obsoleteTimeout.any() : io.obsoleteTimeout.any().not());
      };
      const become = ({ provider, consumer, request, pushed }: Outcome): void => {
        r.provider.next(u(2 * slots, viewCode(provider)));
        r.consumer.next(u(2 * slots, viewCode(consumer)));
        if (request !== 'keep') r.requestValid.next(request === 'take' ? 1 : 0);
        if (request !== 'keep') r.requestKeyId.next(request === 'take' ? io.nextKeyId : u(KEY_ID_BITS, 0));
        if (pushed !== undefined) accepted.accepted.set(1);
        held.forEach((keyId, slot) => {
          if (slot === pushed) keyId.next(io.pushKeyId);
          else if (provider[slot] === 'Unused' && consumer[slot] === 'Unused') keyId.next(0);
        });
      };
      const follow = ({ consumer, outcomes, erased }: Row): void => {
        for (const { situation, outcome } of outcomes) {
          const when = happens(situation);
          const expires = exactly(consumer, situation.expires, manager.expiring);
          m.when(when === undefined ? expires : expires.and(when), () => become(outcome));
        }
        m.when(io.eraseAll, () => become(erased));
      };
      const table = peerTable(role, slots);
      const code = (row: Row): number => (viewCode(row.provider) << (2 * slots)) | viewCode(row.consumer);
      m.switch(cat(r.provider, r.consumer), Object.fromEntries(table.map((row) => [code(row), () => follow(row)])));

      // ---- both agree
      m.assert('provider_follows_the_rules', manager.providerStates.eq(r.provider));
      m.assert('consumer_follows_the_rules', manager.consumerStates.eq(r.consumer));
      m.assert('takes_the_frames_that_are_newer', dut.fresh.eq(fresh));
      m.assert('takes_the_pushes_that_the_rules_take', dut.pushAccepted.eq(accepted.accepted));
      m.assert('encrypts_under_the_active_key', manager.currentKeyId.eq(keyOf(Active)));
      m.assert('announces_what_is_installed', dut.announcedKeyId.eq(mux(providerHas(Pending), keyOf(Pending), keyOf(Active))));
      m.assert('asks_for_what_was_requested', dut.requestValid.eq(r.requestValid).and(dut.requestKeyId.eq(r.requestKeyId)));

      // ---- one after another: Timeout, erase, Push
      m.assert('push_waits_for_timeout_and_verdict', dut.push.eq(asks));
      const settles = asks.or(io.pushRequest.and(io.eraseAll));
      m.assert('a_push_is_settled_once', dut.pushAccepted.or(dut.pushRefused).eq(settles).and(dut.pushAccepted.and(dut.pushRefused).not()));
      held.forEach((_, slot) => {
        const ranOut = m.past(`ran_out_${slot}`, manager.expiring.bit(slot).and(stateIn(r.provider, slot).any().not()));
        m.assert(`erased_before_the_next_push_${slot}`, ranOut.not().or(atSlot(inUse, slot).not().and(atSlot(held, slot).eq(0))));
      });
      // ---- M1
      const quiet = m.past('quiet', dut.fresh.or(dut.pushAccepted).or(timeout).or(io.eraseAll).not());
      const states = cat(manager.providerStates, manager.consumerStates, dut.requestValid, dut.requestKeyId);
      const before = m.past('states', cat(states, u(1, 1)));
      m.assert(
        'no_change_without_a_cause',
        quiet
          .and(before.bit(0))
          .not()
          .or(before.eq(cat(states, u(1, 1)))),
      );
      m.assert('no_cause_without_the_icv', dut.fresh.not().or(verdict.and(io.authentic)));
      // ---- no counter twice under one key
      const sent = m.past('sent', io.transmit);
      const counter = m.past('counter', dut.transmitCounter);
      const newKey = m.past('new_key', manager.pushFirst.or(dut.providerSwitch.and(manager.providerPending)).or(io.eraseAll));
      m.assert('counter_starts_with_its_key', newKey.not().or(dut.transmitCounter.eq(0)));
      m.assert(
        'and_counts_each_frame',
        sent
          .and(newKey.not())
          .not()
          .or(dut.transmitCounter.eq(counter.add(1))),
      );

      // ---- eraseAll: no key is left, none opened or encrypted a frame in its cycle, and the next one is a first one
      const wasErased = m.past('erased', io.eraseAll);
      m.assert('nothing_is_left_of_an_erase', wasErased.not().or(states.any().or(anyOf(inUse)).not()));
      m.assert('nothing_is_opened_or_sent_while_erasing', io.eraseAll.and(verdict.or(dut.fresh).or(manager.encryptValid)).not());
      m.assert('counters_begin_again', wasErased.not().or(dut.transmitCounter.eq(0).and(r.newest.eq(0))));

      // what makes it hold for ever: KeyIds and the newest counter stand where the rules have them
      const { newest } = m.observe('activation', { newest: bits(32) });
      m.assert('remembers_the_newest', newest.eq(r.newest));
      held.forEach((keyId, slot) => {
        const inside = m.observe('slots', { keyId: bits(KEY_ID_BITS) }, `_${slotName(slot)}`);
        m.assert(`holds_the_key_id_${slot}`, inside.keyId.eq(keyId));
      });
      const reachable = table.map((row) => cat(r.provider, r.consumer).eq(code(row)));
      m.assert('only_reachable_views', anyOf(reachable));

      m.cover('rekeyed', m.past('was_pending', providerHas(Pending)).and(providerHas(Active)).and(providerHas(Pending).not()));
      m.cover('key_ran_out', timeout);
      m.cover('push_waited', io.pushRequest.and(asks.not()));
      m.cover('key_after_an_erase', m.past('had_erased', wasErased).and(providerHas(Active)));
      if (role === 'follower') m.cover('requested', r.requestValid);
      m.unused(manager.encryptMaterial, manager.encryptIv, manager.openMaterial, manager.openIv);
      m.unused(dut.requestArrived);
    },
    'Key activation and slot manager beside a reference made from the rules.',
  );
}

/** The slots of `expires`, and no other Obsolete one, run out. */
function exactly(consumer: View, expires: readonly number[], expiring: Bits<number>): Bit {
  const obsolete = consumer.flatMap((state, slot) => (state === 'Obsolete' ? [slot] : []));
  return obsolete.reduce<Bit>((all, slot) => all.and(expires.includes(slot) ? expiring.bit(slot) : expiring.bit(slot).not()), u(1, 1));
}
