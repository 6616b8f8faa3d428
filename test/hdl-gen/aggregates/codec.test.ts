import { expect, it } from 'vitest';
import { bits, bool, enumeration, pack, packOctets, signed, struct, unpack, unpackOctets, vec } from '../../../hdl-gen/index.ts';

/** IEEE 802.1Q, 9.6: the tag control information behind the tag protocol identifier. */
const VlanTag = struct({ tpid: bits(16), pcp: bits(3), dei: bool, vid: bits(12) });
const Mode = enumeration('mode', { off: 0, slow: 2, fast: 5 });
const Status = struct({ mode: Mode, offset: signed(5), keys: vec(bits(8), 3) });

it('packs the fields from the top down: a VLAN tag of priority 6 and identifier 0 as PROFINET sends it', () => {
  const tag = { tpid: 0x8100, pcp: 6, dei: 0, vid: 0 };
  expect([...packOctets(VlanTag, tag)]).toEqual([0x81, 0x00, 0xc0, 0x00]);
  expect(unpackOctets(VlanTag, Uint8Array.of(0x81, 0x00, 0xc0, 0x00))).toEqual(tag);
});

it('packs element 0 of a vector lowest, signed numbers in two’s complement, members by their codes', () => {
  const status = { mode: 'fast', offset: -3, keys: [0x11, 0x22, 0x33] } as const;
  const word = 0b101_11101n * 2n ** 24n + 0x33_22_11n;
  expect(pack(Status, status)).toBe(word);
  expect(unpack(Status, word)).toEqual(status);
  expect([...packOctets(Status, status, { order: 'little' })]).toEqual([0x11, 0x22, 0x33, 0b101_11101]);
});

it('reads a code without a name as a number, and takes it back', () => {
  const odd = unpack(Mode, 3n);
  expect(odd).toBe(3);
  expect(pack(Mode, odd)).toBe(3n);
});

it('is typed: up to 32 bits numbers, wider ones bigints, names of members', () => {
  const { wide, narrow } = unpack(struct({ wide: bits(40), narrow: bits(32) }), (7n << 32n) | 0xffff_ffffn);
  const sum: bigint = wide + 1n;
  const half: number = narrow / 2;
  expect([sum, half]).toEqual([8n, 0xffff_ffff / 2]);
});

it('names the field that does not fit, what is missing and what is too much', () => {
  const good = { mode: 'off', offset: 0, keys: [1, 2, 3] } as const;
  expect(() => pack(Status, { ...good, keys: [1, 256, 3] })).toThrow(/^HG002 literal 256 does not fit value\.keys\.1, which has 8 bits\n/);
  expect(() => pack(Status, { ...good, keys: [1, 2] })).toThrow(/^HG050 value\.keys expects a vector of 3, found a list of 2\n/);
  expect(() => pack(Status, { mode: 'off', offset: 0 } as never)).toThrow(/found an object without keys\n/);
  expect(() => pack(Status, { ...good, spare: 0 } as never)).toThrow(/found an object with spare, which is none of its fields\n/);
  expect(() => pack(Mode, 'quick' as never)).toThrow(/^HG051 enumeration mode has no member quick\n/);
  expect(() => pack(Status, { ...good, offset: undefined } as never)).toThrow(/found an object without offset\n/);
  expect(() => unpack(Mode, 8n)).toThrow(/^HG002 literal 8 does not fit the enumeration mode, which has 3 bits/);
  expect(() => unpackOctets(VlanTag, new Uint8Array(3))).toThrow(/^HG010 number of octets is 3, expected 4/);
  expect(() => packOctets(Mode, 'off')).toThrow(/^HG010 width of the enumeration mode is 3, expected a multiple of 8/);
});
