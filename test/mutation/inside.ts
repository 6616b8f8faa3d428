/**
 * Judges mutants of an area without starting the tests anew for each: StrykerJS takes a second of computing for every mutant, this takes
 * milliseconds.
 */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { execa } from 'execa';
import type { AreaName } from './areas.ts';
import { strykerPlugins } from './prose.js';
import { type Mutant, textAt } from './stryker.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** The areas that can be judged so. */
export const INSIDE = ['spec', 'sw', 'sim', 'cli'] as const;
type Inside = (typeof INSIDE)[number];

/** What the tests of an area need. */
const SPEC = ['spec', 'sw', 'test/spec', 'test/sw', 'test/vectors', 'test/mutation', 'package.json'];
const SW = [
  ...SPEC,
  'sim',
  'hw',
  'hdl-gen',
  // that of hdl-gen is made from it
  'tsconfig.json',
  'capture',
  'judge',
  'boards',
  'cli',
  'docs',
  'test/docs/key-hierarchy.test.ts',
  'test/hw/aead/gcm-cases.ts',
];
const SIM = [...SW, 'test'];
const NEEDED: Readonly<Record<Inside, readonly string[]>> = {
  spec: SPEC,
  sw: SW,
  sim: SIM,
  cli: [...SIM, 'bin', 'constraints', 'README.md', 'LICENSE'],
};
/** Time without a verdict and without a test that begins, after which the mutant that is being tried is taken to be in an endless loop. */
const PATIENCE_MS = 120_000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal has ended the judging; nothing of it is left. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted; the mutants were not judged to the end');
    this.name = 'Interrupted';
  }
}

const silent = new Proxy({}, { get: (_, name) => (String(name).startsWith('is') ? () => false : () => {}) });

/** The sources of an area, and those mutants of them that `chosen` wants. */
export async function judgeInside(area: Inside, chosen: (mutants: readonly Mutant[]) => readonly Mutant[]): Promise<readonly Mutant[]> {
  const place = join(ROOT, `build/mutation-${area}-${process.pid}`);
  try {
    for (const name of NEEDED[area]) cpSync(join(ROOT, name), join(place, name), { recursive: true });
    const { files, mutants } = await instrumented(area);
    for (const { name, content } of files) writeFileSync(join(place, name), content);
    const wanted = new Set(chosen(mutants.map(({ mutant }) => mutant)));
    const ids = new Map(mutants.filter(({ mutant }) => wanted.has(mutant)).map(({ id, mutant }) => [id, mutant]));
    const runnable = [...ids].filter(([, { status }]) => status !== 'Ignored').map(([id]) => id);
    const mutated = [...new Set([...ids.values()].map(({ file }) => file))];
    const verdicts = await verdictsOn(area, place, runnable, mutated);
    return [...ids].map(([id, mutant]) => ({
      ...mutant,
      status: mutant.status === 'Ignored' ? 'Ignored' : (verdicts.get(id) ?? 'NoCoverage'),
    }));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

interface Instrumented {
  readonly files: readonly { readonly name: string; readonly content: string }[];
  readonly mutants: readonly { readonly id: string; readonly mutant: Mutant }[];
}

async function instrumented(area: AreaName): Promise<Instrumented> {
  const names = readdirSync(join(ROOT, area), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const sources = new Map(names.toSorted().map((name) => [`${area}/${name}`, readFileSync(join(ROOT, area, name), 'utf8')]));
  const instrumenter = new Instrumenter(silent as ConstructorParameters<typeof Instrumenter>[0]);
  const { files, mutants } = await instrumenter.instrument(
    [...sources].map(([name, content]) => ({ name, content, mutate: true })),
    { plugins: null, excludedMutations: [], ignorers: strykerPlugins.map(({ value }) => value), noHeader: false },
  );
  return {
    files,
    mutants: mutants.map(({ id, fileName, mutatorName, replacement, location: { start, end }, status = 'Pending' }) => ({
      id,
      mutant: {
        file: fileName,
        line: start.line + 1,
        mutator: mutatorName,
        ...textAt(
          sources.get(fileName) ?? '',
          { line: start.line + 1, column: start.column + 1 },
          { line: end.line + 1, column: end.column + 1 },
          replacement,
        ),
        status,
      },
    })),
  };
}

/** Runs the tests that import the mutated files; starts again behind a mutant that never ends, or ends the process. */
async function verdictsOn(
  area: AreaName,
  place: string,
  mutants: readonly string[],
  mutated: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const verdicts = new Map<string, string>();
  const log = join(place, 'verdicts.txt');
  let left = mutants;
  while (left.length > 0) {
    writeFileSync(log, '');
    const related = ['related', ...mutated, '--run', '--passWithNoTests', '--config', 'test/mutation/inside.config.ts'];
    const running = execa(join(ROOT, 'node_modules/.bin/vitest'), related, {
      cwd: place,
      env: {
        ...withoutVitest(),
        KEYTURN_MUTATED_AREA: area,
        KEYTURN_MUTATED_FILES: mutated.join(','),
        KEYTURN_MUTANT_LOG: log,
        KEYTURN_MUTANTS: left.join(','),
      },
      all: true,
      reject: false,
      // a group of its own: its worker, which an endless mutant keeps busy, would outlive it
      detached: true,
    });
    const end = (): void => killGroup(running.pid);
    let interrupted = false;
    const interrupt = (): void => {
      interrupted = true;
      end();
    };
    const watch = setInterval(() => {
      if (Date.now() - statSync(log).mtimeMs > PATIENCE_MS) end();
    }, 1000);
    for (const name of SIGNALS) process.on(name, interrupt);
    const { exitCode, signal, all } = await running;
    for (const name of SIGNALS) process.off(name, interrupt);
    clearInterval(watch);
    if (interrupted) throw new Interrupted();
    const stuck = read(log, verdicts);
    if (exitCode === 0 && stuck.length === 0) return verdicts;
    if (stuck.length === 0) throw new Error(`the tests of ${area} must pass before anything is mutated:\n${all}`);
    // without a signal the worker of vitest is gone, for which it does not always fail
    for (const mutant of stuck) verdicts.set(mutant, signal === undefined ? 'RuntimeError' : 'Timeout');
    left = left
      .filter((mutant) => !verdicts.has(mutant) || verdicts.get(mutant) === 'Survived')
      .filter((mutant) => !stuck.includes(mutant));
  }
  return verdicts;
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // it has ended meanwhile
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Takes the verdicts of all test files together. Returns what was tried and has none. */
function read(log: string, verdicts: Map<string, string>): readonly string[] {
  const trying = new Map<string, number>();
  for (const line of existsSync(log) ? readFileSync(log, 'utf8').split('\n') : []) {
    const [kind = '', mutant = ''] = line.split(' ');
    if (kind === 'T') trying.set(mutant, (trying.get(mutant) ?? 0) + 1);
    else trying.set(mutant, (trying.get(mutant) ?? 1) - 1);
    if (kind === 'K') verdicts.set(mutant, 'Killed');
    else if (kind === 'S' && verdicts.get(mutant) !== 'Killed') verdicts.set(mutant, 'Survived');
  }
  return [...trying].filter(([mutant, count]) => mutant !== '' && count > 0).map(([mutant]) => mutant);
}

function withoutVitest(): Record<string, undefined> {
  const names = Object.keys(process.env).filter((name) => name.startsWith('VITEST') || name === 'NODE_ENV');
  return Object.fromEntries(names.map((name) => [name, undefined]));
}
