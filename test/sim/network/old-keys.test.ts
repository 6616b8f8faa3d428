/** Frames under old keys: as good as genuine ones, but for the age of their key. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { OldKeys } from '../../../sim/network/old-keys.ts';
import type { Delivery } from '../../../spec/delivery.ts';
import { type KeyId, wireKeyId } from '../../../spec/key-id.ts';
import { aes128Gcm } from '../../../sw/aead/aes-gcm.ts';
import { parseFrame } from '../../../sw/frame/secured-frame.ts';
import { KeySchedule, MASTER_KEY_OCTETS } from '../../../sw/keys/key-schedule.ts';
import { type PeerSettings, ReferencePeer } from '../../../sw/reference-model/peer.ts';

const TIMEOUT = 1000;
const ADDRESS = { initiator: Uint8Array.of(2, 0, 0, 0, 0, 1), follower: Uint8Array.of(2, 0, 0, 0, 0, 2) };
const KIND = { profile: 'std', encrypt: true, frameId: 0x8000 } as const;

function settingsOf(isInitiator: boolean, delivery: Delivery): PeerSettings {
  const [source, destination] = isInitiator ? [ADDRESS.initiator, ADDRESS.follower] : [ADDRESS.follower, ADDRESS.initiator];
  const [transmitFrameId, receiveFrameId] = isInitiator ? [0x8000, 0x8001] : [0x8001, 0x8000];
  return {
    profile: 'std',
    encrypt: true,
    delivery,
    vlanTci: undefined,
    source,
    destination,
    transmitFrameId,
    receiveFrameId,
    passReceived: false,
    obsoleteTimeout: TIMEOUT,
  };
}

/** Two peers on a good line, and what an attacker has of the follower, who receives. */
function connectionOf(delivery: Delivery) {
  const initiator = new ReferencePeer('initiator', 2, settingsOf(true, delivery), aes128Gcm);
  const follower = new ReferencePeer('follower', 2, settingsOf(false, delivery), aes128Gcm);
  const keys = new KeySchedule(new Uint8Array(MASTER_KEY_OCTETS).fill(5), { profile: 'std', engine: 'aes-128-gcm', relation: 0 });
  const oldKeys = new OldKeys(aes128Gcm, KIND, new Random(3));
  const payload = { cSdu: new Uint8Array(40), apduStatus: Uint8Array.of(0, 1, 0x35, 0) };
  let last = new Uint8Array();
  const push = (): void => {
    for (const [role, peer] of [['initiator', initiator] as const, ['follower', follower] as const]) {
      const material = keys.material(role);
      if (role === 'follower') oldKeys.installed(keys.keyId, material.receive);
      expect(peer.push(keys.keyId, material)).toBe('accepted');
      // announced before the follower is asked
      if (role === 'initiator') exchange();
    }
    oldKeys.slots(follower.state);
  };
  const exchange = (): void => {
    const frame = initiator.transmit(payload);
    if (frame !== undefined) {
      last = Uint8Array.from(frame);
      oldKeys.passes(last);
      follower.receive(last);
      oldKeys.slots(follower.state);
    }
    const answer = follower.transmit(payload);
    if (answer !== undefined) initiator.receive(answer);
  };
  /** The old key is held until `elapse`. */
  const rekey = (): void => {
    keys.advance();
    push();
    for (let round = 0; round < 3; round++) exchange();
  };
  const elapse = (cycles: number): void => {
    for (const peer of [initiator, follower]) peer.elapse(cycles);
    oldKeys.slots(follower.state);
  };
  push();
  for (let round = 0; round < 5; round++) exchange();
  return { follower, oldKeys, rekey, elapse, exchange, forge: () => oldKeys.seal(last), newest: () => last };
}

const parts = (frame: Uint8Array) => {
  const parsed = parseFrame(frame, KIND);
  if (parsed.kind !== 'ours') throw new Error(parsed.kind);
  return parsed.frame;
};

describe('a frame under an old key', () => {
  it('there is none as long as no key was replaced', () => {
    expect(connectionOf('newest').forge()).toBeUndefined();
  });

  it('is opened by the key, with a counter that no frame had', () => {
    const { follower, rekey, forge } = connectionOf('window');
    rekey();
    // under the first key: one before the follower had it, five, one that announced, and one that the follower answered as ready
    for (const counter of [8 + 1, 8 + 2]) {
      const frame = forge() ?? new Uint8Array();
      expect(parts(frame)).toMatchObject({ currentKeyId: 0, counter, source: ADDRESS.initiator, destination: ADDRESS.follower });
      expect(follower.receive(frame)).toMatchObject({ kind: 'delivered', keyId: { master: 0, communication: 0 } });
      expect(follower.receive(frame).kind).toBe('stale');
    }
  });

  it('is never delivered where the newest alone counts, and by nobody when the key is gone', () => {
    for (const delivery of ['newest', 'window'] as const) {
      const { follower, rekey, elapse, forge } = connectionOf(delivery);
      rekey();
      expect(follower.receive(forge() ?? new Uint8Array()).kind).toBe(delivery === 'newest' ? 'stale' : 'delivered');
      elapse(TIMEOUT);
      expect(follower.receive(forge() ?? new Uint8Array()).kind).toBe('unknownKey');
    }
  });

  it('is under one of the last four that were replaced, the KeyId of the key in use among them', () => {
    const { follower, rekey, elapse, forge, newest } = connectionOf('newest');
    for (let number = 0; number < 5; number++) {
      rekey();
      elapse(TIMEOUT);
    }
    const outcomes = new Map<number, string>();
    for (let round = 0; round < 40; round++) {
      const frame = forge() ?? new Uint8Array();
      outcomes.set(parts(frame).currentKeyId, follower.receive(frame).kind);
    }
    expect(parts(newest()).currentKeyId).toBe(wireKeyId({ master: 0, communication: 5 }));
    expect(Object.fromEntries(outcomes)).toEqual({ 0: 'unknownKey', 1: 'icvFailed', 2: 'unknownKey', 3: 'unknownKey' });
  });

  it('announces whatever', () => {
    const { rekey, forge } = connectionOf('newest');
    rekey();
    const announced = new Set(Array.from({ length: 200 }, () => parts(forge() ?? new Uint8Array()).nextKeyId));
    expect(announced.size).toBe(16);
  });

  it('a key that was erased is an old one, too', () => {
    const { follower, oldKeys, forge } = connectionOf('newest');
    follower.eraseAll();
    oldKeys.slots(follower.state);
    const keyId: KeyId = { master: 0, communication: 0 };
    expect(parts(forge() ?? new Uint8Array()).currentKeyId).toBe(wireKeyId(keyId));
  });
});
