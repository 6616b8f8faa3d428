/** Whose a received frame is, beside a map of FrameIDs. */
import { describe, expect, it } from 'vitest';
import { cosimulate } from '../../../formal/rtl/cosimulation/cosimulate.ts';
import { frameIdTableCycles } from '../../../formal/rtl/cosimulation/frame-id-table.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { FRAME_ID_WINDOW_BITS, frameIdTable } from '../../../hw/station/frame-id-table.ts';
import { Bench, compiled } from '../bench.ts';

const SEED = Number(process.env['FRAME_ID_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `FRAME_ID_SEED=${SEED} npx vitest run test/hw/station/frame-id-table.test.ts`;
const BASE = 0x8000;
const WINDOW = 2 ** FRAME_ID_WINDOW_BITS;
const PARTNER = 0x02_00_5e_00_53_07n;

/** Relation 7 of 256 has an entry in the middle of the window. */
function benchOf(): Bench {
  const bench = new Bench(compiled(frameIdTable(256)));
  while (bench.get('ready') === 0) bench.step();
  bench.set({ base: BASE, entry_write: 1, entry_offset: 1000, entry_valid: 1, entry_relation: 7 });
  bench.set({ partner_write: 1, partner_relation: 7, partner_address: PARTNER });
  bench.step();
  bench.set({ entry_write: 0, partner_write: 0 });
  return bench;
}

/** What is said of a frame, and after how many cycles. */
function asked(bench: Bench, frameId: number, source = PARTNER): { readonly said: string; readonly cycles: number } {
  bench.set({ ask: 1, frame_id: frameId, source });
  bench.step();
  bench.set({ ask: 0 });
  let cycles = 1;
  for (; bench.get('answered') === 0; cycles++) bench.step();
  const outputs = ['ours', 'foreign', 'dropped', 'outside', 'unassigned', 'other_source'];
  return { said: outputs.filter((name) => bench.get(name) === 1).join(' '), cycles };
}

describe('the table of FrameIDs', () => {
  it.each([
    [2, 3],
    [5, 4],
    [256, 11],
  ])(`of %i relations, a window of 2^%i: says whose a frame is (${REPLAY})`, (relations, windowBits) => {
    const cycles = frameIdTableCycles(relations, windowBits, SEED, windowBits === 11 ? 6000 : 4000);
    cosimulate(lower(frameIdTable(relations, windowBits).elaborate()), { cycles });
  });

  it('takes the same time for whatever it is asked', () => {
    const bench = benchOf();
    const frames: readonly (readonly [number, bigint, string])[] = [
      [BASE + 1000, PARTNER, 'ours'],
      [BASE + 1000, PARTNER ^ 1n, 'foreign other_source'],
      [BASE + 1000, PARTNER ^ (1n << 47n), 'foreign other_source'],
      [BASE + 1001, PARTNER, 'foreign unassigned'],
      [BASE + WINDOW + 1000, PARTNER, 'foreign outside'],
      [BASE - 1, PARTNER, 'foreign outside'],
    ];
    for (const [frameId, source, said] of frames) expect([frameId, asked(bench, frameId, source)]).toEqual([frameId, { said, cycles: 2 }]);
    expect(asked(bench, BASE + 1000).said).toBe('ours');
    expect(bench.get('relation')).toBe(7);
    bench.set({ drop: 1 });
    expect(asked(bench, BASE + 1001).said).toBe('dropped unassigned');
  });

  it('has no entry after a reset, as many cycles later as it has entries', () => {
    const bench = benchOf();
    bench.set({ rst: 1 });
    bench.step();
    bench.set({ rst: 0 });
    expect(asked(bench, BASE + 1000).said).toBe('foreign outside');
    let cycles = bench.cycle;
    while (bench.get('ready') === 0) bench.step();
    cycles = bench.cycle - cycles;
    expect(cycles).toBe(WINDOW - 2);
    expect(asked(bench, BASE + 1000).said).toBe('foreign unassigned');
  });
});
