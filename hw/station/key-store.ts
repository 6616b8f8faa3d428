import { type AnyBits, type Bits, bits, input, module, output, parametric } from '../../hdl-gen/index.ts';
import { slotName } from '../../spec/slot-machine.ts';
import { NONCE_BITS } from '../aead/aead.ts';
import { allOf, chosen } from '../one-hot.ts';

/** What a slot holds: for each direction what the engine takes, and the IV. */
export function slotBitsOf(materialBits: number): number {
  return 2 * (materialBits + NONCE_BITS);
}

/**
 * The keys of a relation's slots: what the engine takes and the IV, for both directions. Which slot is filled, emptied, sealed
 * with or opened with is decided by the store of contexts; nothing here knows of states, KeyIds or time.
 *
 * A slot is filled and emptied as a whole, by what the store says of the event that happens, and a slot without a key is zero.
 * Keys leave towards the engines alone, which copy what they take in the cycle in which they start. So whoever reads needs his
 * choice to stand for no longer than that, and a memory in the place of these registers may take its time beforehand.
 * Slot vectors are one-hot, slot A in bit 0.
 * @param slots 2 to 4
 * @param materialBits what the engine takes for one direction
 */
export const keyStore = parametric((slots: number, materialBits: number) => {
  const slotBits = slotBitsOf(materialBits);
  return module(
    `key_store_${slots}_${materialBits}`,
    {
      /** the slot that takes the pushed key; goes before `emptied` */
      filled: input(bits(slots)),
      /** slots whose key goes; several may */
      emptied: input(bits(slots)),
      /** consumer IV, consumer material, provider IV, provider material, from the top down */
      pushMaterial: input(bits(slotBits)),

      /** the slot whose key seals, none or one; without one the key reads 0 */
      sealSlot: input(bits(slots)),
      sealMaterial: output(bits(materialBits)),
      sealIv: output(bits(NONCE_BITS)),
      /** the slot whose key opens, likewise */
      openSlot: input(bits(slots)),
      openMaterial: output(bits(materialBits)),
      openIv: output(bits(NONCE_BITS)),
      /** slots in use, for what is asserted of the others */
      inUse: input(bits(slots)),
    },
    (io, m) => {
      const keys = Array.from({ length: slots }, (_, slot) => {
        const { material } = m.registers({ material: bits(slotBits) }, `_${slotName(slot).toLowerCase()}`);
        m.when(io.filled.bit(slot), () => material.next(io.pushMaterial));
        // before all else, so that it becomes the reset of the flip-flops, and no multiplexer for each
        m.when(io.emptied.bit(slot).and(io.filled.bit(slot).not()), () => material.next(0));
        return material;
      });
      const part = (low: number, width: number): Bits<number>[] => keys.map((key) => key.bits(low, width));
      const bitsOf = (choice: AnyBits) => keys.map((_, slot) => choice.as(bits(slots)).bit(slot));
      io.sealMaterial.set(chosen(bitsOf(io.sealSlot), part(0, materialBits)));
      io.sealIv.set(chosen(bitsOf(io.sealSlot), part(materialBits, NONCE_BITS)));
      io.openMaterial.set(chosen(bitsOf(io.openSlot), part(materialBits + NONCE_BITS, materialBits)));
      io.openIv.set(chosen(bitsOf(io.openSlot), part(2 * materialBits + NONCE_BITS, NONCE_BITS)));
      m.assert('an_unused_slot_is_zero', allOf(keys.map((key, slot) => io.inUse.bit(slot).or(key.any().not()))));
    },
    'The keys of the slots: filled and emptied with the context, read by the engines alone.',
  );
});
