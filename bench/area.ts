/** What a design takes of a 7-series part as Yosys maps it, and how late each of its modules is. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModuleIr } from '../hdl-gen/ir/module.ts';
import { cellCounts, synthesiseForXilinx } from '../hdl-gen/synthesis/xilinx.ts';
import { yosys } from '../hdl-gen/synthesis/yosys.ts';
import { writeVerilog } from '../hdl-gen/verilog/design.ts';

export interface Area {
  readonly luts: number;
  readonly flipFlops: number;
  /** of 36 Kb */
  readonly blockRams: number;
  readonly dsps: number;
}

/** Cells that take more or less than one of what is counted: UG474, table 2-1 and the distributed memories; UG473. */
const WEIGHTS: Readonly<Record<keyof Area, readonly (readonly [RegExp, number])[]>> = {
  luts: [
    [/^LUT\d$|^INV$/, 1],
    [/^RAM32M$|^RAM64M$/, 4],
    [/^RAM(32|64)X1D$/, 2],
  ],
  flipFlops: [[/^FD/, 1]],
  blockRams: [
    [/^RAMB36E1$/, 1],
    [/^RAMB18E1$/, 0.5],
  ],
  dsps: [[/^DSP48E1$/, 1]],
};

/** @param cells how many there are of each type */
export function areaOf(cells: ReadonlyMap<string, number>): Area {
  const sum = (weights: readonly (readonly [RegExp, number])[]): number =>
    [...cells].reduce((all, [type, count]) => all + count * (weights.find(([pattern]) => pattern.test(type))?.[1] ?? 0), 0);
  return { luts: sum(WEIGHTS.luts), flipFlops: sum(WEIGHTS.flipFlops), blockRams: sum(WEIGHTS.blockRams), dsps: sum(WEIGHTS.dsps) };
}

/** Without `-abc9`: Yosys 0.23 ends in a fault of its own where that meets block RAM. */
export async function synthesised(design: ModuleIr): Promise<Area & { readonly seconds: number }> {
  const { cells, seconds } = await synthesiseForXilinx(design);
  return { ...areaOf(cellCounts(cells)), seconds };
}

/**
 * The latest arrival in each module by itself, ps, with the memories taken out; the slowest first. `sta` counts logic only, neither
 * carry chains nor wires.
 */
export async function arrivals(design: ModuleIr): Promise<(readonly [module: string, arrival: number])[]> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-arrivals-'));
  try {
    await writeVerilog(design, folder);
    const text = await yosys(
      `read_verilog *.v\nsynth_xilinx -family xc7 -noiopad -noclkbuf -top ${design.name}\ndelete t:RAMB* t:RAM32* t:RAM64*\ntee -o sta.txt sta\n!cat sta.txt`,
      folder,
    );
    return [...text.matchAll(/Latest arrival time in '(\w+)' is (\d+)/g)]
      .map(([, name = '', arrival]) => [name, Number(arrival)] as const)
      .sort(([, a], [, b]) => b - a);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
