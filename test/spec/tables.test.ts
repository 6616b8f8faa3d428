import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { brokenInequalities, ConfigurationError, parseConfiguration, relationShape, timingShape } from '../../spec/configuration.ts';
import { C_SDU_MAX, C_SDU_MIN, FIELDS, FRAME_MAX, PROFILES, PROTECTION_MODE, placeOf, securityLength } from '../../spec/header.ts';
import { ADDRESS_BITS, fieldOf, REGISTER_LIST, REGISTERS, type Register } from '../../spec/registers.ts';
import { checkTiming, type InequalityId, type TimingParameters } from '../../spec/timing.ts';

const schema = z.strictObject({ ...relationShape, ...timingShape });

const FRONT = [
  ['destination', 6, 'aad'],
  ['source', 6, 'aad'],
  ['vlanTag', 4, 'none'],
  ['etherType', 2, 'aad'],
  ['frameId', 2, 'aad'],
];

describe('header, paper Fig. 6 and 8', () => {
  it('has the octets of the figure: 6 + 6 + 2 + 2 + 1 + 4 before the C_SDU, 16 + 4 behind it', () => {
    expect(PROFILES.paper).toEqual({ headerOctets: 21, trailerOctets: 20, aadOctets: 25, textBehindOctets: 0, overheadOctets: 21 });
    expect([C_SDU_MIN, C_SDU_MAX]).toEqual([40, 1440]);
    expect(FIELDS.paper.map(({ name, octets, protection }) => [name, octets, protection])).toEqual([
      ...FRONT,
      ['keyIds', 1, 'aad'],
      ['counter', 4, 'aad'],
      ['cSdu', null, 'text'],
      ['icv', 16, 'icv'],
      ['apduStatus', 4, 'aad'],
    ]);
  });
});

describe('header, SecurityMetaData and SecurityChecksum as Wireshark shows them', () => {
  it('has 8 octets of metadata behind the FrameID, and the ICV behind the APDU status, which is text', () => {
    expect(PROFILES.std).toEqual({ headerOctets: 24, trailerOctets: 20, aadOctets: 24, textBehindOctets: 4, overheadOctets: 24 });
    expect(FIELDS.std.map(({ name, octets, protection }) => [name, octets, protection])).toEqual([
      ...FRONT,
      ['securityInformation', 1, 'aad'],
      ['keyIds', 1, 'aad'],
      ['counter', 4, 'aad'],
      ['securityLength', 2, 'aad'],
      ['cSdu', null, 'text'],
      ['apduStatus', 4, 'text'],
      ['icv', 16, 'icv'],
    ]);
    expect(PROTECTION_MODE).toEqual({ authentication: 0, encryption: 1 });
    expect([1, 40, 1440].map(securityLength)).toEqual([5, 44, 1444]);
  });

  it('places of fields do not count the VLAN tag, and a field that is not there has none', () => {
    expect(['etherType', 'frameId', 'keyIds', 'counter', 'cSdu'].map((name) => placeOf('paper', name))).toEqual([12, 14, 16, 17, 21]);
    const std = ['securityInformation', 'keyIds', 'counter', 'securityLength', 'cSdu'];
    expect(std.map((name) => placeOf('std', name))).toEqual([16, 17, 18, 22, 24]);
    expect(() => placeOf('paper', 'securityLength')).toThrow(RangeError);
    expect(() => placeOf('paper', 'securityLength')).toThrow(
      'header profile paper has no field securityLength; it has destination, source, vlanTag, etherType, frameId, keyIds, counter, cSdu, icv, apduStatus',
    );
    expect(placeOf('std', 'destination')).toBe(0);
  });

  it('the longest frame is one of std, and fits in one of Ethernet', () => {
    expect(FRAME_MAX).toBe(24 + 4 + 1440 + 20);
    expect(FRAME_MAX).toBeLessThanOrEqual(1518 + 4 - 4);
  });
});

