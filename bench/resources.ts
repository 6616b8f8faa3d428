/**
 * What the tops take of a board: `npx tsx bench/resources.ts [WIRE]`. LUT, FF, RAMB and DSP as Yosys maps them for 7 series, beside
 * the part's totals, and the latest arrival that its `sta` finds in each module by itself, with the memories taken out. `sta` counts
 * logic only, neither carry chains nor wires, so it is no clock rate: up to 2.2 ns should close at 125 MHz in any flow, more than
 * 4 ns needs pipelining (an estimate from two other designs). `-abc9` would say more, but Yosys 0.23 ends in a fault of its own
 * where that meets block RAM.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boardNames, loadBoard } from '../boards/board.ts';
import { boardTop } from '../boards/tops/board-top.ts';
import { cellCounts, synthesiseForXilinx } from '../hdl-gen/synthesis/xilinx.ts';
import { yosys } from '../hdl-gen/synthesis/yosys.ts';
import { writeVerilog } from '../hdl-gen/verilog/design.ts';
import { WIRES, type WireName } from '../spec/pages.ts';

const PEER = { role: 'initiator', slots: 3 } as const;
/** Cells that take more or less than one LUT: UG474, table 2-1 and the distributed memories. */
const LUTS: readonly (readonly [RegExp, number])[] = [
  [/^LUT\d$|^INV$/, 1],
  [/^RAM32M$|^RAM64M$/, 4],
  [/^RAM(32|64)X1D$/, 2],
];

const only = process.argv[2];
const wires = WIRES.filter((wire) => only === undefined || wire === only);
const boards = boardNames().map(loadBoard);
const [any] = boards;
if (any === undefined) throw new RangeError('there is no board');

for (const wire of wires) {
  const design = boardTop({ board: any, wire, peer: PEER }).elaborate();
  const { cells, seconds } = await synthesiseForXilinx(design);
  const counts = cellCounts(cells);
  const sum = (weigh: (type: string) => number): number => [...counts].reduce((all, [type, count]) => all + count * weigh(type), 0);
  const luts = sum((type) => LUTS.find(([pattern]) => pattern.test(type))?.[1] ?? 0);
  const flipFlops = sum((type) => (/^FD/.test(type) ? 1 : 0));
  const blocks = sum((type) => (type === 'RAMB36E1' ? 1 : type === 'RAMB18E1' ? 0.5 : 0));
  const dsps = sum((type) => (type === 'DSP48E1' ? 1 : 0));
  process.stdout.write(`\n${design.name}, synthesised in ${seconds.toFixed(0)} s\n`);
  for (const { title, part } of boards) {
    const share = (used: number, all: number): string => `${used} of ${all} (${((100 * used) / all).toFixed(1)} %)`;
    process.stdout.write(
      `  ${title}: LUT ${share(luts, part.luts)}, FF ${share(flipFlops, part.flipFlops)}, RAMB36 ${share(blocks, part.blockRams)}, DSP ${share(dsps, part.dsps)}\n`,
    );
  }
  for (const [name, arrival] of await arrivals(wire)) process.stdout.write(`  ${(arrival / 1000).toFixed(2).padStart(6)} ns  ${name}\n`);
}

/** The latest arrival in each module, ps, without those inside its instances; the slowest first. */
async function arrivals(wire: WireName): Promise<(readonly [string, number])[]> {
  if (any === undefined) return [];
  const design = boardTop({ board: any, wire, peer: PEER }).elaborate();
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-resources-'));
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
