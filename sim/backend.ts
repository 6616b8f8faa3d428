/** The simulators that a run can be made on. */
import type { ModuleIr } from '../hdl-gen/ir/module.ts';
import type { Netlist } from '../hdl-gen/ir/netlist.ts';
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { simulateWasm } from '../hdl-gen/sim/wasm/simulator.ts';
import type { SimulationOptions } from './options.ts';
import type { Side } from './report/result.ts';

export async function buildSimulators(
  kind: SimulationOptions['simulator'],
  _designs: Readonly<Record<Side, ModuleIr>>,
  netlists: Readonly<Record<Side, Netlist>>,
  seed: number,
  _signal: AbortSignal | undefined,
): Promise<Readonly<Record<Side, Simulator>>> {
  const wasm = (side: Side): Simulator => simulateWasm(netlists[side], { seed });
  if (kind !== 'wasm') throw new Error('soon');
  return { initiator: wasm('initiator'), follower: wasm('follower') };
}
