/**
 * What the tops take of a board: `npx tsx bench/resources.ts [--wire WAY] [--engine NAME] [--modules]`; without them, every way with
 * every engine, as the table of the README. LUT, FF, RAMB and DSP as Yosys maps them for 7 series, beside the part's totals, and the
 * module that is the slowest by itself; `--modules` prints each. It is no clock rate: up to 2.2 ns of logic should close at 125 MHz in
 * any flow, more than 4 ns needs pipelining (an estimate from two other designs).
 */
import { parseArgs } from 'node:util';
import { boardNames, loadBoard } from '../boards/board.ts';
import { boardTop } from '../boards/tops/board-top.ts';
import { ENGINES } from '../hw/aead/engines.ts';
import type { EngineName } from '../spec/aead-engines.ts';
import { suggestion } from '../spec/configuration.ts';
import { WIRES } from '../spec/pages.ts';
import { arrivals, synthesised } from './area.ts';

const { values } = parseArgs({ options: { wire: { type: 'string' }, engine: { type: 'string' }, modules: { type: 'boolean' } } });
const wires = chosen('--wire', WIRES, values.wire);
const engines = chosen('--engine', Object.keys(ENGINES) as EngineName[], values.engine);
const boards = boardNames().map(loadBoard);
const [any] = boards;
if (any === undefined) throw new RangeError('there is no board');

const columns = ['way', 'engine', 'LUT', ...boards.map(({ title }) => `of ${title}`), 'FF', 'RAMB36', 'DSP', 'slowest module'];
row(columns);
row(columns.map(() => '---'));
for (const engine of engines) {
  for (const wire of wires) {
    const design = boardTop({ board: any, wire, peer: { role: 'initiator', slots: 2, engine } }).elaborate();
    // two runs of Yosys, a core each: flat for what it takes, module by module for how late each is
    const [{ luts, flipFlops, blockRams, dsps }, modules] = await Promise.all([synthesised(design), arrivals(design)]);
    // the fullest of what a part has
    const share = ({ part }: (typeof boards)[number]): string => {
      const used = Math.max(...([luts / part.luts, flipFlops / part.flipFlops, blockRams / part.blockRams, dsps / part.dsps] as const));
      return `${(100 * used).toFixed(1)} %${used > 1 ? ', too much' : ''}`;
    };
    const [slowest] = modules;
    const text = slowest === undefined ? '' : `${slowest[0]}, ${ns(slowest[1])}`;
    row([
      `\`${wire}\``,
      `\`${engine}\``,
      luts.toLocaleString('en'),
      ...boards.map(share),
      flipFlops.toLocaleString('en'),
      blockRams,
      dsps,
      text,
    ]);
    if (values.modules === true) for (const [name, arrival] of modules) process.stdout.write(`  ${ns(arrival).padStart(9)}  ${name}\n`);
  }
}

function row(cells: readonly (string | number)[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

function ns(picoseconds: number): string {
  return `${(picoseconds / 1000).toFixed(2)} ns`;
}

/** The one that was named, or all. */
function chosen<T extends string>(option: string, all: readonly T[], name: string | undefined): readonly T[] {
  if (name === undefined) return all;
  const found = all.find((each) => each === name);
  if (found !== undefined) return [found];
  process.stderr.write(`${option} ${name}: there is none of that name: ${suggestion(name, all)}\n`);
  return process.exit(2);
}
