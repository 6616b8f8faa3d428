/**
 * How long it takes to elaborate, check and print hardware from a cold start: `npx tsx bench/elaboration.ts`. Stations of
 * either role, of one relation with 2 to 4 slots, and of 16 relations with each engine: in turns, each time in a process of its own, which
 * runs one file with source maps, as `keyturn` does.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';

interface Round {
  readonly modules: number;
  readonly lines: number;
  readonly designs: number;
  readonly milliseconds: number;
}

const ROUNDS = 7;
const KINDS = ['slots', 'engines'] as const;

const folder = mkdtempSync(join(tmpdir(), 'keyturn-elaboration-'));
try {
  const program = join(folder, 'cold.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'elaboration/cold.ts')],
    outfile: program,
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', sourcemap: 'inline', sourcesContent: false, logLevel: 'error' },
  });
  const rounds: Record<(typeof KINDS)[number], Round[]> = { slots: [], engines: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of KINDS) {
      const { stdout } = await execa(process.execPath, ['--enable-source-maps', program, kind]);
      rounds[kind].push(JSON.parse(stdout) as Round);
    }
  }
  for (const kind of KINDS) {
    const times = rounds[kind].map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
    const [{ modules, lines, designs } = { modules: 0, lines: 0, designs: 0 }] = rounds[kind];
    const [least, median, most] = [times[0], times[(ROUNDS - 1) / 2], times.at(-1)].map((time = Number.NaN) => time.toFixed(0));
    process.stdout.write(
      `${designs} stations of all ${kind}, ${modules} modules, ${lines} lines of Verilog: ${median} ms from a cold start, the median of ${least} to ${most}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
