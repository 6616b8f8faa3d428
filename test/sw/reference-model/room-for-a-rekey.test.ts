/** E6, tried on two reference peers: a rekey triggered at the latest ends before either counter does. An announcement needs frames to travel in. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { COUNTER_LAST } from '../../../spec/header.ts';
import { type KeyId, nextKeyId } from '../../../spec/key-id.ts';
import { canStartRekey, type Role } from '../../../spec/peer-rules.ts';
import { checkTiming, latestTriggerFrames, type TimingParameters } from '../../../spec/timing.ts';
import { materialOf, payloadOf, peerOf } from './peers.ts';

// the true last counter is 2^32 - 1 frames away
vi.mock('../../../spec/header.ts', async (original) => ({ ...(await original<object>()), COUNTER_LAST: 200 }));

const TIMING: TimingParameters = {
  slots: 2,
  sendInterval: { min: 10, max: 20 },
  delay: { min: 1, max: 15 },
  obsoleteTimeout: { own: 20, peer: 20 },
  clockErrorPpm: 0,
  consecutiveLosses: 1,
  keyGeneration: 12,
  rekey: { frames: Number.POSITIVE_INFINITY, interval: Number.POSITIVE_INFINITY, alarmAfter: Number.POSITIVE_INFINITY },
  frameSize: { protection: 'encryption', cSduOctets: 40 },
  marginBits: 57,
  aeadBound: 'none',
};
const ROLES = ['initiator', 'follower'] as const satisfies readonly Role[];
/** Time enough for several rekeys, one after the other. */
const TIME = 12_000;

/** What the channel and the applications are free to do, within the bounds of `TIMING`. */
interface Choices {
  /** time from a frame of a provider to its next */
  readonly gap: (role: Role) => number;
  readonly delay: () => number;
  readonly lost: () => boolean;
  readonly keyGeneration: () => number;
}

/** Two peers, the initiator rekeying after so many frames. The highest counter of each under any key, and the keys that were installed. */
function run(
  triggerFrames: number,
  choices: Choices,
): { readonly highest: Record<Role, number>; readonly rekeys: number; readonly stopped: boolean } {
  const settings = { obsoleteTimeout: TIMING.obsoleteTimeout.own };
  const peers = { initiator: peerOf('initiator', 2, settings), follower: peerOf('follower', 2, settings) };
  let newest: KeyId = { master: 0, communication: 0 };
  for (const role of ROLES) peers[role].push(newest, materialOf(role, newest));
  const highest = { initiator: 0, follower: 0 };
  const losses = { initiator: 0, follower: 0 };
  let [rekeys, stopped, preparing] = [0, false, { initiator: false, follower: false }];
  let queue: { readonly at: number; readonly act: () => void }[] = [];
  let now = 0;
  const after = (time: number, act: () => void): void => void queue.push({ at: now + time, act });

  const send = (role: Role): void => {
    const to = role === 'initiator' ? 'follower' : 'initiator';
    const frame = peers[role].transmit(payloadOf(0));
    if (frame === undefined) stopped = true;
    highest[role] = Math.max(highest[role], peers[role].lastTransmitCounter);
    losses[role] = losses[role] < TIMING.consecutiveLosses && choices.lost() ? losses[role] + 1 : 0;
    if (frame !== undefined && losses[role] === 0) after(choices.delay(), () => void peers[to].receive(frame));
    after(choices.gap(role), () => send(role));
  };
  const prepare = (role: Role, keyId: KeyId): void => {
    preparing[role] = true;
    // half of the time of E3 each
    after(choices.keyGeneration() / 2, () => {
      preparing = { ...preparing, [role]: false };
      peers[role].push(keyId, materialOf(role, keyId));
    });
  };
  for (const role of ROLES) after(1, () => send(role));
  while (now < TIME && !stopped) {
    queue = queue.toSorted((a, b) => a.at - b.at);
    const next = queue.shift();
    if (next === undefined) break;
    for (const role of ROLES) peers[role].elapse(next.at - now);
    now = next.at;
    next.act();
    if (!preparing.initiator && canStartRekey(peers.initiator.state) && peers.initiator.lastTransmitCounter >= triggerFrames) {
      newest = nextKeyId(newest, '0-RTT');
      rekeys++;
      prepare('initiator', newest);
    }
    if (!preparing.follower && peers.follower.state.request !== undefined) prepare('follower', newest);
  }
  return { highest, rekeys, stopped };
}

const slowInitiatorFastFollower: Choices = {
  gap: (role) => (role === 'initiator' ? TIMING.sendInterval.max : TIMING.sendInterval.min),
  delay: () => TIMING.delay.max,
  lost: () => true,
  keyGeneration: () => TIMING.keyGeneration,
};
const latest = latestTriggerFrames(TIMING);

describe('the latest trigger of E6', () => {
  it('is the last number of frames that the inequality allows', () => {
    const broken = (frames: number) => checkTiming({ ...TIMING, rekey: { ...TIMING.rekey, frames } }).map(({ id }) => id);
    expect(broken(latest)).toEqual([]);
    expect(broken(latest + 1)).toEqual(['E6']);
  });

  it('leaves room for a whole rekey in both directions, whatever channel and applications do within their bounds', () => {
    const within = (from: number, to: number) => (gen: fc.GeneratorValue) => gen(() => fc.integer({ min: from, max: to }));
    fc.assert(
      fc.property(fc.gen(), fc.constantFrom<Role | 'neither'>('initiator', 'follower', 'neither'), (gen, slow) => {
        const { min, max } = TIMING.sendInterval;
        const choices: Choices = {
          gap: (role) => (slow === 'neither' ? within(min, max)(gen) : role === slow ? max : min),
          delay: () => within(TIMING.delay.min, TIMING.delay.max)(gen),
          lost: () => gen(fc.boolean),
          keyGeneration: () => TIMING.keyGeneration,
        };
        const { highest, stopped, rekeys } = run(latest, choices);
        expect(stopped).toBe(false);
        expect(rekeys).toBeGreaterThan(3);
        expect(Math.max(highest.initiator, highest.follower)).toBeLessThanOrEqual(COUNTER_LAST);
      }),
      { numRuns: 8 },
    );
  });

  it('counts the other direction: the frames of a slow initiator alone would let the counter of a fast follower end', () => {
    const ownFramesOnly = COUNTER_LAST - 20;
    expect(run(latest, slowInitiatorFastFollower).stopped).toBe(false);
    expect(run(ownFramesOnly, slowInitiatorFastFollower).stopped).toBe(true);
  });

  it('within the last frames of the counter nothing can be announced any more: sending has stopped for good', () => {
    const { stopped, rekeys } = run(COUNTER_LAST, { ...slowInitiatorFastFollower, gap: () => TIMING.sendInterval.max });
    expect({ stopped, rekeys }).toEqual({ stopped: true, rekeys: 1 });
  });
});