describe('registers', () => {
  const registers: readonly (readonly [string, Register])[] = Object.entries(REGISTERS);

  it('stand on words, inside the address space, under their own names, none over another', () => {
    const taken = registers.flatMap(([key, { name, offset, words = 1 }]) => {
      expect(name).toBe(key);
      return Array.from({ length: words }, (_, index) => offset + 4 * index);
    });
    expect(new Set(taken).size).toBe(taken.length);
    for (const offset of taken) {
      expect(offset % 4).toBe(0);
      expect(offset).toBeLessThan(2 ** ADDRESS_BITS);
    }
  });

  it('are listed in the order of their offsets', () => {
    const offsets = REGISTER_LIST.map(({ offset }) => offset);
    expect(offsets).toHaveLength(registers.length);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
  });

  it('have no field that nobody gave them, with fields or without', () => {
    const register = { name: 'some', offset: 0, access: 'ro', description: 'some' } as const;
    for (const fields of [undefined, [], [{ name: 'other', low: 0, bits: 1, description: 'other' }]])
      expect(() => fieldOf({ ...register, ...(fields && { fields }) }, 'one')).toThrow(new RangeError('register some has no field one'));
  });

  it('have fields that fit and do not overlap', () => {
    for (const [, { fields = [] }] of registers) {
      const bits = fields.flatMap(({ low, bits: count }) => Array.from({ length: count }, (_, index) => low + index));
      expect(new Set(bits).size).toBe(bits.length);
      expect(Math.max(0, ...bits)).toBeLessThan(32);
    }
  });

  it('that take key material can be written, not read, and are all that is secret', () => {
    const secret = registers
      .filter(([, register]) => register.secret === true)
      .map(([, { name, access, words }]) => ({ name, access, words }));
    expect(secret).toEqual([
      { name: 'transmitKey', access: 'wo', words: 12 },
      { name: 'transmitIv', access: 'wo', words: 3 },
      { name: 'receiveKey', access: 'wo', words: 12 },
      { name: 'receiveIv', access: 'wo', words: 3 },
    ]);
  });
});

describe('timing, paper VIII: "given the timing requirements"', () => {
  const good: TimingParameters = {
    slots: 2,
    sendInterval: { min: 1000, max: 1000 },
    delay: { min: 0, max: 3000 },
    obsoleteTimeout: { own: 2001, peer: 4001 },
    clockErrorPpm: 0,
    consecutiveLosses: 0,
    keyGeneration: 500,
    rekey: { frames: 1e6, interval: 18_501, alarmAfter: 16_500 },
    frameSize: { protection: 'encryption', cSduOctets: 40, profile: 'paper' },
    marginBits: 60,
  };
  const broken = (changes: Partial<TimingParameters>): InequalityId[] => checkTiming({ ...good, ...changes }).map(({ id }) => id);

  it('a configuration on every edge holds', () => expect(checkTiming(good)).toEqual([]));

  it.each([
    ['E1', { obsoleteTimeout: { own: 2000, peer: 4000 } }],
    ['E2', { slots: 5 }],
    ['E3', { rekey: { ...good.rekey, alarmAfter: 16_499 } }],
    ['E4', { rekey: { ...good.rekey, interval: 18_500 } }],
    ['E5', { obsoleteTimeout: { own: 2001, peer: 4002 } }],
    ['E6', { rekey: { ...good.rekey, frames: 2 ** 33, interval: 2 ** 50 } }],
  ] as const)('%s breaks one step beyond its edge', (id, changes) => expect(broken(changes)).toEqual([id]));

  it('E7: a frame may not live through a whole turn of the KeyIds', () => {
    expect(broken({ delay: { min: 0, max: 80_000 }, obsoleteTimeout: { own: 90_000, peer: 90_000 } })).toContain('E7');
  });

  it('the message has both sides in numbers', () => {
    expect(checkTiming({ ...good, obsoleteTimeout: { own: 2000, peer: 2000 } })[0]?.text).toMatch(
      /^E1: .*found 2000 ns, expected less than 2000 ns/,
    );
  });
});

describe('configuration', () => {
  it('is complete by its defaults, and seamless', () => {
    const relation = parseConfiguration(schema, {}, 'test');
    expect(brokenInequalities(relation, { delayMin: 1600, delayMax: 17_760 })).toEqual([]);
  });

  it('a rekey must fit before the counter ends with the dummy engine too: an announcement travels in frames of the old key', () => {
    const broken = (rekey: object) =>
      brokenInequalities(parseConfiguration(schema, rekey, 'test'), { delayMin: 1600, delayMax: 17_760 }).map((text) => text.slice(0, 2));
    expect(broken({ rekeyFrames: 4_294_967_295 })).toEqual(['E6']);
    expect(broken({ rekeyFrames: 0, rekeyInterval: 1e12 })).toEqual([]);
    // AES-GCM with long frames would end sooner (2^29.46); the linear engine has no such bound
    expect(broken({ rekeyFrames: 600_000_000 })).toEqual([]);
  });

  it('names every fault, with what was found and what was meant', () => {
    expect(() => parseConfiguration(schema, { slots: 9, obsoletTimeout: 5, engine: 'aes' }, 'plant.json')).toThrow(ConfigurationError);
    expect(() => parseConfiguration(schema, { slots: 9, obsoletTimeout: 5 }, 'plant.json')).toThrow(
      /plant\.json:[\s\S]*slots: .*found 9[\s\S]*obsoletTimeout: no such setting; did you mean obsoleteTimeout\?/,
    );
  });

  it('has a JSON Schema with every setting', () => {
    expect(Object.keys(z.toJSONSchema(schema).properties ?? {})).toEqual([...Object.keys(relationShape), ...Object.keys(timingShape)]);
  });
});
