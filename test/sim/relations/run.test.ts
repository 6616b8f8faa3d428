import { beforeAll, describe, expect, it } from 'vitest';
import { SimulationAborted } from '../../../sim/aborted.ts';
import { optionsSchema } from '../../../sim/options.ts';
import { type RelationsResult, relationsShortcomings } from '../../../sim/relations/result.ts';
import { runRelations } from '../../../sim/relations/run.ts';
import { RelationsTally } from '../../../sim/relations/tally.ts';

const RELATIONS = 8;
const FRAMES = 1250;
/** 20,000 frames; a cut that is longer than the silence ends in an association anew. */
const SMALL = { relations: RELATIONS, frames: FRAMES, rekeyFrames: 150, nRttEvery: 4, silence: 700_000, agreements: 3 } as const;
const QUIET = { outages: 0, deviceRestarts: 0, agentRestarts: 0 } as const;

function run(settings: Readonly<Record<string, unknown>>, idealAead = true, signal?: AbortSignal): Promise<RelationsResult> {
  const options = optionsSchema.parse({ ...SMALL, ...settings });
  return runRelations({ options, idealAead, ...(signal === undefined ? {} : { signal }) });
}

const EMPTY = new RelationsTally('newest').counts;
const RESULT: RelationsResult = {
  seed: 1,
  relations: 1,
  aead: 'ideal',
  profile: 'paper',
  delivery: 'newest',
  simulatedNs: 1,
  cpuSeconds: 1,
  frames: EMPTY,
  rekeys: { zeroRtt: 1, nRtt: 0 },
  associated: 1,
  agreementsFailed: 0,
  announcementsWithdrawn: 0,
  messages: { association: 0, nRtt: 0 },
  agreementsAtOnce: { most: 1, bound: 1 },
  incidents: { outages: 0, deviceRestarts: 0, agentRestarts: 0 },
  unassociated: 0,
  nonces: { keys: 1, sealed: 0, repeatedKeys: 0, repeatedNonces: 0 },
  liveMemoryOctets: [],
};

/** What depends on the machine left out. */
function same({ cpuSeconds: _, liveMemoryOctets: __, ...result }: RelationsResult) {
  return result;
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

  it('that loses nothing delivers everything in its order', async () => {
    const { frames } = await run({ ...QUIET, relations: 2, frames: 500, loss: 0, duplicates: 0, reorderChance: 0 });
    expect(frames).toMatchObject({ delivered: frames.sent, lost: 0, stale: 0, duplicates: 0, outside: 0, undecryptable: 0 });
  });

  it('rekeys by time as by counter', async () => {
    const { rekeys } = await run({ ...QUIET, relations: 2, frames: 600, rekeyFrames: 0, rekeyInterval: 600_000 });
    expect(rekeys.zeroRtt + rekeys.nRtt).toBeGreaterThan(4);
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

  it('says so where a window drops one', () => {
    const frames = { ...EMPTY, sent: 1, delivered: 1, stale: 2 };
    const result = { ...RESULT, frames, nonces: { ...RESULT.nonces, sealed: 1 } };
    expect(relationsShortcomings({ ...result, delivery: 'window' })).toEqual([
      '2 late frames dropped, though each is to be delivered once',
    ]);
    expect(relationsShortcomings({ ...result, delivery: 'newest' })).toEqual([]);
  });
});

it('a run is the same from the same seed, and another from another', async () => {
  const short = { relations: 2, frames: 300 };
  const [first, again, other] = [await run(short), await run(short), await run({ ...short, seed: 2 })];
  expect(same(again)).toEqual(same(first));
  expect(same({ ...other, seed: first.seed })).not.toEqual(same(first));
});

it('a run that is interrupted ends so', async () => {
  const abort = new AbortController();
  abort.abort();
  await expect(run({ relations: 1, frames: 12_000 }, true, abort.signal)).rejects.toThrow(SimulationAborted);
});

it('a run that shows nothing says so', async () => {
  const result = await run({ ...QUIET, relations: 1, frames: 2 });
  expect(relationsShortcomings(result)).toEqual([
    '1 relations without keys at the end',
    'nothing was shown: no rekey came to its end',
    'nothing was shown: no payload was delivered',
  ]);
});
