/** ML-KEM-768 against Wycheproof and against a second implementation, both ways. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decapsulate, encapsulate, KEM_MESSAGE_OCTETS, KEM_SEED_OCTETS, kemKeyPairOf } from '../../../sw/noise/key-encapsulation.ts';

const WYCHEPROOF = fileURLToPath(new URL('../../../../shared/data/vectors/mlkem_768_test.json', import.meta.url));
const VECTORS = new URL('../../vectors/', import.meta.url);
const octets = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');
const field = z.string().transform(octets);

/** What the library of Python's package cryptography makes of a seed and a ciphertext. */
const answer = z.object({ encapsulationKey: z.string(), secret: z.string(), ownSecret: z.string(), ownCiphertext: field });

function bySecondImplementation(asked: readonly { readonly seed: string; readonly ciphertext: string }[]) {
  const { status, stdout } = spawnSync('python3', [fileURLToPath(new URL('ml-kem.py', VECTORS))], {
    input: asked.map((one) => JSON.stringify(one)).join('\n'),
    encoding: 'utf8',
  });
  return status === 0
    ? stdout
        .trim()
        .split('\n')
        .map((line) => answer.parse(JSON.parse(line)))
    : undefined;
}
const NO_SECOND = "no second implementation of ML-KEM here: Python's package cryptography, 47 or later, has one";

describe('ML-KEM-768', () => {
  it('gives the keys and secrets of Wycheproof, those of wrong ciphertexts too, and refuses those of another length', ({ skip }) => {
    if (!existsSync(WYCHEPROOF)) skip('../shared/data is not here: the public test vectors are not part of the project');
    const shape = z.object({
      testGroups: z.array(
        z.object({ tests: z.array(z.object({ seed: field, ek: z.string().optional(), c: field, K: z.string(), result: z.string() })) }),
      ),
    });
    const cases = shape.parse(JSON.parse(readFileSync(WYCHEPROOF, 'utf8'))).testGroups.flatMap(({ tests }) => tests);
    expect(cases.length).toBeGreaterThan(190);
    let valid = 0;
    for (const { seed, ek, c, K, result } of cases) {
      if (result !== 'valid') {
        expect(() => decapsulate(kemKeyPairOf(seed).decapsulationKey, c)).toThrow();
        continue;
      }
      valid++;
      const { encapsulationKey, decapsulationKey } = kemKeyPairOf(seed);
      if (ek !== undefined) expect(hex(encapsulationKey)).toBe(ek);
      expect(hex(decapsulate(decapsulationKey, c))).toBe(K);
    }
    expect(valid).toBeGreaterThan(50);
  });

  it('a second implementation makes the same keys, opens what this one encapsulates, and this one what that does', ({ skip }) => {
    const random = (name: string, length: number): Uint8Array =>
      Uint8Array.from(createHash('shake256', { outputLength: length }).update(name).digest());
    const ours = Array.from({ length: 20 }, (_, index) => {
      const seed = random(`seed ${index}`, KEM_SEED_OCTETS);
      const keys = kemKeyPairOf(seed);
      return { seed, keys, ...encapsulate(keys.encapsulationKey, random(`m ${index}`, KEM_MESSAGE_OCTETS)) };
    });
    const theirs = bySecondImplementation(ours.map(({ seed, ciphertext }) => ({ seed: hex(seed), ciphertext: hex(ciphertext) })));
    if (theirs === undefined) return skip(NO_SECOND);
    expect(theirs).toHaveLength(ours.length);
    ours.forEach(({ keys, secret }, index) => {
      const other = theirs[index];
      expect(other?.encapsulationKey).toBe(hex(keys.encapsulationKey));
      expect(other?.secret).toBe(hex(secret));
      expect(hex(decapsulate(keys.decapsulationKey, other?.ownCiphertext ?? new Uint8Array()))).toBe(other?.ownSecret);
    });
  });

  it('ml-kem-768.json, which the Noise vectors stand on, is what this one and the second implementation make', ({ skip }) => {
    const shape = z.object({ seed: field, message: field, encapsulationKey: z.string(), ciphertext: z.string(), secret: z.string() });
    const { seed, message, ...given } = shape.parse(JSON.parse(readFileSync(new URL('ml-kem-768.json', VECTORS), 'utf8')));
    const { encapsulationKey } = kemKeyPairOf(seed);
    const { ciphertext, secret } = encapsulate(encapsulationKey, message);
    expect({ encapsulationKey: hex(encapsulationKey), ciphertext: hex(ciphertext), secret: hex(secret) }).toEqual(given);
    const [other] = bySecondImplementation([{ seed: hex(seed), ciphertext: given.ciphertext }]) ?? [];
    if (other === undefined) return skip(NO_SECOND);
    expect(other).toMatchObject({ encapsulationKey: given.encapsulationKey, secret: given.secret });
  });

  it('a changed ciphertext gives a secret that nobody else has', () => {
    const { encapsulationKey, decapsulationKey } = kemKeyPairOf(new Uint8Array(KEM_SEED_OCTETS).fill(5));
    const { ciphertext, secret } = encapsulate(encapsulationKey, new Uint8Array(KEM_MESSAGE_OCTETS).fill(6));
    const changed = ciphertext.map((octet, index) => (index === 500 ? octet ^ 1 : octet));
    expect(hex(decapsulate(decapsulationKey, ciphertext))).toBe(hex(secret));
    expect(hex(decapsulate(decapsulationKey, changed))).not.toBe(hex(secret));
  });
});
