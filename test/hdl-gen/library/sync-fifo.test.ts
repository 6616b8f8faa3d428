import { describe, expect, it } from 'vitest';
import { bits } from '../../../hdl-gen/index.ts';
import { syncFifo } from '../../../hdl-gen/library/sync-fifo.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { out, set } from '../sim/contract.ts';
import { PACES, pass, replay, SEED, SIMULATORS, started } from './stream-bench.ts';

const fifo = (depth: number) => syncFifo({ data: bits(8) }, depth);
const random = new Random(SEED);
const beats = Array.from({ length: 120 }, () => ({ data: random.bits(8), last: random.bits(1) }));

describe('a FIFO', () => {
  it.each([0, -1, 2.5, Number.NaN])('of depth %d is refused', (depth) => {
    expect(() => fifo(depth)).toThrow(/HG010 depth of a FIFO is .*, expected at least 1\n {2}declaration: test\/hdl-gen\/library\//);
  });
});

describe.each(SIMULATORS)('a FIFO, $simulator', ({ start }) => {
  it.each([1, 2, 3, 5, 8, 13])('of depth %d is the queue between what was sent and what was taken', (depth) => {
    let most = 0;
    for (const pace of PACES) {
      const sim = started(fifo(depth), start);
      const { taken } = pass(sim, beats, beats.length, pace, (sentSoFar, takenSoFar) => {
        const held = sentSoFar - takenSoFar;
        most = Math.max(most, held);
        expect([out(sim, 'level').value, out(sim, 'from_ready').value, out(sim, 'to_valid').value], replay).toEqual([
          held,
          held < depth ? 1 : 0,
          held > 0 ? 1 : 0,
        ]);
      });
      expect(taken, replay).toEqual(beats);
    }
    expect(most).toBe(depth);
  });

  it('shows a beat one cycle after it was written, unasked', () => {
    const sim = started(fifo(4), start);
    set(sim, 'from_valid', 1);
    set(sim, 'from_data', 0x5a);
    expect(out(sim, 'to_valid').value).toBe(0);
    sim.step();
    expect([out(sim, 'to_valid').value, out(sim, 'to_data').value]).toEqual([1, 0x5a]);
  });

  it('of depth 2 and more passes a beat every cycle, of depth 1 every other', () => {
    const cycles = (depth: number) => pass(started(fifo(depth), start), beats, beats.length, { offers: 1, takes: 1 }).cycles;
    expect([cycles(2), cycles(3)]).toEqual([beats.length + 1, beats.length + 1]);
    expect(cycles(1)).toBe(2 * beats.length);
  });
});
