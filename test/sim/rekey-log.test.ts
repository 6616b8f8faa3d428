/** The record of rekeys, from slots that are told by hand. */
import { describe, expect, it } from 'vitest';
import { FrameLog, RekeyLog } from '../../sim/rekey-log.ts';
import type { FrameRecord, Side } from '../../sim/report/result.ts';
import type { KeyId } from '../../spec/key-id.ts';
import type { PeerState } from '../../spec/peer-rules.ts';

const STATES = { U: 'Unused', P: 'Pending', A: 'Active', O: 'Obsolete' } as const;
type Letter = keyof typeof STATES;

/** Two slots: `AA 0|0`, `PP 0|1`. */
function state(...slots: readonly string[]): PeerState {
  return {
    slots: slots.map((text) => {
      const [views = 'UU', keyId] = text.split(' ');
      const [master = 0, communication = 0] = keyId?.split('|').map(Number) ?? [];
      const [provider, consumer] = [...views].map((letter) => STATES[letter as Letter]);
      return { provider, consumer, ...(keyId === undefined ? {} : { keyId: { master, communication } satisfies KeyId }) };
    }),
  } as unknown as PeerState;
}

const NOTHING = { dedicatedMessages: 0, stalledCycles: 0 };

function logOf(alarmAfter = 0) {
  const burden = { ...NOTHING };
  const log = new RekeyLog(8, () => ({ ...burden }), alarmAfter);
  const both = (cycle: number, ...slots: readonly string[]): void => {
    for (const side of ['initiator', 'follower'] satisfies Side[]) log.slots(side, cycle, state(...slots));
  };
  return { burden, log, both };
}

/** A whole rekey from one KeyId, in the first slot or the second, to another in the other slot, announced at `at + 10`. */
function rekey({ log }: ReturnType<typeof logOf>, at: number, from: string, to: string, next: number, oldIsFirst = true): void {
  const slots = (side: Side, cycle: number, old: string, renewed: string): void =>
    log.slots(side, cycle, oldIsFirst ? state(old, renewed) : state(renewed, old));
  slots('initiator', at, `AA ${from}`, `PP ${to}`);
  log.announced(at + 10, next);
  log.announced(at + 11, next);
  slots('follower', at + 30, `AA ${from}`, `PP ${to}`);
  slots('initiator', at + 50, `UA ${from}`, `AP ${to}`);
  slots('follower', at + 70, `UO ${from}`, `AA ${to}`);
  slots('initiator', at + 90, `UO ${from}`, `AA ${to}`);
  slots('follower', at + 170, 'UU', `AA ${to}`);
  slots('initiator', at + 190, 'UU', `AA ${to}`);
}

