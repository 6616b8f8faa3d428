/** Two relations of reference stations for some hundred frames: everything that must hold of a run, at a fraction of one. */
import { describe, expect, it } from 'vitest';
import { SimulationAborted } from '../../../sim/aborted.ts';
import { optionsSchema, type SimulationOptions } from '../../../sim/options.ts';
import { incidentsOf, wasJustHit } from '../../../sim/relations/incidents.ts';
import { identitiesOf, seedOf } from '../../../sim/relations/parties.ts';
import { type RelationsResult, relationsShortcomings } from '../../../sim/relations/result.ts';
import { runRelations } from '../../../sim/relations/run.ts';

const GOOD = { loss: 0, duplicates: 0, reorderChance: 0, outages: 0, deviceRestarts: 0, agentRestarts: 0 };
const optionsOf = (changes: Partial<SimulationOptions>): SimulationOptions =>
  optionsSchema.parse({ relations: 2, frames: 150, rekeyFrames: 30, nRttEvery: 2, silence: 200_000, ...GOOD, ...changes });
const run = (changes: Partial<SimulationOptions> = {}, idealAead = true): Promise<RelationsResult> =>
  runRelations({ options: optionsOf(changes), idealAead });

/** Every payload of both ways of two relations has one end. */
function expectAccounted({ frames }: RelationsResult, payloads: number): void {
  expect(frames.waited + frames.sent).toBe(payloads);
  expect(frames.delivered + frames.lost + frames.stale + frames.outside + frames.undecryptable).toBe(frames.sent);
}

describe('a good network', () => {
  it('delivers everything that was sent, in its order, under keys that are rekeyed both ways', async () => {
    const result = await run();
    expect(relationsShortcomings(result)).toEqual([]);
    expectAccounted(result, 600);
    const { frames, rekeys, messages, nonces } = result;
    expect(frames).toMatchObject({ delivered: frames.sent, lost: 0, stale: 0, duplicates: 0, outside: 0, deliveredLate: 0 });
    // the first association takes some messages, each up to a send interval of software late
    expect(frames.waited).toBeGreaterThan(4);
    expect(frames.waited).toBeLessThan(40);
    expect(result).toMatchObject({ seed: 1, relations: 2, aead: 'ideal', profile: 'paper', delivery: 'newest', associated: 2 });
    expect(result.simulatedNs).toBe(150 * optionsOf({}).sendInterval);
    expect(messages.association).toBe(2 * 3);
    // every second rekey, with three messages
    expect(rekeys.zeroRtt + rekeys.nRtt).toBeGreaterThanOrEqual(6);
    expect(Math.abs(rekeys.zeroRtt - rekeys.nRtt)).toBeLessThanOrEqual(2);
    expect(messages.nRtt).toBeGreaterThanOrEqual(3 * rekeys.nRtt);
    expect(messages.nRtt).toBeLessThanOrEqual(3 * (rekeys.nRtt + 2));
    // a key each way for every association and rekey, and for those that have just begun
    const keys = 2 * (2 + rekeys.zeroRtt + rekeys.nRtt);
    expect(nonces.keys).toBeGreaterThanOrEqual(keys);
    expect(nonces.keys).toBeLessThanOrEqual(keys + 4);
    expect(nonces).toMatchObject({ sealed: frames.sent, repeatedKeys: 0, repeatedNonces: 0 });
    expect(result).toMatchObject({ agreementsFailed: 0, announcementsWithdrawn: 0, unassociated: 0 });
    expect(result.incidents).toEqual({ outages: 0, deviceRestarts: 0, agentRestarts: 0 });
    expect(result.liveMemoryOctets).toHaveLength(3);
    expect(result.cpuSeconds).toBeGreaterThan(0);
    expect(result.cpuSeconds).toBeLessThan(1000);
  });

  it('with real encryption is the same, and says by what', async () => {
    const [ideal, real] = [await run(), await run({ engine: 'aes-128-gcm' }, false)];
    expect(real.aead).toBe('aes-128-gcm');
    expect(real.frames).toEqual(ideal.frames);
    expect(real.rekeys).toEqual(ideal.rekeys);
  });

  it('0-RTT alone takes no message; time begins rekeys as the counter does, and nothing does where neither is asked for', async () => {
    const zero = await run({ nRttEvery: 0 });
    expect(zero.messages.nRtt).toBe(0);
    expect(zero.rekeys.nRtt).toBe(0);
    expect(zero.rekeys.zeroRtt).toBeGreaterThan(5);
    const timed = await run({ rekeyFrames: 0, rekeyInterval: 40 * 5120 });
    expect(timed.rekeys.zeroRtt + timed.rekeys.nRtt).toBeGreaterThanOrEqual(4);
    expect(timed.rekeys.zeroRtt + timed.rekeys.nRtt).toBeLessThanOrEqual(8);
  });

  it('a place for one agreement is enough for many, one after the other', async () => {
    const { agreementsAtOnce, associated } = await run({ relations: 4, agreements: 1, frames: 60 });
    expect(agreementsAtOnce).toEqual({ most: 1, bound: 1 });
    expect(associated).toBe(4);
    expect((await run({ relations: 4, agreements: 3, frames: 60 })).agreementsAtOnce).toEqual({ most: 3, bound: 3 });
  });
});

