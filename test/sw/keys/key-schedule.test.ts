import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INDEX_MODULUS } from '../../../spec/key-id.ts';
import { KeySchedule, MASTER_KEY_OCTETS, MasterKeyError } from '../../../sw/keys/key-schedule.ts';

const VECTORS = fileURLToPath(new URL('../../../../shared/data/vectors/', import.meta.url));
const NOT_HERE = '../shared/data is not here: the public test vectors are not part of the project';
const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');
const masterKey = fc.uint8Array({ minLength: MASTER_KEY_OCTETS, maxLength: MASTER_KEY_OCTETS });

describe('the HKDF-SHA-256 under the key schedule', () => {
  it('gives what RFC 5869, appendix A, says', ({ skip }) => {
    const file = `${VECTORS}rfc-5869-HKDF-SHA256.txt`;
    if (!existsSync(file)) skip(NOT_HERE);
    const cases = readFileSync(file, 'utf8')
      .split(/^COUNT = /m)
      .slice(1);
    expect(cases.length).toBeGreaterThanOrEqual(3);
    for (const text of cases) {
      const field = (name: string): string => new RegExp(`^${name} *= *(.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
      expect(hex(hkdf(sha256, octets(field('IKM')), octets(field('salt')), octets(field('info')), Number(field('L'))))).toBe(field('OKM'));
    }
  });

  it('agrees with Wycheproof', ({ skip }) => {
    const file = `${VECTORS}hkdf_sha256_test.json`;
    if (!existsSync(file)) skip(NOT_HERE);
    interface Vector {
      readonly ikm: string;
      readonly salt: string;
      readonly info: string;
      readonly size: number;
      readonly okm: string;
      readonly result: string;
    }
    const { testGroups } = JSON.parse(readFileSync(file, 'utf8')) as { testGroups: readonly { tests: readonly Vector[] }[] };
    for (const { ikm, salt, info, size, okm, result } of testGroups.flatMap(({ tests }) => tests)) {
      const derive = (): string => hex(hkdf(sha256, octets(ikm), octets(salt), octets(info), size));
      if (result === 'valid') expect(derive()).toBe(okm);
      else expect(derive).toThrow();
    }
  });
});

describe('key schedule, paper VI: "a communication key (derived from the master key by a KDF)"', () => {
  it('what one peer sends with, the other receives with', () => {
    fc.assert(
      fc.property(masterKey, fc.nat(5), (master, steps) => {
        const [initiator, follower] = [new KeySchedule(master), new KeySchedule(master)];
        for (let step = 0; step < steps; step++) {
          initiator.advance();
          follower.advance();
        }
        expect(initiator.material('initiator').transmit).toEqual(follower.material('follower').receive);
        expect(initiator.material('initiator').receive).toEqual(follower.material('follower').transmit);
      }),
    );
  });

  it('no key and no IV comes twice: not in the other direction, not after 0-RTT, not after n-RTT (M11)', () => {
    const schedule = new KeySchedule(new Uint8Array(MASTER_KEY_OCTETS).fill(7));
    const seen = new Set<string>();
    let count = 0;
    for (let master = 0; master < 3; master++) {
      for (let step = 0; step < 4 * INDEX_MODULUS; step++) {
        const { transmit, receive } = schedule.material('initiator');
        for (const { key, iv } of [transmit, receive]) {
          seen.add(hex(key)).add(hex(iv));
          count += 2;
        }
        schedule.advance();
      }
      schedule.replaceMaster(new Uint8Array(MASTER_KEY_OCTETS).fill(8 + master));
    }
    expect(seen.size).toBe(count);
  });

  it('the same master key under another KeyId gives other keys', () => {
    const master = new Uint8Array(MASTER_KEY_OCTETS).fill(1);
    const again = new KeySchedule(master);
    again.replaceMaster(master);
    expect(again.keyId).toEqual({ master: 1, communication: 0 });
    expect(again.material('initiator')).not.toEqual(new KeySchedule(master).material('initiator'));
  });

  it('keys of 32 octets where the AEAD wants them', () => {
    expect(new KeySchedule(new Uint8Array(MASTER_KEY_OCTETS), 32).material('initiator').transmit.key).toHaveLength(32);
  });

  it('refuses what is no master key', () => {
    expect(() => new KeySchedule(new Uint8Array(16))).toThrow(MasterKeyError);
    expect(() => new KeySchedule(new Uint8Array(16))).toThrow('a master key has 32 octets, found 16');
  });
});
