/** Runs StrykerJS over an area of the project, and reads what it found. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { AREAS, type AreaName } from './areas.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PLACE = 'build/mutation';

export interface Mutant {
  /** path from the root of the project */
  readonly file: string;
  readonly line: number;
  /** StrykerJS's name of the kind of change */
  readonly mutator: string;
  /** text that is changed, and what it becomes, white space collapsed */
  readonly original: string;
  readonly replacement: string;
  readonly status: string;
}

/** StrykerJS did not come to an end. */
export class StrykerFailed extends Error {
  constructor(area: AreaName, output: string) {
    super(`StrykerJS failed over ${area}: the tests of test/mutation/areas.ts must pass before anything is mutated\n${output}`);
    this.name = 'StrykerFailed';
  }
}

const position = z.object({ line: z.number(), column: z.number() });
const report = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.string(),
      mutants: z.array(
        z.object({
          mutatorName: z.string(),
          replacement: z.string().default(''),
          status: z.string(),
          location: z.object({ start: position, end: position }),
        }),
      ),
    }),
  ),
});

const collapsed = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** The text from one position to the other (lines and columns from 1), and what it becomes, white space collapsed. */
export function textAt(
  source: string,
  start: z.infer<typeof position>,
  end: z.infer<typeof position>,
  replacement: string,
): Pick<Mutant, 'original' | 'replacement'> {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  lines[last] = (lines[last] ?? '').slice(0, end.column - 1);
  lines[0] = (lines[0] ?? '').slice(start.column - 1);
  return { original: collapsed(lines.join('\n')), replacement: collapsed(replacement) };
}

/** The mutants of a report (mutation testing report schema), whatever became of them. */
export function mutantsOf(text: unknown): readonly Mutant[] {
  return Object.entries(report.parse(text).files).flatMap(([file, { source, mutants }]) =>
    mutants.map(({ mutatorName, replacement, status, location: { start, end } }) => ({
      file,
      line: start.line,
      mutator: mutatorName,
      ...textAt(source, start, end, replacement),
      status,
    })),
  );
}

export interface MutationRun {
  /** files or ranges of lines, `file.ts:3-9`, instead of the whole area */
  readonly mutate?: readonly string[];
  /** takes what it knows from the last run where neither the code nor its tests changed */
  readonly incremental?: boolean;
  readonly concurrency?: number;
  readonly onOutput?: (text: string) => void;
}

/** @throws StrykerFailed */
export async function mutate(
  area: AreaName,
  { mutate: places, incremental = false, concurrency = 2, onOutput }: MutationRun,
): Promise<readonly Mutant[]> {
  mkdirSync(join(ROOT, PLACE), { recursive: true });
  const run = incremental ? area : `${area}-${process.pid}`;
  const name = (suffix: string): string => `${PLACE}/${run}${suffix}`;
  const options = {
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner', './test/mutation/prose.js'],
    ignorers: ['prose'],
    vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
    mutate: places ?? AREAS[area].mutate,
    coverageAnalysis: 'perTest',
    concurrency,
    tempDirName: `build/stryker-${run}`,
    ignorePatterns: ['build'],
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: name('.json') },
    incremental,
    incrementalFile: name('.incremental.json'),
    allowEmpty: true,
  };
  const config = join(ROOT, name('.config.json'));
  writeFileSync(config, JSON.stringify(options));
  try {
    const child = execa('node_modules/.bin/stryker', ['run', config], {
      cwd: ROOT,
      // a vitest in a vitest must not take the one around it for its own
      env: {
        ...Object.fromEntries(
          Object.keys(process.env)
            .filter((key) => key.startsWith('VITEST'))
            .map((key) => [key, undefined]),
        ),
        KEYTURN_MUTATED_AREA: area,
      },
      all: true,
      reject: false,
    });
    child.all.on('data', (chunk: Buffer) => onOutput?.(chunk.toString()));
    const { exitCode, all } = await child;
    if (exitCode !== 0) throw new StrykerFailed(area, all);
    return mutantsOf(JSON.parse(readFileSync(join(ROOT, name('.json')), 'utf8')));
  } finally {
    rmSync(config, { force: true });
    if (!incremental) rmSync(join(ROOT, name('.json')), { force: true });
    rmSync(join(ROOT, `build/stryker-${run}`), { recursive: true, force: true });
  }
}