describe('a network with faults', () => {
  it('has an end for every frame: lost, overtaken, twice', async () => {
    const result = await run({ loss: 0.1, duplicates: 0.2, reorderChance: 0.2, frames: 200 });
    expect(relationsShortcomings(result)).toEqual([]);
    expectAccounted(result, 800);
    expect(result.frames.lost).toBeGreaterThan(30);
    expect(result.frames.stale).toBeGreaterThan(10);
    expect(result.frames.duplicates).toBeGreaterThan(50);
    expect(result.frames.outside).toBe(0);
  });

  it('late frames are delivered where they are wanted', async () => {
    const result = await run({ delivery: 'window', reorderChance: 0.4, frames: 200 });
    expect(relationsShortcomings(result)).toEqual([]);
    expectAccounted(result, 800);
    expect(result.frames).toMatchObject({ stale: 0, lost: 0 });
    expect(result.frames.deliveredLate).toBeGreaterThan(100);
    expect(result.frames.deliveredUnderOldKey).toBeGreaterThan(0);
  });

  it('restarts of a device and of the agent end in associations anew', async () => {
    const device = await run({ deviceRestarts: 1, frames: 300 });
    expect(relationsShortcomings(device)).toEqual([]);
    expectAccounted(device, 1200);
    expect(device.associated).toBe(3);
    expect(device.frames.outside).toBeGreaterThan(0);
    const agent = await run({ agentRestarts: 1, frames: 300 });
    expect(relationsShortcomings(agent)).toEqual([]);
    expect(agent.associated).toBe(4);
    expect(agent.incidents).toEqual({ outages: 0, deviceRestarts: 0, agentRestarts: 1 });
  });

  it('cuts take frames of both ways; those that are shorter than the silence end in no association anew', async () => {
    const short = await run({ outages: 3, frames: 600, relations: 1, rekeyFrames: 100, silence: 300_000 });
    expect(relationsShortcomings(short)).toEqual([]);
    expectAccounted(short, 1200);
    expect(short.associated).toBe(1);
    expect(short.frames.lost).toBeGreaterThan(5);
    expect(short.incidents).toEqual({ outages: 3, deviceRestarts: 0, agentRestarts: 0 });
  });
});

describe('a run', () => {
  it('is the same from the same seed, and another from another', async () => {
    const short = { frames: 60, loss: 0.1 };
    const plain = ({ cpuSeconds: _, liveMemoryOctets: __, seed: ___, ...rest }: RelationsResult) => rest;
    const [one, again, other] = [await run(short), await run(short), await run({ ...short, seed: 2 })];
    expect(plain(again)).toEqual(plain(one));
    expect(plain(other)).not.toEqual(plain(one));
  });

  it('tells how far it is, and ends by a signal', async () => {
    const options = optionsOf({ frames: 4000, rekeyFrames: 1000 });
    const seen: { readonly done: number; readonly of: number; readonly rekeys: number }[] = [];
    await runRelations({ options, idealAead: true, onProgress: (progress) => seen.push(progress) });
    // a send and an arrival for each of 16,000 payloads: one look in 20,000 events
    expect(seen).toHaveLength(1);
    expect(seen[0]?.of).toBe(16_000);
    expect(Math.abs((seen[0]?.done ?? 0) - 10_000)).toBeLessThan(300);
    expect(seen[0]?.rekeys).toBeGreaterThan(1);
    await expect(runRelations({ options, idealAead: true, signal: AbortSignal.abort() })).rejects.toThrow(SimulationAborted);
  });
});

