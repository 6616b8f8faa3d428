import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { C_SDU_MAX, FRAME_MAX, PROFILE_NAMES, type ProfileName } from '../../../spec/header.ts';
import { AEADS } from '../../../sw/aead/engines.ts';
import {
  aadOf,
  apduStatusOf,
  encodeFrame,
  nonceOf,
  parseFrame,
  payloadOf,
  type SecuredFrame,
  textOf,
} from '../../../sw/frame/secured-frame.ts';
import { FRAME_VECTORS } from '../../vectors/vectors.ts';

const octets = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength, size: 'max' });
/** Octets around the C_SDU of an untagged frame, and what follows it. */
const AROUND = { paper: { total: 21 + 20, behind: 0, clear: 4 }, std: { total: 24 + 20, behind: 4, clear: 0 } } as const;
const framesOf = (profile: ProfileName): fc.Arbitrary<SecuredFrame> =>
  fc.integer({ min: 1, max: C_SDU_MAX }).chain((length) => frames(profile, length));
const frames = (profile: ProfileName, length: number) =>
  fc.record({
    profile: fc.constant(profile),
    encrypt: fc.boolean(),
    length: fc.constant(length),
    destination: octets(6),
    source: octets(6),
    vlanTci: fc.option(fc.nat(0xffff), { nil: undefined }),
    frameId: fc.nat(0xffff),
    currentKeyId: fc.nat(15),
    nextKeyId: fc.nat(15),
    counter: fc.nat(0xffff_ffff),
    text: octets(length + AROUND[profile].behind),
    icv: octets(16),
    clearStatus: octets(AROUND[profile].clear),
  });

const BY_HAND = '0a0b0c0d0e0f 020304050607 8100c000 8892 8000 b7 00010203 de ad be ef 101112131415161718191a1b1c1d1e1f 12343500';
const KIND = { profile: 'paper', frameId: 0x8000, encrypt: true } as const;
const example: SecuredFrame = {
  ...KIND,
  length: 4,
  destination: Uint8Array.of(10, 11, 12, 13, 14, 15),
  source: Uint8Array.of(2, 3, 4, 5, 6, 7),
  vlanTci: 0xc000,
  currentKeyId: 0b10_11,
  nextKeyId: 0b01_11,
  counter: 0x0001_0203,
  text: Uint8Array.of(0xde, 0xad, 0xbe, 0xef),
  icv: Uint8Array.from({ length: 16 }, (_, index) => 0x10 + index),
  clearStatus: Uint8Array.of(0x12, 0x34, 0x35, 0),
};
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');

describe('paper Fig. 8: the secured frame', () => {
  it('has its fields where the figure has them', () => {
    expect(hex(encodeFrame(example))).toBe(BY_HAND.replaceAll(' ', ''));
    expect(parseFrame(encodeFrame(example), KIND)).toEqual({ kind: 'ours', frame: example });
  });

  it.each(PROFILE_NAMES)('comes back from its octets, with a VLAN tag or without (%s)', (profile) => {
    fc.assert(
      fc.property(framesOf(profile), (frame) => {
        const encoded = encodeFrame(frame);
        expect(encoded.length).toBe(AROUND[profile].total + (frame.vlanTci === undefined ? 0 : 4) + frame.length);
        expect(parseFrame(encoded, frame)).toEqual({ kind: 'ours', frame });
        // a buffer of which the frame is only a part, as sockets hand them out
        const inside = Uint8Array.from([1, 2, 3, ...encoded, 4]).subarray(3, 3 + encoded.length);
        expect(parseFrame(inside, frame)).toEqual({ kind: 'ours', frame });
      }),
    );
  });

  it('associated data: everything but tag, C_SDU and ICV, so that a switch may strip the tag (IEEE 802.1Q)', () => {
    expect(hex(aadOf(example))).toBe('0a0b0c0d0e0f020304050607' + '88928000b700010203' + '12343500');
    expect(aadOf({ ...example, vlanTci: undefined })).toEqual(aadOf(example));
  });
});

describe.each(FRAME_VECTORS.frames)('frame that was made by hand: $what', (vector) => {
  const { profile, encrypt, destination, source, frameId, currentKeyId, nextKeyId, counter, text, icv, cSdu, apduStatus } = vector;
  const kind = { profile, frameId, encrypt };
  const frame: SecuredFrame = {
    ...{ ...kind, destination, source, currentKeyId, nextKeyId, counter, text, icv },
    length: cSdu.length,
    clearStatus: profile === 'paper' ? apduStatus : new Uint8Array(),
    vlanTci: vector.vlanTci,
  };
  const aead = AEADS[vector.engine];

  it('is encoded and parsed to the octet', () => {
    expect(hex(encodeFrame(frame))).toBe(hex(vector.frame));
    expect(parseFrame(vector.frame, kind)).toEqual({ kind: 'ours', frame });
  });

  it('has the associated data and the nonce', () => {
    expect(hex(aadOf(frame))).toBe(hex(vector.aad));
    expect(hex(nonceOf(vector.iv, counter))).toBe(hex(vector.nonce));
  });

  it('has the text and the ICV of its engine, and gives its payload back', () => {
    const { key, nonce, aad } = vector;
    const plain = textOf(profile, { cSdu, apduStatus });
    expect(plain.clearStatus).toEqual(frame.clearStatus);
    const sealed = aead.seal({ key, nonce, aad, text: plain.text, encrypt });
    expect([hex(sealed.text), hex(sealed.icv)]).toEqual([hex(text), hex(icv)]);
    const opened = aead.open({ key, nonce, aad, text, icv, encrypt }) ?? new Uint8Array();
    expect(payloadOf(frame, opened)).toEqual({ cSdu, apduStatus });
  });
});

