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
import { RESET_CYCLES } from './scenario.ts';

/** Where Verilator's builds are kept. */
const BUILDS = join('build', 'verilator');

/** @throws ToolMissing, ToolFailed, SimulatorDied */
export async function buildSimulators(
  kind: SimulationOptions['simulator'],
  hardware: Readonly<Record<Side, Hardware>>,
  seed: number,
  signal?: AbortSignal,
): Promise<Readonly<Record<Side, Simulator>>> {
  const verilator = async ({ design, netlist }: Hardware): Promise<VerilatorSimulator> =>
    simulateVerilator(await buildWithVerilator(design, netlist, BUILDS, signal), { seed });
  const one = async (side: Hardware): Promise<Simulator> => {
    if (kind === 'verilator') return verilator(side);
    const wasm = simulateWasm(side.compiled, { seed });
    return kind === 'wasm' ? wasm : lockstep(wasm, await verilator(side), side.netlist, RESET_CYCLES);
  };
  const initiator = await one(hardware.initiator);
  try {
    return { initiator, follower: await one(hardware.follower) };
  } catch (error) {
    initiator.close();
    throw error;
  }
}
