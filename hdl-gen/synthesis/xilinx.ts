/** Synthesis for Xilinx 7 series with Yosys: what the emitted Verilog becomes in look-up tables, flip-flops and memories. */
import { realpathSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { ModuleIr } from '../ir/module.ts';
import { ToolMissing } from '../sim/process-failures.ts';
import { blackBoxes, STUBS, writeVerilog } from '../verilog/design.ts';
import { yosys } from './yosys.ts';

/** A kind of cell, and how many of it there are. */
export interface Cell {
  /** hierarchical, joined with dots */
  readonly name: string;
  /** the vendor's name: LUT6, FDRE, RAMB36E1 (UG953) */
  readonly type: string;
}

/** What Yosys made of a design. */
export interface Synthesis {
  readonly top: string;
  /** one flat module of the vendor's cells, with the ports of the design */
  readonly text: string;
  readonly cells: readonly Cell[];
  readonly seconds: number;
}

/**
 * One flat module, without buffers for pads and clocks, so that it can stand where the design stood.
 * @throws ToolMissing, ToolFailed
 */
export async function synthesiseForXilinx(design: ModuleIr, signal?: AbortSignal): Promise<Synthesis> {
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'hdl-gen-synthesis-'));
  try {
    await writeVerilog(design, folder);
    const script = [
      'read_verilog *.v',
      ...synthesis(design),
      // what was kept apart while it was mapped
      'setattr -unset keep_hierarchy',
      'setattr -mod -unset keep_hierarchy',
      'flatten',
      'write_verilog -noattr gates.v',
      'write_json gates.json',
    ].join('\n');
    await yosys(script, folder, signal);
    return {
      top: design.name,
      text: await readFile(join(folder, 'gates.v'), 'utf8'),
      cells: cellsOf(await readFile(join(folder, 'gates.json'), 'utf8'), design.name),
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The commands of `synth_xilinx`, without what is of no use to the design: 34,000 lines of cells that Yosys makes nothing
 * into, and what block RAMs are made of. To read them takes longer than the synthesis of a small design.
 */
function synthesis(design: ModuleIr): readonly string[] {
  const synthesise = `synth_xilinx -family xc7 -flatten -noiopad -noclkbuf -top ${design.name}`;
  // what Yosys has of the device takes the places of the stubs
  if (blackBoxes(design).length > 0) return [`read_verilog ${STUBS}/*.v`, synthesise];
  const cells = ['read_verilog -lib -specify +/xilinx/cells_sim.v', `hierarchy -check -top ${design.name}`];
  if (hasMemories(design)) return [...cells, `${synthesise} -run prepare:`];
  return [...cells, `${synthesise} -run prepare:map_memory`, `${synthesise} -run map_ffram:`];
}

function hasMemories({ memories, instances }: ModuleIr): boolean {
  return memories.length > 0 || instances.some(({ module }) => hasMemories(module));
}

/** How many cells there are of each type, the most frequent first. */
export function cellCounts(cells: readonly Cell[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of cells) counts.set(type, (counts.get(type) ?? 0) + 1);
  return new Map([...counts].sort(([, a], [, b]) => b - a));
}

/**
 * Yosys' own Verilog models of the vendor's cells. It looks for its data beside its program, as we do here.
 * @throws ToolMissing
 */
export function cellModels(): string {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    try {
      return realpathSync(join(dirname(realpathSync(join(folder, 'yosys'))), '..', 'share', 'yosys', 'xilinx', 'cells_sim.v'));
    } catch {
      // not in this folder
    }
  }
  throw new ToolMissing('yosys', 'yosys');
}

interface YosysJson {
  readonly modules: Readonly<Record<string, { readonly cells: Readonly<Record<string, { readonly type: string }>> }>>;
}

function cellsOf(json: string, top: string): Cell[] {
  const { modules } = JSON.parse(json) as YosysJson;
  return Object.entries(modules[top]?.cells ?? {}).map(([name, { type }]) => ({ name, type }));
}
