import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalTags } from '../../../sw/aead/aead.ts';
import { xorAead } from '../../../sw/aead/xor.ts';

const octets = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength, size: 'max' });
const input = fc.record({ key: octets(16), nonce: octets(12), aad: octets(0, 64), text: octets(1, 200), encrypt: fc.boolean() });

/** Octet `at` of all blocks of a part, XORed: the definition, column by column. */
const column = (part: Uint8Array, at: number): number =>
  part.filter((_, index) => index % 16 === at).reduce((sum, octet) => sum ^ octet, 0);

describe('paper VII: "a dummy engine … performs a XOR operation with the key"', () => {
  it('is key XOR nonce XOR every block of AAD and text on the wire', () => {
    fc.assert(
      fc.property(input, (one) => {
        const { text, icv } = xorAead.seal(one);
        expect([...text]).toEqual([...one.text].map((octet, index) => (one.encrypt ? octet ^ (one.key[index % 16] ?? 0) : octet)));
        expect([...icv]).toEqual([...one.key].map((octet, at) => octet ^ column(one.nonce, at) ^ column(one.aad, at) ^ column(text, at)));
      }),
    );
  });

  it('opens what it sealed, and nothing with one bit flipped', () => {
    fc.assert(
      fc.property(input, fc.constantFrom('key', 'nonce', 'text', 'icv'), fc.nat(), (one, part, random) => {
        const sealed = { ...one, ...xorAead.seal(one) };
        expect(xorAead.open(sealed)).toEqual(one.text);
        const flipped = sealed[part as 'key' | 'nonce' | 'text' | 'icv'].slice();
        const bit = random % (8 * flipped.length);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(xorAead.open({ ...sealed, [part]: flipped })).toBeUndefined();
      }),
    );
  });

  it('hands out text of its own: what the caller does to the input later does not reach the frame', () => {
    for (const encrypt of [true, false]) {
      const text = Uint8Array.of(1, 2, 3);
      const sealed = xorAead.seal({ key: new Uint8Array(16), nonce: new Uint8Array(12), aad: new Uint8Array(), text, encrypt });
      text.fill(9);
      expect([...sealed.text]).toEqual([1, 2, 3]);
    }
  });
});

describe('tags', () => {
  it('are equal when every octet and the length are', () => {
    expect(equalTags(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(equalTags(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false);
    for (const different of [Uint8Array.of(0, 2), Uint8Array.of(1, 0x82)]) expect(equalTags(Uint8Array.of(1, 2), different)).toBe(false);
    // differences must not cancel each other out
    expect(equalTags(Uint8Array.of(1, 1), Uint8Array.of(2, 2))).toBe(false);
  });

  it('are compared to their ends, wherever they differ', () => {
    for (let at = 0; at <= 16; at++) {
      const read = new Set<number>();
      const tag = new Uint8Array(16);
      const watched = new Proxy(tag, {
        get: (target, name) => {
          if (typeof name === 'string' && /^\d+$/.test(name)) read.add(Number(name));
          return Reflect.get(target, name, target) as unknown;
        },
      });
      const other = at < 16 ? new Uint8Array(16).with(at, 1) : new Uint8Array(16);
      expect(equalTags(other, watched)).toBe(at === 16);
      expect(read.size).toBe(16);
    }
  });
});

it('has the name of the engine', () => {
  expect(xorAead.id).toBe('xor');
});
