import { describe, expect, it } from 'vitest';
import { SimulationAborted } from '../../../sim/aborted.ts';
import type { FrameRecord, SlotMoment } from '../../../sim/report/result.ts';
import { SafetyViolation } from '../../../sim/safety-violation.ts';
import { judgedRun, objections, shortOptions, shortRun } from './judged-run.ts';

const CYCLE_NS = 8;
/** States of the slots in turn, provider and consumer of each. */
const statesOf = (lane: readonly SlotMoment[]): readonly string[] =>
  lane.map(({ slots }) => slots.map(({ provider, consumer }) => provider + consumer).join(' '));

describe('a network without faults', () => {
  it('every frame is delivered, every count is what was asked for', async () => {
    const { result, verdict } = await judgedRun({ frames: 45 });
    expect(objections({ result, verdict })).toEqual([]);
    // 45 frames and 2 of the host each way, and a handshake of three messages, two of them the initiator's
    const both = { framesSent: 45, framesDelivered: 45, framesLostByChannel: 0, staleDropped: 0, agreementMessages: 0 };
    expect(result.direction.initiator).toMatchObject({ ...both, hostFrames: 4, associationMessages: 2 });
    expect(result.direction.follower).toMatchObject({ ...both, hostFrames: 3, associationMessages: 1 });
    // each has its own frames and the other's; the first key and one rekey
    const compared = {
      framesSent: 45,
      verdicts: 45,
      payloads: 45,
      pushes: 2,
      hostFrames: 7,
    };
    // as the states of the next test change
    expect(result.compared).toEqual({ initiator: { ...compared, slotChanges: 5 }, follower: { ...compared, slotChanges: 4 } });
    expect(result).toMatchObject({ seed: 1, simulator: 'wasm', cycleNs: CYCLE_NS, failedAgreements: [] });
    expect(result.settings).toEqual({ ...shortOptions({ frames: 45 }), traffic: 'generated' });
    expect(result.caveats).toEqual([expect.stringMatching(/^The AEAD engine is the dummy/), expect.stringMatching(/^Time is compressed/)]);
  });

  it('the slots go through the states of the paper (Fig. 7), and the record of a rekey has the cycles in which they do', async () => {
    const { result, verdict } = await judgedRun({ frames: 45 });
    const { lanes, rekeys } = result;
    expect(rekeys).toHaveLength(1);
    const [rekey] = rekeys;
    if (rekey === undefined) throw new Error('no rekey');
    const { steps, announcedAtNs } = rekey;
    expect(rekey).toMatchObject({ number: 1, kind: '0-RTT', fromKeyId: '0|0', toKeyId: '0|1', finished: true, alarmed: false });
    expect(rekey).toMatchObject({ dedicatedMessages: 0, agreementMessages: 0, stalledCycles: 0 });
    expect(statesOf(lanes.initiator)).toEqual(['AA UU', 'AA PP', 'UA AP', 'UO AA', 'UU AA']);
    expect(statesOf(lanes.follower)).toEqual(['AA UU', 'AA PP', 'UO AA', 'UU AA']);
    expect(lanes.initiator[1]?.slots.map(({ keyId }) => keyId)).toEqual(['0|0', '0|1']);
    expect(lanes.initiator[4]?.slots.map(({ keyId }) => keyId)).toEqual([null, '0|1']);
    // a slot shows what has become of it one cycle later
    const at = (cycles: number | null): number => announcedAtNs + CYCLE_NS * ((cycles ?? Number.NaN) + 1);
    expect(lanes.initiator.slice(2).map(({ atNs }) => atNs)).toEqual(
      [steps.initiatorProviderSwitch, steps.initiatorConsumerSwitch, steps.initiatorTimeout].map(at),
    );
    expect(lanes.follower.slice(1).map(({ atNs }) => atNs)).toEqual(
      [steps.followerInstalled, steps.followerSwitch, steps.followerTimeout].map(at),
    );
    // 48 µs Obsolete
    expect((steps.initiatorTimeout ?? 0) - (steps.initiatorConsumerSwitch ?? 0)).toBe(6000);
    expect((steps.followerTimeout ?? 0) - (steps.followerSwitch ?? 0)).toBe(6000);
    // on the wire a frame begins when the engine has its header: 74 cycles after it took its key
    const [seen] = verdict.rekeys;
    expect(seen).toMatchObject({ announcedNs: announcedAtNs + 74 * CYCLE_NS, from: '0|0', to: '0|1' });
  });

  it('of four slots all are used where old keys stay for longer than a rekey takes, by an engine with keys in several memories', async () => {
    const slots = { slots: 4, engine: 'aes-256-gcm', obsoleteTimeout: 120_000, delivery: 'window', reorderChance: 0.3 } as const;
    const { result, verdict } = await judgedRun({ frames: 180, ...slots });
    expect(objections({ result, verdict })).toEqual([]);
    expect(result.rekeys.filter(({ finished }) => finished).length).toBeGreaterThanOrEqual(5);
    for (const side of ['initiator', 'follower'] as const) {
      const active = result.lanes[side].flatMap(({ slots }) => slots.flatMap(({ provider }, slot) => (provider === 'A' ? [slot] : [])));
      expect(new Set(active)).toEqual(new Set([0, 1, 2, 3]));
    }
  });

  it('keeps the frames around a rekey: 16 before it, those that follow within 8 send intervals and the time of the old key', async () => {
    const { frames, rekeys } = await shortRun({ frames: 98, rekeyFrames: 50 });
    const [{ announcedAtNs } = { announcedAtNs: 0 }] = rekeys;
    const until = announcedAtNs + 8 * 1600 + 48_000;
    const kept = frames.filter(({ sentAtNs }) => sentAtNs <= until);
    expect(kept.filter(({ arrivedAtNs }) => (arrivedAtNs ?? 0) < announcedAtNs)).toHaveLength(16);
    // two frames in each interval of 1.6 µs, each 1.6 to 2.2 µs under way, its own length included
    const after = kept.filter(({ arrivedAtNs }) => (arrivedAtNs ?? 0) >= announcedAtNs);
    expect(Math.abs(after.length - (2 * (until - announcedAtNs)) / 1600)).toBeLessThanOrEqual(3);
    const at = (frame: FrameRecord): number => frame.sentAtNs;
    expect(frames.map(at)).toEqual(frames.map(at).toSorted((a, b) => a - b));
    for (const { from, to, sentAtNs, arrivedAtNs, fate } of frames) {
      expect([from, to].sort()).toEqual(['follower', 'initiator']);
      expect(fate).toBe('delivered');
      // 50 to 75 cycles in the channel, then 85 octets, then what the engine takes
      expect((arrivedAtNs ?? 0) - sentAtNs).toBeGreaterThanOrEqual(400);
      expect((arrivedAtNs ?? 0) - sentAtNs).toBeLessThan(400 + 200 + 200 * CYCLE_NS);
    }
    expect(new Set(frames.map(({ currentKeyId, nextKeyId }) => `${currentKeyId} ${nextKeyId}`))).toEqual(
      new Set(['0|0 0|0', '0|0 0|1', '0|1 0|1']),
    );
  });

  it('a follower is a third of a send interval behind, and a payload goes out in each interval of both', async () => {
    // from cycle 4000 on: before it there are messages of the association
    const given = { initiator: [] as number[], follower: [] as number[] };
    await shortRun(
      { frames: 20, hostFrames: 0 },
      {
        watcher: {
          frame: (side, point, at) => point === 'given' && at >= 4000 && given[side].push(at),
          key: () => {},
          erased: () => {},
        },
      },
    );
    for (const side of ['initiator', 'follower'] as const) {
      const apart = given[side].slice(1).map((at, index) => at - (given[side][index] ?? 0));
      expect(given[side]).toHaveLength(20);
      // a payload waits a little where the software has other things to do
      for (const cycles of apart) expect(Math.abs(cycles - 200)).toBeLessThan(100);
    }
    const [first = 0, second = 0] = [given.initiator[5], given.follower[5]];
    expect(Math.abs(((second - first + 1000) % 200) - 66)).toBeLessThan(40);
  });
});

