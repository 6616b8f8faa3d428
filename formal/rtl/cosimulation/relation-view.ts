/** What is seen of a context, from the rules: random walks of both roles, looked at some time after their last event. */
import { Random } from '../../../hdl-gen/sim/random.ts';
import { COUNTER_LAST } from '../../../spec/header.ts';
import { announcedKeyId, currentKeyId, openingSlot, type Role } from '../../../spec/peer-rules.ts';
import { SLOT_STATE_CODE } from '../../../spec/slot-machine.ts';
import type { Cycle, Values } from './cosimulate.ts';
import {
  contextValues,
  type Event,
  type Relation,
  randomEvent,
  randomFrame,
  randomKeyId,
  relationWithout,
  stepped,
  wireOf,
} from './relation-step.ts';

const WRAP = 2 ** 32;
const TIMEOUTS = [0, 2, 5, 10, 10, 20, 20, 40, 2 ** 31 - 1];

/** States as the context says, a slot in 2 bits, and KeyIds; a Push, and what was asked for or counted. */
export function statusOf(relation: Relation): Values {
  const { peer, sent } = relation;
  const view = (name: 'provider' | 'consumer'): number =>
    peer.slots.reduce((states, slot, index) => states | (SLOT_STATE_CODE[slot[name]] << (2 * index)), 0);
  const current = currentKeyId(peer) ?? 0;
  return {
    provider_states: view('provider'),
    consumer_states: view('consumer'),
    current_key_id: current,
    next_key_id: announcedKeyId(peer) ?? current,
    push_ready: Number(takesPush(relation)),
    request_valid: Number(peer.request !== undefined),
    request_key_id: peer.request ?? 0,
    sent,
  };
}

export function prefixed(port: string, values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${port}_${name}`, value]));
}

/** A slot is free in both views, and nothing Pending in either. */
function takesPush({ peer: { slots } }: Relation): boolean {
  const isFree = slots.some(({ provider, consumer }) => provider === 'Unused' && consumer === 'Unused');
  return isFree && !slots.some(({ provider, consumer }) => provider === 'Pending' || consumer === 'Pending');
}

/** The relation when only time has gone by. */
export function later(relation: Relation, now: number): Relation {
  const frame = { authentic: 0, frame_key_id: 0, next_key_id: 0, counter: 0 };
  return stepped(relation, { what: 'visit', now, obsoleteTimeout: 0, frame, pushKeyId: { master: 0, communication: 0 } }).after;
}

/** Begins shortly before the time wraps. @param count cycles */
export function relationViewCycles(role: Role, slots: number, seed: number, count: number): Cycle[] {
  const random = new Random(seed);
  let relation = relationWithout(role, slots, WRAP - 40);
  const after = (ticks: number): number => (relation.time + random.below(ticks)) % WRAP;
  return Array.from({ length: count }, (): Cycle => {
    const event: Event = {
      ...{ what: randomEvent(random), now: after(4), obsoleteTimeout: TIMEOUTS[random.below(TIMEOUTS.length)] ?? 0 },
      ...{ frame: randomFrame(random, relation), pushKeyId: randomKeyId(random, relation.peer) },
    };
    relation = stepped(relation, event).after;
    if (random.chance(0.05)) relation = { ...relation, sent: COUNTER_LAST - random.below(2) };
    const now = after(8);
    const held = wireOf(relation.peer.slots[random.below(slots)]);
    const openKeyId = random.chance(0.8) ? (held ?? 0) : random.below(16);
    const seen = later(relation, now);
    const opens = openingSlot(seen.peer, openKeyId);
    const seals = relation.peer.slots.findIndex(({ provider }) => provider === 'Active');
    return {
      inputs: { ...contextValues('context', relation), now, open_key_id: openKeyId },
      outputs: {
        ...prefixed('status', { ...statusOf(relation), push_ready: Number(takesPush(seen)) }),
        seal_slot: seals < 0 ? 0 : 2 ** seals,
        may_transmit: Number(seals >= 0 && relation.sent !== COUNTER_LAST),
        open_slot: opens === undefined ? 0 : 2 ** opens,
      },
    };
  });
}
