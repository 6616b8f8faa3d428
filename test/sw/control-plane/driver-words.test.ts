/** Every word that the driver writes, and what it makes of those it reads, against words that were made by hand (`test/vectors`). */
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { C_SDU_MAX } from '../../../spec/header.ts';
import { IDENTIFICATION, REGISTERS, type RegisterName } from '../../../spec/registers.ts';
import { formatView } from '../../../spec/slot-machine.ts';
import { RelationDriver } from '../../../sw/control-plane/driver.ts';
import { KeySchedule } from '../../../sw/keys/key-schedule.ts';
import { gcmMaterial } from '../../vectors/gcm-oracle.ts';
import { REGISTER_VECTORS } from '../../vectors/vectors.ts';
import { FakeRegisters } from './fake-registers.ts';

let registers: FakeRegisters;
let driver: RelationDriver;
beforeEach(() => {
  registers = new FakeRegisters();
  driver = new RelationDriver(registers);
});
const written = (): readonly (readonly [number, number])[] => registers.writes.map(({ offset, value }) => [offset, value]);

/** What every map 4.0 has in front. */
function hardware(capabilities: number): void {
  registers.set('identification', IDENTIFICATION);
  registers.set('mapVersion', 0x0004_0000);
  registers.set('buildId', 0x89ab_cdef);
  registers.set('capabilities', capabilities);
}

async function identified(capabilities: number): Promise<RelationDriver> {
  hardware(capabilities);
  await driver.identify({ allowInsecure: true });
  return driver;
}

