/** Rekeys: the initiator's, the follower's, and the agreement between them (rule M10). */
import { announcedKind, wireKeyId } from '../../spec/key-id.ts';
import { canCancel, canPush, canStartRekey, type Role } from '../../spec/peer-rules.ts';
import { activeKey, derivedKey, happen, nextGeneration, push, successor } from './peers.ts';
import { type Attempt, type Config, type Move, NO_AGREEMENT, type Process, type World, withoutFor } from './world.ts';

export function rekeyMoves(world: World, config: Config): Move[] {
  if (!world.connected) return [];
  return [...initiatorMoves(world, config), ...agreementMoves(world, config), ...followerMoves(world, config)];
}

function alone(process: Process, at: Role, text: string, world: World): Move {
  return { process, act: { kind: 'alone', at, text }, world };
}

function initiatorMoves(world: World, config: Config): Move[] {
  const { initiator, agreement } = world;
  const without = withoutFor(config, 'initiator');
  const list: Move[] = [];
  if (config.cancels === true && canCancel(initiator.state, without)) {
    const withdrawn = happen(initiator, { kind: 'cancel' }, 'initiator', config);
    list.push(alone('initiator', 'initiator', 'withdraws the key that it announced', { ...world, initiator: withdrawn }));
  }
  const isLeftOver = initiator.withdrawn !== undefined;
  if (agreement.running !== 0 || (agreement.committed !== 0 && !isLeftOver) || !canStartRekey(initiator.state, without)) return list;
  const { keyId } = activeKey(initiator);
  const next = successor(keyId, '0-RTT', config);
  if (config.kinds.includes('0-RTT') && canPush(initiator.state, next, without)) {
    const pushed = push(initiator, next, derivedKey(initiator, next, config), 'initiator', config);
    list.push(alone('initiator', 'initiator', 'pushes a 0-RTT key and announces it', { ...world, initiator: pushed }));
  }
  const mayAgree = !isLeftOver || (agreement.committed === 0 && canPush(initiator.state, successor(keyId, 'n-RTT', config), without));
  if (config.kinds.includes('n-RTT') && mayAgree)
    list.push(
      alone('initiator', 'initiator', 'begins an n-RTT agreement', {
        ...world,
        agreement: { ...agreement, running: initiator.withdrawn?.attempt === 1 ? 2 : 1 },
      }),
    );
  return list;
}

function agreementMoves(world: World, config: Config): Move[] {
  const { initiator, agreement } = world;
  const { running, committed, confirmed } = agreement;
  const without = withoutFor(config, 'initiator');
  const become = (change: Partial<World['agreement']>): World => ({ ...world, agreement: { ...agreement, ...change } });
  const list: Move[] = [];
  if (running !== 0) {
    const { keyId, key } = activeKey(initiator);
    const next = successor(keyId, 'n-RTT', config);
    if (canPush(initiator.state, next, without)) {
      const pushed = push(initiator, next, nextGeneration(key, running), 'initiator', config);
      list.push(
        alone('agreement', 'initiator', 'installs the agreed key for good and announces it', {
          ...become({ running: 0, committed: running, confirmed: false }),
          initiator: pushed,
        }),
      );
    }
    if (config.agreementFails === true) {
      const again: Attempt = running === 1 ? 2 : 1;
      list.push(alone('agreement', 'initiator', 'hears nothing and tries the agreement again', become({ running: again })));
      list.push(alone('agreement', 'initiator', 'gives the agreement up', become({ running: 0, candidate: 0 })));
    }
    if (without.has('M10') && agreement.candidate === 0)
      list.push(alone('agreement', 'follower', 'completes the agreement for itself', become({ candidate: running })));
  }
  if (committed !== 0 && !confirmed)
    list.push(alone('confirmation', 'follower', 'has the confirmation of the initiator', become({ confirmed: true })));
  // the follower can't tell a withdrawal that it has not heard: it may still install the key, or give it up
  if (committed !== 0 && config.cancels === true && !initiator.state.slots.some(({ provider }) => provider === 'Pending'))
    list.push(alone('confirmation', 'follower', 'gives the agreed key up', become({ committed: 0, confirmed: false })));
  return list;
}

function followerMoves(world: World, config: Config): Move[] {
  const { follower, agreement } = world;
  const without = withoutFor(config, 'follower');
  const { request } = follower.state;
  const { keyId, key } = activeKey(follower);
  const modulus = 2 ** config.indexBits;
  if (without.has('M10') && agreement.candidate !== 0) {
    const next = successor(keyId, 'n-RTT', config);
    if (!canPush(follower.state, next, without)) return [];
    const pushed = push(follower, next, nextGeneration(key, agreement.candidate), 'follower', config);
    return [
      alone('follower', 'follower', 'pushes its n-RTT key and signals ready', {
        ...world,
        follower: pushed,
        agreement: { ...agreement, candidate: 0 },
      }),
    ];
  }
  if (request === undefined) return [];
  const kind = announcedKind(wireKeyId(keyId, modulus), request, modulus) ?? (without.has('M5') ? '0-RTT' : undefined);
  if (kind === undefined) return [];
  const next = successor(keyId, kind, config);
  if (!canPush(follower.state, next, without)) return [];
  if (kind === '0-RTT') {
    const pushed = push(follower, next, derivedKey(follower, next, config), 'follower', config);
    return [alone('follower', 'follower', 'pushes a 0-RTT key and signals ready', { ...world, follower: pushed })];
  }
  if (agreement.committed === 0 || !agreement.confirmed) return [];
  const pushed = push(follower, next, nextGeneration(key, agreement.committed), 'follower', config);
  return [
    alone('follower', 'follower', 'pushes the agreed key and signals ready', { ...world, follower: pushed, agreement: NO_AGREEMENT }),
  ];
}
