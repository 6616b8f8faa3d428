/** What the memory of keys must show, from a table of keys and a list of those that are to go: random events, choices and resets. */
import { Random } from '../../../hdl-gen/sim/random.ts';
import { NONCE_BITS } from '../../../hw/aead/aead.ts';
import type { Cycle } from './cosimulate.ts';

interface Place {
  readonly relation: number;
  readonly slot: number;
}

const DIRECTIONS = ['seal', 'open'] as const;
const none: Place = { relation: 0, slot: 0 };

/** What is still to be zeroed of one memory, and what is in it in the next cycle. */
interface Bank {
  readonly toZero: Place[];
  written: { readonly at: Place; readonly key: bigint } | undefined;
}

/**
 * @param count cycles
 * @param bankSlots slots that stand in one memory, the lowest in the first
 */
export function keyMemoryCycles(
  relations: number,
  slots: number,
  materialBits: number,
  seed: number,
  count: number,
  bankSlots = slots,
): Cycle[] {
  const random = new Random(seed);
  const wordBits = BigInt(materialBits + NONCE_BITS);
  const masked = (value: bigint, bits: bigint): bigint => value & ((1n << bits) - 1n);
  /** both directions of each slot, that which seals in the lower half */
  const keys = Array.from({ length: relations }, () => Array.from({ length: slots }, () => 0n));
  // the last word is written a cycle later
  const clearing = relations * 2 ** Math.ceil(Math.log2(bankSlots)) + 1;
  const shown = { seal: none, open: none };
  let latched: { readonly seal: bigint; readonly open: bigint } | undefined;
  const emptyBanks = (): Bank[] => Array.from({ length: Math.ceil(slots / bankSlots) }, () => ({ toZero: [], written: undefined }));
  let banks = emptyBanks();
  let untilReady = clearing;

  return Array.from({ length: count }, (): Cycle => {
    const ready = untilReady === 0;
    const busy = banks.some(({ toZero }) => toZero.length > 0);
    const rst = random.chance(0.002);
    const takes = ready && !busy && !rst && random.chance(0.5);
    const relation = random.below(relations);
    const push = random.bits(Number(2n * wordBits));
    const fills = takes && random.chance(0.5) ? random.below(slots) : undefined;
    const emptied = takes ? random.below(2 ** slots) : 0;
    const choices = Object.fromEntries(
      DIRECTIONS.map((side) => [side, { relation: random.below(relations), slot: random.chance(0.4) ? random.below(slots) : undefined }]),
    ) as Record<(typeof DIRECTIONS)[number], { relation: number; slot: number | undefined }>;
    const inputs = {
      ...{ rst: Number(rst), relation, filled: fills === undefined ? 0 : 1 << fills, emptied, push_material: push },
      ...Object.fromEntries(
        DIRECTIONS.flatMap((side) => {
          const { relation: of, slot } = choices[side];
          return [
            [`${side}_relation`, of],
            [`${side}_slot`, slot === undefined ? 0 : 1 << slot],
          ];
        }),
      ),
    };
    const keysShown = Object.entries(latched ?? {}).flatMap(([side, word]) => [
      [`${side}_material`, masked(word, BigInt(materialBits))],
      [`${side}_iv`, word >> BigInt(materialBits)],
    ]);
    const outputs = { ready: Number(ready), busy: Number(busy), ...Object.fromEntries(keysShown) };

    // ---- what this cycle leaves
    for (const side of DIRECTIONS) {
      const { relation: of, slot } = choices[side];
      if (slot !== undefined) shown[side] = { relation: of, slot };
    }
    const word = (side: (typeof DIRECTIONS)[number]): bigint => {
      const both = keys[shown[side].relation]?.[shown[side].slot] ?? 0n;
      return side === 'seal' ? masked(both, wordBits) : both >> wordBits;
    };
    latched = ready ? { seal: word('seal'), open: word('open') } : undefined;
    banks.forEach((bank, number) => {
      const ofRelation = bank.written && keys[bank.written.at.relation];
      if (bank.written !== undefined && ofRelation !== undefined) ofRelation[bank.written.at.slot] = bank.written.key;
      const own = Array.from({ length: slots }, (_, slot) => slot).filter((slot) => Math.floor(slot / bankSlots) === number);
      for (const slot of own) if (((emptied >> slot) & 1) === 1 && slot !== fills) bank.toZero.push({ relation, slot });
      const isFilled = fills !== undefined && own.includes(fills);
      const at = isFilled ? { relation, slot: fills } : bank.toZero.shift();
      bank.written = at && { at, key: isFilled ? push : 0n };
    });
    if (!ready) untilReady--;
    if (rst) {
      for (const slotsOf of keys) slotsOf.fill(0n);
      [banks, untilReady, latched, shown.seal, shown.open] = [emptyBanks(), clearing, undefined, none, none];
    }
    return { inputs, outputs };
  });
}
