/** What befalls one peer: the shipped `step`, and beside it the keys that its slots really hold. */
import { type KeyId, nextKeyId, type RekeyKind } from '../../spec/key-id.ts';
import { initialState, type PeerEvent, type Role, step } from '../../spec/peer-rules.ts';
import { activeSlot, type Config, GENERATIONS, type Key, type Peer, withoutFor } from './world.ts';

/** A peer without keys. */
export function emptyPeer(role: Role, config: Config): Peer {
  const state = initialState(role, config.slots[role], 2 ** config.indexBits);
  return { state, keys: state.slots.map(() => undefined), sent: state.slots.map(() => 0) };
}

/** An event at a peer; a slot that it erases loses its key. */
export function happen(peer: Peer, event: PeerEvent, role: Role, config: Config): Peer {
  const state = step(peer.state, event, { obsoleteTimeout: config.obsoleteTimeout[role], disabled: withoutFor(config, role) });
  if (state === peer.state) return peer;
  const held = (slot: number): boolean => state.slots[slot]?.keyId !== undefined;
  return {
    state,
    keys: peer.keys.map((key, slot) => (held(slot) ? key : undefined)),
    sent: peer.sent.map((nexts, slot) => (held(slot) ? nexts : 0)),
  };
}

export function push(peer: Peer, keyId: KeyId, key: Key, role: Role, config: Config): Peer {
  const after = happen(peer, { kind: 'push', keyId }, role, config);
  const slot = after.state.slots.findIndex((candidate, index) => candidate.keyId === keyId && peer.state.slots[index]?.keyId !== keyId);
  return {
    ...after,
    keys: after.keys.map((held, index) => (index === slot ? key : held)),
    sent: after.sent.map((nexts, index) => (index === slot ? 0 : nexts)),
  };
}

/** KeyId and key of the provider's Active slot. @throws RangeError where it has none */
export function activeKey(peer: Peer): { readonly keyId: KeyId; readonly key: Key } {
  const slot = activeSlot(peer);
  const keyId = peer.state.slots[slot]?.keyId;
  const key = peer.keys[slot];
  if (keyId === undefined || key === undefined) throw new RangeError('a provider without an Active key');
  return { keyId, key };
}

/** The KeyId after a rekey. The indices stay below the wire's modulus here: the rules look at nothing else. */
export function successor(keyId: KeyId, kind: RekeyKind, { indexBits }: Config): KeyId {
  const { master, communication } = nextKeyId(keyId, kind);
  return { master: master % 2 ** indexBits, communication: communication % 2 ** indexBits };
}

export function nextGeneration(key: Key, attempt: Key['attempt']): Key {
  return { generation: (key.generation + 1) % GENERATIONS, attempt };
}