describe('a network with faults, under attack', () => {
  it('run and judge count the same, of every kind something', async () => {
    const faults = { loss: 0.08, duplicates: 0.15, reorderChance: 0.2, attacks: 0.3 };
    const { result, verdict } = await judgedRun({ ...faults, frames: 100, hostFrames: 10, vlanTags: 'initiator' });
    expect(objections({ result, verdict })).toEqual([]);
    const { total } = result;
    for (const kind of ['framesLostByChannel', 'staleDropped', 'duplicatesDropped', 'forgedRejected', 'replayedRejected'] as const)
      expect(total[kind], kind).toBeGreaterThan(0);
    expect(total.reflectedRejected).toBeGreaterThan(0);
    for (const side of ['initiator', 'follower'] as const) {
      const own = result.direction[side];
      const seen = verdict.direction[side];
      expect(own).toMatchObject({ framesSent: seen.sent, framesDelivered: seen.delivered, framesLostByChannel: seen.lost });
      expect(own).toMatchObject({ staleDropped: seen.overtaken, hostFrames: seen.hostFrames });
    }
    const fates = new Set(result.frames.map(({ fate }) => fate));
    expect([...fates].sort()).toEqual([
      'delivered',
      'duplicate',
      'flipped',
      'forged',
      'lost',
      'old-key',
      'reflected',
      'replayed',
      'stale',
      'swapped',
    ]);
    expect(result.frames.every(({ fate, arrivedAtNs }) => (fate === 'lost') === (arrivedAtNs === null))).toBe(true);
  });

  it('late frames are delivered where they are wanted, under the old key too', async () => {
    const { result, verdict } = await judgedRun({ frames: 100, delivery: 'window', reorderChance: 0.5, attacks: 0.1, seed: 1 });
    expect(objections({ result, verdict })).toEqual([]);
    expect(result.total).toMatchObject({ staleDropped: 0, undecryptable: 0 });
    expect(result.total.deliveredLate).toBeGreaterThan(5);
    expect(result.total.deliveredUnderOldKey).toBeGreaterThan(0);
  });

  it('bursts and cuts take what they should', async () => {
    const cut = await judgedRun({ outage: '10:14,follower=30:32' });
    expect(objections(cut)).toEqual([]);
    expect(cut.result.direction.initiator.framesLostByChannel).toBe(5);
    expect(cut.result.direction.follower.framesLostByChannel).toBe(8);
    const bursts = await judgedRun({ burstStart: 0.05, burstLength: 4 });
    expect(objections(bursts)).toEqual([]);
    expect(bursts.result.total.framesLostByChannel).toBeGreaterThan(3);
  });
});

