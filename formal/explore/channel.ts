/** Time and the channel: each provider sends, what was sent arrives or does not. */
import { type Delivered, NOTHING_DELIVERED, verdictOn } from '../../spec/delivery.ts';
import { announcedKeyId, currentKeyId, openingSlot, type Role } from '../../spec/peer-rules.ts';
import { happen } from './peers.ts';
import {
  activeSlot,
  type Config,
  counterOf,
  delayTo,
  type Frame,
  type Move,
  type Peer,
  ROLES,
  sameKey,
  takesNewest,
  type World,
  withoutFor,
  withPeer,
} from './world.ts';

export const CHANNEL = { follower: 'toFollower', initiator: 'toInitiator' } as const satisfies Record<Role, keyof World>;

/** Frames that arrive, and time that passes. */
export function channelMoves(world: World, config: Config): Move[] {
  return [...ROLES.flatMap((to) => deliveries(world, to, config)), { process: 'time', act: { kind: 'tick' }, world: tick(world, config) }];
}

function deliveries(world: World, to: Role, config: Config): Move[] {
  return world[CHANNEL[to]].flatMap((frames, age) =>
    frames.map((frame, index): Move => {
      const newest = to === 'follower' ? 'channel to the follower' : 'channel to the initiator';
      return {
        process: age === 0 ? newest : 'late frames',
        act: { kind: 'delivery', to, age, index },
        world:
          config.window === undefined ? receive(world, to, frame, config, age) : deliver(world, to, { age, index }, config, config.window),
      };
    }),
  );
}

function tick(world: World, config: Config): World {
  const aged = (role: Role): Peer => {
    const peer = happen(world[role], { kind: 'elapse', ticks: 1 }, role, config);
    if (config.window !== undefined) return { ...peer, delivered: peer.delivered.map(aTickOlder) };
    return takesNewest(config) ? { ...peer, heard: Math.min(peer.heard + 1, delayTo(role, config) + 1) } : peer;
  };
  return send({ ...world, initiator: aged('initiator'), follower: aged('follower') }, config);
}

/** Counters fall as frames grow older; what can't come any more is forgotten. */
function aTickOlder({ newest, before }: Delivered): Delivered {
  return newest <= 1 ? NOTHING_DELIVERED : { newest: newest - 1, before: BigInt.asUintN(newest - 2, before) };
}

/** Each provider that has a key emits a frame, the first of a tick. */
export function send(world: World, config: Config): World {
  const fromInitiator = frameOf(world.initiator);
  const fromFollower = frameOf(world.follower);
  const first = (frame: Frame | undefined): Frame[] => (frame === undefined ? [] : [frame]);
  return {
    ...world,
    follower: remember(world.follower, fromInitiator, config),
    initiator: remember(world.initiator, fromFollower, config),
    toFollower: [first(fromInitiator), ...world.toFollower].slice(0, config.delay.toFollower + 1),
    toInitiator: [first(fromFollower), ...world.toInitiator].slice(0, config.delay.toInitiator + 1),
  };
}

/** The frame that a provider sends the moment it has switched, in the same tick as the one before. */
export function sendAtSwitch(before: World, after: World, config: Config): World {
  return ROLES.reduce((world, role) => {
    const frame = frameOf(world[role]);
    const to = role === 'initiator' ? 'follower' : 'initiator';
    const [newest = [], ...older] = world[CHANNEL[to]];
    if (frame === undefined || activeSlot(before[role]) === activeSlot(world[role])) return world;
    return { ...withPeer(world, to, remember(world[to], frame, config)), [CHANNEL[to]]: [[...newest, frame], ...older] };
  }, after);
}

function frameOf(peer: Peer): Frame | undefined {
  const key = peer.keys[activeSlot(peer)];
  const current = currentKeyId(peer.state);
  const next = announcedKeyId(peer.state);
  return key === undefined || current === undefined || next === undefined ? undefined : { key, current, next, delivered: false };
}

/** The attacker records what is sent to a peer, as long as the peer could open it. */
function remember(peer: Peer, frame: Frame | undefined, config: Config): Peer {
  if (frame === undefined || !config.attacks.includes('replay')) return peer;
  return { ...peer, sent: peer.sent.map((nexts, slot) => (sameKey(peer.keys[slot], frame.key) ? nexts | (1 << frame.next) : nexts)) };
}

/** A frame that no slot opens has no effect; nor has one that another of its key overtook, where the newest are taken. */
export function receive(world: World, to: Role, frame: Frame, config: Config, age = 0): World {
  const peer = world[to];
  const slot = openingSlot(peer.state, frame.current, withoutFor(config, to));
  if (slot === undefined || !sameKey(peer.keys[slot], frame.key)) return world;
  if (!takesNewest(config)) return opened(world, to, slot, frame.next, config);
  const { consumer } = peer.state.slots[slot] ?? {};
  if (consumer === 'Obsolete' || (consumer === 'Active' && age >= peer.heard)) return world;
  return opened(withPeer(world, to, { ...peer, heard: age }), to, slot, frame.next, config);
}

/** The same, where delivery is looked at: the payload goes by the verdict, and the header is obeyed of the newest frame. */
function deliver(
  world: World,
  to: Role,
  { age, index }: { readonly age: number; readonly index: number },
  config: Config,
  window: number,
): World {
  const peer = world[to];
  const frame = world[CHANNEL[to]][age]?.[index];
  const slot = frame && openingSlot(peer.state, frame.current, withoutFor(config, to));
  if (frame === undefined || slot === undefined || !sameKey(peer.keys[slot], frame.key)) return world;
  const { consumer = 'Unused' } = peer.state.slots[slot] ?? {};
  const before = peer.delivered[slot] ?? NOTHING_DELIVERED;
  const verdict = verdictOn(counterOf(age, to, config), consumer, before, 'window', window);
  if (!verdict.delivered) return world;
  const noted = { ...peer, delivered: peer.delivered.with(slot, verdict.after), repeated: peer.repeated || frame.delivered };
  const frames = world[CHANNEL[to]].map((tick, at) => (at === age ? tick.with(index, { ...frame, delivered: true }) : tick));
  const after: World = { ...withPeer(world, to, noted), [CHANNEL[to]]: frames };
  return verdict.newest ? opened(after, to, slot, frame.next, config) : after;
}

/** A frame was opened with the key of a slot; or forged, where it only says so. What is replayed is not fresh, unless late frames are. */
export function opened(
  world: World,
  to: Role,
  slot: number,
  nextKeyId: number,
  config: Config,
  { authentic = true, replayed = false }: { readonly authentic?: boolean; readonly replayed?: boolean } = {},
): World {
  const peer = world[to];
  const isOld = replayed || peer.state.slots[slot]?.consumer === 'Obsolete';
  const fresh = config.acceptsLate === true || !isOld;
  const after = happen(peer, { kind: 'received', slot, nextKeyId, fresh, authentic }, to, config);
  return after === peer ? world : withPeer(world, to, after);
}

/** Without M1 a forged counter that is far ahead moves the window there. */
export function withWindowForged(world: World, to: Role, slot: number, config: Config): World {
  const { window } = config;
  if (window === undefined || !withoutFor(config, to).has('M1')) return world;
  const peer = world[to];
  const far = counterOf(0, to, config) + window + 1;
  return withPeer(world, to, { ...peer, delivered: peer.delivered.with(slot, { newest: far, before: 0n }) });
}
