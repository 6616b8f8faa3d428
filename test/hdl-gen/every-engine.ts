/** One design in every engine: the interpreter, WebAssembly, Icarus and Verilator on the Verilog, and the gates that Yosys makes of it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Module, Ports } from '../../hdl-gen/index.ts';
import { lower } from '../../hdl-gen/ir/lower.ts';
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import type { Netlist } from '../../hdl-gen/ir/netlist.ts';
import { buildTextWithIcarus, buildWithIcarus } from '../../hdl-gen/sim/icarus/build.ts';
import { simulateIcarus } from '../../hdl-gen/sim/icarus/simulator.ts';
import { interpret } from '../../hdl-gen/sim/interpreter.ts';
import type { ProcessSimulator } from '../../hdl-gen/sim/process/simulator.ts';
import type { Simulator } from '../../hdl-gen/sim/simulator.ts';
import { buildWithVerilator } from '../../hdl-gen/sim/verilator/build.ts';
import { simulateVerilator } from '../../hdl-gen/sim/verilator/simulator.ts';
import { simulateWasm } from '../../hdl-gen/sim/wasm/simulator.ts';
import { verilogText } from '../../hdl-gen/verilog/design.ts';
import { isInstalled, run } from './verilog/tools.ts';

/** Inputs that change, then an edge of a clock (the default one). */
export interface Step {
  readonly set?: Readonly<Record<string, number | bigint>>;
  readonly clock?: string;
}

interface Engine {
  readonly name: string;
  readonly tools: readonly string[];
  readonly start: (design: ModuleIr, netlist: Netlist, folder: string) => Promise<Simulator>;
}

export const ENGINES: readonly Engine[] = [
  { name: 'the interpreter', tools: [], start: async (_, netlist) => interpret(netlist) },
  { name: 'WebAssembly', tools: [], start: async (_, netlist) => simulateWasm(netlist) },
  {
    name: 'Icarus',
    tools: ['iverilog'],
    start: async (design, netlist, folder) => simulateIcarus(await buildWithIcarus(design, netlist, folder)),
  },
  {
    name: 'Verilator',
    tools: ['verilator'],
    start: async (design, netlist, folder) => simulateVerilator(await buildWithVerilator(design, netlist, folder)),
  },
  {
    name: 'gates',
    tools: ['yosys', 'iverilog'],
    start: async (design, netlist, folder) => {
      writeFileSync(join(folder, 'rtl.v'), verilogText(design));
      const script = `read_verilog rtl.v; synth -flatten -noabc -top ${design.name}; write_verilog -noattr gates.v`;
      expect(run('yosys', ['-q', '-p', script], folder)).toBe('');
      return simulateIcarus(await buildTextWithIcarus(readFileSync(join(folder, 'gates.v'), 'utf8'), netlist, folder));
    },
  },
];

/** What the outputs are just before each edge, by name; a bit without a value makes it `x`. */
export async function historyIn(
  engine: Engine,
  module: Module<Ports>,
  steps: readonly Step[],
): Promise<readonly Readonly<Record<string, bigint | 'x'>>[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hdl-gen-engine-'));
  const design = module.elaborate();
  const simulator = await engine.start(design, lower(design), folder);
  try {
    return steps.map(({ set = {}, clock }) => {
      for (const [name, value] of Object.entries(set)) {
        const port = simulator.inputs.get(name);
        if (port === undefined) throw new Error(`${module.name} has no input ${name}`);
        port.big = BigInt(value);
      }
      const isUnknown = (name: string): boolean => 'unknown' in simulator && (simulator as ProcessSimulator).unknown(name) !== 0n;
      const values = [...simulator.outputs].map(([name, { big }]) => [name, isUnknown(name) ? 'x' : big] as const);
      simulator.step(1, clock);
      return Object.fromEntries(values);
    });
  } finally {
    simulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Registers a test for each engine: the outputs named in `wanted` are that, just before the edge of each step. */
export function inEveryEngine(
  title: string,
  module: () => Module<Ports>,
  steps: readonly Step[],
  wanted: readonly Readonly<Record<string, number | bigint>>[],
): void {
  it.each(ENGINES.map((engine) => [engine.name, engine] as const))(
    `${title}: %s (skipped where its tools are not installed)`,
    async (_, engine) => {
      if (!engine.tools.every(isInstalled)) return;
      const found = await historyIn(engine, module(), steps);
      const differences = wanted.flatMap((values, index) =>
        Object.entries(values).flatMap(([name, value]) =>
          found[index]?.[name] === BigInt(value) ? [] : [`step ${index}: ${name} is ${found[index]?.[name]}, expected ${value}`],
        ),
      );
      expect(differences).toEqual([]);
      expect(found.length).toBe(wanted.length);
    },
  );
}
