/** The simulators that a run can be made on. */
import { join } from 'node:path';
import { lockstep } from '../hdl-gen/sim/lockstep.ts';
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { buildWithVerilator } from '../hdl-gen/sim/verilator/build.ts';
import { simulateVerilator, type VerilatorSimulator } from '../hdl-gen/sim/verilator/simulator.ts';
import { simulateWasm } from '../hdl-gen/sim/wasm/simulator.ts';
import type { Hardware } from './hardware.ts';
import type { SimulationOptions } from './options.ts';
import type { Side } from './report/result.ts';

/** Cycles at the start that a lockstep does not compare: before the reset is over, registers hold what the simulator likes. */
const RESET_CYCLES = 4;
/** Where Verilator's builds are kept. */
const BUILDS = join('build', 'verilator');

/** @throws ToolMissing, ToolFailed, SimulatorDied */
export async function buildSimulators(
  kind: SimulationOptions['simulator'],
  hardware: Readonly<Record<Side, Hardware>>,
  seed: number,
  signal?: AbortSignal,
): Promise<Readonly<Record<Side, Simulator>>> {
  const initiator = await buildSimulator(kind, hardware.initiator, seed, signal);
  try {
    return { initiator, follower: await buildSimulator(kind, hardware.follower, seed, signal) };
  } catch (error) {
    initiator.close();
    throw error;
  }
}

/** One simulator. @throws ToolMissing, ToolFailed, SimulatorDied */
export async function buildSimulator(
  kind: SimulationOptions['simulator'],
  hardware: Hardware,
  seed: number,
  signal?: AbortSignal,
): Promise<Simulator> {
  const verilator = async ({ design, netlist }: Hardware): Promise<VerilatorSimulator> =>
    simulateVerilator(await buildWithVerilator(design, netlist, BUILDS, signal), { seed });
  if (kind === 'verilator') return verilator(hardware);
  const wasm = simulateWasm(hardware.compiled, { seed });
  return kind === 'wasm' ? wasm : lockstep(wasm, await verilator(hardware), hardware.netlist, RESET_CYCLES);
}
