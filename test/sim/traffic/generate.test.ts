import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateTraffic } from '../../../sim/traffic/generate.ts';
import type { TrafficStream } from '../../../sim/traffic/traffic.ts';
import { C_SDU_MAX, C_SDU_MIN } from '../../../spec/header.ts';

const seed = fc.nat(0xffff_ffff);
const index = fc.nat(100_000);
const streams = (of: number): readonly TrafficStream[] => {
  const { initiatorToFollower, followerToInitiator } = generateTraffic(of);
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

  it(`has C_SDUs of ${C_SDU_MIN} to ${C_SDU_MAX} octets, the longest among them, and an APDU status that counts on`, () => {
    for (const stream of streams(1)) {
      const frames = Array.from({ length: 3000 }, (_, at) => stream.frame(at));
      const lengths = new Set(frames.map(({ cSdu }) => cSdu.length));
      expect(Math.min(...lengths)).toBe(C_SDU_MIN);
      expect(Math.max(...lengths)).toBe(C_SDU_MAX);
      expect(lengths.size).toBeGreaterThan(4);
      frames.forEach(({ cycleCounter }, at) => expect(cycleCounter).toBe((32 * at) % 65536));
    }
  });

  it('goes both ways between the same two stations, tagged one way and untagged the other', () => {
    const [there, back] = streams(1);
    expect(there?.source).toEqual(back?.destination);
    expect(there?.destination).toEqual(back?.source);
    expect(there?.source).not.toEqual(there?.destination);
    expect(there?.frameId).not.toBe(back?.frameId);
    expect([there?.vlanTci, back?.vlanTci]).toEqual([0xc000, undefined]);
  });
});
