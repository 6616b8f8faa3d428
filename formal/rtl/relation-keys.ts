/**
 * Context, view and keys of one relation, wired as in the peer, for ever: the KeyId, keys and IVs that were pushed come out
 * where they must and never change while the key lives; a key is Obsolete for exactly the cycles asked for, and dead in the
 * cycle in which it runs out; a frame that is being opened keeps its key; a Switch takes one cycle without a gap; an erase
 * leaves nothing. What an event makes of a context is `step-refinement.ts`'s, how long it waits `store-answers.ts`'s.
 */
import { type Bit, type Bits, bits, bool, input, module, mux, u } from '../../hdl-gen/index.ts';
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import { NONCE_BITS } from '../../hw/aead/aead.ts';
import { type PeerOptions, variantName } from '../../hw/peer-options.ts';
import { COUNTER_BITS, relationContext, TIME_BITS } from '../../hw/station/context.ts';
import { slotBitsOf } from '../../hw/station/key-store.ts';
import { oneRelation } from '../../hw/station/relation.ts';
import { COMMANDS } from '../../hw/station/store.ts';
import { COUNTER_LAST } from '../../spec/header.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';
import { SLOT_STATE_CODE, slotName } from '../../spec/slot-machine.ts';
import { allOf, anyOf, implies } from './conditions.ts';
import { withPartsTrusted } from './trusted-parts.ts';

const { Pending, Active, Obsolete } = SLOT_STATE_CODE;
const KEY_BITS = 128;
const SLOT_BITS = slotBitsOf(KEY_BITS);

