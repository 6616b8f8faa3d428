/** A driver on a reference peer: it says what the peer is, and whoever watches hears of keys that were taken or erased. */
import { beforeEach, expect, it } from 'vitest';
import { ModelDriver } from '../../../sim/relations/model-driver.ts';
import { AEADS } from '../../../sw/aead/engines.ts';
import { KeysInstalled } from '../../../sw/control-plane/driver.ts';
import { KeySchedule } from '../../../sw/keys/key-schedule.ts';
import { ReferencePeer } from '../../../sw/reference-model/peer.ts';

const SETTINGS = {
  encrypt: true,
  vlanTci: undefined,
  source: Uint8Array.of(2, 0, 0, 0, 0, 1),
  destination: Uint8Array.of(2, 0, 0, 0, 0, 2),
  transmitFrameId: 0x8400,
  receiveFrameId: 0x8000,
  passReceived: true,
  obsoleteTimeout: 100,
} as const;

let told: unknown[];
let driver: ModelDriver;
let keys: KeySchedule;
beforeEach(() => {
  told = [];
  const peer = new ReferencePeer('initiator', 2, SETTINGS, AEADS.xor);
  keys = new KeySchedule(new Uint8Array(32).fill(1), { profile: 'paper', engine: 'xor', relation: 0 });
  driver = new ModelDriver(
    () => peer,
    () => 17,
    { pushed: (keyId, material) => told.push(keyId, material.transmit.key.length), erased: () => told.push('erased') },
  );
});
const push = () => driver.pushKey(keys.keyId, keys.material('initiator'));

it('without keys has none installed', async () => {
  await driver.requireNoKeys();
  const views = ['Unused', 'Unused'];
  expect(await driver.status()).toEqual({ provider: views, consumer: views, currentKeyId: 0, nextKeyId: 0, pushReady: false });
  expect([await driver.request(), await driver.transmitCounter(), await driver.framesDelivered()]).toEqual([undefined, 0, 17]);
});

it('says what was pushed, announced and cancelled, and refuses what has no slot', async () => {
  const first = { master: 0, communication: 0 };
  expect(await push()).toBe('accepted');
  expect(told).toEqual([first, 16]);
  expect(await driver.status()).toMatchObject({ provider: ['Active', 'Unused'], currentKeyId: 0, nextKeyId: 0, pushReady: true });
  await expect(driver.requireNoKeys()).rejects.toThrow(KeysInstalled);
  keys.advance();
  expect(await push()).toBe('accepted');
  expect(await driver.status()).toMatchObject({ provider: ['Active', 'Pending'], currentKeyId: 0, nextKeyId: 1, pushReady: false });
  expect(told).toHaveLength(4);
  keys.advance();
  expect(await push()).toBe('refused');
  expect(told).toHaveLength(4);
  expect([await driver.cancel(), await driver.cancel()]).toEqual(['accepted', 'refused']);
  await driver.eraseAll();
  expect(told.slice(4)).toEqual(['erased']);
  await driver.requireNoKeys();
});
