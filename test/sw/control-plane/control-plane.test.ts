import { beforeEach, describe, expect, it } from 'vitest';
import { IDENTIFICATION, type RegisterName } from '../../../spec/registers.ts';
import { HardwareMismatch, KeysInstalled, RelationDriver } from '../../../sw/control-plane/driver.ts';
import { FollowerAgent } from '../../../sw/control-plane/follower.ts';
import { InitiatorAgent } from '../../../sw/control-plane/initiator.ts';
import type { AgentEvent } from '../../../sw/control-plane/key-source.ts';
import { checkedRegisters, RegisterError } from '../../../sw/control-plane/register-space.ts';
import { KeySchedule } from '../../../sw/keys/key-schedule.ts';
import type { SlotMaterial } from '../../../sw/keys/material.ts';
import { REGISTER_VECTORS } from '../../vectors/vectors.ts';
import { FakeRegisters } from './fake-registers.ts';

const ACCEPTED = 1;
const REFUSED = 2;
const PUSH_READY = 1 << 24;
/** nextKeyId, currentKeyId, then the consumer's and the provider's slots, C B A each. */
const STATUS = PUSH_READY | (0b01_11_01_10 << 16) | (0b01_10_11 << 8) | 0b01_10_00;

let registers: FakeRegisters;
let driver: RelationDriver;
beforeEach(() => {
  registers = new FakeRegisters();
  driver = new RelationDriver(registers);
  registers.set('pushResult', ACCEPTED);
});

/** A schedule that remembers what it handed out, to see that it is zeroed. */
class Watched extends KeySchedule {
  readonly handedOut: SlotMaterial[] = [];
  override material(role: 'initiator' | 'follower'): SlotMaterial {
    const material = super.material(role);
    this.handedOut.push(material);
    return material;
  }
}
const isZero = ({ transmit, receive }: SlotMaterial): boolean =>
  [transmit, receive].every(({ key, iv }) => [...key, ...iv].every((octet) => octet === 0));
const schedule = (): Watched => new Watched(new Uint8Array(32).fill(3));