describe('incidents', () => {
  const options = optionsOf({ relations: 5, frames: 1000, outages: 40, deviceRestarts: 30, agentRestarts: 20, silence: 100_000 });
  const { cuts, deviceRestarts, agentRestarts } = incidentsOf(options);
  const length = 1000 * options.sendInterval;

  it('come in the middle of a run, to every relation', () => {
    expect([cuts.length, deviceRestarts.length, agentRestarts.length]).toEqual([40, 30, 20]);
    for (const at of [...cuts.map(({ from }) => from), ...deviceRestarts.map((restart) => restart.at), ...agentRestarts]) {
      expect(Number.isInteger(at)).toBe(true);
      expect(at).toBeGreaterThanOrEqual(0.1 * length);
      expect(at).toBeLessThan(0.8 * length);
    }
    expect(Math.min(...cuts.map(({ from }) => from))).toBeLessThan(0.2 * length);
    expect(Math.max(...cuts.map(({ from }) => from))).toBeGreaterThan(0.7 * length);
    expect(new Set(cuts.map(({ relation }) => relation))).toEqual(new Set([0, 1, 2, 3, 4]));
    expect(new Set(deviceRestarts.map(({ relation }) => relation))).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  it('every fourth cut is longer than the silence, up to twice; the others are up to half of it', () => {
    const lengths = cuts.map(({ from, to }) => to - from);
    const long = lengths.filter((_, index) => index % 4 === 3);
    for (const ns of long) {
      expect(ns).toBeGreaterThanOrEqual(100_000);
      expect(ns).toBeLessThan(200_000);
    }
    for (const ns of lengths.filter((_, index) => index % 4 !== 3)) {
      expect(ns).toBeGreaterThan(0);
      expect(ns).toBeLessThanOrEqual(50_000);
    }
  });

  it('excuse a relation that they befell within three times the silence of the end', () => {
    const end = length - 300_000;
    const none = { cuts: [], deviceRestarts: [], agentRestarts: [] };
    expect(wasJustHit(options, none, 1)).toBe(false);
    for (const [relation, hit] of [
      [1, true],
      [2, false],
    ] as const) {
      expect(wasJustHit(options, { ...none, cuts: [{ relation: 1, from: 0, to: end }] }, relation)).toBe(hit);
      expect(wasJustHit(options, { ...none, deviceRestarts: [{ relation: 1, at: end }] }, relation)).toBe(hit);
    }
    expect(wasJustHit(options, { ...none, agentRestarts: [end] }, 2)).toBe(true);
    expect(wasJustHit(options, { ...none, cuts: [{ relation: 1, from: 0, to: end - 1 }] }, 1)).toBe(false);
    expect(wasJustHit(options, { ...none, deviceRestarts: [{ relation: 1, at: end - 1 }] }, 1)).toBe(false);
    expect(wasJustHit(options, { ...none, agentRestarts: [end - 1] }, 1)).toBe(false);
  });
});

it('seeds and identities differ between relations, and what belongs together is together', () => {
  expect(new Set([0, 1, 2].flatMap((relation) => [1, 2].map((salt) => seedOf(5, salt, relation)))).size).toBe(6);
  expect(seedOf(5, 1)).toBe(seedOf(5, 1, 0));
  expect(seedOf(6, 1)).not.toBe(seedOf(5, 1));
  const [one, two] = identitiesOf(optionsOf({}));
  if (one === undefined || two === undefined) throw new Error('no relations');
  for (const { settings } of [one, two]) {
    expect(settings.initiator.transmitFrameId).toBe(settings.follower.receiveFrameId);
    expect(settings.follower.transmitFrameId).toBe(settings.initiator.receiveFrameId);
    expect(settings.initiator.source).toEqual(settings.follower.destination);
    expect(settings.follower.source).toEqual(settings.initiator.destination);
  }
  expect(one.settings.initiator.source).toEqual(two.settings.initiator.source);
  expect(one.settings.follower.source).not.toEqual(two.settings.follower.source);
  expect(one.settings.initiator.receiveFrameId).not.toBe(two.settings.initiator.receiveFrameId);
  expect(one.psk).toHaveLength(32);
  expect(one.psk).not.toEqual(two.psk);
});
