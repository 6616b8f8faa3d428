import { expect, it } from 'vitest';
import { healthLine, isSecured, stateOf } from '../../../sw/agent/status.ts';
import { RELATION, STATUS } from './told-status.ts';

const failedAt = (relation: number, at: string) => ({ ...RELATION, relation, lastFailure: { at, what: `what ${relation} says` } });

it('the state is the worst of all relations; what is wrong with the agent itself shows where they have none', () => {
  const [secured, silent, associating] = (['secured', 'peerSilent', 'associating'] as const).map((state) => ({ ...RELATION, state }));
  if (secured === undefined || silent === undefined || associating === undefined) return expect.fail();
  expect(stateOf([secured, silent, associating], 'the disk is full')).toBe('associating');
  expect(stateOf([silent, secured], 'the disk is full')).toBe('peerSilent');
  expect(stateOf([secured, secured], 'the disk is full')).toBe('degraded');
  expect(stateOf([secured], undefined)).toBe('secured');
  const states = ['secured', 'degraded', 'peerSilent', 'associating'] as const;
  expect(states.map((state) => isSecured({ state }))).toEqual([true, true, false, false]);
});

it('the line of one relation has its key, that of many how many are secured', () => {
  const key = { keyId: { master: 2, communication: 3 }, age: 1, framesSent: 77, framesLeft: 5, timeLeft: 6, failedVerdicts: 0 };
  expect(healthLine({ ...STATUS, relations: [{ ...RELATION, key }] })).toBe('secured, KeyId 2|3, 77 frames sent under it');
  expect(healthLine({ ...STATUS, relations: [RELATION] })).toBe('secured');
  expect(healthLine({ ...STATUS, relations: [] })).toBe('secured');
  expect(
    healthLine({
      ...STATUS,
      relations: [
        { ...RELATION, key },
        { ...RELATION, state: 'associating' },
      ],
    }),
  ).toBe('secured, 1 of 2 relations with keys in use');
});

it('it ends with the last failure of all, and whose it was', () => {
  const [early, late] = [failedAt(4, '2026-11-27T00:00:01.000Z'), failedAt(5, '2026-11-27T00:00:02.000Z')];
  for (const relations of [
    [RELATION, early, late],
    [late, RELATION, early],
    [early, late, RELATION],
  ])
    expect(healthLine({ ...STATUS, relations })).toBe(
      'secured, 3 of 3 relations with keys in use; last failure 2026-11-27T00:00:02.000Z: relation 5: what 5 says',
    );
  expect(healthLine({ ...STATUS, relations: [early] })).toBe('secured; last failure 2026-11-27T00:00:01.000Z: what 4 says');
});
