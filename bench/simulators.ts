/**
 * How fast the simulators are, against each other: `npx tsx bench/simulators.ts`. Cycles per second of a free run,
 * median of rounds that take turns, and the time from the design to its first cycle.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lower } from '../hdl-gen/ir/lower.ts';
import { interpret } from '../hdl-gen/sim/interpreter.ts';
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { buildWithVerilator } from '../hdl-gen/sim/verilator/build.ts';
import { simulateVerilator } from '../hdl-gen/sim/verilator/simulator.ts';
import { simulateWasm } from '../hdl-gen/sim/wasm/simulator.ts';
import { DESIGNS } from './designs.ts';

const ROUNDS = 7;
/** ms that one round of one simulator should take */
const ROUND_MS = 150;

interface Contestant {
  readonly name: string;
  readonly simulator: Simulator;
  readonly firstCycleMs: number;
  batch: number;
  readonly rates: number[];
}

async function started(name: string, start: () => Promise<Simulator> | Simulator): Promise<Contestant> {
  const from = performance.now();
  const simulator = await start();
  const reset = simulator.inputs.get('rst');
  if (reset !== undefined) reset.value = 1;
  simulator.step(2);
  if (reset !== undefined) reset.value = 0;
  simulator.step();
  return { name, simulator, firstCycleMs: performance.now() - from, batch: 16, rates: [] };
}

/** Cycles per second of one batch; the batch grows until it takes long enough. */
function round(contestant: Contestant): number {
  for (;;) {
    const from = performance.now();
    contestant.simulator.step(contestant.batch);
    const ms = performance.now() - from;
    if (ms >= ROUND_MS) return (contestant.batch / ms) * 1000;
    contestant.batch *= 2;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const folder = mkdtempSync(join(tmpdir(), 'keyturn-bench-'));
const rows: string[][] = [['design', 'simulator', 'Mcycles/s', 'x Verilator', 'x interpreter', 'first cycle, ms']];
try {
  for (const { name, design } of DESIGNS) {
    const module = design.elaborate();
    const netlist = lower(module);
    const contestants = [
      await started('interpreter', () => interpret(netlist)),
      await started('wasm', () => simulateWasm(lower(module))),
      await started('verilator -O3', async () => simulateVerilator(await buildWithVerilator(module, netlist, folder))),
    ];
    for (const contestant of contestants) round(contestant);
    for (let turn = 0; turn < ROUNDS; turn++) for (const contestant of contestants) contestant.rates.push(round(contestant));
    const rate = (index: number): number => median(contestants[index]?.rates ?? []);
    contestants.forEach((contestant, index) => {
      const figures = [rate(index) / 1e6, rate(index) / rate(2), rate(index) / rate(0)];
      rows.push([name, contestant.name, ...figures.map((figure) => figure.toPrecision(3)), contestant.firstCycleMs.toFixed(0)]);
      contestant.simulator.close();
    });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
for (const row of rows)
  process.stdout.write(
    `${row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}\n`,
  );
