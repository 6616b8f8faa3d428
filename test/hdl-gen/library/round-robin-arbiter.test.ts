import { describe, expect, it } from 'vitest';
import { roundRobinArbiter } from '../../../hdl-gen/library/round-robin-arbiter.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { into, out, set } from '../sim/contract.ts';
import { replay, SEED, SIMULATORS, started } from './stream-bench.ts';

describe.each(SIMULATORS)('a round-robin arbiter, $simulator', ({ start }) => {
  it.each([2, 3, 5, 8, 40])('of %d grants as one who goes round a table does', (requesters) => {
    const sim = started(roundRobinArbiter(requesters), start);
    const random = new Random(SEED);
    const seats = Array.from({ length: requesters }, (_, seat) => seat);
    const asking = new Set<number>();
    const passedBy = seats.map(() => 0);
    let [seat, mostPassedBy] = [0, 0];
    for (let cycle = 0; cycle < 600; cycle++) {
      for (const one of seats) if (!asking.has(one) && random.chance(0.3)) asking.add(one);
      // now and then one changes its mind
      for (const one of [...asking]) if (random.chance(0.02)) asking.delete(one);
      const isTaken = random.chance(0.7);
      into(sim, 'request').big = [...asking].reduce((mask, one) => mask | (1n << BigInt(one)), 0n);
      set(sim, 'taken', isTaken ? 1 : 0);
      const next = seats.map((step) => (seat + step) % requesters).find((one) => asking.has(one));
      expect(out(sim, 'grant').big, `cycle ${cycle}, ${replay}`).toBe(next === undefined ? 0n : 1n << BigInt(next));
      if (next !== undefined) seat = isTaken ? (next + 1) % requesters : next;
      for (const one of seats) {
        if (!asking.has(one) || (one === next && isTaken)) passedBy[one] = 0;
        else if (next !== undefined && isTaken) passedBy[one] = (passedBy[one] ?? 0) + 1;
        mostPassedBy = Math.max(mostPassedBy, passedBy[one] ?? 0);
      }
      if (next !== undefined && isTaken) asking.delete(next);
      sim.step();
    }
    expect(mostPassedBy).toBeLessThan(requesters);
    expect(mostPassedBy).toBeGreaterThan(0);
  });
});

it.each([0, 1, 2.5, 257])('a round-robin arbiter of %d is refused', (requesters) => {
  expect(() => roundRobinArbiter(requesters)).toThrow(/HG010 requesters of a round-robin arbiter is .*, expected 2 to 256/);
});
