/**
 * What relations cost: `npx tsx bench/relations.ts [--engine NAME]`. Contexts, keys and events of 16, 64 and 256 relations with 2
 * slots, and the table of their FrameIDs: LUT, FF and RAMB36 as Yosys maps them for 7 series, and LUT(256)/LUT(16). Engines, stores
 * and registers are not in it: there is one of each, however many relations there are.
 */
import { parseArgs } from 'node:util';
import { materialBitsOf } from '../hw/aead/aead.ts';
import { ENGINES } from '../hw/aead/engines.ts';
import { frameIdTable } from '../hw/station/frame-id-table.ts';
import { manyRelations } from '../hw/station/relations.ts';
import type { EngineName } from '../spec/aead-engines.ts';
import { synthesised } from './area.ts';

const { values } = parseArgs({ options: { engine: { type: 'string', default: 'aes-256-gcm' } } });
const names = Object.keys(ENGINES) as EngineName[];
const engine = names.find((name) => name === values.engine);
if (engine === undefined) {
  process.stderr.write(`--engine ${values.engine}: there is none of that name; there are ${names.join(', ')}\n`);
  process.exit(2);
}

const COUNTS = [16, 64, 256];
process.stdout.write('| relations | | LUT | FF | RAMB36 |\n| --- | --- | --- | --- | --- |\n');
const luts: number[] = [];
for (const relations of COUNTS) {
  const [joined, table] = await Promise.all([
    synthesised(manyRelations({ role: 'initiator', slots: 2, relations }, materialBitsOf(ENGINES[engine])).elaborate()),
    synthesised(frameIdTable(relations).elaborate()),
  ]);
  for (const [what, area] of [['contexts, keys, events', joined] as const, ['FrameIDs', table] as const])
    process.stdout.write(`| ${relations} | ${what} | ${area.luts} | ${area.flipFlops} | ${area.blockRams} |\n`);
  luts.push(joined.luts + table.luts);
}
process.stdout.write(`LUT(256)/LUT(16) ${((luts.at(-1) ?? 0) / (luts[0] ?? 1)).toFixed(3)}\n`);
