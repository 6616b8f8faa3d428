/** A Verilator simulation behind the interface of every simulator. */
import { type ProcessSimulator, simulateInProcess } from '../process/simulator.ts';
import type { VerilatorBuild } from './build.ts';

/** A design that runs as a program made by Verilator. */
export type VerilatorSimulator = ProcessSimulator;

/** @throws SimulatorDied */
export function simulateVerilator(
  { executable, netlist }: VerilatorBuild,
  { seed = 1 }: { readonly seed?: number } = {},
): Promise<VerilatorSimulator> {
  const program = {
    title: 'Verilator',
    packages: 'verilator g++ make',
    file: executable,
    args: (paths: { readonly in: string; readonly out: string }) => [paths.in, paths.out, String(seed)],
  };
  return simulateInProcess({ program, netlist, fourState: false });
}
