/** Each clause of each property says no to a world that breaks it; the worlds are made by hand. */
import { describe, expect, it } from 'vitest';
import { config } from '../../../formal/explore/configurations.ts';
import { connected } from '../../../formal/explore/connection.ts';
import { breachOf, type PropertyId } from '../../../formal/explore/properties.ts';
import { type Config, type Key, ROLES, type World } from '../../../formal/explore/world.ts';
import type { Role, Slot } from '../../../spec/peer-rules.ts';

const CONFIG = config(3, 2);
const FIRST: Key = { generation: 0, attempt: 0 };
const SECOND: Key = { generation: 1, attempt: 0 };

/** A connection that has just begun, but for one slot of one peer. */
function withSlot(role: Role, slot: number, change: Partial<Slot>, key: Key | undefined, due = 0): World {
  const world = connected(CONFIG);
  const peer = world[role];
  const slots = peer.state.slots.map((old, index) => (index === slot ? { ...old, ...change } : old));
  return {
    ...world,
    [role]: { ...peer, state: { ...peer.state, slots }, keys: peer.keys.with(slot, key), due: peer.due.with(slot, due) },
  };
}

/** The properties that a world breaks, asked for one at a time. */
function broken(world: World, of: Config = CONFIG): readonly PropertyId[] {
  return (['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9', 'L1'] as const).filter((only) => breachOf(world, of, only) !== undefined);
}

const NEXT = { master: 0, communication: 1 };

describe.each(ROLES)('the %s', (role) => {
  it('breaks nothing at the beginning, nor with a Pending key that both have', () => {
    expect(broken(connected(CONFIG))).toEqual([]);
    const pending = { provider: 'Pending', consumer: 'Pending', keyId: NEXT } as const;
    const { follower } = withSlot('follower', 1, pending, SECOND);
    const both = { ...withSlot('initiator', 1, pending, SECOND), follower };
    expect(broken(both)).toEqual([]);
  });

  it.each(['provider', 'consumer'] as const)('S4: has no Active key, or two, in the view of its %s', (view) => {
    expect(broken(withSlot(role, 0, { [view]: 'Pending' }, FIRST))).toContain('S4');
    expect(broken(withSlot(role, 1, { [view]: 'Active', keyId: NEXT }, SECOND))).toContain('S4');
  });

  it.each(['provider', 'consumer'] as const)('S3: has two Pending keys, or none in a slot in use, in the view of its %s', (view) => {
    const [one, two] = [1, 2].map((slot) => withSlot(role, slot, { [view]: 'Pending', keyId: { master: 0, communication: slot } }, SECOND));
    const slots = one?.[role].state.slots.with(2, two?.[role].state.slots[2] ?? ({} as Slot));
    const world = one as World;
    const peer = { ...world[role], keys: [FIRST, SECOND, SECOND], state: { ...world[role].state, slots: slots ?? [] } };
    expect(broken({ ...world, [role]: peer })).toContain('S3');
    expect(broken(withSlot(role, 1, { [view]: 'Pending', keyId: NEXT }, undefined))).toContain('S3');
  });

  it('S3: has lost its keys, and a slot is still in use', () => {
    const world = { ...withSlot(role, 0, { provider: 'Unused', consumer: 'Obsolete', remaining: 1 }, FIRST, 1), connected: false };
    expect(broken(world)).toEqual(['S3']);
  });

  it('S2 and S1: a frame to it meets no slot, two, or another key', () => {
    expect(broken(withSlot(role, 0, { keyId: NEXT }, FIRST))).toEqual(['S2']);
    expect(broken(withSlot(role, 1, { consumer: 'Obsolete', keyId: { master: 0, communication: 0 }, remaining: 1 }, FIRST, 1))).toEqual([
      'S1',
    ]);
    expect(broken(withSlot(role, 0, {}, SECOND))).toEqual(['S1']);
  });

  it('S6: a key is Obsolete longer than its timeout, or is not although it is to be', () => {
    const old = { master: 3, communication: 3 };
    expect(broken(withSlot(role, 1, { consumer: 'Obsolete', keyId: old, remaining: 1 }, SECOND, 0))).toEqual(['S6']);
    expect(broken(withSlot(role, 1, {}, undefined, 1))).toEqual(['S6']);
  });

  it('S7: installs a key that was in use', () => {
    const world = connected(CONFIG);
    expect(broken({ ...world, [role]: { ...world[role], reused: true } })).toEqual(['S7']);
  });

  it('S8: delivers a frame twice, and S9: drops one that it never delivered, where late frames are wanted', () => {
    const wanted = config(3, 2, { window: 2 });
    const world = connected(wanted);
    expect(broken(world, wanted)).toEqual([]);
    expect(broken({ ...world, [role]: { ...world[role], repeated: true } }, wanted)).toEqual(['S8']);
    const delivered = [{ newest: 3, before: 0n }, ...world[role].delivered.slice(1)];
    expect(broken({ ...world, [role]: { ...world[role], delivered } }, wanted)).toEqual(['S9']);
    expect(broken({ ...world, [role]: { ...world[role], delivered, repeated: true } })).toEqual([]);
  });
});

it('S5: a key Pending at the follower, in either view, is neither held by the initiator nor agreed on', () => {
  for (const view of ['provider', 'consumer'] as const) {
    const world = withSlot('follower', 1, { [view]: 'Pending', keyId: NEXT }, SECOND);
    expect(broken(world)).toEqual(['S5']);
    const agreed: Key = { generation: 1, attempt: 2 };
    const agreeing = {
      ...withSlot('follower', 1, { [view]: 'Pending', keyId: NEXT }, agreed),
      agreement: { ...world.agreement, running: 2 as const },
    };
    expect(broken(agreeing)).toEqual([]);
    expect(broken({ ...agreeing, agreement: { ...world.agreement, running: 1 } })).toEqual(['S5']);
  }
});
