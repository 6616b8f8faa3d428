/** AES-GCM of the reference model, and what the hardware takes of a key, against OpenSSL and published cases. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineName } from '../../../spec/aead-engines.ts';
import { aes128Gcm, aes256Gcm } from '../../../sw/aead/aes-gcm.ts';
import { materialOf } from '../../../sw/aead/material.ts';
import { GCM_CASES } from '../../hw/aead/gcm-cases.ts';
import { gcmMaterial, gcmSealed } from '../../vectors/gcm-oracle.ts';

const octets = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength, size: 'max' });
const ofHex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

describe.each([
  { aead: aes128Gcm, keyOctets: 16 },
  { aead: aes256Gcm, keyOctets: 32 },
])('$aead.id of the reference model', ({ aead, keyOctets }) => {
  const input = fc.record({ key: octets(keyOctets), nonce: octets(12), aad: octets(0, 64), text: octets(0, 200), encrypt: fc.boolean() });

  it.each(GCM_CASES.filter(({ key }) => key.length === 2 * keyOctets))('seals test case $number of McGrew and Viega', (one) => {
    const [key, nonce, aad, text] = [one.key, one.nonce, one.aad, one.text].map(ofHex) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    expect(aead.seal({ key, nonce, aad, text, encrypt: true })).toEqual({ text: ofHex(one.enciphered), icv: ofHex(one.icv) });
  });

  it('seals as OpenSSL does, encrypted or authenticated only, and leaves its input as it was', () => {
    fc.assert(
      fc.property(input, (one) => {
        const before = structuredClone(one);
        expect(aead.seal(one)).toEqual(gcmSealed(one));
        expect(one).toEqual(before);
      }),
    );
  });

  it('gives memory of its own, authenticated only as well', () => {
    const one = {
      key: new Uint8Array(keyOctets),
      nonce: new Uint8Array(12),
      aad: new Uint8Array(3),
      text: new Uint8Array(5).fill(7),
      encrypt: false,
    };
    const sealed = aead.seal(one);
    const opened = aead.open({ ...one, ...sealed });
    one.text.fill(0);
    expect(sealed.text).toEqual(new Uint8Array(5).fill(7));
    sealed.text.fill(0);
    expect(opened).toEqual(new Uint8Array(5).fill(7));
  });

  it('opens what was sealed, and nothing with one bit flipped', () => {
    fc.assert(
      fc.property(input, fc.constantFrom('key', 'nonce', 'aad', 'text', 'icv'), fc.nat(), (one, part, random) => {
        const sealed = { ...one, ...gcmSealed(one) };
        expect(aead.open(sealed)).toEqual(one.text);
        fc.pre(sealed[part].length > 0);
        const flipped = sealed[part].slice();
        const bit = random % (8 * flipped.length);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(aead.open({ ...sealed, [part]: flipped })).toBeUndefined();
      }),
    );
  });

  it('a key of another length is a mistake, and no frame that does not open', () => {
    const wrong = {
      key: new Uint8Array(48 - keyOctets),
      nonce: new Uint8Array(12),
      aad: new Uint8Array(),
      text: new Uint8Array(),
      encrypt: true,
    };
    const message = `a key of ${aead.id} has ${keyOctets} octets, found ${48 - keyOctets}`;
    expect(() => aead.seal(wrong)).toThrow(new RangeError(message));
    expect(() => aead.open({ ...wrong, icv: new Uint8Array(16) })).toThrow(new RangeError(message));
  });
});

describe('the material of a key', () => {
  it.each([
    // the values of H that McGrew and Viega give in test cases 1, 3, 13 and 15
    ['aes-128-gcm', '00'.repeat(16), '66e94bd4ef8a2c3b884cfa59ca342b2e'],
    ['aes-128-gcm', 'feffe9928665731c6d6a8f9467308308', 'b83b533708bf535d0aa6e52980d53b78'],
    ['aes-256-gcm', '00'.repeat(32), 'dc95c078a2408989ad48a21492842087'],
    ['aes-256-gcm', 'feffe9928665731c6d6a8f9467308308'.repeat(2), 'acbef20579b4b8ebce889bac8732dad7'],
    ['xor', '0123456789abcdef0123456789abcdef', ''],
    ['ascon-aead128', '0123456789abcdef0123456789abcdef', ''],
  ] as const)('%s: the key, then its hash subkey where GCM wants one', (engine, key, subkey) => {
    expect(Buffer.from(materialOf(engine, ofHex(key))).toString('hex')).toBe(key + subkey);
  });

  it('is what OpenSSL makes of any key, and a copy: zeroing it leaves the key', () => {
    fc.assert(
      fc.property(octets(16), octets(32), (short, long) => {
        for (const [engine, key] of [
          ['aes-128-gcm', short],
          ['aes-256-gcm', long],
        ] as const) {
          const before = key.slice();
          const material = materialOf(engine, key);
          expect(material).toEqual(gcmMaterial(key));
          material.fill(0);
          expect(key).toEqual(before);
        }
      }),
    );
  });

  it.each(['xor', 'aes-128-gcm', 'aes-256-gcm', 'ascon-aead128'] satisfies EngineName[])(
    '%s: of a key of another length there is none',
    (engine) => {
      expect(() => materialOf(engine, new Uint8Array(24))).toThrow(
        new RangeError(`a key of ${engine} has ${engine === 'aes-256-gcm' ? 32 : 16} octets, found 24`),
      );
    },
  );
});
