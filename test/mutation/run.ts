/**
 * Mutates the project and runs the tests that must see it: `npm run mutate [-- AREA…]`, areas as in `areas.ts`. What was found is kept in
 * build/mutation: a second run does only what changed. `--inside` judges spec and sw in a minute or two, without StrykerJS's test runner
 * (`inside.ts`). Exit status 1 where a survivor has no reason, or an area is below its bar.
 */
import { AREAS, type Area, type AreaName, isAreaName } from './areas.ts';
import { INSIDE, Interrupted, isInside, judgeInside } from './inside.ts';
import { type Mutant, mutate, StrykerFailed } from './stryker.ts';
import { SURVIVORS } from './survivors.ts';
import { describeMutant, scoreOf, verdictOn } from './verdict.ts';

function report(name: AreaName, mutants: readonly Mutant[]): boolean {
  const { least }: Area = AREAS[name];
  const verdict = verdictOn(mutants, SURVIVORS);
  const { killed, explained, unexplained, outdated } = verdict;
  const score = scoreOf(verdict);
  for (const mutant of unexplained) process.stdout.write(`${describeMutant(mutant)}\n`);
  for (const { file, mutator, original, replacement } of outdated)
    process.stdout.write(`${file}: ${mutator} no longer survives; delete its reason: ${original} → ${replacement}\n`);
  const ignored = mutants.filter(({ status }) => status === 'Ignored').length;
  process.stdout.write(
    `${name}: ${killed} killed, ${unexplained.length} survive, ${explained.length} with a reason, ${ignored} of prose; ` +
      `${(100 * score).toFixed(1)} %, expected ${100 * least} %\n`,
  );
  return score >= least && outdated.length === 0;
}

async function main(args: readonly string[]): Promise<number> {
  const inside = args.includes('--inside');
  const names = args.filter((arg) => arg !== '--inside');
  const known: readonly string[] = inside ? INSIDE : Object.keys(AREAS);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    process.stderr.write(`there is no area ${unknown}${inside ? ' that is judged inside' : ''}; there are ${known.join(', ')}\n`);
    return 2;
  }
  let good = true;
  for (const name of (names.length === 0 ? known : names).filter(isAreaName)) {
    const mutants =
      inside && isInside(name)
        ? await judgeInside(name, (all) => all)
        : await mutate(name, { incremental: true, onOutput: (text) => process.stderr.write(text) });
    good = report(name, mutants) && good;
  }
  return good ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof StrykerFailed || error instanceof Interrupted)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof Interrupted ? 130 : 2;
}
