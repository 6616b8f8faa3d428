/**
 * Two peers and a channel, for exhaustive exploration. The peers are the shipped rules (`spec/peer-rules.ts`); here is
 * only what surrounds them.
 *
 * A tick is one send interval. At its border each provider emits one frame, which may arrive any number of times, in any
 * order, within `delay` ticks, or never: so the channel is the last delay + 1 frames of each direction. An AEAD is
 * perfect: a frame opens exactly under the key it was made with, and `Key` says which that is. Freshness is modelled
 * more liberally than it is built: every authentic frame under a Pending or Active key takes effect, in whatever order
 * they come, which is more than a newest-wins receiver lets happen.
 */
import { announcedKind, type KeyId, nextKeyId, type RekeyKind, wireKeyId } from '../../spec/key-id.ts';
import {
  announcedKeyId,
  canPush,
  canStartRekey,
  currentKeyId,
  initialState,
  openingSlot,
  type PeerEvent,
  type PeerState,
  type Role,
  type RuleId,
  step,
} from '../../spec/peer-rules.ts';

/** Which key a slot really holds: a generation, and how it came about. Two derivations of one generation are one key. */
export interface Key {
  readonly generation: number;
  readonly kind: RekeyKind;
}

export interface Peer {
  readonly state: PeerState;
  /** the keys in the slots */
  readonly keys: readonly (Key | undefined)[];
  /** nextKeyIds (wire) of frames that were ever sent to this peer under the key of a slot: what an attacker can replay */
  readonly sent: readonly (readonly number[])[];
}

export interface Frame {
  readonly key: Key;
  readonly current: number;
  readonly next: number;
}

export interface World {
  readonly initiator: Peer;
  readonly follower: Peer;
  /** key of a completed n-RTT agreement that the follower has not pushed yet */
  readonly agreed: Key | undefined;
  /** the newest frame first */
  readonly toFollower: readonly Frame[];
  readonly toInitiator: readonly Frame[];
}

export interface Config {
  readonly slots: { readonly initiator: number; readonly follower: number };
  /** ticks that a frame may be under way */
  readonly delay: { readonly toFollower: number; readonly toInitiator: number };
  readonly obsoleteTimeout: { readonly initiator: number; readonly follower: number };
  readonly kinds: readonly RekeyKind[];
  readonly attacks: readonly ('replay' | 'forge' | 'reflect')[];
  readonly without: ReadonlySet<RuleId>;
  /** ticks are generations modulo this: more than can be held at once */
  readonly generations?: number;
}

export interface Move {
  readonly name: string;
  readonly world: World;
}

const GENERATIONS = 8;

export function initialWorld(config: Config): World {
  const first: Key = { generation: 0, kind: '0-RTT' };
  const peer = (role: Role): Peer => {
    const empty = initialState(role, config.slots[role]);
    const state = step(empty, { kind: 'push', keyId: { master: 0, communication: 0 } }, { obsoleteTimeout: 0 });
    return { state, keys: state.slots.map((_, slot) => (slot === 0 ? first : undefined)), sent: state.slots.map(() => []) };
  };
  return send({ initiator: peer('initiator'), follower: peer('follower'), agreed: undefined, toFollower: [], toInitiator: [] }, config);
}

/** Everything that can happen next. */
export function moves(world: World, config: Config): Move[] {
  return [
    ...deliveries(world, config),
    ...attacks(world, config),
    ...rekeys(world, config),
    ...followerPush(world, config),
    { name: 'tick', world: tick(world, config) },
  ];
}

function deliveries(world: World, config: Config): Move[] {
  const one = (to: Role, frames: readonly Frame[]): Move[] =>
    frames.map((frame, age) => ({
      name: `${to} receives the frame sent ${age} ticks ago (${frameText(frame)})`,
      world: receive(world, to, frame, config),
    }));
  return [...one('follower', world.toFollower), ...one('initiator', world.toInitiator)];
}

