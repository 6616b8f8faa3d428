import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expand, extract, hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeySchedule, LABELS, MASTER_KEY_OCTETS, MasterKeyError } from '../../../sw/keys/key-schedule.ts';

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

  it('is a chain: each communication key comes from the chain of its own index, and that from the one before', () => {
    const utf8 = new TextEncoder();
    const master = new Uint8Array(MASTER_KEY_OCTETS).fill(5);
    const schedule = new KeySchedule(master);
    schedule.advance();
    schedule.advance();
    const chain = [1, 2].reduce(
      (previous, communication) => expand(sha256, previous, utf8.encode(LABELS.chain({ master: 0, communication })), 32),
      extract(sha256, master, utf8.encode('keyturn 1')),
    );
    const keyId = { master: 0, communication: 2 };
    expect(schedule.material('initiator').transmit).toEqual({
      key: expand(sha256, chain, utf8.encode(LABELS.key(keyId, 'IOC>IOD')), 16),
      iv: expand(sha256, chain, utf8.encode(LABELS.iv(keyId, 'IOC>IOD')), 12),
    });
  });

  it('no key and no IV comes twice: not in the other direction, not after 300 rekeys, not with another master key (M11)', () => {
    fc.assert(
      fc.property(fc.uniqueArray(masterKey, { minLength: 2, maxLength: 2, selector: hex }), fc.nat(298), ([first, second], when) => {
        const schedule = new KeySchedule(first ?? new Uint8Array());
        const seen = new Set<string>();
        for (let rekeys = 0; rekeys < 300; rekeys++) {
          const { transmit, receive } = schedule.material('initiator');
          for (const { key, iv } of [transmit, receive]) seen.add(hex(key)).add(hex(iv));
          if (rekeys === when) schedule.replaceMaster(second ?? new Uint8Array());
          else schedule.advance();
        }
        expect(seen.size).toBe(4 * 300);
      }),
      { numRuns: 5 },
    );
  });

  it('after erase() what it derives no longer depends on the master key', () => {
    fc.assert(
      fc.property(masterKey, masterKey, (one, other) => {
        const [first, second] = [new KeySchedule(one), new KeySchedule(other)];
        first.erase();
        second.erase();
        expect(first.material('initiator')).toEqual(second.material('initiator'));
      }),
      { numRuns: 10 },
    );
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
