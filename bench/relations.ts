/**
 * What relations cost: `npx tsx bench/relations.ts [--engine NAME] [--role ROLE]`. Whole stations of 1 to 256 relations, with 2 slots, without
 * a MAC, one with 4 slots and one with process images: LUT, FF and RAMB36 as Yosys maps them for 7 series, the share of an XC7Z010's, and
 * LUT(256)/LUT(16).
 */
import { parseArgs } from 'node:util';
import { module } from '../hdl-gen/index.ts';
import type { ModuleIr } from '../hdl-gen/ir/module.ts';
import { ENGINES } from '../hw/aead/engines.ts';
import type { StationOptions } from '../hw/station/registers.ts';
import { station } from '../hw/station.ts';
import type { EngineName } from '../spec/aead-engines.ts';
import { synthesised } from './area.ts';

const { values } = parseArgs({
  options: { engine: { type: 'string', default: 'aes-256-gcm' }, role: { type: 'string', default: 'initiator' } },
});
const names = Object.keys(ENGINES) as EngineName[];
const engine = names.find((name) => name === values.engine);
if (engine === undefined) {
  process.stderr.write(`--engine ${values.engine}: there is none of that name; there are ${names.join(', ')}\n`);
  process.exit(2);
}
const role = values.role === 'follower' ? 'follower' : 'initiator';

const COUNTS = [1, 16, 128, 256];
/** Three buffers of 64 octets for each of so many relations, each way. */
const IMAGES = { relations: 128, imageWords: (128 * 3 * 64) / 4 } as const;
/** Xilinx DS190, table 1. */
const XC7Z010 = { luts: 17_600, blockRams: 60 } as const;
const share = (part: number, all: number): string => `${((100 * part) / all).toFixed(1)} %`;
process.stdout.write('| relations | LUT | of XC7Z010 | FF | RAMB36 | of XC7Z010 |\n| ---: | ---: | ---: | ---: | ---: | ---: |\n');
const luts = new Map<number, number>();
const options = { role, slots: 2, engine } as const;
for (const relations of COUNTS) {
  luts.set(relations, await row(String(relations), built({ ...options, relations })));
}
await row('1, of 4 slots', built({ ...options, slots: 4, relations: 1 }));
await row(`${IMAGES.relations}, images of 64 octets`, built({ ...options, ...IMAGES }));
process.stdout.write(`LUT(256)/LUT(16) ${((luts.get(256) ?? 0) / (luts.get(16) ?? 1)).toFixed(3)}\n`);

/** As in what is loaded into a board: nobody looks at its trace. */
function built(of: StationOptions) {
  const whole = station(of);
  const { trace: _, ...ports } = whole.ports;
  return module('built', ports, (io, m) => {
    const inside = m.instance('station', whole);
    m.connect(io.sAxi, inside.sAxi);
    m.connect(io.rx, inside.rx);
    m.connect(io.hostTx, inside.hostTx);
    m.connect(inside.tx, io.tx);
    m.connect(inside.hostRx, io.hostRx);
    io.irq.set(inside.irq);
    io.ready.set(inside.ready);
    m.unused(inside.trace);
  });
}

/** @returns LUTs */
async function row(name: string, design: { elaborate(): ModuleIr }): Promise<number> {
  const { luts: taken, flipFlops, blockRams } = await synthesised(design.elaborate());
  const count = (cells: number): string => cells.toLocaleString('en');
  const columns = [name, count(taken), share(taken, XC7Z010.luts), count(flipFlops), blockRams, share(blockRams, XC7Z010.blockRams)];
  process.stdout.write(`| ${columns.join(' | ')} |\n`);
  return taken;
}