describe('driver', () => {
  const WORDS = { identification: IDENTIFICATION, mapVersion: 0x0004_0000, buildId: 0xc0de_1234, capabilities: (1 << 16) | (1 << 4) | 3 };
  const hardware = (words: Partial<typeof WORDS> = {}): void => {
    for (const [name, word] of Object.entries({ ...WORDS, ...words })) registers.set(name as RegisterName, word);
  };

  it('knows the hardware', async () => {
    hardware();
    expect(await driver.identify({ allowInsecure: true, buildId: 0xc0de_1234 })).toEqual({
      role: 'follower',
      slots: 3,
      engine: 'xor',
      insecure: true,
      windows: false,
      mapVersion: { major: 4, minor: 0 },
      buildId: 0xc0de_1234,
    });
    hardware({ mapVersion: 0x0004_0007 });
    expect(await driver.identify({ allowInsecure: true })).toMatchObject({ mapVersion: { major: 4, minor: 7 } });
  });

  it.each([
    [
      'no Keyturn at the address',
      { identification: 0xdeadbeef },
      {},
      'identification register is 0xdeadbeef, expected 0x4b545231: check the base address',
    ],
    [
      'another map',
      { mapVersion: 0x0005_0007 },
      {},
      'register map of the hardware is version 5.7, expected version 4.0 or a later minor one: use the software',
    ],
    ['another build', {}, { buildId: 5 }, 'build id of the hardware is 0xc0de1234, expected 0x00000005: flash the bitstream'],
    [
      'more slots than a relation has',
      { capabilities: 5 },
      {},
      'number of key slots is 5, expected 2 to 4: use the software that the bitstream was generated with',
    ],
    ['fewer slots than a relation has', { capabilities: 1 }, {}, 'number of key slots is 1, expected 2 to 4'],
    [
      'an engine of later days',
      { capabilities: (7 << 8) | 2 },
      {},
      'AEAD engine is number 7, expected 0 (xor), 1 (aes-128-gcm), 2 (aes-256-gcm), 3 (ascon-aead128)',
    ],
    ['an engine that protects nothing', {}, {}, 'AEAD engine is xor, which protects nothing, expected a secure engine'],
  ])('refuses %s, naming both sides and how to mend it', async (_, words, expected, message) => {
    hardware(words);
    const refusal = driver.identify(expected);
    await expect(refusal).rejects.toThrow(HardwareMismatch);
    await expect(refusal).rejects.toThrow(message);
    expect(registers.writes).toEqual([]);
  });

  it('writes addresses, FrameIDs and settings, and enables last', async () => {
    await driver.configure({
      encrypt: true,
      vlanTci: 0xc000,
      source: Uint8Array.of(1, 2, 3, 4, 5, 6),
      destination: Uint8Array.of(0xa, 0xb, 0xc, 0xd, 0xe, 0xf),
      transmitFrameId: 0x8000,
      receiveFrameId: 0x8001,
      obsoleteTimeout: 6000,
      passReceived: true,
    });
    expect(registers.written('destinationHigh')).toEqual([0x0a0b]);
    expect(registers.written('destinationLow')).toEqual([0x0c0d0e0f]);
    expect(registers.written('sourceLow')).toEqual([0x03040506]);
    expect(registers.written('obsoleteTimeout')).toEqual([6000]);
    expect(registers.writes.at(-1)).toMatchObject({ name: 'control', value: 0b01111 });
  });

  it('pushes key and IV of both directions, then the KeyId on the wire', async () => {
    const octets = (count: number, from: number): Uint8Array => Uint8Array.from({ length: count }, (_, index) => from + index);
    const material = { transmit: { key: octets(16, 0), iv: octets(12, 0x20) }, receive: { key: octets(16, 0x40), iv: octets(12, 0x60) } };
    expect(await driver.pushKey({ master: 6, communication: 5 }, material)).toBe('accepted');
    expect(registers.written('transmitKey')).toEqual([0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c]);
    expect(registers.written('receiveIv')[0]).toBe(0x63626160);
    expect(registers.writes.at(-1)).toMatchObject({ name: 'keyPush', value: 0b10_01 });
    registers.set('pushResult', REFUSED);
    expect(await driver.pushKey({ master: 0, communication: 0 }, material)).toBe('refused');
  });

  it('sends and reads records, octet 0 lowest', async () => {
    registers.queue('transmitSpace', 0, 3, 100);
    await driver.sendPayload({ cSdu: Uint8Array.of(1, 2, 3, 4, 5), apduStatus: Uint8Array.of(0x12, 0x34, 0x35, 0) });
    expect(registers.written('transmitData')).toEqual([5, 0x12343500, 0x04030201, 0x05]);
    expect(await driver.receivePayload()).toBeUndefined();
    registers.set('receiveLevel', 4);
    registers.queue('receiveData', 5, 0x04030201, 0x05, 0x12343500);
    expect(await driver.receivePayload()).toEqual({ cSdu: Uint8Array.of(1, 2, 3, 4, 5), apduStatus: Uint8Array.of(0x12, 0x34, 0x35, 0) });
  });

  it('reads the states of as many slots as there are', async () => {
    hardware({ capabilities: 3 });
    await driver.identify();
    registers.set('status', STATUS);
    const before = registers.reads;
    await driver.status();
    // how many there are is known
    expect(registers.reads - before).toBe(1);
    expect(await driver.status()).toEqual({
      provider: ['Unused', 'Active', 'Pending'],
      consumer: ['Obsolete', 'Active', 'Pending'],
      currentKeyId: 0b01_10,
      nextKeyId: 0b01_11,
      pushReady: true,
    });
  });

  it('erases all keys with the word that the register wants, and waits until none is left', async () => {
    registers.queue('status', 2 ** 25 + 2, 2 ** 25);
    await driver.eraseAll();
    expect(registers.unread('status')).toBe(0);
    expect(registers.writes).toMatchObject([{ name: 'eraseAll', value: 0x45524153 }]);
  });

  it('withdraws a key with the word that the register wants, and waits for what came of it', async () => {
    registers.queue('cancelResult', 0, 0, 2);
    expect(await driver.cancel()).toBe('refused');
    expect(registers.unread('cancelResult')).toBe(0);
    registers.set('cancelResult', 1);
    expect(await driver.cancel()).toBe('accepted');
    expect(registers.written('cancel')).toEqual([0x434e434c, 0x434e434c]);
  });

  it('reaches no register outside the relation, and tears no word', async () => {
    const space = checkedRegisters(registers, 0x1000);
    await expect(space.read32(0x1000)).rejects.toThrow(RegisterError);
    await expect(space.read32(0x1000)).rejects.toThrow('register offset 0x1000 is outside the relation: expected 0 to 0xffc');
    await expect(space.read32(2)).rejects.toThrow('is not on a word');
    await expect(space.write32(0, -1)).rejects.toThrow('does not fit a register');
    expect(registers.writes).toEqual([]);
  });
});