describe('writes', () => {
  it.each([
    ['every setting', REGISTER_VECTORS.configure],
    ['the least', REGISTER_VECTORS.configureLeast],
  ])('of the settings, enabled last: %s', async (_, { settings, writes }) => {
    await driver.configure({ ...settings, vlanTci: settings.vlanTci });
    expect(written()).toEqual(writes);
  });

  it('of the settings without a threshold, and without the traffic of the host, leave both off', async () => {
    const { counterThreshold, passTransmitted, ...settings } = REGISTER_VECTORS.configureLeast.settings;
    expect({ counterThreshold, passTransmitted }).toEqual({ counterThreshold: 0, passTransmitted: false });
    await driver.configure({ ...settings, vlanTci: undefined });
    expect(written()).toEqual(REGISTER_VECTORS.configureLeast.writes);
  });

  it('of late frames that are to be delivered, to hardware that has windows alone', async () => {
    const late = { ...REGISTER_VECTORS.configureLeast.settings, vlanTci: undefined, delivery: 'window' } as const;
    hardware(0x0001_0002);
    const before = registers.writes.length;
    await expect(driver.configure(late)).rejects.toThrow(
      'delivery of the hardware is no windows, so of the newest frames alone, expected windows, for delivery window: generate the hardware with them, or set delivery to newest',
    );
    expect(registers.writes).toHaveLength(before);
    hardware(0x0003_0002);
    expect((await driver.identify({ allowInsecure: true })).windows).toBe(true);
    await driver.configure(late);
    expect(written().at(-1)).toEqual([0x008, 0b100_0001]);
  });

  it('of interrupts: all, or those that are wanted', async () => {
    const settings = { ...REGISTER_VECTORS.configure.settings, vlanTci: undefined };
    await driver.configure(settings);
    expect(written().filter(([offset]) => offset === 0x018)).toEqual([[0x018, 0b1111]]);
    await driver.configure({ ...settings, interrupts: ['request', 'counter'] });
    expect(written().filter(([offset]) => offset === 0x018)).toEqual([
      [0x018, 0b1111],
      [0x018, 0b1010],
    ]);
  });

  it('of the longest time that the hardware can tell, and of none that is longer', async () => {
    const longest = { ...REGISTER_VECTORS.configure.settings, vlanTci: undefined, obsoleteTimeout: 0x7fff_ffff };
    await driver.configure(longest);
    expect(written()).toContainEqual([0x01c, 0x7fff_ffff]);
    const before = registers.writes.length;
    await expect(driver.configure({ ...longest, obsoleteTimeout: 0x8000_0000 })).rejects.toThrow(
      'obsoleteTimeout is 2147483648 cycles; the hardware counts 2147483647 at most: shorten it',
    );
    expect(registers.writes).toHaveLength(before);
  });

  it('of a key: both keys and IVs into the staging, then the KeyId', async () => {
    const { masterKey, writes } = REGISTER_VECTORS.push;
    const keys = new KeySchedule(masterKey);
    registers.queue('pushResult', 0, 0, 1);
    expect(await driver.pushKey(keys.keyId, keys.material('initiator'))).toBe('accepted');
    expect(written()).toEqual(writes);
    expect(registers.unread('pushResult')).toBe(0);
  });

  it('of a key of AES-GCM: behind each key its hash subkey, and nothing of either is left in the driver', async () => {
    const keys = new KeySchedule(REGISTER_VECTORS.push.masterKey, { profile: 'paper', engine: 'aes-256-gcm', relation: 0 });
    const material = keys.material('follower');
    registers.set('capabilities', (2 << 8) | 2);
    registers.queue('pushResult', 1);
    const zeroed = vi.spyOn(Uint8Array.prototype, 'fill');
    await driver.pushKey(keys.keyId, material);
    // what was made of each key: the key and its H, 48 octets
    const made = zeroed.mock.contexts.filter((octets) => octets instanceof Uint8Array && octets.length === 48) as Uint8Array[];
    zeroed.mockRestore();
    expect(made.map((octets) => Buffer.from(octets).toString('hex'))).toEqual(['00'.repeat(48), '00'.repeat(48)]);
    const words = (octets: Uint8Array): readonly number[] =>
      Array.from({ length: octets.length / 4 }, (_, index) => Buffer.from(octets).readUInt32LE(4 * index));
    expect(registers.written('transmitKey')).toEqual(words(gcmMaterial(material.transmit.key)));
    expect(registers.written('transmitIv')).toEqual(words(material.transmit.iv));
    expect(registers.written('receiveKey')).toEqual(words(gcmMaterial(material.receive.key)));
    expect(registers.written('receiveIv')).toEqual(words(material.receive.iv));
  });

  it('of a key that is not as long as the engine wants are none', async () => {
    const keys = new KeySchedule(REGISTER_VECTORS.push.masterKey);
    registers.set('capabilities', (2 << 8) | 2);
    await expect(driver.pushKey(keys.keyId, keys.material('follower'))).rejects.toThrow('a key of aes-256-gcm has 32 octets, found 16');
    expect(written()).toEqual([]);
  });

  it('of a payload: length, APDU status and C_SDU into one register', async () => {
    const { cSdu, apduStatus, sent } = REGISTER_VECTORS.payload;
    registers.set('transmitSpace', sent.length);
    await driver.sendPayload({ cSdu, apduStatus });
    expect(written()).toEqual(sent.map((word) => [0x090, word]));
  });

  it('of a payload wait for room for all of it: one word too few is too few', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: C_SDU_MAX }), async (octets) => {
        const space = new FakeRegisters();
        const words = Math.floor((octets + 3) / 4) + 2;
        space.queue('transmitSpace', 0, words - 1, words);
        await new RelationDriver(space).sendPayload({ cSdu: new Uint8Array(octets), apduStatus: new Uint8Array(4) });
        expect(space.unread('transmitSpace')).toBe(0);
        expect(space.writes).toHaveLength(words);
      }),
      { numRuns: 40, examples: [[1], [4], [5], [C_SDU_MAX]] },
    );
  });
});

describe('what is no payload', () => {
  it.each([0, 1441])('a C_SDU of %i octets is refused, and nothing is written', async (octets) => {
    registers.set('transmitSpace', 1000);
    const sending = driver.sendPayload({ cSdu: new Uint8Array(octets), apduStatus: new Uint8Array(4) });
    await expect(sending).rejects.toThrow(new RangeError(`a C_SDU has 1 to 1440 octets, found ${octets}`));
    expect(written()).toEqual([]);
  });
});

