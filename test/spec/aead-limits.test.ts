import { describe, expect, it } from 'vitest';
import { aesGcmFramesPerKey, blocksPerFrame, framesPerKey } from '../../spec/aead-limits.ts';
import { COUNTER_LAST } from '../../spec/header.ts';

const HOUR_US = 3600e6;
const SHORTEST_CYCLE_US = 31.25;

describe('limits of AES-GCM, draft-irtf-cfrg-aead-limits, section 5.1', () => {
  // C_SDU octets, blocks of a frame with its AAD, log2 of the frames per key with a margin of 57, 60 and 64 bits
  it.each([
    [64, 6, 33.19, 31.69, 29.69],
    [256, 18, 31.75, 30.25, 28.25],
    [512, 34, 30.87, 29.37, 27.37],
    [1440, 92, 29.46, 27.96, 25.96],
  ])('C_SDU of %i octets: %i blocks, and 2^%f, 2^%f, 2^%f frames', (cSduOctets, blocks, ...exponents) => {
    const size = { protection: 'encryption', cSduOctets } as const;
    expect(blocksPerFrame(size)).toBe(blocks);
    expect([57, 60, 64].map((margin) => Math.log2(aesGcmFramesPerKey(size, margin)).toFixed(2))).toEqual(
      exponents.map((exponent) => exponent.toFixed(2)),
    );
  });

  it('AAD and text are padded apart (SP 800-38D, section 7.1): 25 and 33 octets are 2 and 3 blocks, not the 4 of 58', () => {
    expect(blocksPerFrame({ protection: 'encryption', cSduOctets: 33 })).toBe(5);
    expect(blocksPerFrame({ protection: 'encryption', cSduOctets: 33, aadOctets: 16 })).toBe(4);
    expect(blocksPerFrame({ protection: 'authentication', cSduOctets: 33 })).toBe(0);
  });

  it('paper I: "rekeying is approximately required every six hours": so it is for the longest frames in the shortest cycle', () => {
    const frames = framesPerKey({ protection: 'encryption', cSduOctets: 1440 }, 57);
    expect((frames * SHORTEST_CYCLE_US) / HOUR_US).toBeCloseTo(6.41, 2);
  });

  it('is the largest number that keeps the bound: (s + q + 1)² / 2^129 with no block but the nonce is 2^-57 for 2^36 - 1 frames', () => {
    expect(aesGcmFramesPerKey({ protection: 'authentication', cSduOctets: 1 }, 57)).toBe(2 ** 36 - 1);
  });

  it('with authentication only the 32-bit counter is used up first, after 37 hours', () => {
    const frames = framesPerKey({ protection: 'authentication', cSduOctets: 1440 }, 60);
    expect(frames).toBe(COUNTER_LAST);
    expect((frames * SHORTEST_CYCLE_US) / HOUR_US).toBeCloseTo(37.28, 2);
  });
});
