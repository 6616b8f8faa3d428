import type { KeyId } from '../../spec/key-id.ts';
import type { Role } from '../../spec/peer-rules.ts';
import type { SlotMaterial } from '../keys/material.ts';

/** Where an agent has its keys from: the key schedule, or a broken one in a test. */
export interface KeySource {
  readonly keyId: KeyId;
  material(role: Role): SlotMaterial;
  advance(): void;
  /** The source is of no use afterwards. */
  erase(): void;
}

/** What an agent tells about its doings; never a key. */
export type AgentEvent =
  | { readonly kind: 'keyInstalled'; readonly keyId: KeyId }
  | { readonly kind: 'pushDeferred'; readonly keyId: KeyId }
  | { readonly kind: 'nRttRequested'; readonly keyId: number }
  /** the initiator should have begun a rekey by now: what is left of the counter is what a rekey takes; at its end sending stops */
  | { readonly kind: 'counterRunsOut'; readonly counter: number };
