/** What must hold in every world (formal study, section 1). */
import { wireKeyId } from '../../spec/key-id.ts';
import { consumerView, providerView, type RuleId } from '../../spec/peer-rules.ts';
import { formatView, isLegalView } from '../../spec/slot-machine.ts';
import { type Frame, type Peer, sameKey, type World } from './world.ts';

export type PropertyId = 'S1' | 'S2' | 'S3' | 'S4' | 'S5' | 'live';

export const PROPERTIES: Readonly<Record<PropertyId, string>> = {
  S1: 'the KeyId of a frame in time selects exactly one slot, with the key it was made with',
  S2: 'no frame in time is undecryptable',
  S3: 'at most one Pending in each view, and no view refers to an empty slot',
  S4: 'exactly one Active in each view',
  S5: 'a key Pending at the follower is held by the initiator',
  live: 'from every world a settled one can be reached',
};

export interface Breach {
  readonly property: PropertyId;
  readonly text: string;
}

export function breachOf(world: World, without: ReadonlySet<RuleId>): Breach | undefined {
  return (
    viewBreach(world) ??
    frameBreach(world.follower, world.toFollower, 'follower', without) ??
    frameBreach(world.initiator, world.toInitiator, 'initiator', without) ??
    phantom(world)
  );
}

function viewBreach(world: World): Breach | undefined {
  for (const role of ['initiator', 'follower'] as const) {
    const { state, keys } = world[role];
    for (const view of [providerView(state), consumerView(state)]) {
      const count = (wanted: string): number => view.filter((slot) => slot === wanted).length;
      if (count('Active') !== 1)
        return { property: 'S4', text: `${role} has ${count('Active')} Active keys in a view (${formatView(view)})` };
      if (count('Pending') > 1 || !isLegalView(view))
        return { property: 'S3', text: `${role} has ${count('Pending')} Pending keys in a view (${formatView(view)})` };
      if (view.some((slot, index) => slot !== 'Unused' && keys[index] === undefined))
        return { property: 'S3', text: `${role} has a view of an empty slot` };
    }
  }
  return undefined;
}

function frameBreach(peer: Peer, frames: readonly Frame[], role: string, without: ReadonlySet<RuleId>): Breach | undefined {
  for (const [age, frame] of frames.entries()) {
    const matching = peer.state.slots.flatMap((slot, index) =>
      slot.keyId !== undefined &&
      slot.consumer !== 'Unused' &&
      !(slot.consumer === 'Pending' && without.has('M2')) &&
      wireKeyId(slot.keyId) === frame.current
        ? [index]
        : [],
    );
    const text = `a frame to the ${role}, sent ${age} ticks ago under KeyId ${frame.current >> 2}|${frame.current & 3}`;
    if (matching.length === 0) return { property: 'S2', text: `${text}, is undecryptable: no slot holds that KeyId` };
    if (matching.length > 1) return { property: 'S1', text: `${text}, matches ${matching.length} slots` };
    if (!sameKey(peer.keys[matching[0] ?? 0], frame.key)) return { property: 'S1', text: `${text}, meets another key` };
  }
  return undefined;
}

/** A rekey that nobody began. */
function phantom({ initiator, follower }: World): Breach | undefined {
  const stray = follower.state.slots.findIndex(
    (slot, index) =>
      (slot.provider === 'Pending' || slot.consumer === 'Pending') && !initiator.keys.some((key) => sameKey(key, follower.keys[index])),
  );
  return stray < 0 ? undefined : { property: 'S5', text: 'the follower has a Pending key that the initiator does not hold' };
}

/** Nothing is under way: no Pending, no request. */
export function isSettled({ initiator, follower, agreed }: World): boolean {
  const pending = (peer: Peer): boolean =>
    peer.state.slots.some(({ provider, consumer }) => provider === 'Pending' || consumer === 'Pending');
  return agreed === undefined && !pending(initiator) && !pending(follower) && follower.state.request === undefined;
}
