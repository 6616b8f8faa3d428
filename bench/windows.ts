/**
 * What windows of delivery cost: `npx tsx bench/windows.ts [RELATIONS…]`. Stations of 1, 16 and 256 relations, with 2 slots and
 * engine `xor`, without windows and with them: LUT, FF and RAMB36 as Yosys maps them for 7 series, and LUT(256)/LUT(16) with windows.
 */
import { station } from '../hw/station.ts';
import { type Area, synthesised } from './area.ts';

const asked = process.argv.slice(2).map(Number);
const counts = asked.length === 0 ? [1, 16, 256] : asked;
if (counts.some((count) => !Number.isInteger(count) || count < 1 || count > 256)) {
  process.stderr.write(`relations: expected whole numbers from 1 to 256, found ${process.argv.slice(2).join(' ')}\n`);
  process.exit(2);
}

function designOf(relations: number, windows: boolean) {
  return station({ role: 'follower', slots: 2, windows, relations }).elaborate();
}

const columns = ['luts', 'flipFlops', 'blockRams'] as const satisfies readonly (keyof Area)[];
process.stdout.write('| relations | LUT | with windows | FF | with windows | RAMB36 | with windows |\n');
process.stdout.write('| ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n');
const luts = new Map<number, number>();
for (const relations of counts) {
  const [without, having] = [await synthesised(designOf(relations, false)), await synthesised(designOf(relations, true))];
  luts.set(relations, having.luts);
  const cells = [relations, ...columns.flatMap((column) => [without[column], having[column]])];
  process.stdout.write(`| ${cells.map((cell) => cell.toLocaleString('en')).join(' | ')} |\n`);
}
const [few, many] = [luts.get(16), luts.get(256)];
if (few !== undefined && many !== undefined) process.stdout.write(`LUT(256)/LUT(16) with windows ${(many / few).toFixed(3)}\n`);
