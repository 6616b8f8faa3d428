import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import type { Simulator } from '../../../hdl-gen/sim/simulator.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { peer } from '../../../hw/peer.ts';
import { randomNetlist } from './random-netlist.ts';

/** Drives both with the same random inputs, and compares every output before and after each edge. */
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
      port.big = hold[name] ?? random.bits(port.width);
      other.big = port.big;
    }
    const values = (simulator: Simulator) => [...simulator.outputs].map(([name, port]) => [name, port.big, port.sampledBig]);
    expect(values(second)).toEqual(values(first));
    first.step();
    second.step();
  }
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

  it('on a whole peer', () => {
    const netlist = lower(peer({ role: 'follower', slots: 3 }).elaborate());
    const [first, second] = [interpret(netlist), simulateWasm(netlist)];
    expectAgreement(first, second, 3, 1, { rst: 1n });
    expectAgreement(first, second, 300, 2, { rst: 0n });
  });
});