function attacks(world: World, config: Config): Move[] {
  const roles = ['initiator', 'follower'] as const;
  const list: Move[] = [];
  for (const attack of config.attacks) {
    for (const role of roles) {
      const peer = world[role];
      if (attack === 'reflect') {
        const [own] = role === 'initiator' ? world.toFollower : world.toInitiator;
        // with one key for both directions (M11) the peer can't tell its own frame from the other's
        if (own !== undefined && config.without.has('M11'))
          list.push({ name: `attacker reflects ${role}'s own frame (${frameText(own)})`, world: receive(world, role, own, config) });
        continue;
      }
      peer.state.slots.forEach((slot, index) => {
        const key = peer.keys[index];
        if (slot.keyId === undefined || key === undefined || slot.consumer === 'Unused') return;
        const current = wireKeyId(slot.keyId);
        const nexts = attack === 'replay' ? (peer.sent[index] ?? []) : [current];
        for (const next of nexts) {
          const event: PeerEvent = {
            kind: 'received',
            slot: index,
            nextKeyId: next,
            fresh: slot.consumer !== 'Obsolete',
            authentic: attack === 'replay',
          };
          list.push({
            name: `attacker ${attack === 'replay' ? 'replays' : 'forges'} a frame to ${role} (current ${current}, next ${next})`,
            world: with_(world, role, happen(peer, event, role, config)),
          });
        }
      });
    }
  }
  return list;
}

/** The initiator begins: a 0-RTT rekey by itself; an n-RTT rekey when the agreement has completed (M10: it installs first, for good). */
function rekeys(world: World, config: Config): Move[] {
  const { initiator } = world;
  if (world.agreed !== undefined || !canStartRekey(initiator.state, config.without)) return [];
  const active = activeKey(initiator);
  return config.kinds.flatMap((kind) => {
    const keyId = successor(active.keyId, kind);
    if (!canPush(initiator.state, keyId, config.without)) return [];
    const key: Key = { generation: (active.key.generation + 1) % (config.generations ?? GENERATIONS), kind };
    const pushed = push(initiator, keyId, key, 'initiator', config);
    return [
      {
        name: `initiator pushes a ${kind} key and announces it`,
        world: { ...world, initiator: pushed, agreed: kind === 'n-RTT' ? key : undefined },
      },
    ];
  });
}

function followerPush(world: World, config: Config): Move[] {
  const { follower } = world;
  const { request } = follower.state;
  if (request === undefined) return [];
  const active = activeKey(follower);
  const kind = announcedKind(wireKeyId(active.keyId), request) ?? (config.without.has('M5') ? '0-RTT' : undefined);
  if (kind === undefined) return [];
  const keyId = successor(active.keyId, kind);
  const key = kind === '0-RTT' ? { generation: (active.key.generation + 1) % (config.generations ?? GENERATIONS), kind } : world.agreed;
  if (key === undefined || !canPush(follower.state, keyId, config.without)) return [];
  const pushed = push(follower, keyId, key, 'follower', config);
  return [
    {
      name: `follower pushes a ${kind} key and signals ready`,
      world: { ...world, follower: pushed, agreed: kind === 'n-RTT' ? undefined : world.agreed },
    },
  ];
}

function tick(world: World, config: Config): World {
  const aged = (role: Role): Peer => happen(world[role], { kind: 'elapse', ticks: 1 }, role, config);
  return send({ ...world, initiator: aged('initiator'), follower: aged('follower') }, config);
}

/** Each provider emits a frame. */
function send(world: World, config: Config): World {
  const frameOf = (peer: Peer): Frame => {
    const slot = peer.state.slots.findIndex(({ provider }) => provider === 'Active');
    const key = peer.keys[slot];
    const current = currentKeyId(peer.state);
    const next = announcedKeyId(peer.state);
    if (key === undefined || current === undefined || next === undefined) throw new RangeError('a provider without an Active key');
    return { key, current, next };
  };
  const [toFollower, toInitiator] = [frameOf(world.initiator), frameOf(world.follower)];
  const remember = (peer: Peer, frame: Frame): Peer => {
    if (!config.attacks.includes('replay')) return peer;
    const sent = peer.sent.map((nexts, slot) =>
      sameKey(peer.keys[slot], frame.key) && !nexts.includes(frame.next) ? [...nexts, frame.next].sort((a, b) => a - b) : nexts,
    );
    return { ...peer, sent };
  };
  return {
    ...world,
    follower: remember(world.follower, toFollower),
    initiator: remember(world.initiator, toInitiator),
    toFollower: [toFollower, ...world.toFollower].slice(0, config.delay.toFollower + 1),
    toInitiator: [toInitiator, ...world.toInitiator].slice(0, config.delay.toInitiator + 1),
  };
}

function receive(world: World, to: Role, frame: Frame, config: Config): World {
  const peer = world[to];
  const slot = openingSlot(peer.state, frame.current, config.without);
  if (slot === undefined || !sameKey(peer.keys[slot], frame.key)) return world;
  const fresh = peer.state.slots[slot]?.consumer !== 'Obsolete';
  return with_(world, to, happen(peer, { kind: 'received', slot, nextKeyId: frame.next, fresh }, to, config));
}

