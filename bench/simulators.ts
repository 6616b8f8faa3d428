/**
 * How fast the simulators are, against each other: `npx tsx bench/simulators.ts`. Cycles per second of CPU time, that of Verilator's
 * process too, median of rounds that take turns, and the time from the design to its first cycle. The engine makes its own load, the
 * peers run on recorded traffic: of a design with nothing to do there is nothing to measure.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lower } from '../hdl-gen/ir/lower.ts';
import { interpret } from '../hdl-gen/sim/interpreter.ts';
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { buildWithVerilator } from '../hdl-gen/sim/verilator/build.ts';
import { simulateVerilator } from '../hdl-gen/sim/verilator/simulator.ts';
import { simulateWasm } from '../hdl-gen/sim/wasm/simulator.ts';
import { DESIGNS } from './designs.ts';
import { engineLoad } from './engine-load.ts';
import { median } from './median.ts';
import { recordedStation } from './recorded.ts';

const ROUNDS = 5;
/** ms of CPU that one round of one simulator should take */
const ROUND_MS = 150;
/** of the clock in which Linux counts a process's time (proc(5)) */
const TICK_MS = 10;

interface Contestant {
  readonly name: string;
  readonly simulator: Simulator;
  readonly firstCycleMs: number;
  /** of the process that it runs in, where that is another one */
  readonly pid: number | undefined;
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
  const pid = 'pid' in simulator && typeof simulator.pid === 'number' ? simulator.pid : undefined;
  return { name, simulator, firstCycleMs: performance.now() - from, pid, batch: 16, rates: [] };
}

/** ms of CPU that the simulator has taken. */
function cpuMs({ pid }: Contestant): number {
  if (pid === undefined) return process.cpuUsage().user / 1000;
  // the name may hold spaces; utime is the twelfth field behind it
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return TICK_MS * Number(fields[11]);
}

/** Cycles per second of one batch; the batch grows until it takes long enough. */
function round(contestant: Contestant): number {
  for (;;) {
    const from = cpuMs(contestant);
    contestant.simulator.step(contestant.batch);
    const ms = cpuMs(contestant) - from;
    if (ms >= ROUND_MS) return (contestant.batch / ms) * 1000;
    contestant.batch *= 2;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'keyturn-bench-'));
const designs = [
  ...DESIGNS.filter(({ name }) => name.startsWith('datapath')),
  { name: 'AES-256-GCM engine', design: engineLoad('aes-256-gcm') },
  { name: 'initiator, xor', design: await recordedStation('xor') },
  { name: 'initiator, GCM', design: await recordedStation('aes-256-gcm') },
];
const rows: string[][] = [['design', 'simulator', 'Mcycles/s', 'x Verilator', 'x interpreter', 'first cycle, ms']];
try {
  for (const { name, design } of designs) {
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
