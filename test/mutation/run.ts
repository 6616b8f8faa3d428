/**
 * Mutates the project and runs the tests that must see it: `npm run mutate [-- PLACE…]`, a place being an area as in `areas.ts`, or a
 * folder or file in one (`sw/bitstream`). What was found is kept in build/mutation: a second run does only what changed. `--inside` judges
 * spec, sw, sim and cli in minutes, without StrykerJS's test runner (`inside.ts`); with it, `--sample COUNT [--seed SEED]` judges so many of
 * the mutants. Exit status 1 where a survivor has no reason, or an area is below its bar.
 */
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AREAS, type Area, type AreaName, isAreaName } from './areas.ts';
import { drawn } from './drawn.ts';
import { INSIDE, Interrupted, judgeInside } from './inside.ts';
import { type Mutant, mutate, StrykerFailed } from './stryker.ts';
import { SURVIVORS } from './survivors.ts';
import { describeMutant, scoreOf, verdictOn } from './verdict.ts';

/** An area, or what of it lies at a path. */
interface Place {
  readonly area: AreaName;
  readonly path: string;
}

function placeOf(path: string, known: readonly string[]): Place | undefined {
  const area = path.split('/')[0] ?? '';
  const exists = statSync(path, { throwIfNoEntry: false }) !== undefined;
  return isAreaName(area) && known.includes(area) && exists ? { area, path } : undefined;
}

function isIn(path: string, { file }: Mutant): boolean {
  return file === path || file.startsWith(`${path.replace(/\/$/, '')}/`);
}

/** Places of one area are judged in one go inside: the tests of the area run once for all of them. */
async function insideAt(places: readonly Place[], share: (all: readonly Mutant[]) => readonly Mutant[]): Promise<readonly Mutant[]> {
  const found: Mutant[] = [];
  for (const area of INSIDE) {
    const paths = places.filter((place) => place.area === area).map(({ path }) => path);
    if (paths.length > 0)
      found.push(...(await judgeInside(area, (all) => share(all.filter((mutant) => paths.some((path) => isIn(path, mutant)))))));
  }
  return found;
}

async function mutantsAt({ area, path }: Place): Promise<readonly Mutant[]> {
  const found = await mutate(area, {
    ...(path === area ? {} : { mutate: [statSync(path).isDirectory() ? `${path}/**/*.ts` : path] }),
    incremental: path === area,
    onOutput: (text) => process.stderr.write(text),
  });
  return found.filter((mutant) => isIn(path, mutant));
}

/** @param isWhole whether all mutants of the place were judged: a reason may be out of date only then */
function report({ area, path }: Place, mutants: readonly Mutant[], isWhole: boolean): boolean {
  const { least }: Area = AREAS[area];
  const verdict = verdictOn(mutants, SURVIVORS);
  const { killed, explained, unexplained } = verdict;
  const outdated = isWhole ? verdict.outdated : [];
  const score = scoreOf(verdict);
  for (const mutant of unexplained) process.stdout.write(`${describeMutant(mutant)}\n`);
  for (const { file, mutator, original, replacement } of outdated)
    process.stdout.write(`${file}: ${mutator} no longer survives; delete its reason: ${original} → ${replacement}\n`);
  const ignored = mutants.filter(({ status }) => status === 'Ignored').length;
  process.stdout.write(
    `${path}: ${killed} killed, ${unexplained.length} survive, ${explained.length} with a reason, ${ignored} of prose; ` +
      `${(100 * score).toFixed(1)} %, expected ${100 * least} %\n`,
  );
  return score >= least && outdated.length === 0;
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals: paths } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { inside: { type: 'boolean', default: false }, sample: { type: 'string' }, seed: { type: 'string', default: '1' } },
  });
  const { inside, sample, seed } = values;
  if (sample !== undefined && !(inside && [sample, seed].every((text) => /^\d+$/.test(text)))) {
    process.stderr.write(`--sample ${sample} --seed ${seed}: expected whole numbers, and --inside\n`);
    return 2;
  }
  const share = (all: readonly Mutant[]): readonly Mutant[] => (sample === undefined ? all : drawn(all, Number(sample), Number(seed)));
  const known: readonly string[] = inside ? INSIDE : Object.keys(AREAS);
  const places = (paths.length === 0 ? known : paths).map((path) => ({ path, place: placeOf(path, known) }));
  const unknown = places.find(({ place }) => place === undefined);
  if (unknown !== undefined) {
    process.stderr.write(
      `there is no area ${unknown.path}${inside ? ' that is judged inside' : ''}; there are ${known.join(', ')}, and what lies in them\n`,
    );
    return 2;
  }
  const chosen = places.flatMap(({ place }) => (place === undefined ? [] : [place]));
  const judged = inside ? await insideAt(chosen, share) : [];
  let good = true;
  for (const place of chosen) {
    const mutants = inside ? judged.filter((mutant) => isIn(place.path, mutant)) : await mutantsAt(place);
    good = report(place, mutants, sample === undefined) && good;
  }
  return good ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  if (!(isUsage || error instanceof StrykerFailed || error instanceof Interrupted)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof Interrupted ? 130 : 2;
}
