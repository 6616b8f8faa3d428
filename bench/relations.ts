/**
 * What relations cost: `npx tsx bench/relations.ts [--engine NAME] [--role ROLE]`. A peer, of one relation, and whole stations of 2 to 256, with 2
 * slots, without a MAC: LUT, FF and RAMB36 as Yosys maps them for 7 series, the share of an XC7Z010's, and LUT(256)/LUT(16).
 */
import { parseArgs } from 'node:util';
import { ENGINES } from '../hw/aead/engines.ts';
import { peer } from '../hw/peer.ts';
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

const COUNTS = [1, 2, 16, 128, 256];
/** Xilinx DS190, table 1. */
const XC7Z010 = { luts: 17_600, blockRams: 60 } as const;
const share = (part: number, all: number): string => `${((100 * part) / all).toFixed(1)} %`;
process.stdout.write('| relations | LUT | of XC7Z010 | FF | RAMB36 | of XC7Z010 |\n| ---: | ---: | ---: | ---: | ---: | ---: |\n');
const luts = new Map<number, number>();
for (const relations of COUNTS) {
  const options = { role, slots: 2, engine } as const;
  const area = await synthesised((relations === 1 ? peer(options) : station({ ...options, relations })).elaborate());
  const columns = [
    relations === 1 ? '1: a peer' : relations,
    area.luts,
    share(area.luts, XC7Z010.luts),
    area.flipFlops,
    area.blockRams,
    share(area.blockRams, XC7Z010.blockRams),
  ];
  process.stdout.write(`| ${columns.join(' | ')} |\n`);
  luts.set(relations, area.luts);
}
process.stdout.write(`LUT(256)/LUT(16) ${((luts.get(256) ?? 0) / (luts.get(16) ?? 1)).toFixed(3)}\n`);
