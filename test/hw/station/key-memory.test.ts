/** The keys of many relations in block RAM, beside a table of keys. */
import { describe, expect, it } from 'vitest';
import { cosimulate } from '../../../formal/rtl/cosimulation/cosimulate.ts';
import { keyMemoryCycles } from '../../../formal/rtl/cosimulation/key-memory.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { NONCE_BITS } from '../../../hw/aead/aead.ts';
import { keyBanks } from '../../../hw/station/key-banks.ts';
import { keyMemory } from '../../../hw/station/key-memory.ts';
import { Bench, compiled } from '../bench.ts';

const SEED = Number(process.env['KEYS_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `KEYS_SEED=${SEED} npx vitest run test/hw/station/key-memory.test.ts`;
const MATERIAL_BITS = 128;
const WORD_BITS = BigInt(MATERIAL_BITS + NONCE_BITS);

/** Every word is zero. */
function ready(bench: Bench): number {
  let cycles = 0;
  for (; bench.get('ready') === 0; cycles++) bench.step();
  return cycles;
}

/** The material that seals under each key, slot by slot, of one relation after another. */
function sealing(bench: Bench, relations: number, slots: number): bigint[] {
  return Array.from({ length: relations * slots }, (_, index) => {
    bench.set({ seal_relation: Math.floor(index / slots), seal_slot: 1 << (index % slots) });
    bench.step();
    return bench.big('seal_material');
  });
}

describe('the memory of keys', () => {
  it.each([
    [2, 2, 4000],
    [3, 3, 4000],
    [5, 4, 4000],
    [256, 2, 3000],
  ])(`of %i relations, %i slots: shows what was pushed, where it was, until it was emptied (${REPLAY})`, (relations, slots, count) => {
    const cycles = keyMemoryCycles(relations, slots, MATERIAL_BITS, SEED, count);
    cosimulate(lower(keyMemory(relations, slots, MATERIAL_BITS).elaborate()), { cycles });
  });

  it.each([
    [2, 3],
    [5, 4],
  ])(`of %i relations, %i slots in two banks: the same (${REPLAY})`, (relations, slots) => {
    const cycles = keyMemoryCycles(relations, slots, MATERIAL_BITS, SEED, 4000, 2);
    cosimulate(lower(keyBanks(relations, slots, MATERIAL_BITS).elaborate()), { cycles });
  });

  it('is zero everywhere so many cycles after a reset, whatever was in it', () => {
    const bench = new Bench(compiled(keyMemory(5, 3, MATERIAL_BITS)));
    ready(bench);
    for (let index = 0; index < 15; index++) {
      bench.set({ relation: Math.floor(index / 3), filled: 1 << (index % 3), push_material: BigInt(index + 1) });
      bench.step();
    }
    bench.set({ filled: 0 });
    expect(sealing(bench, 5, 3)).toEqual(Array.from({ length: 15 }, (_, index) => BigInt(index + 1)));
    bench.set({ rst: 1 });
    bench.step();
    bench.set({ rst: 0 });
    expect(ready(bench)).toBe(5 * 4 + 1);
    expect(sealing(bench, 5, 3)).toEqual(Array.from({ length: 15 }, () => 0n));
  });

  it('leaves nothing in its output of a key that goes while it is shown', () => {
    const bench = new Bench(compiled(keyMemory(2, 2, MATERIAL_BITS)));
    ready(bench);
    bench.set({ relation: 1, filled: 2, push_material: (7n << WORD_BITS) | 9n });
    bench.step();
    bench.set({ filled: 0 });
    bench.step();
    bench.set({ seal_relation: 1, seal_slot: 2, open_relation: 1, open_slot: 2 });
    bench.step();
    bench.set({ seal_slot: 0, open_slot: 0 });
    const shown = (): bigint[] => [bench.big('seal_material'), bench.big('open_material')];
    expect(shown()).toEqual([9n, 7n]);
    bench.step();
    expect(shown()).toEqual([9n, 7n]);
    bench.set({ emptied: 2 });
    bench.step();
    bench.set({ emptied: 0 });
    bench.step();
    bench.step();
    expect(shown()).toEqual([0n, 0n]);
  });

  it('changes keys from frame to frame without a cycle between, each direction for itself', () => {
    const bench = new Bench(compiled(keyMemory(4, 2, MATERIAL_BITS)));
    ready(bench);
    const keyOf = (relation: number, slot: number): bigint => BigInt(10 * relation + slot + 1);
    for (let relation = 0; relation < 4; relation++)
      for (const slot of [0, 1]) {
        bench.set({ relation, filled: 1 << slot, push_material: ((100n + keyOf(relation, slot)) << WORD_BITS) | keyOf(relation, slot) });
        bench.step();
      }
    bench.set({ filled: 0 });
    bench.step();
    const seen: bigint[] = [];
    for (let cycle = 0; cycle < 8; cycle++) {
      bench.set({ seal_relation: cycle % 4, seal_slot: 1, open_relation: 3 - (cycle % 4), open_slot: 2 });
      bench.step();
      seen.push(bench.big('seal_material'), bench.big('open_material'));
    }
    expect(seen).toEqual([0, 1, 2, 3, 0, 1, 2, 3].flatMap((relation) => [keyOf(relation, 0), 100n + keyOf(3 - relation, 1)]));
  });
});