describe('what is not ours, or not whole', () => {
  const encoded = encodeFrame({ ...example, vlanTci: undefined });

  it('another FrameID or EtherType is foreign', () => {
    expect(parseFrame(encoded, { ...KIND, frameId: 0x8001 })).toEqual({ kind: 'foreign' });
    expect(parseFrame(encoded.with(12, 0x08), KIND)).toEqual({ kind: 'foreign' });
  });

  it('no length makes it throw: too short to say is foreign, without a C_SDU malformed', () => {
    const kinds = Array.from(encoded, (_, length) => parseFrame(encoded.subarray(0, length), KIND).kind);
    const least = 21 + 20 + 1;
    expect(kinds.lastIndexOf('foreign')).toBe(15);
    expect(kinds.indexOf('malformed')).toBe(16);
    expect(kinds.lastIndexOf('malformed')).toBe(least - 1);
    expect(kinds.indexOf('ours')).toBe(least);
  });

  it('one octet more than the longest C_SDU is malformed, and the reason counts', () => {
    const longest = encodeFrame({ ...example, length: C_SDU_MAX, text: new Uint8Array(C_SDU_MAX) });
    expect(longest).toHaveLength(FRAME_MAX - 3);
    expect(parseFrame(longest, KIND).kind).toBe('ours');
    expect(parseFrame(Uint8Array.from([...longest, 0]), KIND)).toEqual({
      kind: 'malformed',
      reason: 'C_SDU of 1441 octets, expected 1 to 1440',
    });
  });
});

describe('profile std', () => {
  const KIND_STD = { profile: 'std', frameId: 0x8000, encrypt: true } as const;
  const frame: SecuredFrame = {
    ...{ ...example, ...KIND_STD },
    text: Uint8Array.of(0xde, 0xad, 0xbe, 0xef, 0x12, 0x34, 0x35, 0),
    clearStatus: new Uint8Array(),
  };
  const encoded = encodeFrame(frame);
  const METADATA = 20;
  const kindOf = (octets: Uint8Array) => parseFrame(octets, KIND_STD).kind;

  it('has SecurityInformation, SecurityControl, counter and SecurityLength behind the FrameID, and the ICV last', () => {
    const byHand = '0a0b0c0d0e0f 020304050607 8100c000 8892 8000 01 b7 00010203 0008 de ad be ef 12343500 101112131415161718191a1b1c1d1e1f';
    expect(hex(encoded)).toBe(byHand.replaceAll(' ', ''));
    expect(parseFrame(encoded, KIND_STD)).toEqual({ kind: 'ours', frame });
    expect(hex(aadOf(frame))).toBe('0a0b0c0d0e0f020304050607' + '8892800001b7000102030008');
    expect(encodeFrame({ ...frame, encrypt: false })[METADATA]).toBe(0);
  });

  it('is malformed with any other bit of SecurityInformation or SecurityLength, and ours with any other KeyIds and counter', () => {
    const flipped = (bit: number): string =>
      kindOf(encoded.with(METADATA + (bit >> 3), (encoded[METADATA + (bit >> 3)] ?? 0) ^ (1 << (bit & 7))));
    const kinds = Array.from({ length: 64 }, (_, bit) => flipped(bit));
    expect(kinds.slice(0, 8)).toEqual(Array(8).fill('malformed'));
    expect(kinds.slice(8, 48)).toEqual(Array(40).fill('ours'));
    expect(kinds.slice(48)).toEqual(Array(16).fill('malformed'));
    expect(parseFrame(encoded.with(METADATA, 3), KIND_STD)).toMatchObject({ reason: 'SecurityInformation 3, expected 1' });
    expect(parseFrame(encoded.with(METADATA + 6, 1), KIND_STD)).toMatchObject({ reason: 'SecurityLength 264, expected 8' });
  });

  it('the longest frame of all has 1488 octets', () => {
    const longest = { ...frame, length: C_SDU_MAX, text: new Uint8Array(C_SDU_MAX + 4) };
    expect(encodeFrame(longest)).toHaveLength(1488);
    expect(FRAME_MAX).toBe(1488);
    expect(kindOf(encodeFrame(longest))).toBe('ours');
  });

  it('no length makes it throw', () => {
    const untagged = encodeFrame({ ...frame, vlanTci: undefined });
    const kinds = Array.from(untagged, (_, length) => kindOf(untagged.subarray(0, length)));
    expect(kinds).toEqual([...Array(16).fill('foreign'), ...Array(untagged.length - 16).fill('malformed')]);
  });
});

describe('nonce and APDU status', () => {
  it('RFC 8446, section 5.3: the counter, right-aligned and big endian, XOR the IV, which stays as it is', () => {
    const iv = new Uint8Array(12).fill(0xf0);
    expect(hex(nonceOf(iv, 0x8102_0304))).toBe('f0f0f0f0f0f0f0f071f2f3f4');
    expect(hex(iv)).toBe('f0'.repeat(12));
  });

  it('IEC 61158-6-10: cycle counter big endian, data status, transfer status', () => {
    expect(hex(apduStatusOf(0x1234, 0x35, 0))).toBe('12343500');
  });
});
