/** The key store alone, whatever it is told: each slot holds what it was last filled with until it is emptied, and shows it where it is chosen. */
import { type Bits, bits, input, module, mux, u } from '../../hdl-gen/index.ts';
import { NONCE_BITS } from '../../hw/aead/aead.ts';
import { vectorOf } from '../../hw/one-hot.ts';
import { keyStore, slotBitsOf } from '../../hw/station/key-store.ts';
import { slotName } from '../../spec/slot-machine.ts';

const KEY_BITS = 128;
const SLOT_BITS = slotBitsOf(KEY_BITS);

export function keyContents(slots: number) {
  return module(
    `key_contents_${slots}`,
    {
      filled: input(bits(slots)),
      emptied: input(bits(slots)),
      pushMaterial: input(bits(SLOT_BITS)),
      sealSlot: input(bits(slots)),
      openSlot: input(bits(slots)),
    },
    (io, m) => {
      const dut = m.instance('dut', keyStore(slots, KEY_BITS));
      dut.filled.set(io.filled);
      dut.emptied.set(io.emptied);
      dut.pushMaterial.set(io.pushMaterial);
      dut.sealSlot.set(io.sealSlot);
      dut.openSlot.set(io.openSlot);
      const atMostOne = (choice: Bits<number>) => choice.and(choice.sub(1)).any().not();
      m.assume('one_seals_at_most', atMostOne(io.sealSlot));
      m.assume('one_opens_at_most', atMostOne(io.openSlot));

      const held = Array.from({ length: slots }, (_, slot) => {
        const { key } = m.registers({ key: bits(SLOT_BITS) }, `_${slot}`);
        m.when(io.emptied.bit(slot), () => key.next(0));
        m.when(io.filled.bit(slot), () => key.next(io.pushMaterial));
        const { material } = m.observe('dut', { material: bits(SLOT_BITS) }, `_${slotName(slot)}`);
        m.assert(`holds_what_it_was_filled_with_${slot}`, material.eq(key));
        return key;
      });
      const of = (choice: Bits<number>, low: number, width: number): Bits<number> =>
        held.reduce<Bits<number>>((rest, key, slot) => mux(choice.bit(slot), key.bits(low, width), rest), u(width, 0));
      const [seal, open] = [io.sealSlot, io.openSlot];
      m.assert('seals_with_the_slot_chosen', dut.sealMaterial.eq(of(seal, 0, KEY_BITS)));
      m.assert('and_its_iv', dut.sealIv.eq(of(seal, KEY_BITS, NONCE_BITS)));
      m.assert('opens_with_the_slot_chosen', dut.openMaterial.eq(of(open, KEY_BITS + NONCE_BITS, KEY_BITS)));
      m.assert('and_that_iv', dut.openIv.eq(of(open, 2 * KEY_BITS + NONCE_BITS, NONCE_BITS)));
      const { notZero } = m.let({ notZero: vectorOf(held.map((key) => key.any())) });
      dut.inUse.set(notZero);
      m.cover('filled_and_emptied', m.past('was_filled', notZero.any()).and(notZero.any().not()));
    },
    'The key store beside what it was told.',
  );
}