export function relationKeys(options: PeerOptions): { elaborate(): ModuleIr } {
  const { slots } = options;
  const wired = module(
    variantName('relation_keys', options),
    {
      /** a frame under this KeyId is looked up, is being opened, or is judged */
      openKeyId: input(bits(KEY_ID_BITS)),
      pinned: input(bool),
      judged: input(bool),
      authentic: input(bool),
      nextKeyId: input(bits(KEY_ID_BITS)),
      counter: input(bits(COUNTER_BITS)),
      /** a record waits */
      sends: input(bool),
      eraseRequest: input(bool),
      cancelRequest: input(bool),
      pushRequest: input(bool),
      pushKeyId: input(bits(KEY_ID_BITS)),
      pushMaterial: input(bits(SLOT_BITS)),
      obsoleteTimeout: input(bits(TIME_BITS)),
    },
    (io, m) => {
      const { store, view, keys } = oneRelation(m, options, KEY_BITS);
      const opens = view.openSlot.any();
      store.obsoleteTimeout.set(io.obsoleteTimeout);
      store.verdict.request.set(io.judged.and(opens));
      store.frame.set({ authentic: io.authentic, keyId: io.openKeyId, nextKeyId: io.nextKeyId, counter: io.counter });
      store.transmit.request.set(io.sends.and(view.mayTransmit));
      for (const name of COMMANDS) store[name].request.set(io[`${name}Request`]);
      for (const name of [...COMMANDS, 'verdict'] as const) store[name].relation.set(0);
      store.pushKeyId.set(io.pushKeyId);
      store.pinned.set(io.pinned);
      view.openKeyId.set(io.openKeyId);
      keys.pushMaterial.set(io.pushMaterial);

      // ---- what the peer does: the opener asks for one frame at a time, the registers give no longer time
      m.assume('a_time_that_can_be_told', io.obsoleteTimeout.bit(TIME_BITS - 1).not());
      // one that software has just written counts from the next cycle on
      const { timeoutBefore } = m.registers({ timeoutBefore: bits(TIME_BITS) });
      timeoutBefore.next(io.obsoleteTimeout);
      const counting = m.observe('store', { timeout: bits(TIME_BITS) }).timeout;
      m.assert('a_time_counts_from_the_next_cycle_on', counting.eq(timeoutBefore).and(counting.bit(TIME_BITS - 1).not()));
      const wasPinned = m.past('pinned', io.pinned);
      const begins = m.past('commanded', store.commanded).not().and(m.past('opens', opens));
      m.assume('a_pin_begins_with_a_look_up', implies(io.pinned.and(wasPinned.not()), begins));
      m.assume('of_its_frame', implies(io.pinned, io.openKeyId.eq(m.past('open_key_id', io.openKeyId))));
      m.assume('which_is_judged_under_it', implies(io.judged, io.pinned));

      // ---- what was pushed, slot by slot, and how long it has been Obsolete
      const { pushes } = m.let({ pushes: store.push.done.and(store.accepted) });
      const slot = Array.from({ length: slots }, (_, index) => {
        const name = `_${index}`;
        const r = m.registers(
          { keyId: bits(KEY_ID_BITS), material: bits(SLOT_BITS), age: bits(TIME_BITS), timeout: bits(TIME_BITS) },
          name,
        );
        const provider = view.status.providerStates.bits(2 * index, 2);
        const consumer = view.status.consumerStates.bits(2 * index, 2);
        const { inUse } = m.let({ inUse: provider.any().or(consumer.any()) }, name);
        m.when(pushes.and(store.filled.bit(index)), () => {
          r.keyId.next(io.pushKeyId);
          r.material.next(io.pushMaterial);
        });
        m.when(consumer.eq(Obsolete), () => r.age.next(r.age.add(1))).otherwise(() => {
          r.age.next(1);
          r.timeout.next(timeoutBefore);
        });
        const { ranOut } = m.let({ ranOut: consumer.eq(Obsolete).and(r.age.eq(r.timeout)) }, name);
        return { ...r, provider, consumer, inUse, ranOut };
      });
      const { context } = m.observe('store', { context: relationContext(slots) });
      const { elapsed } = m.observe('store', { elapsed: bits(TIME_BITS) });
      slot.forEach((s, index) => {
        const inside = m.observe('keys', { material: bits(SLOT_BITS) }, `_${slotName(index)}`);
        const held = context.slots.at(index);
        m.assert(`holds_its_key_id_${index}`, implies(s.inUse, held.keyId.eq(s.keyId)));
        m.assert(`holds_its_keys_${index}`, implies(s.inUse, inside.material.eq(s.material)));
        m.assert(`zero_without_key_${index}`, s.inUse.or(inside.material.any().or(held.keyId.any()).not()));
        // ---- time: to the cycle, whatever happens meanwhile
        const ages = s.age
          .ne(0)
          .and(s.age.le(s.timeout))
          .and(s.timeout.bit(TIME_BITS - 1).not());
        const left = held.until.sub(elapsed);
        m.assert(`time_is_left_${index}`, implies(s.consumer.eq(Obsolete), left.eq(s.timeout.sub(s.age)).and(ages)));
        const ranOut = m.past(`ran_out_${index}`, s.ranOut.and(s.provider.any().not()));
        const filled = m.past(`filled_${index}`, store.filled.bit(index));
        m.assert(`gone_in_the_next_cycle_${index}`, implies(ranOut.and(filled.not()), s.inUse.not()));
        const demoted = m.past(`had_been_active_${index}`, s.consumer.eq(Active)).and(s.consumer.eq(Obsolete));
        m.assert(`obsolete_from_its_switch_on_${index}`, implies(demoted, s.age.eq(1)));
      });

      // ---- what seals, and what opens
      const chosen = (conditions: readonly Bit[], values: readonly Bits<number>[], width: number): Bits<number> =>
        values.reduceRight((rest, value, index) => mux(conditions[index] ?? u(1, 0), value, rest), u(width, 0) as unknown as Bits<number>);
      const part = (low: number, width: number): Bits<number>[] => slot.map((s) => s.material.bits(low, width));
      const keyIds = slot.map((s) => s.keyId as unknown as Bits<number>);
      const provides = (state: number): Bit[] => slot.map((s) => s.provider.eq(state));
      const opened = slot.map((s) => s.consumer.any().and(s.ranOut.not()).and(s.keyId.eq(io.openKeyId)));
      const has = (state: number): Bit => anyOf(provides(state));
      m.assert('seals_with_the_active_key', keys.sealMaterial.eq(chosen(provides(Active), part(0, KEY_BITS), KEY_BITS)));
      m.assert('and_its_iv', keys.sealIv.eq(chosen(provides(Active), part(KEY_BITS, NONCE_BITS), NONCE_BITS)));
      m.assert('under_its_key_id', view.status.currentKeyId.eq(chosen(provides(Active), keyIds, KEY_ID_BITS)));
      const announced = mux(has(Pending), chosen(provides(Pending), keyIds, KEY_ID_BITS), chosen(provides(Active), keyIds, KEY_ID_BITS));
      m.assert('announces_what_is_installed', view.status.nextKeyId.eq(announced));
      m.assert('seals_with_active_only', allOf(provides(Active).map((active, index) => view.sealSlot.bit(index).eq(active))));
      m.assert('may_transmit_with_a_key_and_a_counter', view.mayTransmit.eq(has(Active).and(context.sent.ne(COUNTER_LAST))));
      m.assert('opens_what_is_held_and_has_not_run_out', allOf(opened.map((open, index) => view.openSlot.bit(index).eq(open))));
      m.assert('in_one_slot_at_most', anyOf(opened.flatMap((a, index) => opened.slice(index + 1).map((b) => a.and(b)))).not());
      m.assert('with_the_key_named', keys.openMaterial.eq(chosen(opened, part(KEY_BITS + NONCE_BITS, KEY_BITS), KEY_BITS)));
      m.assert('and_that_iv', keys.openIv.eq(chosen(opened, part(2 * KEY_BITS + NONCE_BITS, NONCE_BITS), NONCE_BITS)));
      const free = slot.map((s) => s.provider.any().or(s.consumer.any().and(s.ranOut.not())).not());
      const pending = anyOf(slot.flatMap((s) => [s.provider.eq(Pending), s.consumer.eq(Pending)]));
      m.assert('push_is_ready_when_the_rule_says_so', view.status.pushReady.eq(anyOf(free).and(pending.not())));

      // ---- pinned: from look-up to verdict the key that a frame was opened with, or none
      const taken = m.registers({ slot: bits(slots), material: bits(KEY_BITS), iv: bits(NONCE_BITS) }, '_taken');
      m.when(io.pinned.not(), () => {
        taken.slot.next(view.openSlot);
        taken.material.next(keys.openMaterial);
        taken.iv.next(keys.openIv);
      });
      const asTaken = allOf([view.openSlot.eq(taken.slot), keys.openMaterial.eq(taken.material), keys.openIv.eq(taken.iv)]);
      m.assert('pinned_keeps_its_key', implies(io.pinned, opens.not().or(asTaken)));
      m.assert('nothing_is_filled_or_erased_while_pinned', implies(io.pinned, pushes.or(store.erase.done).or(store.cancel.done).not()));
      m.assert('no_verdict_without_the_key', implies(store.verdict.done, asTaken));

      // ---- M1: what changes has a cause
      const { timeout } = m.let({ timeout: anyOf(slot.map((s) => s.ranOut)) });
      const cancels = store.cancel.done.and(store.accepted);
      const quiet = m.past('caused', anyOf([store.fresh, pushes, cancels, timeout, store.erase.done])).not();
      m.assert(
        'no_change_without_a_cause',
        implies(
          quiet.and(m.past('begun', u(1, 1))),
          allOf(
            slot.flatMap((s, index) => [
              s.provider.eq(m.past(`provider_${index}`, s.provider)),
              s.consumer.eq(m.past(`consumer_${index}`, s.consumer)),
            ]),
          ),
        ),
      );
      m.assert('no_cause_without_the_icv', implies(store.fresh, allOf([io.judged, io.authentic, opens])));
      m.assert('a_push_is_settled_once', implies(store.push.done, io.pushRequest));

      // ---- a Switch, an erase, and a counter for each key
      const keyBefore = m.past('key_before', has(Active));
      const erased = m.past('erased', store.erase.done);
      const switches = slot.map((s, index) => m.past(`was_pending_${index}`, s.provider.eq(Pending)).and(s.provider.eq(Active)));
      const pendingBefore = m.past('pending_before', chosen(provides(Pending), keyIds, KEY_ID_BITS));
      m.assert('switch_takes_one_cycle', implies(anyOf(switches), keyBefore.and(view.status.currentKeyId.eq(pendingBefore))));
      m.assert('never_without_a_key_again', implies(keyBefore, has(Active).or(erased)));
      m.assert('an_erase_leaves_nothing', implies(erased, anyOf(slot.map((s) => s.inUse)).not()));
      m.assert(
        'nor_a_counter_or_a_request',
        implies(
          erased,
          anyOf(
            [context.sent, context.newest, context.request.asBits(), context.withdrawn.asBits()].map((word) =>
              (word as Bits<number>).any(),
            ),
          ).not(),
        ),
      );
      m.assert(
        'nothing_is_opened_or_sent_while_erasing',
        implies(store.erase.done, store.fresh.or(store.verdict.done).or(store.transmit.done).not()),
      );
      const newKey = anyOf(switches).or(keyBefore.not().and(has(Active)));
      m.assert('a_counter_starts_with_its_key', implies(newKey, context.sent.eq(0)));
      const sent = m.past('sent', store.transmit.done);
      m.assert(
        'and_counts_each_frame',
        implies(newKey.or(erased).not(), context.sent.eq(m.past('count', context.sent).add((sent as Bit).zext(COUNTER_BITS)))),
      );
      m.assert('a_frame_that_asks_has_a_key', store.transmit.done.eq(store.transmit.done.and(store.accepted).and(has(Active))));

      m.cover('switched', anyOf(switches));
      m.cover('ran_out_while_pinned', io.pinned.and(m.past('was_open', opens)).and(opens.not()));
      m.cover('a_push_waited_for_a_verdict', m.past('waited', io.pushRequest.and(io.judged)).and(pushes));
      m.unused(store.requested);
    },
    'Context, view and keys of one relation.',
  );
  return { elaborate: () => withPartsTrusted(wired.elaborate(), ({ name }) => name.startsWith('context_store_')) };
}