describe('reads', () => {
  it.each(REGISTER_VECTORS.status)('of the status word $word', async ({ word, slots, provider, consumer, ...rest }) => {
    await identified(slots);
    registers.set('status', word);
    const status = await driver.status();
    expect({ provider: formatView(status.provider), consumer: formatView(status.consumer) }).toEqual({ provider, consumer });
    expect(status).toMatchObject(rest);
  });

  it('of a record give the payload that was written', async () => {
    const { cSdu, apduStatus, received } = REGISTER_VECTORS.payload;
    registers.set('receiveLevel', received.length);
    registers.queue('receiveData', ...received);
    expect(await driver.receivePayload()).toEqual({ cSdu, apduStatus });
    expect(registers.unread('receiveData')).toBe(0);
  });

  it('of records of every length give their octets, last word included', async () => {
    for (let length = 1; length <= 9; length++) {
      const octets = Uint8Array.from({ length }, (_, index) => 0x80 + index);
      const padded = Buffer.concat([octets, Buffer.alloc(12)]);
      const words = Array.from({ length: Math.ceil(length / 4) }, (_, word) => padded.readUInt32LE(4 * word));
      registers.set('receiveLevel', 1);
      registers.queue('receiveData', length, ...words, 0x01020304);
      const before = registers.reads;
      expect(await driver.receivePayload()).toEqual({ cSdu: octets, apduStatus: Uint8Array.of(1, 2, 3, 4) });
      expect(registers.unread('receiveData')).toBe(0);
      // one word more would be the first of the next record
      expect(registers.reads - before).toBe(1 + 2 + words.length);
    }
  });

  it('of another identification are refused with both, eight digits each', async () => {
    registers.set('identification', 0x12);
    await expect(driver.identify()).rejects.toMatchObject({
      name: 'HardwareMismatch',
      message: 'identification register is 0x00000012, expected 0x4b545231: check the base address, and that the bitstream is loaded',
    });
  });

  it('of the capabilities: role, slots, engine', async () => {
    const front = { mapVersion: { major: 4, minor: 0 }, buildId: 0x89ab_cdef };
    hardware(0x0000_0004);
    expect(await driver.identify()).toEqual({ role: 'initiator', slots: 4, engine: 'xor', insecure: false, windows: false, ...front });
    hardware(0x0001_0012);
    expect(await driver.identify({ allowInsecure: true })).toEqual({
      role: 'follower',
      slots: 2,
      engine: 'xor',
      insecure: true,
      windows: false,
      ...front,
    });
    await expect(driver.identify({ allowInsecure: false })).rejects.toThrow(
      'AEAD engine is xor, which protects nothing, expected a secure engine: generate the hardware with another engine, or allow it for a demonstration (--insecure)',
    );
  });

  it('of a request: the wire KeyId, or none', async () => {
    registers.set('request', 0xf0);
    expect(await driver.request()).toBeUndefined();
    registers.set('request', 0xb1);
    expect(await driver.request()).toBe(0xb);
  });

  it('of the statistics: every counter under its own name', async () => {
    const counters = Object.entries(REGISTER_VECTORS.map).filter(([, { offset }]) => offset >= 0x100 && offset < 0x140);
    for (const [name, { offset }] of counters) registers.set(name as RegisterName, offset);
    registers.set('transmitCounter', 77);
    expect(await driver.statistics()).toEqual(Object.fromEntries(counters.map(([name, { offset }]) => [name, offset])));
    expect(await driver.transmitCounter()).toBe(77);
    expect(await driver.framesDelivered()).toBe(REGISTER_VECTORS.map.framesDelivered?.offset);
  });
});

describe('the register map', () => {
  it('is the one that was written down: offset, access and every field', () => {
    const found = Object.entries(REGISTERS).map(([name, { offset, access, ...register }]) => {
      const fields = 'fields' in register ? register.fields : [];
      return [name, { offset, access, fields: Object.fromEntries(fields.map((field) => [field.name, [field.low, field.bits]])) }];
    });
    expect(Object.fromEntries(found)).toEqual(REGISTER_VECTORS.map);
    expect(IDENTIFICATION).toBe(REGISTER_VECTORS.identification);
    expect(Buffer.from(IDENTIFICATION.toString(16), 'hex').toString()).toBe('KTR1');
  });
});
