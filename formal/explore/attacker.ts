/** An attacker who replays what was ever sent, forges headers, and sends frames back to where they came from. */
import { type Role, wireKeyIdOf } from '../../spec/peer-rules.ts';
import { opened, receive, withWindowForged } from './channel.ts';
import { type Attack, type Config, type Move, ROLES, type World } from './world.ts';

export function attackerMoves(world: World, config: Config): Move[] {
  return config.attacks.flatMap((attack) =>
    ROLES.flatMap((to) => (attack === 'reflect' ? reflections(world, to, config) : injections(world, to, attack, config))),
  );
}

/** With one key for both directions (without M11) a peer can't tell its own frame from the other's. */
function reflections(world: World, to: Role, config: Config): Move[] {
  const [own] = (to === 'initiator' ? world.toFollower : world.toInitiator)[0] ?? [];
  if (own === undefined || !config.without.has('M11')) return [];
  return [move('reflect', to, own.current, own.next, receive(world, to, own, config))];
}

/** Replays are authentic and under a key that the peer still holds; of a forgery only the header is right. */
function injections(world: World, to: Role, attack: 'replay' | 'forge', config: Config): Move[] {
  const peer = world[to];
  return peer.state.slots.flatMap((slot, index) => {
    const current = wireKeyIdOf(peer.state, index);
    if (current === undefined || peer.keys[index] === undefined || slot.consumer === 'Unused') return [];
    const nexts = attack === 'forge' ? [current] : bitsOf(peer.sent[index] ?? 0);
    const before = attack === 'forge' ? withWindowForged(world, to, index, config) : world;
    return nexts.map((next) =>
      move(
        attack,
        to,
        current,
        next,
        opened(before, to, index, next, config, { authentic: attack === 'replay', replayed: attack === 'replay' }),
      ),
    );
  });
}

function move(attack: Attack, to: Role, current: number, next: number, world: World): Move {
  return { process: 'attacker', act: { kind: 'attack', attack, to, current, next }, world };
}

function bitsOf(mask: number): number[] {
  return Array.from({ length: 16 }, (_, bit) => bit).filter((bit) => ((mask >> bit) & 1) === 1);
}
