/**
 * What each AEAD engine takes of a Zynq-7000, by itself: `npx tsx bench/engines.ts [ENGINE…]`. LUT and FF as Yosys maps them with
 * ABC9, the latest arrival by its `sta`, which counts logic and no wires, and the cycles of a frame from `start` to its ICV, one octet
 * offered in each, for some lengths of text behind the AAD of a frame of profile `paper`.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { lower } from '../hdl-gen/ir/lower.ts';
import type { ModuleIr } from '../hdl-gen/ir/module.ts';
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
  const { luts, flipFlops, arrival } = await resources(engine);
  const cycles = TEXTS.map((text) => `${text} octets ${cyclesOf(engine, text)}`).join(', ');
  process.stdout.write(
    `${name.padEnd(14)} LUT ${luts}, FF ${flipFlops}, ${(arrival / 1000).toFixed(2)} ns; cycles of a frame: ${cycles}\n`,
  );
}

/** @returns with the latest arrival, ps */
async function resources(engine: AeadModule): Promise<Area & { readonly arrival: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-engines-'));
  try {
    const design = engine.elaborate();
    const paths = await writeVerilog(design, folder);
    const apart = [...keptApart(design)];
    const names = apart.map(({ name }) => name);
    for (const module of apart) await mapApart(module, folder);
    const rest = paths.map((path) => basename(path)).filter((file) => extname(file) === '.v' && !names.includes(basename(file, '.v')));
    await yosys(
      [
        'read_verilog -lib -specify +/xilinx/cells_sim.v',
        ...names.map((name) => `read_verilog -lib -specify ${name}.box`),
        `read_verilog ${rest.join(' ')}`,
        `synth_xilinx -family xc7 -flatten -noiopad -noclkbuf -abc9 -nowidelut -top ${engine.name}`,
        // as one, with what the multiplexers and carry chains take, which the flow above has forgotten by then
        ...names.flatMap((name) => [`delete =${name}`, `read_verilog ${name}.gates`]),
        `hierarchy -top ${engine.name}`,
        'flatten',
        'tee -o stat.json stat -json',
        'read_verilog -lib -specify -overwrite +/xilinx/cells_sim.v',
        'tee -o sta.txt sta',
      ].join('\n'),
      folder,
    );
    const { design: cells } = JSON.parse(await readFile(join(folder, 'stat.json'), 'utf8')) as {
      readonly design: { readonly num_cells_by_type: Readonly<Record<string, number>> };
    };
    return {
      ...areaOf(new Map(Object.entries(cells.num_cells_by_type))),
      arrival: await latestArrival(join(folder, 'sta.txt'), engine.name),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Writes the gates of a module that is mapped by itself, and a box that says how late they are: so ABC9 knows, while it maps what stands
 * around it. Such a module is a table, for which wide multiplexers are there; everything else is smaller without.
 */
async function mapApart({ name, ports }: ModuleIr, folder: string): Promise<void> {
  await yosys(
    [
      `read_verilog ${name}.v`,
      `synth_xilinx -family xc7 -noiopad -noclkbuf -top ${name}`,
      `write_verilog ${name}.gates`,
      'read_verilog -lib -specify -overwrite +/xilinx/cells_sim.v',
      `tee -o ${name}.sta sta`,
    ].join('\n'),
    folder,
  );
  const namesOf = (kind: 'input' | 'output'): string => ports.flatMap((port) => (port.kind === kind ? [port.name] : [])).join(', ');
  const declared = ports.map(({ kind, width, name: port }) => `${kind} [${width - 1}:0] ${port}`).join(', ');
  const delay = `(${namesOf('input')} *> ${namesOf('output')}) = ${await latestArrival(join(folder, `${name}.sta`), name)};`;
  await writeFile(
    join(folder, `${name}.box`),
    `(* abc9_box, blackbox *)\nmodule ${name}(${declared});\n  specify ${delay} endspecify\nendmodule\n`,
  );
}

/** What `sta` says of a module, ps. */
async function latestArrival(path: string, module: string): Promise<number> {
  const [, arrival] = new RegExp(`Latest arrival time in '${module}' is (\\d+)`).exec(await readFile(path, 'utf8')) ?? [];
  return Number(arrival);
}

/** The modules below one that stay by themselves in synthesis. */
function keptApart({ instances }: ModuleIr): ReadonlySet<ModuleIr> {
  return new Set(
    instances.flatMap(({ module, attributes }) => [...(attributes?.keep_hierarchy === true ? [module] : []), ...keptApart(module)]),
  );
}

/** With nobody waiting on either side. */
function cyclesOf(engine: AeadModule, text: number): number {
  const { inputs, outputs, step } = simulateWasm(lower(engine.elaborate()));
  const set = (values: Readonly<Record<string, number>>): void => {
    for (const [port, value] of Object.entries(values)) Object.assign(inputs.get(port) ?? {}, { value });
  };
  set({ rst: 1 });
  step();
  set({ rst: 0, start: 1, encrypt: 1, out_ready: 1, aad_octets: AAD_OCTETS, text_octets: text });
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
