/** What befalls one peer: the shipped `step`, and beside it the keys that its slots really hold. */
import { NOTHING_DELIVERED } from '../../spec/delivery.ts';
import { type KeyId, nextKeyId, type RekeyKind } from '../../spec/key-id.ts';
import { initialState, type PeerEvent, type PeerState, type Role, step } from '../../spec/peer-rules.ts';
import { erasesEarly, forgetsWindow, misread } from './misreadings.ts';
import { activeSlot, type Config, delayTo, GENERATIONS, type Key, type Peer, takesNewest, withoutFor } from './world.ts';

/** A peer without keys. */
export function emptyPeer(role: Role, config: Config): Peer {
  const state = initialState(role, config.slots[role], 2 ** config.indexBits);
  const none = state.slots.map(() => 0);
  return {
    state,
    keys: state.slots.map(() => undefined),
    sent: none,
    due: none,
    newest: undefined,
    reused: false,
    withdrawn: undefined,
    heard: nothingHeard(role, config),
    delivered: state.slots.map(() => NOTHING_DELIVERED),
    repeated: false,
  };
}

/** Older than every frame that is under way. */
function nothingHeard(role: Role, config: Config): number {
  return takesNewest(config) ? delayTo(role, config) + 1 : 0;
}

/** A peer that lost its keys; which ones were in use does not change by that. */
export function withoutKeys({ newest, reused, repeated }: Peer, role: Role, config: Config): Peer {
  return { ...emptyPeer(role, config), newest, reused, repeated };
}

/** An event at a peer; a slot that it erases loses its key. */
export function happen(peer: Peer, event: PeerEvent, role: Role, config: Config): Peer {
  const options = { obsoleteTimeout: config.obsoleteTimeout[role], disabled: withoutFor(config, role) };
  const ruled = step(peer.state, event, options);
  if (ruled === peer.state) return peer;
  const state = misread(peer.state, ruled, event, options);
  const held = (slot: number): boolean => state.slots[slot]?.keyId !== undefined && !erasesEarly(state, slot, options);
  return {
    ...peer,
    state,
    keys: peer.keys.map((key, slot) => (held(slot) ? key : undefined)),
    sent: peer.sent.map((nexts, slot) => (held(slot) ? nexts : 0)),
    delivered: peer.delivered.map((before, slot) =>
      held(slot) && !forgetsWindow(peer.state, state, slot, options) ? before : NOTHING_DELIVERED,
    ),
    due: dueAfter(peer, state, event, options.obsoleteTimeout),
    withdrawn: state.withdrawn === undefined ? undefined : event.kind === 'cancel' ? pendingKey(peer) : peer.withdrawn,
  };
}

/** When another key becomes the consumer's Active one, the key before has the timeout to go: by this clock, whatever the rules make of it. */
function dueAfter({ state: before, due }: Peer, after: PeerState, event: PeerEvent, timeout: number): readonly number[] {
  const active = ({ slots }: PeerState): number => slots.findIndex(({ consumer }) => consumer === 'Active');
  const left = event.kind === 'elapse' ? due.map((ticks) => Math.max(0, ticks - event.ticks)) : due;
  const last = active(before);
  return last < 0 || last === active(after) ? left : left.with(last, timeout);
}

export function push(peer: Peer, keyId: KeyId, key: Key, role: Role, config: Config): Peer {
  const after = happen(peer, { kind: 'push', keyId }, role, config);
  const slot = after.state.slots.findIndex((candidate, index) => candidate.keyId === keyId && peer.state.slots[index]?.keyId !== keyId);
  return {
    ...after,
    keys: after.keys.map((held, index) => (index === slot ? key : held)),
    sent: after.sent.map((nexts, index) => (index === slot ? 0 : nexts)),
    delivered: after.delivered.map((before, index) => (index === slot ? NOTHING_DELIVERED : before)),
    newest: newer(peer.newest, key),
    reused: peer.reused || !isNew(key, peer.newest),
  };
}

/** Whether a key was never in use, as far as a peer can know that installed `newest` last. */
function isNew(key: Key, newest: Key | undefined): boolean {
  if (newest === undefined) return true;
  const steps = ahead(key, newest);
  return steps === 0 ? key.attempt !== newest.attempt : steps < GENERATIONS / 2;
}

/** Steps on the ring of generations from one key to another. */
function ahead(key: Key, from: Key): number {
  return (key.generation - from.generation + GENERATIONS) % GENERATIONS;
}

export function newer(a: Key | undefined, b: Key | undefined): Key | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return ahead(b, a) < GENERATIONS / 2 ? b : a;
}

/** The key that is announced. */
function pendingKey(peer: Peer): Key | undefined {
  return peer.keys[peer.state.slots.findIndex(({ provider }) => provider === 'Pending')];
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

/** The key that is derived (0-RTT) for this KeyId: the next one, if from absolute indices; those of the wire come round. */
export function derivedKey(peer: Peer, next: KeyId, { without }: Config): Key {
  const { keyId, key } = activeKey(peer);
  const steps = without.has('M11: absolute indices') ? next.communication - keyId.communication : 1;
  return { generation: (key.generation + steps + GENERATIONS) % GENERATIONS, attempt: 0 };
}

export function nextGeneration(key: Key, attempt: Key['attempt']): Key {
  return { generation: (key.generation + 1) % GENERATIONS, attempt };
}