describe('n-RTT rekeys and associations', () => {
  it('an agreement takes three messages; the key is the first of the next master', async () => {
    const { result, verdict } = await judgedRun({ frames: 100, nRttEvery: 2, rekeyFrames: 30 });
    expect(objections({ result, verdict })).toEqual([]);
    expect(result.rekeys.map(({ number, kind, toKeyId, agreementMessages }) => [number, kind, toKeyId, agreementMessages])).toEqual([
      [1, '0-RTT', '0|1', 0],
      [2, 'n-RTT', '1|0', 3],
    ]);
    expect(result.total.agreementMessages).toBe(3);
    expect(result.associations).toHaveLength(1);
  });

  it('software that starts again associates anew; what is sent meanwhile is outside', async () => {
    const { result, verdict } = await judgedRun({ frames: 110, restart: 'follower@20,initiator@70', silence: 32_000 });
    expect(objections({ result, verdict }).filter((text) => !/rekey/.test(text))).toEqual([]);
    // the last one is that of the end, when nobody sends any more
    const [start, ...others] = result.associations.slice(0, 3);
    // the handshake has come to its end before the first payload, whose frame shows it
    expect(start).toMatchObject({ cause: 'start', begunAtNs: CYCLE_NS, messages: 3 });
    expect(start?.madeAtNs).toBeGreaterThan(16_000);
    expect(others.map(({ cause }) => cause)).toEqual(['restart', 'restart']);
    expect(others.every(({ madeAtNs, begunAtNs, messages }) => madeAtNs !== null && madeAtNs > begunAtNs && messages >= 3)).toBe(true);
    expect(result.total.outsideAssociation).toBeGreaterThan(3);
    expect(result.total.stalledCycles).toBe(0);
  });

  it('silence of the peer is noticed, and has its own cause', async () => {
    const { associations } = await shortRun({
      frames: 130,
      rekeyFrames: 0,
      rekeyInterval: 10_000_000,
      outage: '48us:150us',
      silence: 40_000,
    });
    expect(associations.slice(0, 2).map(({ cause }) => cause)).toEqual(['start', 'silence']);
    const [, silence] = associations;
    // it is looked for once in so long: what comes right behind a look is missed at the next but one
    expect(silence?.begunAtNs).toBeGreaterThan(48_000 + 40_000 - 2400);
    expect(silence?.begunAtNs).toBeLessThan(48_000 + 2 * 40_000 + 3200);
  });
});

