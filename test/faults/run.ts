/**
 * Puts every fault of the list in, one at a time, and runs the test that must see it:
 * `npx tsx test/faults/run.ts [ID…]`. Works on a copy of what git knows, in build/faults. Exit status 1 where a fault is not seen
 * by the test that it names, 2 where it no longer applies.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { type Fault, FaultDoesNotApply, withFault } from './fault.ts';
import { FAULTS } from './list.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PLACE = join(ROOT, 'build/faults');
const TREE = join(PLACE, 'tree');

/** ms, for one test. */
const LIMIT = 300_000;

const report = z.object({
  testResults: z.array(
    z.object({ message: z.string().optional(), assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })) }),
  ),
});

interface Verdict {
  readonly fault: Fault;
  readonly seen: boolean;
  /** the tests that failed */
  readonly failed: readonly string[];
  readonly seconds: number;
}

/** A copy of the project to break, with what its tests need from around it. */
function copyTree(): void {
  rmSync(PLACE, { recursive: true, force: true });
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' });
  for (const file of files.split('\n').filter((name) => name !== '' && existsSync(join(ROOT, name)))) {
    mkdirSync(dirname(join(TREE, file)), { recursive: true });
    cpSync(join(ROOT, file), join(TREE, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(TREE, 'node_modules'));
  const shared = resolve(ROOT, '../shared');
  if (existsSync(shared)) symlinkSync(shared, join(PLACE, 'shared'));
}

async function judge(fault: Fault, cancelSignal: AbortSignal): Promise<Verdict> {
  const path = join(TREE, fault.file);
  const whole = readFileSync(path, 'utf8');
  const output = join(PLACE, 'report.json');
  const started = performance.now();
  writeFileSync(path, withFault(fault, whole));
  try {
    rmSync(output, { force: true });
    const { file, test } = fault.seenBy;
    const named = test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const running = execa('node_modules/.bin/vitest', ['run', file, '-t', named, '--reporter=json', `--outputFile=${output}`], {
      cwd: TREE,
      // its test may be one that is not asked each time
      env: { KEYTURN_PROOFS: 'all' },
      reject: false,
      cancelSignal,
      // a test that waits for ever sees nothing
      timeout: LIMIT,
      // a group of its own: workers outlive a vitest that is killed
      detached: true,
    });
    await running;
    endGroup(running.pid);
    cancelSignal.throwIfAborted();
    const { testResults } = existsSync(output) ? report.parse(JSON.parse(readFileSync(output, 'utf8'))) : { testResults: [] };
    const failed = testResults.flatMap(({ assertionResults }) =>
      assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
    );
    const seen = failed.some((name) => name.includes(fault.seenBy.test));
    return { fault, seen, failed, seconds: (performance.now() - started) / 1000 };
  } finally {
    writeFileSync(path, whole);
  }
}

/** Ends what is left of a group of processes. */
function endGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch (error) {
    // none is left
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function main(ids: readonly string[]): Promise<number> {
  const unknown = ids.find((id) => !FAULTS.some((fault) => fault.id === id));
  if (unknown !== undefined) {
    process.stderr.write(`there is no fault ${unknown}; there are ${FAULTS.map(({ id }) => id).join(', ')}\n`);
    return 2;
  }
  const chosen = FAULTS.filter(({ id }) => ids.length === 0 || ids.includes(id));
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  copyTree();
  let seen = 0;
  process.stdout.write('| fault | what | seen by | s |\n|---|---|---|---:|\n');
  try {
    for (const fault of chosen) {
      const verdict = await judge(fault, abort.signal);
      if (verdict.seen) seen++;
      const by = verdict.seen
        ? `${fault.seenBy.file}: ${fault.seenBy.test}`
        : `**NOT SEEN** by ${fault.seenBy.file}: ${fault.seenBy.test}; failed: ${verdict.failed.join(' · ') || 'none'}`;
      process.stdout.write(`| ${fault.id} | ${fault.what} | ${by} | ${verdict.seconds.toFixed(1)} |\n`);
    }
  } catch (error) {
    if (abort.signal.aborted) {
      process.stderr.write('interrupted\n');
      return 130;
    }
    if (!(error instanceof FaultDoesNotApply)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  } finally {
    rmSync(PLACE, { recursive: true, force: true });
  }
  process.stdout.write(`\n${seen} of ${chosen.length} seen\n`);
  return seen === chosen.length ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
