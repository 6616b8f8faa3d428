import type { KeyId } from '../../../spec/key-id.ts';
import type { Role } from '../../../spec/peer-rules.ts';
import { KeySchedule } from '../../../sw/keys/key-schedule.ts';
import type { SlotMaterial } from '../../../sw/keys/material.ts';
import { type Payload, type PeerSettings, ReferencePeer } from '../../../sw/reference-model/peer.ts';

const ADDRESS = { initiator: Uint8Array.of(2, 0, 0, 0, 0, 1), follower: Uint8Array.of(2, 0, 0, 0, 0, 2) } as const;
const FRAME_ID = { initiator: 0x8000, follower: 0x8001 } as const;

/** A peer without a key; its frames find the peer of the other role. */
export function peerOf(role: Role, slots: number, settings: Partial<PeerSettings> = {}): ReferencePeer {
  const other = role === 'initiator' ? 'follower' : 'initiator';
  return new ReferencePeer(role, slots, {
    encrypt: true,
    vlanTci: undefined,
    source: ADDRESS[role],
    destination: ADDRESS[other],
    transmitFrameId: FRAME_ID[role],
    receiveFrameId: FRAME_ID[other],
    passReceived: false,
    obsoleteTimeout: 4,
    ...settings,
  });
}

/** What both peers derive for a KeyId; the master keys are known to both. */
export function materialOf(role: Role, keyId: KeyId): SlotMaterial {
  const schedule = new KeySchedule(new Uint8Array(32));
  for (let master = 1; master <= keyId.master; master++) schedule.replaceMaster(new Uint8Array(32).fill(master));
  for (let communication = 1; communication <= keyId.communication; communication++) schedule.advance();
  return schedule.material(role);
}

export function payloadOf(sequence: number): Payload {
  return { cSdu: Uint8Array.of(sequence >> 8, sequence & 0xff), apduStatus: Uint8Array.of(0, 0, 0x35, 0) };
}

/** The next frame of a peer that must be able to send. */
export function frameOf(peer: ReferencePeer, sequence = 0): Uint8Array {
  const frame = peer.transmit(payloadOf(sequence));
  if (frame === undefined) throw new Error(`the ${peer.state.role} has no key to send with`);
  return frame;
}