describe('what begins and ends a run', () => {
  it('time begins rekeys as the counter does', async () => {
    const { rekeys } = await shortRun({ rekeyFrames: 0, rekeyInterval: 80_000, frames: 130 });
    const [one, two] = rekeys;
    expect(rekeys.every(({ finished }) => finished)).toBe(true);
    expect(Math.abs((two?.announcedAtNs ?? 0) - (one?.announcedAtNs ?? 0) - 80_000)).toBeLessThan(4000);
  });

  it('a rekey that takes longer than it may is alarmed', async () => {
    const { rekeys } = await shortRun({ frames: 45, alarmAfter: 8 * 2000 });
    expect(rekeys.map(({ alarmed }) => alarmed)).toEqual([true]);
    expect((await shortRun({ frames: 45, alarmAfter: 8 * 2200 })).rekeys.map(({ alarmed }) => alarmed)).toEqual([false]);
  });

  it('progress is told of, and a signal heard', async () => {
    const seen: { readonly done: number; readonly of: number; readonly rekeys: number }[] = [];
    await shortRun({ frames: 100 }, { onProgress: (progress) => seen.push(progress) });
    // after 16,384 cycles, of which 4000 have no frame, at one frame in 200
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ of: 100, rekeys: 1 });
    expect(Math.abs((seen[0]?.done ?? 0) - (16_384 - 4000) / 200)).toBeLessThan(4);
    await expect(shortRun({ frames: 100 }, { signal: AbortSignal.abort() })).rejects.toThrow(SimulationAborted);
  });

  it('a connection over which nothing can be agreed on is given up', async () => {
    const failure = await shortRun({ outage: '0ms:100ms', silence: 8000, frames: 10 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SafetyViolation);
    expect(String(failure)).toMatch(
      /^SafetyViolation: initiator, cycle \d+: no payload went out for 1000 send intervals\n {2}again with: the test$/,
    );
  });

  it('is the same for the same seed', async () => {
    const faults = { frames: 40, loss: 0.1, reorderChance: 0.2, attacks: 0.2 };
    const [one, again, other] = [await shortRun(faults), await shortRun(faults), await shortRun({ ...faults, seed: 2 })];
    expect(again).toEqual(one);
    expect(other.total).not.toEqual(one.total);
  });
});
