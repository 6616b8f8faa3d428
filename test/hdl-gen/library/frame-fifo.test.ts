/** The FIFO that takes frames on approval, against lists. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bits } from '../../../hdl-gen/index.ts';
import { frameFifo } from '../../../hdl-gen/library/index.ts';
import { Bench, compiled } from '../../hw/bench.ts';

const DEPTH = 8;
const design = compiled(frameFifo({ octet: bits(8) }, DEPTH, { last: false }));

/** What the FIFO should do, in lists: no pointers, no wrap. */
class ListFifo {
  /** the word that shows */
  shown: number | undefined;
  readonly committed: number[] = [];
  #open: number[] = [];
  #lost = false;

  get space(): number {
    return DEPTH - this.committed.length - this.#open.length;
  }
  get level(): number {
    return this.committed.length + (this.shown === undefined ? 0 : 1);
  }

  /** @returns whether a frame was lost */
  cycle({ write, verdict, read }: Cycle): boolean {
    const refused = write !== undefined && this.space === 0;
    // a word committed in this cycle shows in the one after the next
    if (this.shown === undefined || read) this.shown = this.committed.shift();
    if (write !== undefined && !refused) this.#open.push(write);
    this.#lost ||= refused;
    const overflow = verdict === 'commit' && this.#lost;
    if (verdict === undefined) return false;
    if (verdict === 'commit' && !overflow) this.committed.push(...this.#open);
    this.#open = [];
    this.#lost = false;
    return overflow;
  }
}

interface Cycle {
  readonly write: number | undefined;
  readonly verdict: 'commit' | 'discard' | undefined;
  readonly read: boolean;
}

function drive(bench: Bench, { write, verdict, read }: Cycle): void {
  bench.set({
    write: write !== undefined,
    beat_octet: write ?? 0,
    commit: verdict === 'commit',
    discard: verdict === 'discard',
    to_ready: read,
  });
}

const cycle = (writes: number, reads: number): fc.Arbitrary<Cycle> =>
  fc.record({
    write: fc.oneof({ weight: writes, arbitrary: fc.nat(255) }, { weight: 2, arbitrary: fc.constant(undefined) }),
    verdict: fc.oneof(
      { weight: 6, arbitrary: fc.constant(undefined) },
      { weight: 2, arbitrary: fc.constant('commit' as const) },
      { weight: 1, arbitrary: fc.constant('discard' as const) },
    ),
    read: fc.oneof({ weight: reads, arbitrary: fc.constant(true) }, { weight: 2, arbitrary: fc.constant(false) }),
  });
const cycles = (writes: number, reads: number) => fc.array(cycle(writes, reads), { minLength: 20, maxLength: 200, size: 'max' });

describe('frame_fifo', () => {
  it('commits, discards and overflows as lists do, in every cycle', () => {
    let [overflows, delivered] = [0, 0];
    fc.assert(
      // emptied as it is filled, and filled faster than it is emptied
      fc.property(fc.oneof(cycles(3, 6), cycles(8, 1)), (sequence) => {
        const bench = new Bench(design);
        const model = new ListFifo();
        for (const [index, one] of sequence.entries()) {
          drive(bench, one);
          const before = { space: model.space, level: model.level, valid: model.shown === undefined ? 0 : 1, data: model.shown ?? 0 };
          if (one.read && model.shown !== undefined) delivered++;
          const overflow = model.cycle(one) ? 1 : 0;
          overflows += overflow;
          expect(
            {
              space: bench.get('space'),
              level: bench.get('level'),
              valid: bench.get('to_valid'),
              data: bench.get('to_octet'),
              overflow: bench.get('overflow'),
            },
            `cycle ${index}`,
          ).toEqual({ ...before, overflow });
          bench.step();
        }
      }),
      { numRuns: 200 },
    );
    expect(overflows).toBeGreaterThan(100);
    expect(delivered).toBeGreaterThan(1000);
  });

  it('shows nothing of a frame before its commit, and nothing of a discarded one ever', () => {
    const bench = new Bench(design);
    const idle: Cycle = { write: undefined, verdict: undefined, read: true };
    const seen: number[] = [];
    const run = (one: Cycle): void => {
      drive(bench, one);
      if (bench.get('to_valid') === 1) seen.push(bench.get('to_octet'));
      else expect(bench.get('to_octet')).toBe(0);
      bench.step();
    };
    for (const write of [0xd0, 0xd1, 0xd2]) run({ ...idle, write });
    for (let wait = 0; wait < 5; wait++) run(idle);
    expect(seen).toEqual([]);
    run({ ...idle, verdict: 'discard' });
    run({ ...idle, write: 0xc0 });
    run({ ...idle, write: 0xc1, verdict: 'commit' });
    for (let wait = 0; wait < 5; wait++) run(idle);
    expect(seen).toEqual([0xc0, 0xc1]);
  });
});
