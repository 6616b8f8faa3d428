/** Everything that can happen next, and the words for it. */
import { attackerMoves } from './attacker.ts';
import { channelMoves, sendAtSwitch } from './channel.ts';
import { powerMoves } from './connection.ts';
import { rekeyMoves } from './rekeys.ts';
import { type Act, type Config, keyIdText, type Move, type Peer, type World } from './world.ts';

export function moves(world: World, config: Config): Move[] {
  const all = [...channelMoves(world, config), ...attackerMoves(world, config), ...rekeyMoves(world, config), ...powerMoves(world, config)];
  if (config.burst !== true) return all;
  return all.map((move) => (move.act.kind === 'tick' ? move : { ...move, world: sendAtSwitch(world, move.world, config) }));
}

export function actText(act: Act, { indexBits }: Config): string {
  switch (act.kind) {
    case 'tick':
      return 'a tick passes';
    case 'delivery':
      return `${act.to} receives the frame ${sentAgo(act.age)}`;
    case 'attack': {
      const verb = { replay: 'replays', forge: 'forges', reflect: 'reflects' }[act.attack];
      return `attacker ${verb} a frame to the ${act.to} (current ${keyIdText(act.current, indexBits)}, next ${keyIdText(act.next, indexBits)})`;
    }
    case 'alone':
      return `${act.at} ${act.text}`;
  }
}

export function sentAgo(age: number): string {
  return age === 0 ? 'sent in this tick' : age === 1 ? 'sent 1 tick ago' : `sent ${age} ticks ago`;
}

/** Slots as `AP:0|1`, provider and consumer, with the ticks of Obsolete that are left. */
export function worldText(world: World): string {
  const peer = (name: string, { state }: Peer): string => {
    const slots = state.slots.map(({ provider, consumer, keyId, remaining }) => {
      const held = keyId === undefined ? '' : `:${keyId.master}|${keyId.communication}`;
      return `${provider.charAt(0)}${consumer.charAt(0)}${held}${remaining > 0 ? `~${remaining}` : ''}`;
    });
    return `${name}[${slots.join(' ')}]`;
  };
  return `${peer('I', world.initiator)} ${peer('F', world.follower)}`;
}
