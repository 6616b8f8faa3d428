import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GeneratorSettings, generateTraffic } from '../../../sim/traffic/generate.ts';
import type { TrafficStream } from '../../../sim/traffic/traffic.ts';
import { C_SDU_MAX, C_SDU_MIN } from '../../../spec/header.ts';

const seed = fc.nat(0xffff_ffff);
const index = fc.nat(100_000);
const settings = { seed: 1, cSduLengths: 'constant', cSduLength: 64, vlanTags: 'both' } as const;
const streams = (of: number, more: Partial<GeneratorSettings> = {}): readonly TrafficStream[] => {
  const { initiatorToFollower, followerToInitiator } = generateTraffic({ ...settings, seed: of, ...more });
  return [initiatorToFollower, followerToInitiator];
};

describe('generated traffic', () => {
  it('is a function of seed and index', () => {
    fc.assert(
      fc.property(seed, fc.array(index, { minLength: 1, maxLength: 5 }), (of, indices) => {
        const [again, back] = [indices, indices.toReversed()].map((order) =>
          streams(of).map((stream) => order.map((at) => ({ at, frame: stream.frame(at) })).sort((a, b) => a.at - b.at)),
        );
        expect(back).toEqual(again);
      }),
    );
  });

  it('differs from seed to seed, from frame to frame, and between the directions', () => {
    fc.assert(
      fc.property(seed, seed, index, (one, other, at) => {
        fc.pre(one !== other);
        const [there, back] = streams(one);
        const text = (stream: TrafficStream | undefined, number: number): string => String(stream?.frame(number).cSdu);
        expect(new Set([text(there, at), text(there, at + 1), text(back, at), text(streams(other)[0], at)]).size).toBe(4);
      }),
    );
  });

  it.each([40, 64, 1440])('N14: has C_SDUs of one length, as those of an IOCR: %i octets', (cSduLength) => {
    for (const stream of streams(7, { cSduLength }))
      for (let at = 0; at < 2000; at++) expect(stream.frame(at).cSdu.length).toBe(cSduLength);
  });

  it(`N14: on request it has C_SDUs of ${C_SDU_MIN} to ${C_SDU_MAX} octets, the longest among them, and an APDU status that counts on`, () => {
    for (const stream of streams(1, { cSduLengths: 'varied' })) {
      const frames = Array.from({ length: 3000 }, (_, at) => stream.frame(at));
      const lengths = new Set(frames.map(({ cSdu }) => cSdu.length));
      expect(Math.min(...lengths)).toBe(C_SDU_MIN);
      expect(Math.max(...lengths)).toBe(C_SDU_MAX);
      expect(lengths.size).toBeGreaterThan(4);
      frames.forEach(({ cycleCounter }, at) => expect(cycleCounter).toBe((32 * at) % 65536));
    }
  });

  it('goes both ways between the same two stations', () => {
    const [there, back] = streams(1);
    expect(there?.source).toEqual(back?.destination);
    expect(there?.destination).toEqual(back?.source);
    expect(there?.source).not.toEqual(there?.destination);
    expect(there?.frameId).not.toBe(back?.frameId);
  });

  it.each([
    { vlanTags: 'both', there: 0xc000, back: 0xc000 },
    { vlanTags: 'initiator', there: 0xc000, back: undefined },
    { vlanTags: 'none', there: undefined, back: undefined },
  ] as const)('N14: both directions are alike in their VLAN tags unless it is told otherwise: $vlanTags', ({ vlanTags, there, back }) => {
    expect(streams(1, { vlanTags }).map(({ vlanTci }) => vlanTci)).toEqual([there, back]);
  });
});