describe.each([
  { role: 'initiator', agentOf: () => new InitiatorAgent(driver, schedule(), { frames: 100 }, () => 0) },
  { role: 'follower', agentOf: () => new FollowerAgent(driver, schedule()) },
])('$role on hardware that holds keys', ({ agentOf }) => {
  it.each([
    { view: 'provider', status: 0b10_00 },
    { view: 'consumer', status: 0b11 << 8 },
  ])('does not start when a slot is in use in the view of the $view, and pushes nothing', async ({ status }) => {
    registers.set('capabilities', 2);
    registers.set('status', PUSH_READY | status);
    await expect(agentOf().start()).rejects.toThrow(KeysInstalled);
    await expect(agentOf().start()).rejects.toMatchObject({ name: 'KeysInstalled' });
    await expect(agentOf().start()).rejects.toThrow(/expected every slot Unused.*nonces, again.*erase all keys .*another master key/);
    expect(registers.writes).toEqual([]);
  });

  it('is told what they are, in both views and on the wire', async () => {
    registers.set('capabilities', 2);
    registers.set('status', PUSH_READY | (0b01_10 << 16) | (0b01_10 << 8) | 0b10_00);
    await expect(agentOf().start()).rejects.toThrow(
      /^the hardware holds keys already: provider UA, consumer AP, wire KeyId 6; expected every/,
    );
  });

  it('starts once they are erased', async () => {
    registers.set('capabilities', 2);
    registers.set('status', PUSH_READY);
    await agentOf().start();
    expect(registers.written('keyPush')).toEqual([0]);
  });
});

describe('initiator, paper V: "Any rekeying originates from the initiator"', () => {
  it('rekeys when the counter says so, not before the hardware is ready, and zeroes what it derived', async () => {
    const keys = schedule();
    const agent = new InitiatorAgent(driver, keys, { frames: 100 }, () => 0);
    await agent.start();
    registers.set('status', PUSH_READY);
    registers.set('transmitCounter', 99);
    await agent.service();
    expect(registers.written('keyPush')).toEqual([0]);
    registers.set('transmitCounter', 100);
    registers.set('status', 0);
    await agent.service();
    expect(registers.written('keyPush')).toEqual([0]);
    registers.set('status', PUSH_READY);
    await agent.service();
    registers.set('transmitCounter', 0);
    await agent.service();
    expect(registers.written('keyPush')).toEqual([0, 1]);
    expect(keys.handedOut).toHaveLength(2);
    expect(keys.handedOut.every(isZero)).toBe(true);
  });

  it('with both triggers, the old key reaching its counter while the new one is Pending begins no second rekey', async () => {
    let now = 0;
    const agent = new InitiatorAgent(driver, schedule(), { frames: 100, time: 50 }, () => now);
    await agent.start();
    registers.set('status', PUSH_READY);
    registers.set('transmitCounter', 99);
    now = 50;
    await agent.service();
    expect(registers.written('keyPush')).toEqual([0, 1]);
    // Pending: the old key sends on, and its counter interrupt calls the agent
    registers.set('status', 0);
    registers.set('transmitCounter', 100);
    await agent.service();
    // settled: the counter is that of the new key
    registers.set('status', PUSH_READY);
    registers.set('transmitCounter', 3);
    now = 60;
    await agent.service();
    expect(registers.written('keyPush')).toEqual([0, 1]);
  });

  it('rekeys when the time has come', async () => {
    let now = 0;
    registers.set('status', PUSH_READY);
    const agent = new InitiatorAgent(driver, schedule(), { time: 50 }, () => now);
    await agent.start();
    expect(agent.dueAt).toBe(50);
    now = 49;
    await agent.service();
    expect(registers.written('keyPush')).toEqual([0]);
    now = 50;
    await agent.service();
    expect(registers.written('keyPush')).toEqual([0, 1]);
    expect(agent.dueAt).toBe(100);
  });
});

