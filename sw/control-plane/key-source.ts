import type { KeyId } from '../../spec/key-id.ts';
import type { Role } from '../../spec/peer-rules.ts';
import type { Failure } from '../agreement/actions.ts';
import type { SlotMaterial } from '../keys/material.ts';

/** Where an agent has its keys from: the key schedule, or a broken one in a test. */
export interface KeySource {
  readonly keyId: KeyId;
  material(role: Role): SlotMaterial;
  advance(): void;
  /** No 0-RTT rekey is possible any more. */
  readonly exhausted: boolean;
  replaceMaster(masterKey: Uint8Array): void;
  /** The switch to the key was seen: what it came from is erased. */
  settle(): void;
  /** The key was given up before the switch: the source is where it was before. */
  withdraw(): void;
  /** The caller erases it. */
  agreementPsk(): Uint8Array;
  /** The source is of no use afterwards. */
  erase(): void;
}

/** What an agent tells about its doings; never a key. */
export type AgentEvent =
  | { readonly kind: 'keyInstalled'; readonly keyId: KeyId }
  | { readonly kind: 'pushDeferred'; readonly keyId: KeyId }
  /** initiator: nobody was ready for the key in time, and it is given up; the old one goes on */
  | { readonly kind: 'announcementWithdrawn'; readonly keyId: KeyId }
  /** follower: the initiator gave the key up before it switched to it */
  | { readonly kind: 'keyDropped'; readonly keyId: KeyId }
  /** a new association: all keys before are erased, and its first key is installed */
  | { readonly kind: 'associated' }
  /** initiator: nothing of the peer came for too long; a new association is tried, while the hardware goes on with what it has */
  | { readonly kind: 'peerSilent' }
  /** follower: asked for a key that was not agreed on, or not confirmed yet; the old one goes on */
  | { readonly kind: 'nRttRequested'; readonly keyId: number }
  /** initiator: no new master key this time; the old key goes on, and a 0-RTT rekey takes its place */
  | { readonly kind: 'agreementFailed'; readonly failure: Failure }
  /** initiator: the master key has had its last 0-RTT rekey, and there is no agreement; the old key goes on until its counter ends */
  | { readonly kind: 'chainExhausted'; readonly keyId: KeyId }
  /** the initiator should have begun a rekey by now: what is left of the counter is what a rekey takes; at its end sending stops */
  | { readonly kind: 'counterRunsOut'; readonly counter: number };
