/** How a connection begins, and how it begins again after a peer lost its keys. */
import type { Role } from '../../spec/peer-rules.ts';
import { send } from './channel.ts';
import { emptyPeer, push } from './peers.ts';
import { activeSlot, type Config, type Key, type Move, NO_AGREEMENT, otherOf, ROLES, type World, withPeer } from './world.ts';

const FIRST: Key = { generation: 0, attempt: 0 };

/** Both peers hold the first key, and have sent their first frame. */
export function connected(config: Config): World {
  const peer = (role: Role) => push(emptyPeer(role, config), { master: 0, communication: 0 }, FIRST, role, config);
  const world: World = {
    initiator: peer('initiator'),
    follower: peer('follower'),
    agreement: NO_AGREEMENT,
    toFollower: [],
    toInitiator: [],
    connected: true,
    derived: 0,
  };
  return send(world, config);
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
      world: { ...withPeer(world, role, emptyPeer(role, config)), agreement: NO_AGREEMENT, connected: false },
    }));
  const [last] = holds;
  if (last === undefined)
    return [
      { process: 'connection', act: { kind: 'alone', at: 'initiator', text: 'sets the connection up anew' }, world: connected(config) },
    ];
  const alone: World = { ...withPeer(world, last, emptyPeer(last, config)), toFollower: [], toInitiator: [] };
  return [
    { process: 'connection', act: { kind: 'alone', at: last, text: `misses the ${otherOf(last)} and erases its keys` }, world: alone },
  ];
}
