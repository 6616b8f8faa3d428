/** A module in the embedded simulator beside a reference that shares nothing with it but the port names. */
import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import { compileToWasm } from '../../../hdl-gen/sim/wasm/compile.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';

/** Ports by their Verilog names; numbers for up to 32 bits, bigints for more. */
export type Values = Readonly<Record<string, number | bigint>>;

export interface Cycle {
  readonly inputs: Values;
  /** what must come out in this cycle; an output that is not named may be anything */
  readonly outputs: Values;
}

export interface Run {
  /** registers that power up with another value than they are reset to, to come to what takes years otherwise */
  readonly start?: Readonly<Record<string, bigint>>;
  readonly cycles: readonly Cycle[];
}

/** An output is not what the reference says. */
export class Disagreement extends Error {
  readonly output: string;
  constructor(module: string, cycle: number, output: string, found: number | bigint, expected: number | bigint) {
    super(`${module}, cycle ${cycle}: ${output} is ${found}, the reference says ${expected}`);
    this.name = 'Disagreement';
    this.output = output;
  }
}

/** @throws Disagreement; PropertyFailure from the design's own assertions */
export function cosimulate(netlist: Netlist, { start = {}, cycles }: Run): void {
  const registers = netlist.registers.map((register) => ({ ...register, init: start[register.name] ?? register.init }));
  const simulator = simulateWasm(compileToWasm({ ...netlist, registers }));
  const port = <P>(ports: ReadonlyMap<string, P>, name: string): P => {
    const found = ports.get(name);
    if (found === undefined) throw new RangeError(`${netlist.name} has no port ${name}; there are ${[...ports.keys()].join(', ')}`);
    return found;
  };
  cycles.forEach(({ inputs, outputs }, cycle) => {
    for (const [name, value] of Object.entries(inputs)) {
      if (typeof value === 'bigint') port(simulator.inputs, name).big = value;
      else port(simulator.inputs, name).value = value;
    }
    for (const [name, expected] of Object.entries(outputs)) {
      const output = port(simulator.outputs, name);
      const found = typeof expected === 'bigint' ? output.big : output.value;
      if (found !== expected) throw new Disagreement(netlist.name, cycle, name, found, expected);
    }
    simulator.step();
  });
}
