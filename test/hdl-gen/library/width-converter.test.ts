import { describe, expect, it } from 'vitest';
import { downsizer, upsizer } from '../../../hdl-gen/library/width-converter.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { type Beat, PACES, pass, replay, SEED, SIMULATORS, started } from './stream-bench.ts';

const random = new Random(SEED);

/** Packets of 1 to 12 beats; `keep` of a beat is any, now and then none. */
const packets = (width: number): Beat[] =>
  Array.from({ length: 25 }, () => 1 + random.below(12)).flatMap((length) =>
    Array.from({ length }, (_, index) => ({
      data: random.bits(width),
      keep: random.chance(0.2) ? random.bits(width / 8) : (1n << BigInt(1 + random.below(width / 8))) - 1n,
      last: index === length - 1 ? 1n : 0n,
    })),
  );

/** Lists, a packet at a time: no counters, no masks. */
function widened(beats: readonly Beat[], from: number, to: number): Beat[] {
  const wide: Beat[] = [];
  let group: Beat[] = [];
  const join = (field: string, width: number): bigint =>
    group.reduceRight((value, beat) => (value << BigInt(width)) | (beat[field] ?? 0n), 0n);
  for (const beat of beats) {
    group.push(beat);
    if (group.length < to / from && beat['last'] === 0n) continue;
    wide.push({ data: join('data', from), keep: join('keep', from / 8), last: beat['last'] ?? 0n });
    group = [];
  }
  return wide;
}

function narrowed(beats: readonly Beat[], from: number, to: number): Beat[] {
  return beats.flatMap(({ data = 0n, keep = 0n, last = 0n }) => {
    const parts = Array.from({ length: from / to }, (_, part) => ({
      data: BigInt.asUintN(to, data >> BigInt(to * part)),
      keep: BigInt.asUintN(to / 8, keep >> BigInt((to / 8) * part)),
    }));
    while (parts.length > 1 && parts.at(-1)?.keep === 0n) parts.pop();
    return parts.map((part, index) => ({ ...part, last: index === parts.length - 1 ? last : 0n }));
  });
}

describe.each(SIMULATORS)('$simulator', ({ start }) => {
  it.each([
    [8, 16],
    [8, 32],
    [16, 48],
    [32, 128],
  ])('an upsizer from %d to %d bits collects as lists do', (from, to) => {
    const beats = packets(from);
    const expected = widened(beats, from, to);
    for (const pace of PACES) expect(pass(started(upsizer(from, to), start), beats, expected.length, pace).taken, replay).toEqual(expected);
  });

  it.each([
    [16, 8],
    [32, 8],
    [48, 16],
    [128, 32],
  ])('a downsizer from %d to %d bits takes apart as lists do', (from, to) => {
    const beats = packets(from);
    const expected = narrowed(beats, from, to);
    for (const pace of PACES)
      expect(pass(started(downsizer(from, to), start), beats, expected.length, pace).taken, replay).toEqual(expected);
  });

  it('both move a narrow beat every cycle', () => {
    const beats = packets(8);
    expect(pass(started(upsizer(8, 32), start), beats, widened(beats, 8, 32).length, { offers: 1, takes: 1 }).cycles).toBe(
      beats.length + 1,
    );
    const wide = packets(32);
    const narrow = narrowed(wide, 32, 8);
    expect(pass(started(downsizer(32, 8), start), wide, narrow.length, { offers: 1, takes: 1 }).cycles).toBe(narrow.length);
  });
});

describe('a width converter', () => {
  it.each([
    ['a width that is no octets', () => upsizer(12, 24), /HG010 narrow side of a width converter is 12, expected a multiple of 8/],
    ['a ratio that is no whole number', () => upsizer(16, 40), /HG010 wide side of a width converter is 40, expected a multiple of 16/],
    ['the same width twice', () => downsizer(8, 8), /HG010 wide side of a width converter is 8/],
    ['the directions turned round', () => downsizer(8, 32), /HG010 wide side of a width converter is 8, expected a multiple of 32/],
  ])('refuses %s', (_, build, message) => expect(build).toThrow(message));
});