function push(peer: Peer, keyId: KeyId, key: Key, role: Role, config: Config): Peer {
  const after = happen(peer, { kind: 'push', keyId }, role, config);
  const slot = after.state.slots.findIndex((candidate, index) => candidate.keyId === keyId && peer.state.slots[index]?.keyId !== keyId);
  return {
    ...after,
    keys: after.keys.map((held, index) => (index === slot ? key : held)),
    sent: after.sent.map((nexts, index) => (index === slot ? [] : nexts)),
  };
}

/** An event at a peer; a slot that it erases loses its key. */
function happen(peer: Peer, event: PeerEvent, role: Role, config: Config): Peer {
  const state = step(peer.state, event, { obsoleteTimeout: config.obsoleteTimeout[role], disabled: config.without });
  const held = (slot: number): boolean => state.slots[slot]?.keyId !== undefined;
  return {
    state,
    keys: peer.keys.map((key, slot) => (held(slot) ? key : undefined)),
    sent: peer.sent.map((nexts, slot) => (held(slot) ? nexts : [])),
  };
}

/** KeyIds stay wire KeyIds here: the rules look at nothing else. */
function successor(keyId: KeyId, kind: RekeyKind): KeyId {
  const { master, communication } = nextKeyId(keyId, kind);
  return { master: master % 4, communication: communication % 4 };
}

function activeKey(peer: Peer): { readonly keyId: KeyId; readonly key: Key } {
  const slot = peer.state.slots.findIndex(({ provider }) => provider === 'Active');
  const keyId = peer.state.slots[slot]?.keyId;
  const key = peer.keys[slot];
  if (keyId === undefined || key === undefined) throw new RangeError('a provider without an Active key');
  return { keyId, key };
}

export function sameKey(a: Key | undefined, b: Key | undefined): boolean {
  return a !== undefined && b !== undefined && a.generation === b.generation && a.kind === b.kind;
}

function with_(world: World, role: Role, peer: Peer): World {
  return role === 'initiator' ? { ...world, initiator: peer } : { ...world, follower: peer };
}

function frameText({ current, next }: Frame): string {
  return `current ${current >> 2}|${current & 3}, next ${next >> 2}|${next & 3}`;
}

/**
 * The world as text, the same for worlds that differ only by a shift of the generations and of the master index: the
 * rules know neither.
 */
export function fingerprint(world: World, generations = GENERATIONS): string {
  const slot = world.initiator.state.slots.findIndex(({ provider }) => provider === 'Active');
  const base = world.initiator.keys[slot]?.generation ?? 0;
  const master = world.initiator.state.slots[slot]?.keyId?.master ?? 0;
  const key = (held: Key | undefined): string =>
    held === undefined ? '-' : `${(held.generation - base + generations) % generations}${held.kind.charAt(0)}`;
  const wire = (keyId: number): number => ((((keyId >> 2) - master + 4) % 4) << 2) | (keyId & 3);
  const peer = ({ state, keys, sent }: Peer): string =>
    `${state.slots.map(({ provider, consumer, keyId, remaining }, index) => `${provider.charAt(0)}${consumer.charAt(0)}${keyId === undefined ? '-' : wire(wireKeyId(keyId))}${key(keys[index])}${remaining}${(sent[index] ?? []).map(wire).sort((a, b) => a - b)}`).join(' ')}?${state.request === undefined ? '' : wire(state.request)}`;
  const frame = (sent: Frame): string => `${key(sent.key)}${wire(sent.current)}>${wire(sent.next)}`;
  return [
    peer(world.initiator),
    peer(world.follower),
    key(world.agreed),
    world.toFollower.map(frame).join(),
    world.toInitiator.map(frame).join(),
  ].join('/');
}

/** For traces: slots as `AP` with KeyIds, provider and consumer. */
export function describeWorld(world: World): string {
  const peer = (name: string, { state }: Peer): string =>
    `${name}[${state.slots.map(({ provider, consumer, keyId, remaining }) => `${provider.charAt(0)}${consumer.charAt(0)}${keyId === undefined ? '' : `:${keyId.master}|${keyId.communication}`}${remaining > 0 ? `~${remaining}` : ''}`).join(' ')}]`;
  return `${peer('I', world.initiator)} ${peer('F', world.follower)}`;
}
