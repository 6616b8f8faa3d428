/**
 * What one step of a relation must make of a context and an event, from `step` in `spec/peer-rules.ts`: a random walk of a
 * peer through sense and nonsense, each step of which is one cycle.
 */
import { Random } from '../../../hdl-gen/sim/random.ts';
import { RelationEvent } from '../../../hw/station/step.ts';
import { COUNTER_FIRST, COUNTER_LAST } from '../../../spec/header.ts';
import { INDEX_MODULUS, type KeyId, nextWireKeyId, wireKeyId } from '../../../spec/key-id.ts';
import {
  announcedKeyId,
  canCancel,
  canPush,
  initialState,
  openingSlot,
  type PeerState,
  type Role,
  type Slot,
  step,
} from '../../../spec/peer-rules.ts';
import { SLOT_STATE_CODE } from '../../../spec/slot-machine.ts';
import type { Cycle, Values } from './cosimulate.ts';

/** A context, as the rules have it. */
export interface Relation {
  readonly peer: PeerState;
  readonly newest: number;
  readonly sent: number;
  /** when the context was last written */
  readonly time: number;
}

export type What = keyof typeof RelationEvent.codes;

/** What comes to a relation in a cycle, whether its event is of that kind or not. */
export interface Event {
  readonly what: What;
  readonly now: number;
  readonly obsoleteTimeout: number;
  readonly frame: Frame;
  readonly pushKeyId: KeyId;
}

export interface Frame {
  readonly authentic: number;
  readonly frame_key_id: number;
  readonly next_key_id: number;
  readonly counter: number;
}

const TIMEOUTS = [0, 1, 2, 3, 5, 100, 2 ** 31 - 1];
const WRAP = 2 ** 32;

/** Begins shortly before the time wraps. */
export function relationStepCycles(role: Role, slots: number, seed: number, count: number): Cycle[] {
  const random = new Random(seed);
  let relation = relationWithout(role, slots, WRAP - 40);
  return Array.from({ length: count }, () => {
    const { after, cycle } = oneStep(random, relation);
    // a counter that is near its end takes a lifetime to come there
    relation = random.chance(0.01) ? { ...after, sent: COUNTER_LAST - random.below(3) } : after;
    return cycle;
  });
}

/** A relation without a key. */
export function relationWithout(role: Role, slots: number, time: number): Relation {
  return { peer: initialState(role, slots), newest: 0, sent: 0, time };
}

function oneStep(random: Random, before: Relation): { readonly after: Relation; readonly cycle: Cycle } {
  const now = (before.time + random.below(4)) % WRAP;
  const obsoleteTimeout = TIMEOUTS[random.below(TIMEOUTS.length)] ?? 0;
  const what = randomEvent(random);
  const frame = randomFrame(random, before);
  const pushKeyId = randomKeyId(random, before.peer);
  const { after, outputs } = stepped(before, { what, now, obsoleteTimeout, frame, pushKeyId });
  const inputs = {
    ...contextValues('context', before),
    what: RelationEvent.codes[what],
    now,
    obsolete_timeout: obsoleteTimeout,
    keeps_obsolete: obsoleteTimeout === 0 ? 0 : 1,
    ...frame,
    push_key_id: wireKeyId(pushKeyId),
  };
  return { after, cycle: { inputs, outputs: { ...contextValues('next', after), ...outputs } } };
}