describe('initiator, what it tells', () => {
  it('each key that it installs, by its KeyId', async () => {
    const events: AgentEvent[] = [];
    registers.set('status', PUSH_READY);
    let now = 7;
    const agent = new InitiatorAgent(
      driver,
      schedule(),
      { time: 10 },
      () => now,
      (event) => events.push(event),
    );
    await agent.start();
    expect(agent.dueAt).toBe(17);
    now = 17;
    await agent.service();
    expect(events).toEqual([
      { kind: 'keyInstalled', keyId: { master: 0, communication: 0 } },
      { kind: 'keyInstalled', keyId: { master: 0, communication: 1 } },
    ]);
  });

  it('a Push that is refused although a slot was free, and what it derived is zeroed all the same', async () => {
    const keys = schedule();
    const agent = new InitiatorAgent(driver, keys, {}, () => 0);
    registers.set('pushResult', REFUSED);
    await expect(agent.start()).rejects.toThrow('initiator: the hardware refused KeyId 0|0 although it was ready for a Push');
    expect(keys.handedOut.every(isZero)).toBe(true);
  });

  it('without a trigger it never rekeys, and asks the hardware nothing', async () => {
    const agent = new InitiatorAgent(driver, schedule(), {}, () => 1e9);
    registers.set('status', PUSH_READY);
    await agent.start();
    const before = registers.reads;
    await agent.service();
    expect(agent.dueAt).toBeUndefined();
    expect(registers.reads).toBe(before);
    expect(registers.written('keyPush')).toEqual([0]);
  });
});

