/**
 * A runner of vitest that judges mutants where the tests already are: after the tests of a file it switches one mutant on after the other
 * (StrykerJS instruments the code with all of them at once) and runs the tests that reach it again, until one fails. A mutant that works
 * while modules are imported is judged by importing all modules of the file again. What it finds it appends to a file, a line each:
 * `T id` tried, `K id` killed, `S id` survived.
 */
import { appendFileSync, readFileSync, utimesSync } from 'node:fs';
import { type File, getFn, getHooks, type Suite, startTests, type Task, type Test } from '@vitest/runner';
import { vi } from 'vitest';
import { VitestTestRunner } from 'vitest/runners';

/** What instrumented code looks at, and leaves behind. */
interface Switches {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: { readonly static: Record<string, number>; readonly perTest: Record<string, Record<string, number>> } | undefined;
}
const holder = globalThis as { __stryker__?: Switches };
holder.__stryker__ ??= {};
const switches: Switches = holder.__stryker__;

/** A mutant that is reached so much more often than before has made a loop endless. */
const HITS = 100;
const LEAST_HITS = 10_000;

/** A test that takes so many times as long as before, and this much more, waits for what never comes. */
const TIMES = 5;
const LEAST_MS = 5000;

const LOG = process.env['KEYTURN_MUTANT_LOG'] ?? '';
/** The mutants that no test has killed yet, in this process or in one before. */
const killed = new Set(
  readFileSync(LOG, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('K '))
    .map((line) => line.slice(2)),
);
const wanted = new Set(process.env['KEYTURN_MUTANTS']?.split(',').filter((mutant) => !killed.has(mutant)));

export default class MutantRunner extends VitestTestRunner {
  override onBeforeTryTask(test: Task): void {
    alive();
    switches.currentTestId = test.id;
    super.onBeforeTryTask(test);
  }

  override onAfterTryTask(test: Test): void {
    switches.currentTestId = undefined;
    super.onAfterTryTask(test);
  }

  // the base class declares no files, but is called with them
  override async onAfterRunFiles(files: readonly File[] = []): Promise<void> {
    super.onAfterRunFiles();
    for (const file of files) await judge(this, file);
  }
}

/** A test that reaches a mutant, and how often. */
interface Reach {
  readonly test: Test;
  readonly hits: number;
}

async function judge(runner: MutantRunner, file: File): Promise<void> {
  const { static: onImport, perTest } = structuredClone(switches.mutantCoverage ?? { static: {}, perTest: {} });
  const reaching = new Map<string, Reach[]>();
  const afresh = new Map(Object.entries(onImport).filter(([mutant]) => wanted.has(mutant)));
  for (const test of testsIn(file)) {
    const reached = Object.entries(perTest[test.id] ?? {}).filter(([mutant]) => wanted.has(mutant));
    // a test that can be run but once, since it ends what a hook began, says nothing when it fails the second time
    const repeats = reached.length === 0 || (await passes(test));
    for (const [mutant, hits] of reached) {
      if (repeats) reaching.set(mutant, [...(reaching.get(mutant) ?? []), { test, hits }]);
      else afresh.set(mutant, (afresh.get(mutant) ?? 0) + hits);
    }
  }
  for (const [mutant, by] of reaching) {
    note('T', mutant);
    decide(mutant, await isKilled(mutant, by));
  }
  for (const [mutant, hits] of afresh) {
    if (!wanted.has(mutant)) continue;
    note('T', mutant);
    decide(mutant, await isKilledAfresh(runner, file, mutant, hits));
  }
  // the file that comes next in this process imports for itself, without a mutant
  vi.resetModules();
  switches.mutantCoverage = undefined;
}

function decide(mutant: string, killed: boolean): void {
  note(killed ? 'K' : 'S', mutant);
  if (killed) wanted.delete(mutant);
}

function testsIn(task: Task): Test[] {
  if (task.type === 'test') return task.result?.state === 'pass' ? [task] : [];
  return task.tasks.flatMap(testsIn);
}

async function isKilled(mutant: string, by: readonly Reach[]): Promise<boolean> {
  for (const { test, hits } of by) {
    const killed = await withMutant(mutant, hits, async () => !(await passes(test)));
    if (killed && !(await passes(test)))
      throw new Error(`mutant ${mutant} leaves something behind in the modules of "${test.name}": what comes after it can't be judged`);
    if (killed) return true;
  }
  return false;
}

async function withMutant(mutant: string, hits: number, run: () => Promise<boolean>): Promise<boolean> {
  Object.assign(switches, { activeMutant: mutant, hitCount: 0, hitLimit: Math.max(LEAST_HITS, HITS * hits) });
  try {
    return await run();
  } finally {
    // a test that failed did not say that it ended
    Object.assign(switches, { activeMutant: undefined, currentTestId: undefined, hitCount: undefined, hitLimit: undefined });
  }
}

async function passes(test: Test): Promise<boolean> {
  alive();
  try {
    try {
      await before(test, test.suite ?? test.file);
      await inTime(test, getFn(test)());
    } finally {
      await after(test, test.suite ?? test.file);
    }
    return true;
  } catch {
    return false;
  }
}

/** Fails where a test waits for what never comes; what waits is left behind. */
async function inTime(test: Test, run: Promise<unknown> | unknown): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = LEAST_MS + TIMES * (test.result?.duration ?? 0);
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${test.name}: no end within ${limit} ms`)), limit);
  });
  try {
    await Promise.race([run, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The hooks before a test, those of the outermost suite first. */
async function before(test: Test, suite: Suite): Promise<void> {
  const outer = suite === suite.file ? undefined : (suite.suite ?? suite.file);
  if (outer !== undefined) await before(test, outer);
  for (const hook of getHooks(suite).beforeEach) await hook(test.context, suite);
}

/** The hooks after a test, the last one of the innermost suite first. */
async function after(test: Test, suite: Suite): Promise<void> {
  for (const hook of getHooks(suite).afterEach.toReversed()) await hook(test.context, suite);
  if (suite !== suite.file) await after(test, suite.suite ?? suite.file);
}

async function isKilledAfresh(runner: MutantRunner, { filepath }: File, mutant: string, hits: number): Promise<boolean> {
  vi.resetModules();
  const judging = unseen(runner);
  return withMutant(mutant, hits, async () => {
    const [file] = await startTests([filepath], judging);
    return file === undefined || file.result?.state === 'fail';
  });
}

/** A runner that tells nobody what it runs, and runs nothing after the first test that fails. */
function unseen(runner: MutantRunner): MutantRunner {
  const nothing = async (): Promise<void> => {};
  let failed = false;
  const silent: MutantRunner = Object.create(runner);
  return Object.assign(silent, {
    onBeforeCollect: nothing,
    onCollected: nothing,
    onTaskUpdate: nothing,
    onAfterRunFiles: nothing,
    async onBeforeRunTask(test: Test): Promise<void> {
      if (failed) test.mode = 'skip';
      await runner.onBeforeRunTask(test);
    },
    onAfterRunTask(test: Test): void {
      failed ||= test.result?.state === 'fail';
    },
  });
}

/** Whoever waits for verdicts sees by the time of the file that this goes on. */
function alive(): void {
  const now = new Date();
  utimesSync(LOG, now, now);
}

function note(kind: string, mutant: string): void {
  appendFileSync(LOG, `${kind} ${mutant}\n`);
}
