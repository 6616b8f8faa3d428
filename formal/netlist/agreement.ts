/** Whether the gates that Yosys makes of a design do what the design does: both are given the same random inputs. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lower } from '../../hdl-gen/ir/lower.ts';
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import type { Netlist } from '../../hdl-gen/ir/netlist.ts';
import { buildTextWithIcarus } from '../../hdl-gen/sim/icarus/build.ts';
import { simulateIcarus } from '../../hdl-gen/sim/icarus/simulator.ts';
import { lockstep } from '../../hdl-gen/sim/lockstep.ts';
import { simulateWasm } from '../../hdl-gen/sim/wasm/simulator.ts';
import { withBlockRamModels } from '../../hdl-gen/synthesis/block-ram.ts';
import { cellModels, type Synthesis } from '../../hdl-gen/synthesis/xilinx.ts';
import { drive, RESET_CYCLES } from './stimulus.ts';

export interface Agreement {
  readonly cycles: number;
  /** bits of outputs that were compared; the others had no value in the gates: memory that was never written */
  readonly comparedBits: number;
  readonly unknownBits: number;
  readonly seconds: number;
}

/**
 * LUT RAM that nothing initialises begins with zeros on the board; in the IR it may begin with anything. Properties are
 * left out: random inputs break what a module may assume of its surroundings.
 */
function asOnTheBoard(netlist: Netlist): Netlist {
  return {
    ...netlist,
    properties: [],
    memories: netlist.memories.map((memory) => ({ ...memory, init: memory.init ?? Array(memory.depth).fill(0n) })),
  };
}

/**
 * The gates, with Yosys' models of the cells, in Icarus, in lockstep with the design as IR.
 * @throws LockstepMismatch, ToolMissing, ToolFailed, SimulatorDied
 */
export async function agreeWithGates(
  design: ModuleIr,
  gates: Pick<Synthesis, 'text'>,
  { cycles, seed, signal }: { readonly cycles: number; readonly seed: number; readonly signal?: AbortSignal },
): Promise<Agreement> {
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'hdl-gen-gates-'));
  try {
    const netlist = asOnTheBoard(lower(design));
    const build = await buildTextWithIcarus(withBlockRamModels(gates.text), netlist, folder, {
      libraries: [cellModels()],
      ...(signal === undefined ? {} : { signal }),
    });
    const both = lockstep(simulateWasm(netlist, { seed }), await simulateIcarus(build), netlist, RESET_CYCLES);
    try {
      drive(both, cycles, seed);
      both.flush();
    } finally {
      both.close();
    }
    const { compared, unknown } = both.bits;
    return { cycles, comparedBits: compared, unknownBits: unknown, seconds: (performance.now() - started) / 1000 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
