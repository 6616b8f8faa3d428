import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import type { Simulator } from '../../../hdl-gen/sim/simulator.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { peer } from '../../../hw/peer.ts';
import { randomNetlist } from './random-netlist.ts';

/** Drives both with the same inputs, of which a few change by chance, and compares every output before and after each edge. */
function expectAgreement(
  first: Simulator,
  second: Simulator,
  cycles: number,
  seed: number,
  hold: Readonly<Record<string, bigint>> = {},
): void {
  const random = new Random(seed);
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (const [name, port] of first.inputs) {
      const other = second.inputs.get(name);
      if (other === undefined) throw new Error(name);
      if (cycle > 0 && random.below(3) > 0) continue;
      port.big = hold[name] ?? random.bits(port.width);
      other.big = port.big;
    }
    // between two edges the outputs are not always looked at
    if (cycle % 2 === 0) expect(present(second)).toEqual(present(first));
    first.step();
    second.step();
    expect(caught(second)).toEqual(caught(first));
  }
}

function present({ outputs }: Simulator): unknown {
  return [...outputs].map(([name, port]) => [name, port.big]);
}

function text(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function caught({ outputs }: Simulator): unknown {
  return [...outputs].map(([name, port]) => [name, port.sampledBig]);
}

describe('the WebAssembly simulator agrees with the interpreter', () => {
  it('on random netlists: all operators, widths to 400, registers, memories', () => {
    fc.assert(
      fc.property(randomNetlist, fc.nat(), (netlist, seed) => {
        expectAgreement(interpret(netlist, { seed: 5 }), simulateWasm(netlist, { seed: 5 }), 12, seed);
      }),
      { numRuns: Number(process.env.NETLIST_RUNS ?? 150) },
    );
  });

  it('on when the outputs change, however far it runs at once', () => {
    fc.assert(
      fc.property(randomNetlist, fc.nat(), (netlist, seed) => {
        const [first, second] = [interpret(netlist, { seed: 5 }), simulateWasm(netlist, { seed: 5 })];
        const random = new Random(seed);
        let before = caught(first);
        for (let round = 0; round < 8; round++) {
          for (const [name, port] of first.inputs) {
            const other = second.inputs.get(name);
            if (other === undefined || random.below(2) > 0) continue;
            port.big = random.bits(port.width);
            other.big = port.big;
          }
          const atMost = 1 + random.below(6);
          const done = second.stepToChange?.(atMost) ?? 0;
          let hasChanged = false;
          for (let cycle = 1; cycle <= done; cycle++) {
            expect(hasChanged).toBe(false);
            first.step();
            hasChanged = JSON.stringify(caught(first), text) !== JSON.stringify(before, text);
            before = caught(first);
          }
          expect(caught(second)).toEqual(before);
          expect(hasChanged || done === atMost).toBe(true);
        }
      }),
      { numRuns: Number(process.env.NETLIST_RUNS ?? 150) },
    );
  });

  it('on a whole peer', () => {
    const netlist = lower(peer({ role: 'follower', slots: 3 }).elaborate());
    const [first, second] = [interpret(netlist), simulateWasm(netlist)];
    expectAgreement(first, second, 3, 1, { rst: 1n });
    expectAgreement(first, second, 300, 2, { rst: 0n });
  });
});
