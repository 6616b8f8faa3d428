/**
 * A runner of vitest that judges mutants where the tests already are: after the tests of a file it switches one mutant on after the other
 * (StrykerJS instruments the code with all of them at once) and runs the tests that reach it again, until one fails. What it finds it
 * appends to a file, a line each: `T id` tried, `K id` killed, `S id` survived, `I id` reached only while a module was being imported.
 */
import { appendFileSync } from 'node:fs';
import { type File, getFn, getHooks, type Suite, type Task, type Test } from '@vitest/runner';
import { VitestTestRunner } from 'vitest/runners';

/** What instrumented code looks at, and leaves behind. */
interface Switches {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: { readonly static: Record<string, number>; readonly perTest: Record<string, Record<string, number>> };
}
const holder = globalThis as { __stryker__?: Switches };
holder.__stryker__ ??= {};
const switches: Switches = holder.__stryker__;

/** A mutant that is reached so much more often than before has made a loop endless. */
const HITS = 100;
const LEAST_HITS = 10_000;

export default class MutantRunner extends VitestTestRunner {
  override onBeforeTryTask(test: Task): void {
    switches.currentTestId = test.id;
    super.onBeforeTryTask(test);
  }

  override onAfterTryTask(test: Test): void {
    switches.currentTestId = undefined;
    super.onAfterTryTask(test);
  }

  // the base class declares no files, but is called with them
  override async onAfterRunFiles(files?: File[]): Promise<void> {
    super.onAfterRunFiles();
    const tests = new Map((files ?? []).flatMap(testsIn).map((test) => [test.id, test]));
    await judge(tests);
  }
}

function testsIn(task: Task): Test[] {
  if (task.type === 'test') return task.result?.state === 'pass' ? [task] : [];
  return task.tasks.flatMap(testsIn);
}

async function judge(tests: ReadonlyMap<string, Test>): Promise<void> {
  const { static: onImport, perTest } = structuredClone(switches.mutantCoverage ?? { static: {}, perTest: {} });
  const reaching = new Map<string, { readonly test: Test; readonly hits: number }[]>();
  for (const [id, hits] of Object.entries(perTest)) {
    const test = tests.get(id);
    if (test === undefined) continue;
    for (const [mutant, count] of Object.entries(hits)) reaching.set(mutant, [...(reaching.get(mutant) ?? []), { test, hits: count }]);
  }
  for (const mutant of Object.keys(onImport)) if (!reaching.has(mutant)) note('I', mutant);
  const wanted = new Set(process.env['KEYTURN_MUTANTS']?.split(','));
  for (const [mutant, by] of reaching) {
    if (!wanted.has(mutant)) continue;
    note('T', mutant);
    note((await isKilled(mutant, by)) ? 'K' : 'S', mutant);
  }
}

async function isKilled(mutant: string, by: readonly { readonly test: Test; readonly hits: number }[]): Promise<boolean> {
  for (const { test, hits } of by) {
    switches.activeMutant = mutant;
    switches.hitCount = 0;
    switches.hitLimit = Math.max(LEAST_HITS, HITS * hits);
    try {
      await before(test, test.suite ?? test.file);
      await getFn(test)();
    } catch {
      return true;
    } finally {
      switches.activeMutant = undefined;
    }
  }
  return false;
}

/** The hooks before a test, those of the outermost suite first. */
async function before(test: Test, suite: Suite): Promise<void> {
  const outer = suite === suite.file ? undefined : (suite.suite ?? suite.file);
  if (outer !== undefined) await before(test, outer);
  for (const hook of getHooks(suite).beforeEach) await hook(test.context, suite);
}

function note(kind: string, mutant: string): void {
  appendFileSync(process.env['KEYTURN_MUTANT_LOG'] ?? '', `${kind} ${mutant}\n`);
}
