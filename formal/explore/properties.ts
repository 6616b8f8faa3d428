/** What must hold in every world, and what must come in the end. */
import { NOTHING_DELIVERED, verdictOn } from '../../spec/delivery.ts';
import { consumerView, openingSlot, providerView, type Role, wireKeyIdOf } from '../../spec/peer-rules.ts';
import { formatView, isLegalView, slotName } from '../../spec/slot-machine.ts';
import { CHANNEL } from './channel.ts';
import { sentAgo } from './moves.ts';
import { activeSlot, type Config, counterOf, type Frame, keyIdText, type Peer, ROLES, sameKey, type World, withoutFor } from './world.ts';

export type PropertyId = 'S1' | 'S2' | 'S3' | 'S4' | 'S5' | 'S6' | 'S7' | 'S8' | 'S9' | 'L1';

export const PROPERTIES: Readonly<Record<PropertyId, string>> = {
  S1: 'the KeyId of a frame in time selects exactly one slot, with the key it was made with',
  S2: 'no frame in time is undecryptable',
  S3: 'at most one Pending in each view, and no view refers to an empty slot',
  S4: 'exactly one Active in each view of a peer that has keys',
  S5: 'a key Pending at the follower is held by the initiator, being agreed on with it, or the one that it withdrew',
  S6: 'a key is Obsolete for exactly its timeout, from the moment on that another one is Active',
  S7: 'no key is installed that was in use before',
  S8: 'where late frames are wanted, none is delivered twice',
  S9: 'where late frames are wanted, each in time is delivered when it first comes',
  L1: 'what was begun is settled, if all who can act do so in the end (weak fairness)',
};

export interface Breach {
  readonly property: PropertyId;
  readonly text: string;
}

/** @param only the one property to ask for, where others may break with it; L1 is of runs, so no world breaks it */
export function breachOf(world: World, config: Config, only?: PropertyId): Breach | undefined {
  for (const breach of breaches(world, config)) if (only === undefined || breach.property === only) return breach;
  return undefined;
}

function* breaches(world: World, config: Config): Iterable<Breach> {
  yield* viewBreaches(world);
  if (world.connected) {
    yield* frameBreaches(world, 'follower', config);
    yield* frameBreaches(world, 'initiator', config);
    yield* phantom(world);
  }
  yield* wrongTime(world);
  yield* repeatedKey(world);
  if (config.window !== undefined) for (const role of ROLES) yield* deliveryBreaches(world, role, config, config.window);
}

function* viewBreaches(world: World): Iterable<Breach> {
  for (const role of ROLES) {
    const { state, keys } = world[role];
    const isEmpty = !world.connected && activeSlot(world[role]) < 0;
    for (const view of [providerView(state), consumerView(state)]) {
      const count = (wanted: string): number => view.filter((slot) => slot === wanted).length;
      if (count('Active') !== (isEmpty ? 0 : 1))
        yield { property: 'S4', text: `the ${role} has ${count('Active')} Active keys in a view (${formatView(view)})` };
      if (count('Pending') > 1 || !isLegalView(view))
        yield { property: 'S3', text: `the ${role} has ${count('Pending')} Pending keys in a view (${formatView(view)})` };
      if (view.some((slot, index) => slot !== 'Unused' && keys[index] === undefined))
        yield { property: 'S3', text: `the ${role} has a view of an empty slot` };
    }
  }
}

function* frameBreaches(world: World, to: Role, config: Config): Iterable<Breach> {
  const peer = world[to];
  for (const [age, frames] of world[CHANNEL[to]].entries()) {
    for (const frame of frames) {
      const breach = openingBreach(peer, frame, withoutFor(config, to).has('M2'));
      if (breach === undefined) continue;
      const text = `a frame to the ${to}, ${sentAgo(age)} under KeyId ${keyIdText(frame.current, config.indexBits)}, ${breach.text}`;
      yield { ...breach, text };
    }
  }
}

function openingBreach({ state, keys }: Peer, frame: Frame, onlyInUse: boolean): Breach | undefined {
  const matching = state.slots.flatMap(({ consumer }, index) => {
    const opens = consumer !== 'Unused' && !(consumer === 'Pending' && onlyInUse);
    return opens && wireKeyIdOf(state, index) === frame.current ? [index] : [];
  });
  const [slot] = matching;
  if (slot === undefined) {
    const pending = openingSlot(state, frame.current) !== undefined;
    return {
      property: 'S2',
      text: `is undecryptable: ${pending ? 'its key is Pending, which does not open' : 'no slot holds that KeyId'}`,
    };
  }
  if (matching.length > 1) return { property: 'S1', text: `matches ${matching.length} slots` };
  return sameKey(keys[slot], frame.key) ? undefined : { property: 'S1', text: 'meets another key' };
}

/** A rekey that nobody began. */
function* phantom({ initiator, follower, agreement }: World): Iterable<Breach> {
  const isKnown = (index: number): boolean => {
    const key = follower.keys[index];
    const negotiated = agreement.running !== 0 && key?.attempt === agreement.running;
    return negotiated || sameKey(initiator.withdrawn, key) || initiator.keys.some((held) => sameKey(held, key));
  };
  const stray = follower.state.slots.some(
    ({ provider, consumer }, index) => (provider === 'Pending' || consumer === 'Pending') && !isKnown(index),
  );
  if (stray) yield { property: 'S5', text: 'the follower has a Pending key that the initiator neither holds nor agrees on nor withdrew' };
}

/** Too short, and late frames meet no key; too long, and no slot is free, or an attacker has longer to replay. */
function* wrongTime(world: World): Iterable<Breach> {
  for (const role of ROLES) {
    const { state, due } = world[role];
    for (const [slot, { consumer }] of state.slots.entries()) {
      const left = due[slot] ?? 0;
      if ((consumer === 'Obsolete') === left > 0) continue;
      const text = left > 0 ? `is ${consumer} with its timeout not over` : 'is still Obsolete after its timeout';
      yield { property: 'S6', text: `slot ${slotName(slot)} of the ${role} ${text}` };
    }
  }
}

function* repeatedKey(world: World): Iterable<Breach> {
  for (const role of ROLES)
    if (world[role].reused)
      yield { property: 'S7', text: `the ${role} installs a key that was in use before, and its counter begins anew` };
}

function* deliveryBreaches(world: World, to: Role, config: Config, window: number): Iterable<Breach> {
  const peer = world[to];
  if (peer.repeated) yield { property: 'S8', text: `the ${to} has delivered a frame twice` };
  if (!world.connected) return;
  for (const [age, frames] of world[CHANNEL[to]].entries()) {
    for (const { key, delivered } of frames) {
      const slot = peer.keys.findIndex((held) => sameKey(held, key));
      const { consumer = 'Unused' } = peer.state.slots[slot] ?? {};
      // what no slot opens is S2
      if (delivered || consumer === 'Unused') continue;
      const before = peer.delivered[slot] ?? NOTHING_DELIVERED;
      if (!verdictOn(counterOf(age, to, config), consumer, before, 'window', window).delivered)
        yield { property: 'S9', text: `a frame to the ${to}, ${sentAgo(age)}, would be dropped, though it was never delivered` };
    }
  }
}

/** Nothing is under way: no Pending, no request, no key that only one peer has. */
export function isSettled({ initiator, follower, agreement, connected }: World): boolean {
  const pending = (peer: Peer): boolean =>
    peer.state.slots.some(({ provider, consumer }) => provider === 'Pending' || consumer === 'Pending');
  return connected && agreement.committed === 0 && !pending(initiator) && !pending(follower) && follower.state.request === undefined;
}
