/** The keys of many relations in block RAM: a word for each relation and slot, as wide as what one direction takes, and a memory for each direction. */
import { type AnyBits, type Bit, type Bits, bits, bool, cat, input, module, mux, output, parametric } from '../../hdl-gen/index.ts';
import { NONCE_BITS } from '../aead/aead.ts';
import { anyOf, lowestOf, vectorOf } from '../one-hot.ts';
import { slotBitsOf } from './key-store.ts';
import { relationBits } from './store.ts';
import { wideMemory } from './wide-memory.ts';

/** Bits of the number of a slot. */
function slotNumberBits(slots: number): number {
  return Math.ceil(Math.log2(slots));
}

/** Of `key_memory`, and of what has several. */
export function keyPorts(relations: number, slots: number, materialBits: number) {
  const number = bits(relationBits(relations));
  return {
    /** every word is zero since the reset; before, no event may come */
    ready: output(bool),
    /** slots of an event are still to be zeroed: none may come in this cycle */
    busy: output(bool),
    /** the relation to which an event happens */
    relation: input(number),
    /** its slot that takes the pushed key; goes before `emptied` */
    filled: input(bits(slots)),
    /** its slots whose key goes; several may */
    emptied: input(bits(slots)),
    /** consumer IV, consumer material, provider IV, provider material, from the top down */
    pushMaterial: input(bits(slotBitsOf(materialBits))),

    /** the slot whose key seals, one or none, and whose it is; without one the choice before stays */
    sealRelation: input(number),
    sealSlot: input(bits(slots)),
    sealMaterial: output(bits(materialBits)),
    sealIv: output(bits(NONCE_BITS)),
    /** the slot whose key opens, likewise */
    openRelation: input(number),
    openSlot: input(bits(slots)),
    openMaterial: output(bits(materialBits)),
    openIv: output(bits(NONCE_BITS)),
  } as const;
}

/**
 * What `key_store` is for one relation. A word is written as a whole in the cycle behind its event, so a key is in its slot, in both
 * directions, before the next event: half an install is no key. A slot that is emptied is written with zeros, slot A
 * first, one a cycle from that cycle on, but behind the key that comes with it: `slots` cycles at the most. Of two
 * slots that is one cycle more, so that events two cycles apart never wait.
 *
 * A choice shows its key in the next cycle, and the key stays until the next choice, so that of one frame may be chosen while
 * the frame before is under way. What is shown is read anew in every cycle: three cycles after its event the new word of a slot
 * shows, and nothing is left in the output of the memory. Reset zeroes all words, one a cycle.
 *
 * Slot vectors are one-hot, slot A in bit 0.
 * @param relations 2 to 256
 * @param slots 2 to 4
 * @param materialBits what the engine takes for one direction
 */
export const keyMemory = parametric((relations: number, slots: number, materialBits: number) => {
  const number = bits(relationBits(relations));
  const slotBits = slotNumberBits(slots);
  const addressBits = relationBits(relations) + slotBits;
  const words = relations * 2 ** slotBits;
  const wordBits = materialBits + NONCE_BITS;
  return module(
    `key_memory_${relations}x${slots}_${materialBits}`,
    keyPorts(relations, slots, materialBits),
    (io, m) => {
      const r = m.registers({
        cleared: bits(1),
        /** every word is zero */
        empty: bits(1),
        toClear: bits(addressBits),
        /** slots of `emptying` that are not zero yet */
        toZero: bits(slots),
        emptying: number,
        sealing: bits(addressBits),
        opening: bits(addressBits),
      });
      const bitsOf = (slotsOf: AnyBits): Bit[] => Array.from({ length: slots }, (_, slot) => slotsOf.as(bits(slots)).bit(slot));
      const placeOf = (relation: AnyBits, slot: AnyBits): Bits<number> => {
        const index = Array.from({ length: slotBits }, (_, bit) => anyOf(bitsOf(slot).filter((_, at) => ((at >> bit) & 1) === 1)));
        return cat(relation, vectorOf(index));
      };

      // ---- one word a cycle is to be written
      io.busy.set(r.toZero.any());
      const busy = io.busy;
      const { fills } = m.let({ fills: io.filled.any() });
      const { leaves } = m.let({ leaves: mux(busy, r.toZero, io.emptied.and(io.filled.not())) });
      const { written } = m.let({ written: mux(fills, io.filled, vectorOf(lowestOf(bitsOf(leaves)))) });
      const { writtenRelation } = m.let({ writtenRelation: mux(busy, r.emptying, io.relation) });
      r.toZero.next(leaves.and(written.not()));
      r.emptying.next(writtenRelation);
      m.when(r.cleared.not(), () => r.toClear.next(r.toClear.add(1)));
      m.when(r.toClear.eq(words - 1), () => r.cleared.next(1));
      r.empty.next(r.cleared);
      io.ready.set(r.empty);

      // ---- and is, a cycle later: so the zeros are the reset of flip-flops, and not a gate before each bit of the memory
      const w = m.registers({ writes: bits(1), place: bits(addressBits), seal: bits(wordBits), open: bits(wordBits) }, '_written');
      w.writes.next(r.cleared.not().or(written.any()));
      w.place.next(mux(r.cleared, placeOf(writtenRelation, written), r.toClear));

      // ---- each direction
      for (const [side, low] of [['seal', 0] as const, ['open', wordBits] as const]) {
        const shown = side === 'seal' ? r.sealing : r.opening;
        const choice = io[`${side}Slot`];
        const keys = wideMemory(m, `${side}_keys`, wordBits, words);
        w[side].next(mux(fills, io.pushMaterial.bits(low, wordBits), 0));
        m.when(w.writes, () => keys.write(w.place, w[side]));
        const { chosen } = m.let({ chosen: mux(choice.any(), placeOf(io[`${side}Relation`], choice), shown) }, `_${side}`);
        shown.next(chosen);
        const key = keys.read(`${side}_key`, chosen);
        io[`${side}Material`].set(key.take(materialBits));
        io[`${side}Iv`].set(key.bits(materialBits, NONCE_BITS));
      }

      const event = fills.or(io.emptied.any());
      m.assume('no_event_before_it_can_be_taken', event.and(busy.or(r.empty.not())).not());
    },
    'The keys of many relations: written with their contexts, read by the engines alone.',
  );
});