/** What an event makes of a relation, and what is said with it. */
export function stepped(before: Relation, { what, now, obsoleteTimeout, frame, pushKeyId }: Event) {
  const options = { obsoleteTimeout };
  const elapsed = step(before.peer, { kind: 'elapse', ticks: (now + WRAP - before.time) % WRAP }, options);
  let peer = elapsed;
  let accepted = false;
  let fresh = false;
  let transmits = false;
  const opened = openingSlot(elapsed, frame.frame_key_id);
  switch (what) {
    case 'verdict': {
      const consumer = elapsed.slots[opened ?? -1]?.consumer;
      const isNewest = consumer === 'Pending' || (consumer === 'Active' && frame.counter > before.newest);
      fresh = frame.authentic === 1 && frame.counter >= COUNTER_FIRST && isNewest;
      if (fresh) peer = step(elapsed, { kind: 'received', slot: opened ?? -1, nextKeyId: frame.next_key_id, fresh }, options);
      break;
    }
    case 'transmit':
      transmits = elapsed.slots.some(({ provider }) => provider === 'Active') && before.sent !== COUNTER_LAST;
      accepted = transmits;
      break;
    case 'push':
      accepted = canPush(elapsed, pushKeyId);
      if (accepted) peer = step(elapsed, { kind: 'push', keyId: pushKeyId }, options);
      break;
    case 'cancel':
      accepted = canCancel(elapsed);
      if (accepted) peer = step(elapsed, { kind: 'cancel' }, options);
      break;
    case 'erase':
      peer = step(elapsed, { kind: 'eraseAll' }, options);
  }

  const active = (state: PeerState): number => state.slots.findIndex(({ provider }) => provider === 'Active');
  const restarts = what === 'erase' || active(peer) !== active(elapsed);
  const after: Relation = {
    peer,
    newest: what === 'erase' ? 0 : fresh ? frame.counter : before.newest,
    sent: restarts ? 0 : before.sent + Number(transmits),
    time: now,
  };
  const fills = (slot: Slot, index: number): boolean => what === 'push' && accepted && slot.keyId !== elapsed.slots[index]?.keyId;
  const empties = (slot: Slot, index: number): boolean => slot.keyId === undefined && before.peer.slots[index]?.keyId !== undefined;
  const outputs = {
    accepted: Number(accepted),
    fresh: Number(fresh),
    requested: Number(elapsed.request === undefined && peer.request !== undefined),
    filled: mask(peer.slots, fills),
    emptied: mask(peer.slots, empties),
  };
  return { after, outputs };
}

export function randomEvent(random: Random): What {
  const events: readonly What[] = ['visit', 'verdict', 'verdict', 'verdict', 'verdict', 'transmit', 'push', 'push', 'cancel'];
  return random.chance(0.02) ? 'erase' : (events[random.below(events.length)] ?? 'visit');
}

/** Of one of the keys that are held, or of any. */
export function randomFrame(random: Random, { peer, newest }: Relation): Frame {
  const held = wireOf(peer.slots[random.below(peer.slots.length)]);
  const current = held ?? random.below(16);
  const named = [announcedKeyId(peer), nextWireKeyId(current, '0-RTT'), nextWireKeyId(current, 'n-RTT'), current];
  const counters = [0, Math.max(0, newest - 1), newest, newest + 1, newest + 2, random.below(1000)];
  return {
    authentic: random.chance(0.85) ? 1 : 0,
    frame_key_id: current,
    next_key_id: named[random.below(named.length + 1)] ?? random.below(16),
    counter: Math.min(counters[random.below(counters.length)] ?? 0, COUNTER_LAST),
  };
}

/** The wire carries the indices mod 4, and so does the hardware: these stay below. */
export function randomKeyId(random: Random, peer: PeerState): KeyId {
  const wires = [peer.withdrawn, wireOf(peer.slots[random.below(peer.slots.length)])];
  const wire = wires[random.below(8)] ?? random.below(16);
  return { master: Math.floor(wire / INDEX_MODULUS), communication: wire % INDEX_MODULUS };
}

export function contextValues(name: string, { peer, newest, sent, time }: Relation): Values {
  const optional = (field: string, keyId: number | undefined): Values => ({
    [`${name}_${field}_valid`]: Number(keyId !== undefined),
    [`${name}_${field}_key_id`]: keyId ?? 0,
  });
  const slots = peer.slots.map(
    (slot, index): Values => ({
      [`${name}_slots_${index}_provider`]: SLOT_STATE_CODE[slot.provider],
      [`${name}_slots_${index}_consumer`]: SLOT_STATE_CODE[slot.consumer],
      [`${name}_slots_${index}_key_id`]: wireOf(slot) ?? 0,
      [`${name}_slots_${index}_until`]: slot.consumer === 'Obsolete' ? (time + slot.remaining) % WRAP : 0,
    }),
  );
  return Object.assign(
    {},
    ...slots,
    { [`${name}_newest`]: newest, [`${name}_sent`]: sent },
    optional('request', peer.request),
    optional('withdrawn', peer.withdrawn),
  );
}

function mask(slots: readonly Slot[], condition: (slot: Slot, index: number) => boolean): number {
  return slots.reduce((sum, slot, index) => sum | (Number(condition(slot, index)) << index), 0);
}

/** Of the key in a slot. */
export function wireOf(slot: Slot | undefined): number | undefined {
  return slot?.keyId === undefined ? undefined : wireKeyId(slot.keyId);
}
