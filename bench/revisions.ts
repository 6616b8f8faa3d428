/**
 * Frames a second of `keyturn sim` as it is, and as it was at a revision, in turn: `npx tsx bench/revisions.ts [revision, default 0205b99]
 * [frames in each direction, default 10000]`. Whole runs, with their files, and start-up: by processor time, which is one core, and by the
 * clock on two. Medians of three rounds, and ratios. The revision runs on the packages that are installed now.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { median } from './median.ts';

const [revision = '0205b99', count = '10000'] = process.argv.slice(2);
const FRAMES = Number(count);
const ROUNDS = 3;
const ROOT = resolve(import.meta.dirname, '..');

interface Taken {
  /** s */
  readonly clock: number;
  readonly processor: number;
}

function run(tree: string, folder: string): Taken {
  const command = `TIMEFORMAT='%R %U %S'; time node bin/keyturn.js sim --seed 1 --frames ${FRAMES} --out ${folder} >/dev/null 2>/dev/null`;
  // `time` of bash counts children, and what they wait for
  const output = execFileSync('bash', ['-c', `{ ${command}; } 2>&1`], { cwd: tree, encoding: 'utf8' });
  const [clock = 0, user = 0, system = 0] = output.trim().split(' ').map(Number);
  return { clock, processor: user + system };
}

const place = mkdtempSync(join(tmpdir(), 'keyturn-revisions-'));
try {
  const before = join(place, 'before');
  execFileSync('bash', ['-c', `mkdir ${before} && git archive ${revision} | tar -x -C ${before}`], { cwd: ROOT });
  symlinkSync(join(ROOT, 'node_modules'), join(before, 'node_modules'));
  const trees = { [revision]: before, now: ROOT };
  const taken = Object.fromEntries(Object.keys(trees).map((name) => [name, [] as Taken[]]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, tree] of Object.entries(trees)) {
      process.stderr.write(`round ${round + 1} of ${ROUNDS}, ${name}\n`);
      taken[name]?.push(run(tree, join(place, 'out')));
      rmSync(join(place, 'out'), { recursive: true, force: true });
    }
  process.stdout.write(`frames a second, ${FRAMES} each way     one core     two cores\n`);
  const rates = Object.entries(taken).map(([name, rounds]) => {
    const rate = (of: keyof Taken): number => (2 * FRAMES) / median(rounds.map((round) => round[of]));
    const both = [rate('processor'), rate('clock')];
    process.stdout.write(`${name.padEnd(36)}${both.map((one) => one.toFixed(0).padStart(10)).join('   ')}\n`);
    return both;
  });
  const [was = [], is = []] = rates;
  process.stdout.write(
    `${'ratio'.padEnd(36)}${is.map((one, at) => (one / (was[at] ?? Number.NaN)).toFixed(2).padStart(10)).join('   ')}\n`,
  );
} finally {
  rmSync(place, { recursive: true, force: true });
}
