import { describe, expect, it } from 'vitest';
import { aesGcmForgeriesPerKey, aesGcmFramesPerKey, blocksPerFrame, engineLimits, framesPerKey } from '../../spec/aead-limits.ts';
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
    // std: 24 octets of AAD, and the APDU status is text
    expect([28, 29].map((cSduOctets) => blocksPerFrame({ protection: 'encryption', cSduOctets, profile: 'std' }))).toEqual([4, 5]);
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

describe('N18: forgery attempts against AES-GCM, draft-irtf-cfrg-aead-limits, section 5.1.2', () => {
  // C_SDU octets; log2 of 2^127 p / (L + 1) with a margin of 57, 60 and 64 bits, where L + 1 is 6, 19 and 93 blocks
  it.each([
    [40, 67.42, 64.42, 60.42],
    [256, 65.75, 62.75, 58.75],
    [1440, 63.46, 60.46, 56.46],
  ])('C_SDU of %i octets, encrypted: 2^%f, 2^%f, 2^%f attempts', (cSduOctets, ...exponents) => {
    const size = { protection: 'encryption', cSduOctets } as const;
    expect([57, 60, 64].map((margin) => Math.log2(aesGcmForgeriesPerKey(size, margin)).toFixed(2))).toEqual(
      exponents.map((exponent) => exponent.toFixed(2)),
    );
  });

  it('with authentication only, GHASH takes the whole frame as AAD: 25 and 40 octets are 5 blocks, not 2 and 3, and 25 and 8 are 3', () => {
    expect(aesGcmForgeriesPerKey({ protection: 'authentication', cSduOctets: 40 }, 124)).toBe(1);
    expect(aesGcmForgeriesPerKey({ protection: 'authentication', cSduOctets: 8 }, 121)).toBe(16);
    expect(aesGcmForgeriesPerKey({ protection: 'encryption', cSduOctets: 8 }, 121)).toBe(16);
    expect(aesGcmForgeriesPerKey({ protection: 'authentication', cSduOctets: 24 }, 121)).toBe(12);
    expect(aesGcmForgeriesPerKey({ protection: 'authentication', cSduOctets: 23 }, 121)).toBe(16);
    // 25 and 1 octets: padded apart 3 blocks, together 2
    expect(aesGcmForgeriesPerKey({ protection: 'encryption', cSduOctets: 1 }, 121)).toBe(16);
    expect(aesGcmForgeriesPerKey({ protection: 'authentication', cSduOctets: 1 }, 121)).toBe(21);
  });

  it('xor allows none: it is linear', () => {
    for (const { engine, forgeries } of engineLimits({ cSduOctets: 40 }, 57)) expect(forgeries > 0).toBe(engine === 'AES-GCM');
  });
});
