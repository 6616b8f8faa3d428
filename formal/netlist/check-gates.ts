/**
 * Synthesises every module of hw/ for Xilinx 7 series and compares the gates with the design:
 * `npx tsx formal/netlist/check-gates.ts` the smaller ones, `--all` every one and both peers, `--cycles N`, `--seed N`.
 * Prints a table: cells, block RAMs and LUT RAMs, cycles compared, seconds.
 */
import { parseArgs } from 'node:util';
import { inferredMemories } from '../../hdl-gen/synthesis/memories.ts';
import { cellCounts, synthesiseForXilinx } from '../../hdl-gen/synthesis/xilinx.ts';
import { agreeWithGates } from './agreement.ts';
import { SUBJECTS } from './subjects.ts';

const { values } = parseArgs({
  options: { all: { type: 'boolean' }, cycles: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
});
const cycles = Number(values.cycles ?? 1000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const all = values.all === true;
const subjects = SUBJECTS.filter(({ design, quick }) => (values.only === undefined ? quick || all : design.name === values.only));

const COLUMNS = [30, 8, 8, 8, 8, 8, 8, 9, 9, 8];
const row = (cells: readonly string[]): string =>
  cells.map((cell, at) => (at === 0 ? cell.padEnd(COLUMNS[at] ?? 0) : cell.padStart(COLUMNS[at] ?? 0))).join(' ');

process.stdout.write(`seed ${seed}\n`);
process.stdout.write(`${row(['module', 'cells', 'LUT', 'FF', 'RAMB', 'LUTRAM', 'synth s', 'cycles', 'compared', 'sim s'])}\n`);
let failed = 0;
for (const { design } of subjects) {
  try {
    const module = design.elaborate();
    const gates = await synthesiseForXilinx(module);
    const counted = [...cellCounts(gates.cells)];
    const count = (pattern: RegExp): string => String(counted.reduce((sum, [type, n]) => sum + (pattern.test(type) ? n : 0), 0));
    for (const { name, memory, cells, asDeclared } of inferredMemories(module, gates.cells)) {
      if (asDeclared) continue;
      const found = [...cells].map(([type, n]) => `${n} ${type}`).join(', ') || 'flip-flops and logic';
      throw new Error(`memory ${name}, declared ${memory.style}, became ${found}`);
    }
    const agreement = await agreeWithGates(module, gates, { cycles, seed });
    const share = agreement.comparedBits / (agreement.comparedBits + agreement.unknownBits);
    process.stdout.write(
      `${row([
        design.name,
        String(gates.cells.length),
        count(/^LUT/),
        count(/^FD/),
        count(/^RAMB/),
        count(/^RAM\d/),
        gates.seconds.toFixed(1),
        String(agreement.cycles),
        `${(100 * share).toFixed(2)}%`,
        agreement.seconds.toFixed(1),
      ])}\n`,
    );
  } catch (error) {
    failed++;
    process.stdout.write(`${design.name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.stdout.write(`  again: npx tsx formal/netlist/check-gates.ts --only ${design.name} --cycles ${cycles} --seed ${seed}\n`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
