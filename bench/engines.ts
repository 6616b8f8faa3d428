/**
 * What each AEAD engine takes of a Zynq-7000, by itself: `npx tsx bench/engines.ts [ENGINE…]`. LUT and FF as Yosys maps them with
 * ABC9, and the cycles of a frame from `start` to its ICV, one octet offered in each, for some lengths of text behind the AAD of a
 * frame of profile `paper`.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lower } from '../hdl-gen/ir/lower.ts';
import { simulateWasm } from '../hdl-gen/sim/wasm/simulator.ts';
import { yosys } from '../hdl-gen/synthesis/yosys.ts';
import { writeVerilog } from '../hdl-gen/verilog/design.ts';
import type { AeadModule } from '../hw/aead/aead.ts';
import { ENGINES } from '../hw/aead/engines.ts';
import { PROFILES } from '../spec/header.ts';
import { type Area, areaOf } from './area.ts';

const TEXTS = [40, 64, 1440];
const AAD_OCTETS = PROFILES.paper.aadOctets;

const only = process.argv.slice(2);
for (const [name, engine] of Object.entries(ENGINES)) {
  if (only.length > 0 && !only.includes(name)) continue;
  const { luts, flipFlops } = await resources(engine);
  const cycles = TEXTS.map((text) => `${text} octets ${cyclesOf(engine, text)}`).join(', ');
  process.stdout.write(`${name.padEnd(14)} LUT ${luts}, FF ${flipFlops}; cycles of a frame: ${cycles}\n`);
}

async function resources(engine: AeadModule): Promise<Area> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-engines-'));
  try {
    await writeVerilog(engine.elaborate(), folder);
    await yosys(
      `read_verilog *.v\nsynth_xilinx -family xc7 -flatten -noiopad -noclkbuf -abc9 -nowidelut -top ${engine.name}\ntee -o stat.json stat -json`,
      folder,
    );
    const { design } = JSON.parse(await readFile(join(folder, 'stat.json'), 'utf8')) as {
      readonly design: { readonly num_cells_by_type: Readonly<Record<string, number>> };
    };
    return areaOf(new Map(Object.entries(design.num_cells_by_type)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** With nobody waiting on either side. */
function cyclesOf(engine: AeadModule, text: number): number {
  const { inputs, outputs, step } = simulateWasm(lower(engine.elaborate()));
  const set = (values: Readonly<Record<string, number>>): void => {
    for (const [port, value] of Object.entries(values)) Object.assign(inputs.get(port) ?? {}, { value });
  };
  set({ rst: 1 });
  step();
  set({ rst: 0, start: 1, encrypt: 1, out_ready: 1 });
  step();
  set({ start: 0 });
  let next = 0;
  for (let cycle = 1; ; cycle++) {
    if (outputs.get('icv_valid')?.value === 1) return cycle;
    const more = next < AAD_OCTETS + text;
    set({ in_valid: more ? 1 : 0, in_text: next < AAD_OCTETS ? 0 : 1, in_last: next === AAD_OCTETS + text - 1 ? 1 : 0 });
    if (more && outputs.get('in_ready')?.value === 1) next++;
    step();
  }
}
