/**
 * Where the time of a simulation goes: `npx tsx bench/simulation.ts [frames in each direction, default 10000]`. A run with each engine
 * as `keyturn sim` makes it, with its files and judged, sampled by V8's profiler: each sample counts for the innermost part of the
 * project on its stack. Frames a second are of CPU time, all threads.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optionsSchema } from '../sim/options.ts';
import { runSimulation } from '../sim/run.ts';

const FRAMES = Number(process.argv[2] ?? 10_000);
const ENGINES = ['xor', 'aes-256-gcm'] as const;

/** The parts by what the URL of their code has in it; the first that fits. */
const PARTS: readonly (readonly [part: string, of: RegExp])[] = [
  ['hardware, compiled', /^wasm:/],
  ['elaboration, Verilog, compiler', /\/(hw|hdl-gen\/(build|check|ir|types|verilog|sim\/wasm\/(?!simulator)))\//],
  ['waves', /\/(sim\/waves|hdl-gen\/sim\/vcd)/],
  ['reference model and scoreboard', /\/(sim\/(station|slot|image)-scoreboard|sw\/(reference-model|aead|frame)\/|spec\/peer-rules)/],
  ['software on the registers', /\/sw\//],
  [
    'bus models, ports, clock',
    /\/(sim\/(bus\/|station-bench|station-end|station-trace|device|scenario|lanes|station-software)|hdl-gen\/sim\/)/,
  ],
  ['network and tally', /\/sim\/(network|tally|rekey-log|association-log|remarks)/],
  ['capture', /\/(capture|sim\/watch|sim\/output)/],
  ['judge', /\/judge\//],
  ['report', /\/sim\/report\//],
];
const COLLECTOR = 'garbage collector';
const REST = 'the rest';

interface Measured {
  readonly framesPerSecond: number;
  /** of all samples */
  readonly shares: ReadonlyMap<string, number>;
}

async function measured(engine: (typeof ENGINES)[number]): Promise<Measured> {
  const out = mkdtempSync(join(tmpdir(), 'keyturn-simulation-'));
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    const from = process.cpuUsage();
    await runSimulation({ options: optionsSchema.parse({ frames: FRAMES, engine }), out, keyLog: true });
    const { user, system } = process.cpuUsage(from);
    const { profile } = await session.post('Profiler.stop');
    const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
    const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
    const partOf = (leaf: number): string | undefined => {
      const name = nodes.get(leaf)?.callFrame.functionName;
      if (name === '(idle)') return undefined;
      if (name === '(garbage collector)') return COLLECTOR;
      for (let id: number | undefined = leaf; id !== undefined; id = parents.get(id)) {
        const url = nodes.get(id)?.callFrame.url ?? '';
        const found = PARTS.find(([, of]) => of.test(url.replace(/^.*\/node_modules\//, '')));
        if (found !== undefined) return found[0];
      }
      return REST;
    };
    const times = new Map<string, number>();
    profile.samples?.forEach((leaf, index) => {
      const part = partOf(leaf);
      if (part !== undefined) times.set(part, (times.get(part) ?? 0) + (profile.timeDeltas?.[index] ?? 0));
    });
    const total = [...times.values()].reduce((sum, time) => sum + time, 0);
    return {
      framesPerSecond: (2 * FRAMES * 1e6) / (user + system),
      shares: new Map([...times].map(([part, time]) => [part, time / total])),
    };
  } finally {
    session.disconnect();
    rmSync(out, { recursive: true, force: true });
  }
}

const runs: Measured[] = [];
for (const engine of ENGINES) runs.push(await measured(engine));
const row = (name: string, cells: readonly string[]): void => {
  process.stdout.write(`${name.padEnd(32)}${cells.map((cell) => cell.padStart(14)).join('')}\n`);
};
row(`% of the time, ${FRAMES} frames each way`, []);
row('', ENGINES);
for (const part of [...PARTS.map(([name]) => name), COLLECTOR, REST])
  row(
    part,
    runs.map(({ shares }) => (100 * (shares.get(part) ?? 0)).toFixed(1)),
  );
row(
  'frames a second of CPU',
  runs.map(({ framesPerSecond }) => framesPerSecond.toFixed(0)),
);
