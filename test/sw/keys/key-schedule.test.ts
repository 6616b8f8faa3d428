import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZERO_RTT_MAX } from '../../../spec/agreement.ts';
import { formatKeyId } from '../../../spec/key-id.ts';
import {
  ChainExhausted,
  type KeyContext,
  KeySchedule,
  MASTER_KEY_OCTETS,
  MasterKeyError,
  NothingToWithdraw,
} from '../../../sw/keys/key-schedule.ts';
import { copyMaterial, zeroize } from '../../../sw/keys/material.ts';
import { KEY_SCHEDULE_VECTORS } from '../../vectors/vectors.ts';

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

  it.each(KEY_SCHEDULE_VECTORS.schedules)('gives the keys and IVs that node:crypto gives, for $context.engine', (vector) => {
    const masters = [...vector.masterKeys];
    const schedule = new KeySchedule(masters.shift() ?? new Uint8Array(), vector.context);
    vector.rows.forEach(({ keyId, agreementPsk, 'IOC>IOD': controller, 'IOD>IOC': device }, index) => {
      expect(formatKeyId(schedule.keyId)).toBe(keyId);
      expect(schedule.agreementPsk()).toEqual(agreementPsk);
      expect(schedule.material('initiator')).toEqual({ transmit: controller, receive: device });
      expect(schedule.material('follower')).toEqual({ transmit: device, receive: controller });
      if (vector.rekeys[index] === 'n-RTT') schedule.replaceMaster(masters.shift() ?? new Uint8Array());
      else schedule.advance();
    });
  });

  it('begins with the key that HKDF in one call of OpenSSL gives', () => {
    const [first] = KEY_SCHEDULE_VECTORS.schedules;
    const schedule = new KeySchedule(first?.masterKeys[0] ?? new Uint8Array());
    expect(schedule.material('initiator').transmit.key).toEqual(KEY_SCHEDULE_VECTORS.firstKeyByHkdfSync);
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

  it.each<Partial<KeyContext>>([{ profile: 'std' }, { engine: 'aes-128-gcm' }, { relation: 1 }])(
    'has no key in common with one of another %o',
    (other) => {
      const master = new Uint8Array(MASTER_KEY_OCTETS).fill(1);
      const context: KeyContext = { profile: 'paper', engine: 'xor', relation: 0 };
      const all = [context, { ...context, ...other }].flatMap((one) => {
        const schedule = new KeySchedule(master, one);
        const { transmit, receive } = schedule.material('initiator');
        return [transmit.key, transmit.iv, receive.key, receive.iv, schedule.agreementPsk()].map(hex);
      });
      expect(new Set(all).size).toBe(10);
    },
  );

  it('the secret for the next agreement is the same all along the chain, another with another master key, and gone after erase()', () => {
    const schedule = new KeySchedule(new Uint8Array(MASTER_KEY_OCTETS).fill(1));
    const first = hex(schedule.agreementPsk());
    schedule.agreementPsk().fill(0);
    schedule.advance();
    expect(hex(schedule.agreementPsk())).toBe(first);
    schedule.replaceMaster(new Uint8Array(MASTER_KEY_OCTETS).fill(1));
    expect(hex(schedule.agreementPsk())).not.toBe(first);
    schedule.erase();
    expect(hex(schedule.agreementPsk())).toBe('00'.repeat(32));
  });

  it(`after ${ZERO_RTT_MAX} 0-RTT rekeys a new master key is due: no more are derived`, () => {
    const schedule = new KeySchedule(new Uint8Array(MASTER_KEY_OCTETS));
    while (!schedule.exhausted) schedule.advance();
    expect(formatKeyId(schedule.keyId)).toBe('0|65536');
    const last = schedule.material('initiator');
    const message = expect.stringMatching(/^KeyId 0\|65536 is the last of its master key.*agree on a new one/);
    expect(() => schedule.advance()).toThrow(expect.objectContaining({ name: ChainExhausted.name, message }));
    expect(schedule.material('initiator')).toEqual(last);
    schedule.replaceMaster(new Uint8Array(MASTER_KEY_OCTETS));
    schedule.advance();
    expect(formatKeyId(schedule.keyId)).toBe('1|1');
  });

  it('a rekey that is withdrawn leads back to where it came from, of either kind, and can be derived again', () => {
    const other = new Uint8Array(MASTER_KEY_OCTETS).fill(2);
    const [schedule, straight] = [0, 0].map((octet) => new KeySchedule(new Uint8Array(MASTER_KEY_OCTETS).fill(octet)));
    if (schedule === undefined || straight === undefined) throw new Error('no schedules');
    const state = (one: KeySchedule): unknown => [formatKeyId(one.keyId), one.material('initiator'), hex(one.agreementPsk())];
    schedule.advance();
    straight.advance();
    for (const rekey of [(one: KeySchedule) => one.advance(), (one: KeySchedule) => one.replaceMaster(other)]) {
      rekey(schedule);
      expect(state(schedule)).not.toEqual(state(straight));
      schedule.withdraw();
      expect(state(schedule)).toEqual(state(straight));
    }
    schedule.advance();
    straight.advance();
    expect(state(schedule)).toEqual(state(straight));
  });

  it('can be led back by one rekey, and by none once it is settled', () => {
    const schedule = new KeySchedule(new Uint8Array(MASTER_KEY_OCTETS));
    const message = 'no rekey leads to KeyId 0|0 that could be withdrawn: it was settled, or is the first; withdraw before settle';
    expect(() => schedule.withdraw()).toThrow(expect.objectContaining({ name: 'NothingToWithdraw', message }));
    schedule.advance();
    schedule.settle();
    expect(() => schedule.withdraw()).toThrow(NothingToWithdraw);
    schedule.advance();
    schedule.advance();
    schedule.withdraw();
    expect(formatKeyId(schedule.keyId)).toBe('0|2');
    expect(() => schedule.withdraw()).toThrow(NothingToWithdraw);
  });

  it('a master key that is none leaves the rekey before as it was', () => {
    const schedule = new KeySchedule(new Uint8Array(MASTER_KEY_OCTETS));
    schedule.advance();
    expect(() => schedule.replaceMaster(new Uint8Array(33))).toThrow(MasterKeyError);
    schedule.withdraw();
    expect(formatKeyId(schedule.keyId)).toBe('0|0');
  });

  it('copies the master key: the caller erases its own, and the keys stay what they were', () => {
    const master = new Uint8Array(MASTER_KEY_OCTETS).fill(1);
    const schedule = new KeySchedule(master);
    const before = schedule.material('initiator');
    master.fill(0);
    expect(schedule.material('initiator')).toEqual(before);
  });

  it('refuses what is no master key', () => {
    expect(() => new KeySchedule(new Uint8Array(16))).toThrow(MasterKeyError);
    const message = 'a master key has 32 octets, found 16: pass the output of the key agreement as it is';
    expect(() => new KeySchedule(new Uint8Array(16))).toThrow(expect.objectContaining({ name: 'MasterKeyError', message }));
    const schedule = new KeySchedule(new Uint8Array(MASTER_KEY_OCTETS));
    const before = schedule.material('initiator');
    expect(() => schedule.replaceMaster(new Uint8Array(33))).toThrow(MasterKeyError);
    expect(schedule.keyId).toEqual({ master: 0, communication: 0 });
    expect(schedule.material('initiator')).toEqual(before);
  });
});

describe('material of a slot', () => {
  const octetsOf = ({ transmit, receive }: ReturnType<KeySchedule['material']>): readonly number[] =>
    [transmit, receive].flatMap(({ key, iv }) => [...key, ...iv]);

  it('is zeroed as a whole, and a copy of it is not touched', () => {
    const material = new KeySchedule(new Uint8Array(MASTER_KEY_OCTETS)).material('follower');
    const copy = copyMaterial(material);
    expect(copy).toEqual(material);
    const before = octetsOf(material);
    zeroize(material);
    expect(octetsOf(material)).toEqual(new Array(56).fill(0));
    expect(octetsOf(copy)).toEqual(before);
  });
});
