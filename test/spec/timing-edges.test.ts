/** Every inequality on its edge and one step beyond, with both sides worked out by hand; formulas as in formal.md, section 5. */
import { describe, expect, it } from 'vitest';
import { engineLimits } from '../../spec/aead-limits.ts';
import {
  checkTiming,
  INEQUALITIES,
  type InequalityId,
  judgeTiming,
  latestTriggerFrames,
  latestTriggerTime,
  settlingTime,
  shortestRekeyInterval,
  type TimingParameters,
  triggerInterval,
} from '../../spec/timing.ts';

const NEVER = Number.POSITIVE_INFINITY;
const T: TimingParameters = {
  slots: 2,
  sendInterval: { min: 100, max: 300 },
  delay: { min: 50, max: 1050 },
  obsoleteTimeout: { own: 2000, peer: 1500 },
  clockErrorPpm: 1000,
  consecutiveLosses: 2,
  keyGeneration: 600,
  rekey: { frames: 1000, interval: NEVER, alarmAfter: NEVER },
  frameSize: { protection: 'encryption', cSduOctets: 40 },
  marginBits: 57,
};
const sides = (id: InequalityId, changes: Partial<TimingParameters> = {}): object => {
  const { left, right, holds } = judgeTiming({ ...T, ...changes }).find(({ inequality }) => inequality.id === id) ?? {};
  return { left, right, holds };
};

describe('figures', () => {
  it('four steps of L + 1 intervals and a delay, and a key derived: 4 (3 · 300 + 1050) + 600', () => {
    expect(settlingTime(T)).toBe(8400);
  });

  it('two slots wait for the old key, three do not', () => {
    expect(shortestRekeyInterval(T)).toBe(10_400);
    expect(shortestRekeyInterval({ ...T, slots: 3 })).toBe(8400);
  });

  it('the next rekey comes at the earliest after so many of the shortest intervals, or by time', () => {
    expect(triggerInterval(T)).toBe(100_000);
    expect(triggerInterval({ ...T, rekey: { ...T.rekey, interval: 777 } })).toBe(777);
    expect(triggerInterval({ ...T, rekey: { ...T.rekey, frames: 7 } })).toBe(700);
  });

  it('the latest trigger leaves a rekey to the end of the key, at the fastest the other provider may send', () => {
    // (2^36 - 1) / 93 frames of AES-GCM with 1440 octets
    const long = { ...T, frameSize: { protection: 'encryption', cSduOctets: 1440 } } as const;
    expect(latestTriggerTime(long)).toBe(100 * 738_919_104 - 8400);
    expect(latestTriggerFrames(long)).toBe(246_306_340);
    expect(latestTriggerTime({ ...T, aeadBound: 'none' })).toBe(100 * 4_294_967_295 - 8400);
  });
});

it('what each inequality compares, whether both sides may be equal, and what comes of breaking it', () => {
  expect(INEQUALITIES.map(({ id, unit, strict, whenBroken }) => [id, unit, strict ? '<' : '<=', whenBroken])).toEqual([
    ['E1', 'ns', '<', 'unsafe'],
    ['E2', 'keys', '<=', 'unsafe'],
    ['E3', 'ns', '<=', 'unsafe'],
    ['E4', 'ns', '<=', 'unsafe'],
    ['E5', 'ns', '<=', 'waits'],
    ['E6', 'frames', '<=', 'unsafe'],
    ['E7', 'ns', '<', 'unsafe'],
  ]);
});

describe('sides', () => {
  it('E1 is strict, and the clock may err', () => {
    expect(sides('E1')).toEqual({ left: 900, right: 1998, holds: true });
    expect(sides('E1', { clockErrorPpm: 0, obsoleteTimeout: { own: 900, peer: 900 } })).toEqual({ left: 900, right: 900, holds: false });
    expect(sides('E1', { clockErrorPpm: 0, obsoleteTimeout: { own: 901, peer: 900 } })).toMatchObject({ holds: true });
  });

  it('E2: as many slots as an index of two bits can tell apart', () => {
    expect([4, 5].map((slots) => sides('E2', { slots }))).toEqual([
      { left: 4, right: 4, holds: true },
      { left: 5, right: 4, holds: false },
    ]);
  });

  it('E3 and E4 hold on their edges', () => {
    expect(sides('E3', { rekey: { ...T.rekey, alarmAfter: 8400 } })).toEqual({ left: 8400, right: 8400, holds: true });
    expect(sides('E3', { rekey: { ...T.rekey, alarmAfter: 8399 } })).toMatchObject({ holds: false });
    expect(sides('E4', { rekey: { ...T.rekey, frames: 104 } })).toEqual({ left: 10_400, right: 10_400, holds: true });
    expect(sides('E4', { rekey: { ...T.rekey, frames: 103 } })).toMatchObject({ right: 10_300, holds: false });
  });

  it('E5 asks two slots only', () => {
    expect(sides('E5')).toEqual({ left: 1500, right: 2200, holds: true });
    expect(sides('E5', { obsoleteTimeout: { own: 2000, peer: 2201 } })).toEqual({ left: 2201, right: 2200, holds: false });
    expect(sides('E5', { slots: 3, obsoleteTimeout: { own: 2000, peer: 2201 } })).toEqual({ left: 0, right: 2200, holds: true });
  });

  it('E6: the longest time to the trigger and the rekey, in the shortest intervals', () => {
    expect(sides('E6')).toMatchObject({ left: 3084, holds: true });
    expect(sides('E6', { rekey: { ...T.rekey, interval: 1001 } })).toMatchObject({ left: 95 });
  });

  it('E7 is strict: four intervals', () => {
    const rekey = { ...T.rekey, interval: 500 };
    expect(sides('E7', { rekey, delay: { min: 0, max: 2000 } })).toEqual({ left: 2000, right: 2000, holds: false });
    expect(sides('E7', { rekey, delay: { min: 0, max: 1999 } })).toMatchObject({ holds: true });
  });

  it('a violation says which side of what it is', () => {
    expect(checkTiming({ ...T, slots: 5 })).toEqual([
      {
        id: 'E2',
        whenBroken: 'unsafe',
        left: 5,
        right: 4,
        text: expect.stringMatching(/^E2: slots <= 2\^k: found 5 keys, expected at most 4 keys: /),
      },
    ]);
    expect(checkTiming({ ...T, obsoleteTimeout: { own: 2000, peer: 2201 } })).toEqual([
      { id: 'E5', whenBroken: 'waits', left: 2201, right: 2200, text: expect.stringContaining('found 2201 ns, expected at most 2200 ns') },
    ]);
  });
});

it('what ends a key with each engine, draft-irtf-cfrg-aead-limits 5.1: 2^29.46 frames of 1440 octets; the counter of 32 bits with all else', () => {
  const limits = engineLimits({ cSduOctets: 1440 }, 57);
  expect(limits.map(({ engine, protection, boundBy }) => [engine, protection, boundBy])).toEqual([
    ['AES-GCM', 'encryption', 'AEAD bound'],
    ['AES-GCM', 'authentication', '32-bit counter'],
    ['xor', 'encryption', '32-bit counter'],
    ['xor', 'authentication', '32-bit counter'],
  ]);
  expect(limits.map(({ frames }) => Math.log2(frames).toFixed(2))).toEqual(['29.46', '32.00', '32.00', '32.00']);
});
