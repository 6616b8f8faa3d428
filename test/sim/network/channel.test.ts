import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { type ChannelSettings, fateOf, longestDelay } from '../../../sim/network/channel.ts';

const settings: fc.Arbitrary<ChannelSettings> = fc.record({
  loss: fc.double({ min: 0, max: 1, noNaN: true }),
  duplicates: fc.double({ min: 0, max: 1, noNaN: true }),
  reorder: fc.nat(16),
  reorderChance: fc.double({ min: 0, max: 1, noNaN: true }),
  delay: fc.nat(1000),
  jitter: fc.nat(500),
  interval: fc.integer({ min: 1, max: 2000 }),
});
const QUIET: ChannelSettings = { loss: 0, duplicates: 0, reorder: 3, reorderChance: 0, delay: 100, jitter: 0, interval: 50 };

describe('channel', () => {
  it('delivers a frame never, once or twice, never before its delay and never after the bound that the timeout relies on (E1)', () => {
    fc.assert(
      fc.property(settings, fc.nat(), (channel, seed) => {
        const random = new Random(seed);
        for (let frame = 0; frame < 50; frame++) {
          const fate = fateOf(channel, random);
          expect(fate.length).toBeLessThanOrEqual(2);
          for (const after of fate) {
            expect(after).toBeGreaterThanOrEqual(channel.delay);
            expect(after).toBeLessThanOrEqual(longestDelay(channel));
          }
        }
      }),
    );
  });

  it('reaches that bound', () => {
    const worst = { ...QUIET, reorderChance: 1, jitter: 4 };
    const random = new Random(1);
    const delays = Array.from({ length: 500 }, () => fateOf(worst, random)[0] ?? 0);
    expect(Math.max(...delays)).toBe(longestDelay(worst));
    expect(longestDelay(worst)).toBe(100 + 4 + 3 * 50);
  });

  it('is the same for the same seed; loss leaves the fates of the other frames as they were', () => {
    const fates = (changes: Partial<ChannelSettings>): readonly (readonly number[])[] => {
      const random = new Random(5);
      return Array.from({ length: 200 }, () => fateOf({ ...QUIET, jitter: 50, reorderChance: 0.2, duplicates: 0.2, ...changes }, random));
    };
    expect(fates({})).toEqual(fates({}));
    const lossy = fates({ loss: 0.3 });
    expect(lossy.filter((fate) => fate.length === 0).length).toBeGreaterThan(20);
    fates({}).forEach((fate, frame) => expect([[], fate]).toContainEqual(lossy[frame]));
  });

  it('loses everything, nothing, doubles everything, as it is told', () => {
    const random = new Random(2);
    expect(fateOf({ ...QUIET, loss: 1 }, random)).toEqual([]);
    expect(fateOf(QUIET, random)).toEqual([100]);
    expect(fateOf({ ...QUIET, duplicates: 1 }, random)).toEqual([100, 100]);
  });
});
