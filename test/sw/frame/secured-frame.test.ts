import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AAD_OCTETS, C_SDU_MAX, FRAME_MAX, HEADER_OCTETS, TRAILER_OCTETS } from '../../../spec/header.ts';
import { xorAead } from '../../../sw/aead/xor.ts';
import { aadOf, apduStatusOf, encodeFrame, nonceOf, parseFrame, type SecuredFrame } from '../../../sw/frame/secured-frame.ts';
import { FRAME_VECTORS } from '../../vectors/vectors.ts';

const octets = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength, size: 'max' });
const frames: fc.Arbitrary<SecuredFrame> = fc.record({
  destination: octets(6),
  source: octets(6),
  vlanTci: fc.option(fc.nat(0xffff), { nil: undefined }),
  frameId: fc.nat(0xffff),
  currentKeyId: fc.nat(15),
  nextKeyId: fc.nat(15),
  counter: fc.nat(0xffff_ffff),
  text: octets(1, C_SDU_MAX),
  icv: octets(16),
  apduStatus: octets(4),
});

const BY_HAND = '0a0b0c0d0e0f 020304050607 8100c000 8892 8000 b7 00010203 de ad be ef 101112131415161718191a1b1c1d1e1f 12343500';
const example: SecuredFrame = {
  destination: Uint8Array.of(10, 11, 12, 13, 14, 15),
  source: Uint8Array.of(2, 3, 4, 5, 6, 7),
  vlanTci: 0xc000,
  frameId: 0x8000,
  currentKeyId: 0b10_11,
  nextKeyId: 0b01_11,
  counter: 0x0001_0203,
  text: Uint8Array.of(0xde, 0xad, 0xbe, 0xef),
  icv: Uint8Array.from({ length: 16 }, (_, index) => 0x10 + index),
  apduStatus: Uint8Array.of(0x12, 0x34, 0x35, 0),
};
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');

describe('paper Fig. 8: the secured frame', () => {
  it('has its fields where the figure has them', () => {
    expect(hex(encodeFrame(example))).toBe(BY_HAND.replaceAll(' ', ''));
    expect(parseFrame(encodeFrame(example), 0x8000)).toEqual({ kind: 'ours', frame: example });
  });

  it('comes back from its octets, with a VLAN tag or without', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        const encoded = encodeFrame(frame);
        expect(encoded.length).toBe(HEADER_OCTETS + (frame.vlanTci === undefined ? 0 : 4) + frame.text.length + TRAILER_OCTETS);
        expect(parseFrame(encoded, frame.frameId)).toEqual({ kind: 'ours', frame });
        // a buffer of which the frame is only a part, as sockets hand them out
        const inside = Uint8Array.from([1, 2, 3, ...encoded, 4]).subarray(3, 3 + encoded.length);
        expect(parseFrame(inside, frame.frameId)).toEqual({ kind: 'ours', frame });
      }),
    );
  });

  it('associated data: everything but tag, C_SDU and ICV, so that a switch may strip the tag (IEEE 802.1Q)', () => {
    expect(hex(aadOf(example))).toBe('0a0b0c0d0e0f020304050607' + '88928000b700010203' + '12343500');
    expect(aadOf(example)).toHaveLength(AAD_OCTETS);
    expect(aadOf({ ...example, vlanTci: undefined })).toEqual(aadOf(example));
  });
});

describe.each(FRAME_VECTORS.frames)('frame that was made by hand: $what', (vector) => {
  const { destination, source, frameId, currentKeyId, nextKeyId, counter, text, icv, apduStatus } = vector;
  const frame: SecuredFrame = {
    ...{ destination, source, frameId, currentKeyId, nextKeyId, counter, text, icv, apduStatus },
    vlanTci: vector.vlanTci,
  };

  it('is encoded and parsed to the octet', () => {
    expect(hex(encodeFrame(frame))).toBe(hex(vector.frame));
    expect(parseFrame(vector.frame, frameId)).toEqual({ kind: 'ours', frame });
  });

  it('has the associated data and the nonce', () => {
    expect(hex(aadOf(frame))).toBe(hex(vector.aad));
    expect(hex(nonceOf(vector.iv, counter))).toBe(hex(vector.nonce));
  });

  it('has the text and the ICV of the dummy engine', () => {
    const { key, nonce, aad, encrypt, cSdu } = vector;
    expect(xorAead.seal({ key, nonce, aad, text: cSdu, encrypt })).toEqual({ text, icv });
    expect(xorAead.open({ key, nonce, aad, text, icv, encrypt })).toEqual(cSdu);
  });
});

describe('what is not ours, or not whole', () => {
  const encoded = encodeFrame({ ...example, vlanTci: undefined });

  it('another FrameID or EtherType is foreign', () => {
    expect(parseFrame(encoded, 0x8001)).toEqual({ kind: 'foreign' });
    expect(parseFrame(encoded.with(12, 0x08), 0x8000)).toEqual({ kind: 'foreign' });
  });

  it('no length makes it throw: too short to say is foreign, without a C_SDU malformed', () => {
    const kinds = Array.from(encoded, (_, length) => parseFrame(encoded.subarray(0, length), 0x8000).kind);
    const least = HEADER_OCTETS + TRAILER_OCTETS + 1;
    expect(kinds.lastIndexOf('foreign')).toBe(15);
    expect(kinds.indexOf('malformed')).toBe(16);
    expect(kinds.lastIndexOf('malformed')).toBe(least - 1);
    expect(kinds.indexOf('ours')).toBe(least);
  });

  it('one octet more than the longest C_SDU is malformed, and the reason counts', () => {
    const longest = encodeFrame({ ...example, text: new Uint8Array(C_SDU_MAX) });
    expect(longest).toHaveLength(FRAME_MAX);
    expect(parseFrame(longest, 0x8000).kind).toBe('ours');
    expect(parseFrame(Uint8Array.from([...longest, 0]), 0x8000)).toEqual({
      kind: 'malformed',
      reason: 'C_SDU of 1441 octets, expected 1 to 1440',
    });
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
