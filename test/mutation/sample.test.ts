/**
 * A share of `npm run mutate -- --inside spec`, another one each time: mutants drawn by a seed are killed by the tests of their area, or
 * survive for a reason that is written down.
 */
import { expect, it } from 'vitest';
import { Random } from '../../hdl-gen/sim/random.ts';
import { judgeInside } from './inside.ts';
import type { Mutant } from './stryker.ts';
import { SURVIVORS } from './survivors.ts';
import { describeMutant, verdictOn } from './verdict.ts';

const MUTANTS = 40;

const seed = Number(process.env['KEYTURN_SEED'] ?? Math.floor(Math.random() * 2 ** 32));

function drawn(mutants: readonly Mutant[]): readonly Mutant[] {
  const random = new Random(seed);
  const left = mutants.filter(({ status }) => status !== 'Ignored');
  return Array.from({ length: MUTANTS }, () => left.splice(random.below(left.length), 1)).flat();
}

it(`mutants are killed, or survive for a reason; again with KEYTURN_SEED=${seed} npx vitest run test/mutation/sample`, async () => {
  const { killed, explained, unexplained } = verdictOn(await judgeInside('spec', drawn), SURVIVORS);
  expect(unexplained.map(describeMutant)).toEqual([]);
  expect(killed).toBeGreaterThan(0);
  expect(killed + explained.length).toBe(MUTANTS);
});
