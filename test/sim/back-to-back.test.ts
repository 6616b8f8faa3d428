import { describe, expect, it } from 'vitest';
import { backToBack } from '../../sim/back-to-back.ts';
import type { EngineName } from '../../spec/aead-engines.ts';

// every remainder of 16 octets, from the shortest frame that Ethernet allows (60 octets without FCS) on, in both directions
const LENGTHS = Array.from({ length: 80 }, (_, index) => 19 + (index % 32));

const WAYS = [
  { profile: 'paper', tagged: false, around: 41 },
  { profile: 'paper', tagged: true, around: 45 },
  { profile: 'std', tagged: false, around: 44 },
] as const;

describe.each<EngineName>(['xor', 'aes-128-gcm', 'aes-256-gcm', 'ascon-aead128'])('%s, frames back to back at 1 Gb/s', (engine) => {
  it.each(WAYS)('fills the line, through a rekey too ($profile, VLAN tag: $tagged)', async ({ profile, tagged, around }) => {
    const { frames } = await backToBack({ engine, profile, tagged, lengths: LENGTHS, rekeyAfter: 6 });
    expect(frames.map(({ octets }) => octets)).toEqual(LENGTHS.map((length) => length + around));
    expect(
      frames.slice(1).filter(({ first, readyAt }) => first !== readyAt),
      'frames for which the line was idle',
    ).toEqual([]);
    expect(
      frames.filter(({ first, last, octets }) => last - first + 1 !== octets),
      'frames with a gap inside',
    ).toEqual([]);
    expect(
      frames.filter(({ verdict }) => verdict === undefined),
      'frames not delivered',
    ).toEqual([]);
    expect([...new Set(frames.map(({ keyId }) => keyId))]).toEqual([0, 1]);
  });
});

/** Octets of a block of GCM that stay empty where a frame of `std` has that C_SDU and its APDU status. */
function octetsShortOfABlock(length: number): number {
  return (16 - ((length + 4) % 16)) % 16;
}

// what the AAD holds the octets up for, the ICV makes up for as it comes in: behind the last block stands what it is short of alone
it.each([
  { engine: 'xor', short: () => 0 },
  { engine: 'aes-128-gcm', short: octetsShortOfABlock },
  { engine: 'aes-256-gcm', short: octetsShortOfABlock },
] as const)(
  '$engine judges a frame of std in 15 cycles and one for each octet that its last block is short of',
  async ({ engine, short }) => {
    const { frames } = await backToBack({ engine, profile: 'std', tagged: false, lengths: LENGTHS, rekeyAfter: 6 });
    expect(frames).toHaveLength(LENGTHS.length);
    for (const [index, { verdict, last }] of frames.entries()) {
      const cycles = (verdict ?? Number.NaN) - last - short(LENGTHS[index] ?? 0);
      // a frame that begins goes first, and so does an event that is under way
      expect([15, 16, 17, 18], `frame ${index}, C_SDU of ${LENGTHS[index]}`).toContain(cycles);
    }
  },
);