describe('follower, paper V: "updates the key as requested by the initiator"', () => {
  const request = (keyId: number): number => 1 | (keyId << 4);

  it('puts a request off while no slot is free, and pushes the same key then', async () => {
    const events: AgentEvent[] = [];
    const keys = schedule();
    const agent = new FollowerAgent(driver, keys, (event) => events.push(event));
    await agent.start();
    registers.set('request', request(1));
    registers.set('pushResult', REFUSED);
    await agent.service();
    registers.set('pushResult', ACCEPTED);
    await agent.service();
    expect(events).toEqual([
      { kind: 'keyInstalled', keyId: { master: 0, communication: 0 } },
      { kind: 'pushDeferred', keyId: { master: 0, communication: 1 } },
      { kind: 'keyInstalled', keyId: { master: 0, communication: 1 } },
    ]);
    expect(registers.written('keyPush')).toEqual([0, 1, 1]);
    expect(keys.keyId).toEqual({ master: 0, communication: 1 });
    expect(keys.handedOut).toHaveLength(3);
    expect(keys.handedOut.every(isZero)).toBe(true);
  });

  it('answers one request after another, and does nothing while none stands', async () => {
    const events: AgentEvent[] = [];
    const agent = new FollowerAgent(driver, schedule(), (event) => events.push(event));
    await agent.start();
    for (const keyId of [1, 2]) {
      registers.set('request', 0);
      await agent.service();
      registers.set('request', request(keyId));
      await agent.service();
      // the hardware has switched to it
      registers.set('status', PUSH_READY | (keyId << 16) | 0b10);
    }
    expect(registers.written('keyPush')).toEqual([0, 1, 2]);
    expect(events.map(({ kind }) => kind)).toEqual(['keyInstalled', 'keyInstalled', 'keyInstalled']);
  });

  it('does not ask where its first key is, which is Active at once', async () => {
    const agent = new FollowerAgent(driver, schedule());
    await agent.start();
    const before = registers.reads;
    await agent.service();
    // the request alone
    expect(registers.reads - before).toBe(1);
  });

  it('pushes a key once, though its request stands until the hardware has switched to it', async () => {
    const agent = new FollowerAgent(driver, schedule());
    await agent.start();
    registers.set('capabilities', 2);
    registers.set('request', request(1));
    await agent.service();
    // Active and Pending
    registers.set('status', 0b01_10);
    await agent.service();
    expect(registers.written('keyPush')).toEqual([0, 1]);
  });

  it('puts its first key off as well', async () => {
    const agent = new FollowerAgent(driver, schedule());
    registers.set('pushResult', REFUSED);
    await agent.start();
    registers.set('pushResult', ACCEPTED);
    registers.set('request', request(1));
    await agent.service();
    expect(registers.written('keyPush')).toEqual([0, 0]);
  });

  it('never guesses a master key: an n-RTT request is reported, and nothing is derived', async () => {
    const events: AgentEvent[] = [];
    const keys = schedule();
    const agent = new FollowerAgent(driver, keys, (event) => events.push(event));
    await agent.start();
    registers.set('request', request(0b01_00));
    await agent.service();
    expect(events.at(-1)).toEqual({ kind: 'nRttRequested', keyId: 0b01_00 });
    expect(keys.keyId).toEqual({ master: 0, communication: 0 });
  });

  it('takes a request for no key that could come next for what it can not answer, and pushes nothing', async () => {
    const events: AgentEvent[] = [];
    const agent = new FollowerAgent(driver, schedule(), (event) => events.push(event));
    await agent.start();
    registers.set('request', request(0b11_11));
    await agent.service();
    expect(events.at(-1)).toEqual({ kind: 'nRttRequested', keyId: 0b11_11 });
    expect(registers.written('keyPush')).toEqual([0]);
  });

  it('reports once that its counter runs out, since it can begin no rekey, and again under the next key', async () => {
    const events: AgentEvent[] = [];
    const agent = new FollowerAgent(driver, schedule(), (event) => events.push(event), 1000);
    await agent.start();
    const reported = (): AgentEvent[] => events.filter(({ kind }) => kind === 'counterRunsOut');
    const at = async (counter: number): Promise<number> => {
      registers.set('transmitCounter', counter);
      await agent.service();
      return reported().length;
    };
    expect([await at(999), await at(1000), await at(1001)]).toEqual([0, 1, 1]);
    expect(reported()).toEqual([{ kind: 'counterRunsOut', counter: 1000 }]);
    expect([await at(1), await at(1500)]).toEqual([1, 2]);
  });

  it('reports it at the first look as well; without an alarm it does not even look', async () => {
    const events: AgentEvent[] = [];
    registers.set('transmitCounter', 5000);
    await new FollowerAgent(driver, schedule(), (event) => events.push(event), 1000).service();
    expect(events).toEqual([{ kind: 'counterRunsOut', counter: 5000 }]);
    const before = registers.reads;
    await new FollowerAgent(driver, schedule(), (event) => events.push(event)).service();
    expect(registers.reads - before).toBe(1);
    expect(events).toHaveLength(1);
  });
});

describe('either agent', () => {
  it('pushes the keys of its own role: what the initiator sends with, the follower receives with', async () => {
    const { masterKey, writes } = REGISTER_VECTORS.push;
    const written = (): readonly (readonly number[])[] => registers.writes.map(({ offset, value }) => [offset, value]);
    await new InitiatorAgent(driver, new KeySchedule(masterKey), {}, () => 0).start();
    expect(written()).toEqual(writes);
    registers.writes.length = 0;
    await new FollowerAgent(driver, new KeySchedule(masterKey)).start();
    const crossed = writes.map(
      ([offset, value]) => [offset < 0x140 ? offset : offset < 0x180 ? offset + 0x40 : offset - 0x40, value] as const,
    );
    expect(written()).toEqual(crossed.toSorted(([a], [b]) => Number(a < 0x140) - Number(b < 0x140) || a - b));
  });

  it.each([
    ['initiator', (keys: KeySchedule) => new InitiatorAgent(driver, keys, {}, () => 0)],
    ['follower', (keys: KeySchedule) => new FollowerAgent(driver, keys)],
  ] as const)('%s: erases its keys when it is stopped', async (role, agentOf) => {
    const keys = schedule();
    const before = keys.material(role);
    const agent = agentOf(keys);
    await agent.start();
    expect(keys.material(role)).toEqual(before);
    agent.stop();
    const erased = new KeySchedule(new Uint8Array(32));
    erased.erase();
    expect(keys.material(role)).toEqual(erased.material(role));
  });
});
