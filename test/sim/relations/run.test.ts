/** Runs of 20,000 frames, with all that may befall them; how a run begins and ends is asked of shorter ones. */
import { beforeAll, describe, expect, it } from 'vitest';
import { optionsSchema } from '../../../sim/options.ts';
import { type RelationsResult, relationsShortcomings } from '../../../sim/relations/result.ts';
import { runRelations } from '../../../sim/relations/run.ts';

const RELATIONS = 8;
const FRAMES = 1250;
/** 20,000 frames; a cut that is longer than the silence ends in an association anew. */
const SMALL = { relations: RELATIONS, frames: FRAMES, rekeyFrames: 150, nRttEvery: 4, silence: 700_000, agreements: 3 } as const;
const QUIET = { outages: 0, deviceRestarts: 0, agentRestarts: 0 } as const;

function run(settings: Readonly<Record<string, unknown>>, idealAead = true): Promise<RelationsResult> {
  return runRelations({ options: optionsSchema.parse({ ...SMALL, ...settings }), idealAead });
}

describe.each([
  ['the ideal AEAD', {}, true],
  ['real encryption', { engine: 'aes-128-gcm', profile: 'std' }, false],
] as const)('8 relations, 20,000 frames, cuts and restarts, %s', (_, settings, ideal) => {
  let result: RelationsResult;
  beforeAll(async () => {
    result = await run(settings, ideal);
  });

  it('nothing is wrong', () => {
    expect(relationsShortcomings(result)).toEqual([]);
    expect(result.aead).toBe(ideal ? 'ideal' : 'aes-128-gcm');
  });

  it('no frame in time was undecryptable, none came twice, none was altered', () => {
    expect(result.frames).toMatchObject({ undecryptable: 0, replayed: 0, altered: 0 });
    expect(result.frames.delivered).toBeGreaterThan(RELATIONS * FRAMES);
  });

  it('no (key, nonce) pair and no key came twice', () => {
    expect(result.nonces).toMatchObject({ repeatedNonces: 0, repeatedKeys: 0, sealed: result.frames.sent });
    // each association and each rekey has a key for each direction
    expect(result.nonces.keys).toBeGreaterThanOrEqual(2 * (RELATIONS + result.rekeys.zeroRtt + result.rekeys.nRtt));
  });

  it('every payload is accounted for', () => {
    const { waited, sent, delivered, lost, stale, outside } = result.frames;
    expect(waited + sent).toBe(2 * RELATIONS * FRAMES);
    expect(delivered + lost + stale + outside).toBe(sent);
  });

  it('both kinds of rekey came to their end, and the agreements stayed under their bound', () => {
    expect(result.rekeys.zeroRtt).toBeGreaterThan(RELATIONS);
    expect(result.rekeys.nRtt).toBeGreaterThan(RELATIONS / 2);
    // three at once are asked for by eight that begin together
    expect(result.agreementsAtOnce).toEqual({ most: 3, bound: 3 });
  });

  it('restarts and long cuts led to associations anew', () => {
    // the agent of the controller restarts once: every relation associates twice
    expect(result.associated).toBeGreaterThan(2 * RELATIONS);
    expect(result.incidents).toEqual({ outages: 8, deviceRestarts: 4, agentRestarts: 1 });
  });

  it('the memory was looked at three times', () => {
    expect(result.liveMemoryOctets).toHaveLength(3);
  });
});

describe('a quiet network that loses frames', () => {
  it('each relation associates once, and no frame is outside of that', async () => {
    const result = await run({ ...QUIET, loss: 0.1, duplicates: 0.1 });
    expect(relationsShortcomings(result)).toEqual([]);
    expect(result.frames.outside).toBe(0);
    expect(result.associated).toBe(RELATIONS);
  });
});

describe('delivery of late frames', () => {
  const reordering = { ...QUIET, loss: 0.02, duplicates: 0.1, reorderChance: 0.2, reorder: 3 } as const;

  it('`newest` drops each that was overtaken, and an Obsolete key delivers nothing', async () => {
    const result = await run(reordering);
    expect(relationsShortcomings(result)).toEqual([]);
    expect(result.frames).toMatchObject({ deliveredLate: 0, deliveredUnderOldKey: 0 });
    expect(result.frames.stale).toBeGreaterThan(1000);
  });

  it('`window` delivers each that the channel lets through, once, under Obsolete keys too', async () => {
    const result = await run({ ...reordering, delivery: 'window' });
    expect(relationsShortcomings(result)).toEqual([]);
    const { sent, lost, delivered, deliveredLate, deliveredUnderOldKey } = result.frames;
    expect(result.frames).toMatchObject({ stale: 0, replayed: 0, undecryptable: 0, outside: 0 });
    expect(delivered).toBe(sent - lost);
    expect(deliveredLate).toBeGreaterThan(1000);
    expect(deliveredUnderOldKey).toBeGreaterThan(5);
  });
});

it('a run that shows nothing says so', async () => {
  const result = await run({ ...QUIET, relations: 1, frames: 2 });
  expect(relationsShortcomings(result)).toEqual([
    '1 relations without keys at the end',
    'nothing was shown: no rekey came to its end',
    'nothing was shown: no payload was delivered',
  ]);
});
