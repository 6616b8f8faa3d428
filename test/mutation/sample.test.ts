/**
 * A share of `npm run mutate -- --inside spec`, another one each time: mutants drawn by a seed are killed by the tests of their area, or
 * survive for a reason that is written down.
 */
import { expect, it } from 'vitest';
import { ALL } from '../one-in.ts';
import { drawn } from './drawn.ts';
import { judgeInside } from './inside.ts';
import { SURVIVORS } from './survivors.ts';
import { describeMutant, verdictOn } from './verdict.ts';

const MUTANTS = ALL ? 40 : 15;

const seed = Number(process.env['KEYTURN_SEED'] ?? Math.floor(Math.random() * 2 ** 32));

it(`mutants are killed, or survive for a reason; again with KEYTURN_SEED=${seed} npx vitest run test/mutation/sample`, async () => {
  const { killed, explained, unexplained } = verdictOn(await judgeInside('spec', (all) => drawn(all, MUTANTS, seed)), SURVIVORS);
  expect(unexplained.map(describeMutant)).toEqual([]);
  expect(killed).toBeGreaterThan(0);
  expect(killed + explained.length).toBe(MUTANTS);
});
