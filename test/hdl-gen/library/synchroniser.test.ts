import { describe, expect, it } from 'vitest';
import type { Module, Ports } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { pulseSynchroniser, resetSynchroniser, synchroniser } from '../../../hdl-gen/library/synchroniser.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { into, out } from '../sim/contract.ts';

const SEED = Number(process.env['SYNCHRONISER_SEED'] ?? Date.now() % 2 ** 31);
const start = (part: Module<Ports>) => simulateWasm(lower(part.elaborate()), { seed: SEED });

describe('a synchroniser', () => {
  it.each([2, 3, 5])('of %d flip-flops shows a level after as many cycles', (stages) => {
    const sim = start(synchroniser(stages));
    into(sim, 'to_rst').value = 1;
    sim.step();
    into(sim, 'to_rst').value = 0;
    into(sim, 'level').value = 1;
    const seen = Array.from({ length: stages + 1 }, () => {
      sim.step();
      return out(sim, 'there').value;
    });
    expect(seen).toEqual([...Array.from({ length: stages - 1 }, () => 0), 1, 1]);
  });

  it('has at least two', () => expect(() => synchroniser(1)).toThrow(/HG010 stages of a synchroniser is 1, expected at least 2/));
});

describe('a pulse synchroniser', () => {
  it('gives one pulse of one cycle for each, whatever the clocks', () => {
    const sim = start(pulseSynchroniser);
    const random = new Random(SEED);
    for (const name of ['from_rst', 'to_rst']) into(sim, name).value = 1;
    for (const clock of ['from_clk', 'to_clk']) sim.step(1, clock);
    for (const name of ['from_rst', 'to_rst']) into(sim, name).value = 0;
    let [given, seen, cyclesSince] = [0, 0, 9];
    for (let edge = 0; edge < 5_000; edge++) {
      if (random.below(2) === 0) {
        const pulse = cyclesSince >= 3 && random.below(3) === 0;
        into(sim, 'pulse').value = pulse ? 1 : 0;
        sim.step(1, 'from_clk');
        if (pulse) {
          given++;
          cyclesSince = 0;
        }
      } else {
        seen += out(sim, 'there').value;
        sim.step(1, 'to_clk');
        cyclesSince++;
      }
    }
    into(sim, 'pulse').value = 0;
    for (let cycle = 0; cycle < 4; cycle++) {
      seen += out(sim, 'there').value;
      sim.step(1, 'to_clk');
    }
    expect(seen, `SYNCHRONISER_SEED=${SEED}`).toBe(given);
    expect(given).toBeGreaterThan(100);
  });
});

describe('a reset synchroniser', () => {
  it('acts while the clock stands, and ends two cycles after the release', () => {
    const sim = start(resetSynchroniser);
    into(sim, 'request').value = 0;
    sim.step(3);
    expect(out(sim, 'reset').value).toBe(0);
    into(sim, 'request').value = 1;
    expect(out(sim, 'reset').value).toBe(1);
    into(sim, 'request').value = 0;
    const after = [0, 1, 2].map(() => {
      sim.step();
      return out(sim, 'reset').value;
    });
    expect(after).toEqual([1, 0, 0]);
  });
});
