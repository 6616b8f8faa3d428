/**
 * A share of `npm run mutate`, chosen by a seed: some lines of spec or sw are mutated, and the tests of their area must see every mutant.
 * A few lines, since StrykerJS runs the tests once before it changes anything; the whole takes many minutes.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../../hdl-gen/sim/random.ts';
import { mutate } from './stryker.ts';
import { SURVIVORS } from './survivors.ts';
import { describeMutant, verdictOn } from './verdict.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const LINES = 12;

/** The same share each time until the list of survivors is complete. */
const USUAL_SEED = 1;
const seed = Number(process.env['KEYTURN_SEED'] ?? USUAL_SEED);

it(`mutants of some lines are killed, or survive for a reason; again with KEYTURN_SEED=${seed} npx vitest run test/mutation/sample`, async () => {
  const random = new Random(seed);
  const area = (['spec', 'sw'] as const)[random.below(2)] ?? 'spec';
  const files = readdirSync(join(ROOT, area), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const lines = files.toSorted().flatMap((name) => {
    const file = `${area}/${name}`;
    return readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .map((_, index) => ({ file, line: index + 1 }));
  });
  const { file, line } = lines[random.below(lines.length)] ?? { file: '', line: 1 };
  const mutants = await mutate(area, { mutate: [`${file}:${line}-${line + LINES}`] });
  expect(verdictOn(mutants, SURVIVORS).unexplained.map(describeMutant)).toEqual([]);
});
