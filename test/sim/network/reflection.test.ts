/** C17: why each direction has a key of its own (rule M11). Two reference peers, and a mirror between them. */
import { describe, expect, it } from 'vitest';
import type { Role } from '../../../spec/peer-rules.ts';
import { formatView } from '../../../spec/slot-machine.ts';
import { KeySchedule } from '../../../sw/keys/key-schedule.ts';
import type { SlotMaterial } from '../../../sw/keys/material.ts';
import { type PeerSettings, ReferencePeer } from '../../../sw/reference-model/peer.ts';

const FRAME_ID = 0x8000;
const PAYLOAD = { cSdu: new Uint8Array(40).fill(0x80), apduStatus: Uint8Array.of(0, 1, 0x35, 0) };

const [controller, device] = [Uint8Array.of(2, 0, 0, 0, 0, 1), Uint8Array.of(2, 0, 0, 0, 0, 2)];
// with one FrameID both ways, nothing but the key tells the directions apart
const settings = (source: Uint8Array, destination: Uint8Array): PeerSettings => ({
  source,
  destination,
  encrypt: true,
  vlanTci: undefined,
  transmitFrameId: FRAME_ID,
  receiveFrameId: FRAME_ID,
  passReceived: false,
  obsoleteTimeout: 1000,
});

type KeysOf = (schedule: KeySchedule, role: Role) => SlotMaterial;
const perDirection: KeysOf = (schedule, role) => schedule.material(role);
const oneForBoth: KeysOf = (schedule) => {
  const { transmit } = schedule.material('initiator');
  return { transmit, receive: transmit };
};

/** A connection under key 0|0, in which the initiator alone has pushed 0|1 and announces it. */
function announcing(keysOf: KeysOf): {
  readonly initiator: ReferencePeer;
  readonly follower: ReferencePeer;
  readonly announcement: Uint8Array;
} {
  const schedule = new KeySchedule(new Uint8Array(32).fill(9));
  const initiator = new ReferencePeer('initiator', 2, settings(controller, device));
  const follower = new ReferencePeer('follower', 2, settings(device, controller));
  for (const peer of [initiator, follower]) peer.push(schedule.keyId, keysOf(schedule, peer.state.role));
  schedule.advance();
  expect(initiator.push(schedule.keyId, keysOf(schedule, 'initiator'))).toBe('accepted');
  const announcement = initiator.transmit(PAYLOAD);
  if (announcement === undefined) throw new Error('the initiator has a key, and sends');
  return { initiator, follower, announcement };
}

describe('the announcement of the initiator, reflected to it', () => {
  it('with one key for both directions passes as the ready signal of a follower that knows nothing: the initiator switches', () => {
    const { initiator, follower, announcement } = announcing(oneForBoth);
    expect(initiator.receive(announcement).kind).toBe('delivered');
    expect(formatView(initiator.providerView)).toBe('UA');
    // and what it sends from now on, the follower can't open
    const next = initiator.transmit(PAYLOAD);
    expect(follower.receive(next ?? new Uint8Array()).kind).toBe('unknownKey');
  });

  it('with a key for each direction does not open, and nothing changes', () => {
    const { initiator, follower, announcement } = announcing(perDirection);
    const before = initiator.state;
    expect(initiator.receive(announcement).kind).toBe('icvFailed');
    expect(initiator.state).toEqual(before);
    expect(formatView(initiator.providerView)).toBe('AP');
    expect(follower.receive(announcement).kind).toBe('delivered');
  });
});
