/**
 * What the slots of the slot manager hold, for ever: the KeyId, keys and IVs that were pushed come out where they must and
 * never change while the key lives, a key stays Obsolete for exactly the cycles asked for, and a Switch takes one cycle
 * without a gap. States are taken from the manager; `slot-refinement.ts` proves those.
 */
import { type Bit, type Bits, bits, bool, input, module, mux, u } from '../../hdl-gen/index.ts';
import { slotManager, TIMEOUT_BITS } from '../../hw/slot-manager.ts';
import { SLOT_STATE_CODE, slotName } from '../../spec/slot-machine.ts';
import { anyOf } from './conditions.ts';

const { Pending, Active, Obsolete } = SLOT_STATE_CODE;
const KEY_BITS = 128;
const IV_BITS = 96;
const MATERIAL_BITS = 2 * (KEY_BITS + IV_BITS);

export function slotContents(slots: number) {
  return module(
    `slot_contents_${slots}`,
    {
      push: input(bool),
      pushKeyId: input(bits(4)),
      pushMaterial: input(bits(MATERIAL_BITS)),
      providerSwitch: input(bool),
      consumerSwitch: input(bool),
      withdraw: input(bool),
      obsoleteTimeout: input(bits(TIMEOUT_BITS)),
      openKeyId: input(bits(4)),
      eraseAll: input(bool),
    },
    (io, m) => {
      const dut = m.instance('dut', slotManager(slots, KEY_BITS));
      dut.push.set(io.push);
      dut.pushKeyId.set(io.pushKeyId);
      dut.pushMaterial.set(io.pushMaterial);
      dut.providerSwitch.set(io.providerSwitch);
      dut.consumerSwitch.set(io.consumerSwitch);
      dut.withdraw.set(io.withdraw);
      dut.obsoleteTimeout.set(io.obsoleteTimeout);
      dut.openKeyId.set(io.openKeyId);
      dut.eraseAll.set(io.eraseAll);

      const slot = Array.from({ length: slots }, (_, index) => {
        const name = `_${index}`;
        const r = m.registers(
          { keyId: bits(4), material: bits(MATERIAL_BITS), age: bits(TIMEOUT_BITS), timeout: bits(TIMEOUT_BITS) },
          name,
        );
        const provider = dut.providerStates.bits(2 * index, 2);
        const consumer = dut.consumerStates.bits(2 * index, 2);
        const { inUse } = m.let({ inUse: provider.any().or(consumer.any()) }, name);
        return { ...r, provider, consumer, inUse };
      });
      const { duplicate } = m.let({ duplicate: anyOf(slot.map((s) => s.inUse.and(s.keyId.eq(io.pushKeyId)))) });
      const { pushes } = m.let({ pushes: io.push.and(dut.pushReady).and(duplicate.or(io.eraseAll).not()) });

      slot.forEach((s, index) => {
        const lowest = slot.slice(0, index).reduce((bit, lower) => bit.and(lower.inUse), pushes.and(s.inUse.not()));
        m.when(lowest, () => {
          s.keyId.next(io.pushKeyId);
          s.material.next(io.pushMaterial);
        });
        // cycles that the key has been Obsolete, this one included, and how many were asked for when it was switched from
        m.when(s.consumer.eq(Obsolete), () => s.age.next(s.age.add(1))).otherwise(() => {
          s.age.next(1);
          s.timeout.next(io.obsoleteTimeout);
        });
        // what makes it hold for ever: the slot holds what was pushed, and its timer the cycles that are left
        const inside = m.observe(
          'dut',
          { keyId: bits(4), material: bits(MATERIAL_BITS), timer: bits(TIMEOUT_BITS) },
          `_${slotName(index)}`,
        );
        m.assert(`holds_its_key_id_${index}`, s.inUse.not().or(inside.keyId.eq(s.keyId)));
        m.assert(`holds_its_keys_${index}`, s.inUse.not().or(inside.material.eq(s.material)));
        m.assert(`zero_without_key_${index}`, s.inUse.or(inside.material.any().or(inside.keyId.any()).not()));
        const { timeLeft } = m.let({ timeLeft: s.timeout.sub(s.age).add(1) }, `_${index}`);
        m.assert(
          `timer_counts_down_${index}`,
          s.consumer.ne(Obsolete).or(inside.timer.eq(timeLeft).and(timeLeft.ne(0)).and(s.age.ne(0)).and(timeLeft.le(s.timeout))),
        );
        m.assert(`obsolete_as_long_as_asked_${index}`, dut.expiring.bit(index).eq(s.consumer.eq(Obsolete).and(s.age.eq(s.timeout))));
      });

      /** the value of the slot for which the condition holds, 0 where it holds for none */
      const chosen = (conditions: readonly Bit[], values: readonly Bits<number>[]): Bits<number> =>
        values.reduceRight(
          (rest, value, index) => mux(conditions[index] ?? u(1, 0), value, rest),
          u(values[0]?.width ?? 1, 0) as unknown as Bits<number>,
        );
      const part = (low: number, width: number): Bits<number>[] => slot.map((s) => s.material.bits(low, width));
      const keyIds = slot.map((s) => s.keyId as unknown as Bits<number>);
      const provides = (state: number): Bit[] => slot.map((s) => s.provider.eq(state));
      const opens = slot.map((s, index) =>
        s.consumer.any().and(dut.expiring.bit(index).or(io.eraseAll).not()).and(s.keyId.eq(io.openKeyId)),
      );

      m.assert('duplicate', dut.pushDuplicate.eq(duplicate));
      m.assert('first', dut.pushFirst.eq(pushes.and(anyOf(slot.map((s) => s.inUse)).not())));
      m.assert('encrypts_with_the_active_key', dut.encryptMaterial.eq(chosen(provides(Active), part(0, KEY_BITS))));
      m.assert('and_its_iv', dut.encryptIv.eq(chosen(provides(Active), part(KEY_BITS, IV_BITS))));
      m.assert('under_its_key_id', dut.currentKeyId.eq(chosen(provides(Active), keyIds)));
      m.assert('announces_the_pending_one', dut.pendingKeyId.eq(chosen(provides(Pending), keyIds)));
      m.assert('opens_what_is_held', dut.openHit.eq(anyOf(opens)));
      m.assert('with_the_key_named', dut.openMaterial.eq(chosen(opens, part(KEY_BITS + IV_BITS, KEY_BITS))));
      m.assert('and_that_iv', dut.openIv.eq(chosen(opens, part(2 * KEY_BITS + IV_BITS, IV_BITS))));
      slot.forEach((_, index) => m.assert(`in_its_slot_${index}`, dut.openSlot.bit(index).eq(opens[index] ?? u(1, 0))));
      const erased = m.past('erased', io.eraseAll);
      m.assert('an_erase_leaves_nothing', erased.not().or(anyOf(slot.map((s) => s.inUse)).not()));
      const switched = m.past('switched', io.providerSwitch.and(dut.providerPending).and(io.eraseAll.not()));
      const switchedTo = m.past('switched_to', dut.pendingKeyId);
      m.assert('switch_takes_one_cycle', switched.not().or(dut.encryptValid.or(io.eraseAll).and(dut.currentKeyId.eq(switchedTo))));
      m.assert('never_without_a_key_again', m.past('had_key', dut.encryptValid).not().or(dut.encryptValid).or(io.eraseAll).or(erased));
      m.cover('switched', switched);
      m.cover('obsolete_key_runs_out', dut.expiring.any());
      m.unused(dut.consumerPending);
    },
    'What the slots of the slot manager hold.',
  );
}
