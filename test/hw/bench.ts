/** One hardware module alone in the embedded simulator, its ports by their Verilog names. */
import type { Module, Ports } from '../../hdl-gen/index.ts';
import { lower } from '../../hdl-gen/ir/lower.ts';
import type { InputPort, OutputPort, Simulator } from '../../hdl-gen/sim/simulator.ts';
import { compileToWasm, type WasmDesign } from '../../hdl-gen/sim/wasm/compile.ts';
import { simulateWasm } from '../../hdl-gen/sim/wasm/simulator.ts';
import { portOf } from '../../sim/bus/axi-lite-master.ts';

export function compiled(subject: Module<Ports>): WasmDesign {
  return compileToWasm(lower(subject.elaborate()));
}

export class Bench {
  readonly simulator: Simulator;
  /** cycles since the reset */
  cycle = 0;

  /** Powers the design up and resets it; the inputs are 0. */
  constructor(design: WasmDesign | Simulator) {
    this.simulator = 'bytes' in design ? simulateWasm(design) : design;
    this.set({ rst: 1 });
    this.simulator.step(2);
    this.set({ rst: 0 });
  }

  set(values: Readonly<Record<string, number | bigint | boolean>>): void {
    for (const [name, value] of Object.entries(values)) this.#input(name).big = BigInt(value);
  }

  /** The present value of an output of at most 32 bits. */
  get(name: string): number {
    return this.#output(name).value;
  }

  big(name: string): bigint {
    return this.#output(name).big;
  }

  /** The present value of a register or wire inside. */
  peek(name: string): bigint {
    const value = this.simulator.peek?.(name);
    if (value === undefined) throw new RangeError(`nothing to see of ${name}`);
    return value;
  }

  step(): void {
    this.cycle++;
    this.simulator.step();
  }

  #input(name: string): InputPort {
    return portOf(this.simulator.inputs, name);
  }

  #output(name: string): OutputPort {
    return portOf(this.simulator.outputs, name);
  }
}

/** Octets as a vector, octet 0 in bits 7..0. */
export function vectorOf(octets: Uint8Array): bigint {
  return octets.reduceRight((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

export function octetsOf(vector: bigint, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => Number((vector >> BigInt(8 * index)) & 0xffn));
}
