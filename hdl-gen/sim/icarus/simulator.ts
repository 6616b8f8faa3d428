/**
 * An Icarus Verilog simulation behind the interface of every simulator. Icarus knows four values: what was neither
 * reset nor written is X, reads as 0, and `unknown` says so.
 */
import { type ProcessSimulator, simulateInProcess } from '../process/simulator.ts';
import type { IcarusBuild } from './build.ts';

/** @throws SimulatorDied, ToolMissing */
export function simulateIcarus({ program, netlist }: IcarusBuild): Promise<ProcessSimulator> {
  return simulateInProcess({
    program: {
      title: 'Icarus',
      packages: 'iverilog',
      file: 'vvp',
      // -n: end where it would wait for a person
      args: (paths) => ['-n', program, `+in=${paths.in}`, `+out=${paths.out}`],
    },
    netlist,
    fourState: true,
  });
}
