/**
 * Mutants of the modules of the hardware and of the peer that joins them, one small fault each:
 * `npx tsx formal/rtl/mutation.ts [module…]`. Each one must be killed by a co-simulation, on the bench, in a short scenario or
 * by a claim, be proved equivalent, or stand in `mutation/survivors.ts` with a reason. Exit status 1 where one survives that
 * does not, and where the list names one that is seen.
 *
 *   module     key_store, frame_opener, keyturn (the peer itself), or a longer name; all of them where none is named
 *   --all      lists every mutant with its fate, not only those that the simulation leaves
 *   --proofs   asks the claims about the mutants that the simulation killed too: what the proofs see alone (takes an hour)
 */
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CLAIMS } from './claims.ts';
import { type Fate, type Judgement, refusedBy, seen, solved } from './mutation/judge.ts';
import { type Mutant, mutantsOf } from './mutation/mutants.ts';
import { ALL_SUBJECTS, type Subject } from './mutation/subjects.ts';
import { staleEntries, unexplained } from './mutation/survivors.ts';

/** Solvers at once: the proofs are for a machine of two cores. */
const SOLVERS = 2;
const FATES: readonly Fate[] = [
  'killed by simulation',
  'killed on the bench',
  'killed in the scenario',
  'killed by proof',
  'proved equivalent',
  'survives',
];

interface Score {
  readonly module: string;
  readonly mutants: number;
  readonly count: Readonly<Record<Fate, number>>;
  /** survivors that the list does not explain, and entries of the list that no survivor needs */
  readonly unexplained: readonly string[];
  readonly stale: readonly string[];
  readonly seconds: number;
}

interface Wishes {
  readonly all: boolean;
  readonly proofs: boolean;
  readonly signal: AbortSignal;
}

async function score(subject: Subject, { all, proofs, signal }: Wishes): Promise<Score> {
  const started = performance.now();
  const mutants = mutantsOf(subject.module);
  const runs = subject.runs();
  const judged: { readonly mutant: Mutant; readonly judgement: Judgement }[] = [];
  const left: Mutant[] = [];
  const settle = (mutant: Mutant, judgement: Judgement, listed: boolean): void => {
    judged.push({ mutant, judgement });
    if (listed) print(`${subject.module.name}  ${judgement.fate.padEnd(20)}  ${mutant.fault}\n    ${judgement.reason}`);
    progress(subject.module.name, judged.length, mutants.length);
  };

  for (const mutant of mutants) {
    const judgement = await seen(mutant, subject, runs, signal);
    if (judgement === undefined) left.push(mutant);
    else settle(mutant, judgement, all);
    // so that Ctrl-C is heard
    await setImmediate();
    signal.throwIfAborted();
  }
  const killed = judged.map(({ mutant }) => mutant);
  await severalAtOnce(left, async (mutant) => settle(mutant, await solved(mutant, subject, CLAIMS, signal), true));
  if (proofs) await askClaims(subject.module.name, killed, signal);
  const survivors = judged.filter(({ judgement }) => judgement.fate === 'survives').map(({ mutant }) => mutant.fault);
  const { name } = subject.module;
  return {
    module: name,
    mutants: mutants.length,
    unexplained: unexplained(name, survivors),
    stale: staleEntries(name, survivors),
    count: Object.fromEntries(
      FATES.map((fate) => [fate, judged.filter(({ judgement }) => judgement.fate === fate).length]),
    ) as Score['count'],
    seconds: (performance.now() - started) / 1000,
  };
}

/** What the claims make of mutants that are known to behave otherwise. */
async function askClaims(module: string, killed: readonly Mutant[], signal: AbortSignal): Promise<void> {
  let asked = 0;
  let refused = 0;
  await severalAtOnce(killed, async (mutant) => {
    if ((await refusedBy(mutant, CLAIMS, signal)) === undefined) print(`${module}  accepted by the claims  ${mutant.fault}`);
    else refused++;
    progress(`${module}, claims alone`, ++asked, killed.length);
  });
  print(`${module}: the claims alone refuse ${refused} of the ${killed.length} mutants that the simulation kills`);
}

async function severalAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: SOLVERS }, worker));
}

function print(line: string): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  process.stdout.write(`${line}\n`);
}

function progress(what: string, done: number, total: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}  ${done} of ${total} mutants`);
}

function table(scores: readonly Score[]): string {
  const rows = [
    ['module', 'mutants', ...FATES, 'seconds'],
    ...scores.map(({ module, mutants, count, seconds }) =>
      [module, mutants, ...FATES.map((fate) => count[fate]), seconds.toFixed(1)].map(String),
    ),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
  );
  return lines.map((cells) => cells.join('  ')).join('\n');
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { all: { type: 'boolean' }, proofs: { type: 'boolean' } } });
  const unknown = positionals.find((name) => !ALL_SUBJECTS.some(({ module }) => module.name.startsWith(name)));
  if (unknown !== undefined) {
    process.stderr.write(`no module ${unknown}; there are ${ALL_SUBJECTS.map(({ module }) => module.name).join(', ')}\n`);
    return 2;
  }
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.on('SIGINT', interrupt);
  const wishes: Wishes = { all: values.all === true, proofs: values.proofs === true, signal: abort.signal };
  const chosen = ALL_SUBJECTS.filter(({ module }) => positionals.length === 0 || positionals.some((name) => module.name.startsWith(name)));
  const scores: Score[] = [];
  try {
    for (const subject of chosen) scores.push(await score(subject, wishes));
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    process.stderr.write('\ninterrupted\n');
    return 130;
  } finally {
    process.off('SIGINT', interrupt);
  }
  print(table(scores));
  for (const { module, unexplained: faults, stale } of scores) {
    for (const fault of faults) print(`${module}  survives without a reason in mutation/survivors.ts: ${fault}`);
    for (const fault of stale) print(`${module}  stands in mutation/survivors.ts, and is seen: ${fault}`);
  }
  return scores.some(({ unexplained: faults, stale }) => faults.length + stale.length > 0) ? 1 : 0;
}

process.exitCode = await main();