describe('rekeys', () => {
  it('have each step in cycles from the first frame that announces the key', () => {
    const world = logOf();
    world.both(5, 'AA 0|0', 'UU');
    rekey(world, 100, '0|0', '0|1', 1);
    expect(world.log.records(1000)).toEqual([
      {
        number: 1,
        kind: '0-RTT',
        fromKeyId: '0|0',
        toKeyId: '0|1',
        announcedAtNs: 8 * 110,
        steps: {
          followerInstalled: 20,
          initiatorProviderSwitch: 40,
          followerSwitch: 60,
          initiatorConsumerSwitch: 80,
          followerTimeout: 160,
          initiatorTimeout: 180,
        },
        ...NOTHING,
        agreementMessages: 0,
        finished: true,
        alarmed: false,
      },
    ]);
    expect(world.log.lanes.initiator.map(({ atNs }) => atNs)).toEqual([6, 101, 151, 191, 291].map((cycle) => 8 * cycle));
    expect(world.log.lanes.follower.at(-1)?.slots).toEqual([
      { provider: 'U', consumer: 'U', keyId: null },
      { provider: 'A', consumer: 'A', keyId: '0|1' },
    ]);
  });

  it('are n-RTT where the master is another one, and have the messages of its agreement in this association', () => {
    const world = logOf();
    world.both(5, 'AA 0|3', 'UU');
    for (let message = 0; message < 3; message++) world.log.agreementMessage(1);
    world.log.agreementMessage(2);
    rekey(world, 100, '0|3', '1|0', 4);
    expect(world.log.records(1000)).toMatchObject([{ kind: 'n-RTT', toKeyId: '1|0', agreementMessages: 3 }]);
    // messages of an agreement that is under way count on; a new association begins anew
    world.log.agreementMessage(1);
    expect(world.log.records(1000)[0]?.agreementMessages).toBe(4);
    world.log.associated();
    world.log.agreementMessage(1);
    expect(world.log.records(1000)[0]?.agreementMessages).toBe(4);
  });

  it('are none before they are announced, nor where the first key is installed, nor by another announcement', () => {
    const { log, both } = logOf();
    log.slots('initiator', 1, state('UU', 'UU'));
    log.slots('initiator', 2, state('AA 0|0', 'UU'));
    log.slots('initiator', 3, state('AA 0|0', 'PP 0|1'));
    expect(log.records(10)).toEqual([]);
    log.announced(4, 2);
    expect(log.records(10)).toEqual([]);
    log.announced(5, 1);
    expect(log.records(10)).toMatchObject([{ number: 1, finished: false, steps: { followerInstalled: null } }]);
    both(6, 'AA 0|0', 'PP 0|1');
    expect(log.records(10)).toHaveLength(1);
  });

  it('count what was stalled or sent for them alone from their beginning to that of the next', () => {
    const world = logOf();
    world.both(5, 'AA 0|0', 'UU');
    world.burden.stalledCycles = 7;
    rekey(world, 100, '0|0', '0|1', 1);
    world.burden.stalledCycles = 9;
    world.burden.dedicatedMessages = 1;
    world.log.slots('initiator', 400, state('PP 0|2', 'AA 0|1'));
    world.log.announced(401, 2);
    world.burden.stalledCycles = 20;
    expect(world.log.records(500)).toMatchObject([
      { number: 1, stalledCycles: 2, dedicatedMessages: 1 },
      { number: 2, fromKeyId: '0|1', stalledCycles: 11, dedicatedMessages: 0 },
    ]);
  });

  it('are alarmed where they take longer than they may, finished or not', () => {
    const taking = (alarmAfter: number): boolean | undefined => {
      const world = logOf(alarmAfter);
      world.both(5, 'AA 0|0', 'UU');
      rekey(world, 100, '0|0', '0|1', 1);
      return world.log.records(10_000)[0]?.alarmed;
    };
    expect([taking(79), taking(80), taking(0)]).toEqual([true, false, false]);
    const { log, both } = logOf(80);
    both(5, 'AA 0|0', 'UU');
    both(10, 'AA 0|0', 'PP 0|1');
    log.announced(20, 1);
    expect([log.records(100)[0]?.alarmed, log.records(101)[0]?.alarmed]).toEqual([false, true]);
  });

  it('are told apart by both parts of their KeyIds', () => {
    const world = logOf();
    world.both(5, 'AA 0|0', 'UU');
    rekey(world, 100, '0|0', '0|1', 1);
    rekey(world, 1000, '0|1', '1|0', 4, false);
    rekey(world, 2000, '1|0', '1|1', 5);
    const steps = {
      followerInstalled: 20,
      initiatorProviderSwitch: 40,
      followerSwitch: 60,
      initiatorConsumerSwitch: 80,
      followerTimeout: 160,
      initiatorTimeout: 180,
    };
    const records = world.log.records(5000);
    expect(records.map(({ number, toKeyId, announcedAtNs, steps: found }) => [number, toKeyId, announcedAtNs, found])).toEqual([
      [1, '0|1', 8 * 110, steps],
      [2, '1|0', 8 * 1010, steps],
      [3, '1|1', 8 * 2010, steps],
    ]);
  });

  it('have no step of a key that nobody rekeyed to, nor of one that is given up', () => {
    const { log } = logOf();
    log.slots('initiator', 1, state('AA 0|0', 'UU'));
    log.slots('follower', 1, state('AA 0|0', 'UU'));
    // without a key that is Active there is no rekey
    log.slots('follower', 2, state('AA 0|0', 'PP 0|1'));
    log.slots('initiator', 3, state('AA 0|0', 'PP 0|1'));
    log.announced(10, 1);
    log.slots('follower', 12, state('AA 0|0', 'PP 0|1'));
    // the announcement is withdrawn: neither switch nor timeout
    log.slots('initiator', 20, state('AA 0|0', 'UU'));
    log.slots('follower', 21, state('AA 0|0', 'UU'));
    const [given] = log.records(100);
    expect(given).toMatchObject({ finished: false, toKeyId: '0|1' });
    expect(Object.values(given?.steps ?? {})).toEqual([null, null, null, null, null, null]);
    // all keys erased, and first ones installed anew
    log.slots('initiator', 30, state('UU', 'UU'));
    log.slots('initiator', 31, state('PP 0|0', 'UU'));
    log.slots('initiator', 32, state('AA 0|0', 'UU'));
    expect(log.records(100)).toHaveLength(1);
    expect(Object.values(log.records(100)[0]?.steps ?? {})).toEqual([null, null, null, null, null, null]);
  });

  it('nothing is announced before there is one', () => {
    const { log } = logOf();
    log.announced(1, 0);
    expect(log.records(2)).toEqual([]);
    expect(log.lanes).toEqual({ initiator: [], follower: [] });
    expect(new FrameLog(3).frames).toEqual([]);
  });

  it('of keys that have the same name in turn are told apart: the newest counts', () => {
    const world = logOf();
    world.both(5, 'AA 0|0', 'UU');
    rekey(world, 100, '0|0', '0|1', 1);
    world.both(500, 'UU', 'UU');
    world.both(600, 'AA 0|0', 'UU');
    rekey(world, 1100, '0|0', '0|1', 1);
    const [first, second] = world.log.records(2000);
    expect(first?.steps).toEqual(second?.steps);
    expect(second?.announcedAtNs).toBe(8 * 1110);
  });
});

describe('frames', () => {
  const frame = (sentAtNs: number): FrameRecord => ({
    from: 'initiator',
    to: 'follower',
    sentAtNs,
    arrivedAtNs: null,
    currentKeyId: '0|0',
    nextKeyId: '0|0',
    fate: 'lost',
  });
  const kept = (log: FrameLog): readonly number[] => log.frames.map(({ sentAtNs }) => sentAtNs);

  it('are kept from so many before a rekey to a time behind it, in the order of time', () => {
    const log = new FrameLog(2);
    for (const at of [10, 20, 30]) log.add(frame(at));
    expect(kept(log)).toEqual([]);
    log.keepUntil(100);
    for (const at of [50, 40, 100, 101, 102, 103]) log.add(frame(at));
    expect(kept(log)).toEqual([20, 30, 40, 50, 100]);
    // an earlier end does not shorten it
    log.keepUntil(60);
    log.add(frame(90));
    expect(kept(log)).toEqual([20, 30, 40, 50, 90, 100, 102, 103]);
  });
});
