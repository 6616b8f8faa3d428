/** How a connection begins, and how it begins again after a peer lost its keys. */
import type { Role } from '../../spec/peer-rules.ts';
import { send } from './channel.ts';
import { emptyPeer, newer, nextGeneration, push, withoutKeys } from './peers.ts';
import { activeSlot, type Config, type Key, type Move, NO_AGREEMENT, otherOf, type Peer, ROLES, type World, withPeer } from './world.ts';

const FIRST: Key = { generation: 0, attempt: 0 };

/** Both peers hold the first key, and have sent their first frame. */
export function connected(config: Config): World {
  return connectedUnder(FIRST, emptyPeer('initiator', config), emptyPeer('follower', config), config);
}

function connectedUnder(key: Key, initiator: Peer, follower: Peer, config: Config): World {
  const first = (peer: Peer, role: Role): Peer => push(peer, { master: 0, communication: 0 }, key, role, config);
  const world: World = {
    initiator: first(initiator, 'initiator'),
    follower: first(follower, 'follower'),
    agreement: NO_AGREEMENT,
    toFollower: [],
    toInitiator: [],
    connected: true,
  };
  return send(world, config);
}

/** The key after the newest of either peer, so one that was never used; or that very key again, where it is kept over a restart. */
function connectedAnew({ initiator, follower }: World, config: Config): World {
  const newest = newer(initiator.newest, follower.newest) ?? FIRST;
  const key = config.without.has('M11: new keys after a restart') ? newest : nextGeneration(newest, 0);
  return connectedUnder(key, initiator, follower, config);
}

/**
 * A peer that lost its power has no keys. The other one finds that out when nothing comes any more, erases its own, and
 * the connection is set up anew, with keys that were never used: frames of the old one open nowhere and are left out.
 */
export function powerMoves(world: World, config: Config): Move[] {
  if (config.restarts !== true) return [];
  const holds = ROLES.filter((role) => activeSlot(world[role]) >= 0);
  if (world.connected)
    return ROLES.map((role) => ({
      process: 'power',
      act: { kind: 'alone', at: role, text: 'loses its keys' },
      world: { ...withPeer(world, role, withoutKeys(world[role], role, config)), agreement: NO_AGREEMENT, connected: false },
    }));
  const [last] = holds;
  if (last === undefined)
    return [
      {
        process: 'connection',
        act: { kind: 'alone', at: 'initiator', text: 'sets the connection up anew' },
        world: connectedAnew(world, config),
      },
    ];
  const alone: World = { ...withPeer(world, last, withoutKeys(world[last], last, config)), toFollower: [], toInitiator: [] };
  return [
    { process: 'connection', act: { kind: 'alone', at: last, text: `misses the ${otherOf(last)} and erases its keys` }, world: alone },
  ];
}
