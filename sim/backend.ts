/** The simulators that a run can be made on. */
import { join } from 'node:path';
import type { ModuleIr } from '../hdl-gen/ir/module.ts';
import type { Netlist } from '../hdl-gen/ir/netlist.ts';
import { lockstep } from '../hdl-gen/sim/lockstep.ts';
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { buildWithVerilator } from '../hdl-gen/sim/verilator/build.ts';
import { simulateVerilator, type VerilatorSimulator } from '../hdl-gen/sim/verilator/simulator.ts';
import { simulateWasm } from '../hdl-gen/sim/wasm/simulator.ts';
import type { SimulationOptions } from './options.ts';
import type { Side } from './report/result.ts';
import { RESET_CYCLES } from './scenario.ts';

/** Where Verilator's builds are kept. */
const BUILDS = join('build', 'verilator');

/** @throws ToolMissing, ToolFailed, SimulatorDied */
export async function buildSimulators(
  kind: SimulationOptions['simulator'],
  designs: Readonly<Record<Side, ModuleIr>>,
  netlists: Readonly<Record<Side, Netlist>>,
  seed: number,
  signal?: AbortSignal,
): Promise<Readonly<Record<Side, Simulator>>> {
  const verilator = async (side: Side): Promise<VerilatorSimulator> =>
    simulateVerilator(await buildWithVerilator(designs[side], netlists[side], BUILDS, signal), { seed });
  const one = async (side: Side): Promise<Simulator> => {
    if (kind === 'verilator') return verilator(side);
    const wasm = simulateWasm(netlists[side], { seed });
    return kind === 'wasm' ? wasm : lockstep(wasm, await verilator(side), netlists[side], RESET_CYCLES);
  };
  const initiator = await one('initiator');
  try {
    return { initiator, follower: await one('follower') };
  } catch (error) {
    initiator.close();
    throw error;
  }
}
