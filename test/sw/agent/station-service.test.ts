/** One agent for the relations of a controller, and one for each of its devices. X25519 is replaced, which would take most of the time. */
import { describe, expect, it, vi } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { AGREEMENT_MESSAGES } from '../../../spec/agreement.ts';
import { HardwareLost } from '../../../sw/agent/guarded-registers.ts';
import { hardwareSettings } from '../../../sw/agent/relation-setup.ts';
import { StationService } from '../../../sw/agent/station-service.ts';
import { encodeMessage, parseMessage } from '../../../sw/agreement/message.ts';
import {
  configurationOf,
  INTERVAL,
  ModelHardware,
  ModelMailbox,
  REKEY_INTERVAL,
  SILENCE,
  type Station,
  StationWorld,
} from './station-world.ts';

vi.mock('../../../sw/noise/diffie-hellman.ts', async (original) => ({
  ...(await original<object>()),
  ...(await import('../noise/stand-in.ts')),
}));

const isSecured = (world: StationWorld, numbers: readonly number[]): boolean =>
  numbers.every((number) => world.relation(number).state === 'secured');
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

/** In which each relation is looked at, also where nothing happens. */
const LOOK_INTERVALS = SILENCE / INTERVAL / 4;

async function secured(relations: number, settings: Readonly<Record<string, unknown>> = {}): Promise<StationWorld> {
  const world = new StationWorld(relations, settings);
  await world.begin();
  await world.until(() => isSecured(world, upTo(relations)));
  return world;
}

describe('an agent with 24 relations', () => {
  it('associates all of them, with no more agreements at once than it was told, and each carries frames both ways', async () => {
    const world = await secured(24, { agreements: 3 });
    const { agreementsAtOnce, associations, state } = world.controller.service.status;
    expect({ agreementsAtOnce, associations, state }).toEqual({ agreementsAtOnce: 3, associations: 24, state: 'secured' });
    const before = [...world.delivered.values()].map((counts) => ({ ...counts }));
    await world.intervals(10);
    const after = [...world.delivered.values()];
    expect(after).toEqual(before.map(({ initiator, follower }) => ({ initiator: initiator + 10, follower: follower + 10 })));
  });

  it('rekeys those that associated together one after another, n-RTT too, and loses no frame by it', async () => {
    const relations = 12;
    const world = await secured(relations, { agreements: relations, nRttEvery: 2 });
    const before = structuredClone(world.delivered);
    const [associated, securedAt] = [world.log.length, world.now / INTERVAL];
    const intervals = 3.5 * (REKEY_INTERVAL / INTERVAL);
    await world.intervals(intervals);
    for (const number of upTo(relations)) {
      const { rekeys, failures } = world.relation(number);
      expect(failures).toBe(0);
      // the first one comes after half of the interval or more
      expect(rekeys['0-RTT'] + rekeys['n-RTT']).toBeGreaterThanOrEqual(3);
      expect(rekeys['n-RTT']).toBeGreaterThanOrEqual(1);
      expect(world.delivered.get(number)?.follower).toBe((before.get(number)?.follower ?? 0) + intervals);
    }
    const firstOf = (number: number): unknown =>
      world.log.slice(associated).find(({ event, relation }) => event === 'keyInUse' && relation === number)?.['at'];
    for (const number of upTo(relations)) expect(firstOf(number)).toBeLessThan(securedAt + REKEY_INTERVAL / INTERVAL + 20);
    const times = world.log.slice(associated).flatMap(({ event, at }) => (event === 'keyInUse' ? [Number(at)] : []));
    const most = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 16).length));
    // spread over half of 200 intervals there are 12 in 100
    expect(most).toBeLessThanOrEqual(4);
  });

  it('lets no peer that is gone keep the others from their turn', async () => {
    const world = new StationWorld(6, { agreements: 2 });
    for (const number of [1, 2, 3]) world.cut.add(number);
    await world.begin();
    await world.until(() => isSecured(world, [4, 5, 6]));
    expect(world.controller.service.status.state).toBe('associating');
    expect(world.relation(1)).toMatchObject({ state: 'associating', lastFailure: { what: 'agreementFailed: noAnswer' } });
    world.cut.clear();
    await world.until(() => isSecured(world, upTo(6)));
    expect(world.controller.service.status).toMatchObject({ state: 'secured', agreementsAtOnce: 2 });
  });

  it('starts again with all of them, while the hardware goes on', async () => {
    const world = await secured(5);
    await world.restart(world.controller);
    expect(world.controller.service.status.uptime).toBe(0);
    await world.intervals(3);
    expect(world.controller.service.status.uptime).toBe(3);
    await world.until(() => isSecured(world, upTo(5)));
    expect(world.controller.service.status).toMatchObject({ starts: 2, associations: 10 });
    expect(world.controller.state).toEqual({ starts: 2, associations: 10 });
  });
});

describe('an agent on hardware that tells of what happens', () => {
  const ADDRESSED = 256;
  const STEADY = { agreements: 64, rekeyInterval: 3600e9, silence: 60e9 } as const;

  /** Registers of the relations, but for their events, that the controller reads in so many intervals. */
  async function reads(world: StationWorld, intervals: number): Promise<number> {
    const { relations } = world.controller.hardware;
    const names = ['status', 'request', 'transmitCounter', 'framesDelivered', 'statistics'] as const;
    const spies = relations.flatMap((relation) => names.map((name) => vi.spyOn(relation, name)));
    await world.intervals(intervals);
    const count = spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
    for (const spy of spies) spy.mockRestore();
    return count;
  }

  it('reads the queue of events and the mailbox, and nothing else of 256 relations at which nothing happens', async () => {
    const wakes = vi.spyOn(ModelMailbox.prototype, 'interruptOnReceive');
    const world = await secured(ADDRESSED, STEADY);
    await world.intervals(1);
    const { hardware } = world.controller;
    const events = vi.spyOn(hardware, 'takeEvents');
    const messages = vi.spyOn(hardware.mailbox, 'receive');
    expect(wakes.mock.calls, 'a message is to wake it').toContainEqual([true]);
    wakes.mockRestore();
    expect(await reads(world, 20)).toBe(0);
    expect([events.mock.calls.length, messages.mock.calls.length]).toEqual([20, 20]);
    // each is looked at within a second all the same
    world.now += 1e9;
    expect(await reads(world, 1)).toBeGreaterThanOrEqual(ADDRESSED);
  });

  it('looks where something happened, and nowhere else', async () => {
    const world = await secured(8, STEADY);
    await world.intervals(1);
    const looked = world.controller.hardware.relations.map((relation) => vi.spyOn(relation, 'status'));
    // no message tells the follower of it
    world.controller.service.rekey(3, '0-RTT');
    await world.until(() => world.relation(3).key?.keyId.communication === 1, 60);
    await world.intervals(40);
    world.controller.service.rekey(3, 'n-RTT');
    await world.until(() => world.relation(3).key?.keyId.master === 1, 60);
    expect(looked.map(({ mock }) => mock.calls.length > 0)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((number) => number === 3));
  });

  it('begins a rekey when the hardware says that the counter of a key is used up so far', async () => {
    const world = await secured(1, { ...STEADY, rekeyFrames: 400 });
    const before = { ...world.delivered.get(1) };
    await world.intervals(1000);
    // the first after half of them or more, and each follows in time
    expect(world.relation(1).rekeys['0-RTT'] + world.relation(1).rekeys['n-RTT']).toBe(2);
    expect(world.delivered.get(1)?.follower).toBe((before['follower'] ?? 0) + 1000);
  });

  it('lets the next agree as soon as one has come to its end', async () => {
    const world = new StationWorld(6, { ...STEADY, agreements: 1 });
    await world.begin();
    await world.until(() => isSecured(world, upTo(6)), 100);
  });

  it('looks at all relations where it can’t be told, and says so once', async () => {
    const world = await secured(3, STEADY);
    await world.intervals(1);
    const events = vi.spyOn(world.controller.hardware, 'takeEvents').mockRejectedValue(new Error('no queue'));
    expect(await reads(world, 5)).toBeGreaterThanOrEqual(15);
    const told = () => world.log.filter(({ what }) => what === 'no queue');
    expect(told()).toHaveLength(1);
    // one of a relation that is not configured is of no concern
    events.mockResolvedValueOnce([3]);
    await world.intervals(5);
    expect(told(), 'it was well in between').toHaveLength(2);
  });

  it('leaves events to the application where it was told to, and looks at all relations each time', async () => {
    const world = new StationWorld(3, { ...STEADY, look: 'all' });
    const { hardware } = world.controller;
    const events = vi.spyOn(hardware, 'takeEvents');
    const interrupts = vi.spyOn(hardware.mailbox, 'interruptOnReceive');
    await world.begin();
    await world.until(() => isSecured(world, [1, 2, 3]));
    expect(await reads(world, 5)).toBeGreaterThanOrEqual(15);
    expect(events).not.toHaveBeenCalled();
    expect(interrupts.mock.calls).toEqual([[false]]);
  });
});

describe('what befalls one relation', () => {
  it('leaves the others alone when its hardware does what it must not, and ends when that does', async () => {
    const world = await secured(3);
    const hardware = world.controller.hardware.relations[1] as ModelHardware;
    hardware.broken = new Error('an answer that no hardware gives');
    await world.intervals(LOOK_INTERVALS);
    expect(world.relation(2)).toMatchObject({ state: 'associating', lastFailure: { what: 'an answer that no hardware gives' } });
    expect(isSecured(world, [1, 3])).toBe(true);
    expect(world.relation(1).failures + world.relation(3).failures).toBe(0);
    hardware.broken = undefined;
    await world.until(() => isSecured(world, [1, 2, 3]), 3000);
  });

  it('is not what befalls the mailbox: messages are lost, which are sent again', async () => {
    const world = await secured(2);
    const { mailbox } = world.controller.hardware;
    const opened = vi.spyOn(mailbox, 'open');
    await world.intervals(3);
    expect(opened, 'it is open').not.toHaveBeenCalled();
    mailbox.broken = new Error('no mailbox would say so');
    expect(world.controller.service.rekey(1, 'n-RTT')).toBeUndefined();
    await world.intervals(20);
    expect(isSecured(world, [1, 2])).toBe(true);
    expect(world.log.filter(({ what }) => what === 'no mailbox would say so')).toMatchObject([{ level: 'warning', event: 'failure' }]);
    expect(opened, 'it is opened anew').toHaveBeenCalled();
    mailbox.broken = undefined;
    await world.until(() => world.relation(1).key?.keyId.master === 1);
  });

  it('is told of the mailbox both ways: of what comes, and of what goes', async () => {
    const world = new StationWorld(1);
    const { mailbox } = world.controller.hardware;
    const opened = vi.spyOn(mailbox, 'open');
    await world.begin();
    expect(opened).toHaveBeenCalledTimes(1);
    await world.until(() => isSecured(world, [1]));
    const receive = vi.spyOn(mailbox, 'receive').mockRejectedValue(new Error('nothing comes'));
    await world.intervals(1);
    expect(world.log.at(-1)).toMatchObject({ event: 'failure', what: 'nothing comes' });
    receive.mockRestore();
    vi.spyOn(mailbox, 'send').mockRejectedValue(new Error('nothing goes'));
    world.controller.service.rekey(1, 'n-RTT');
    await world.until(() => world.log.some(({ what }) => what === 'nothing goes'));
  });

  it('ends the service where the hardware is lost', async () => {
    const world = await secured(2);
    const hardware = world.controller.hardware.relations[1] as ModelHardware;
    hardware.broken = new HardwareLost('a board', 'unplugged');
    await expect(world.intervals(LOOK_INTERVALS)).rejects.toThrow('a board is lost (unplugged)');
  });

  it('is told as it is, even where it is no error', async () => {
    const world = await secured(2);
    vi.spyOn(world.controller.hardware.relations[1] as ModelHardware, 'status').mockRejectedValue('a bare word');
    await world.intervals(LOOK_INTERVALS);
    expect(world.relation(2).lastFailure?.what).toBe('a bare word');
    expect(world.relation(1).failures).toBe(0);
  });

  it('is silence of its peer, told of it alone', async () => {
    const world = await secured(3);
    world.cut.add(2);
    await world.until(() => world.relation(2).state !== 'secured');
    expect(isSecured(world, [1, 3])).toBe(true);
    expect(world.log.filter(({ what }) => what === 'peerSilent')).toMatchObject([{ relation: 2 }]);
    world.cut.delete(2);
    await world.until(() => isSecured(world, [1, 2, 3]));
  });
});

describe('agents that start again at any time, and links that are cut', () => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));

  it('come back in every relation, and each carries frames both ways then', async () => {
    const replay = `SEED=${seed} npx vitest run test/sw/agent/station-service.test.ts`;
    const random = new Random(seed);
    const world = await secured(4, { agreements: 2 });
    for (let incident = 0; incident < 12; incident++) {
      await world.intervals(random.below(60));
      const number = 1 + random.below(4);
      const [restarts, cuts] = [random.chance(0.6), random.chance(0.5)];
      if (cuts) world.cut.add(number);
      else world.cut.clear();
      if (restarts) await world.restart(random.chance(0.4) ? world.controller : (world.devices.get(number) as Station));
    }
    world.cut.clear();
    // a device that started again is noticed by its silence, from the last look at what came on
    await world.intervals(SILENCE / INTERVAL + LOOK_INTERVALS + 10);
    await world.until(() => isSecured(world, upTo(4)));
    const before = structuredClone(world.delivered);
    await world.intervals(10);
    for (const [number, { initiator, follower }] of before)
      expect(world.delivered.get(number), `${replay}: relation ${number}`).toEqual({ initiator: initiator + 10, follower: follower + 10 });
  });
});

describe('a rekey by hand', () => {
  it('is of the relation that is named', async () => {
    const world = await secured(3);
    const { service } = world.controller;
    expect(service.rekey(undefined, 'n-RTT')).toBe('expected the number of a relation, one of 1, 2, 3: name it with --relation');
    expect(service.rekey(9, 'n-RTT')).toBe('found no relation 9, expected one of 1, 2, 3');
    expect(service.rekey(2, 'n-RTT')).toBeUndefined();
    await world.until(() => world.relation(2).key?.keyId.master === 1);
    expect([1, 3].map((number) => world.relation(number).key?.keyId)).toEqual([1, 3].map(() => ({ master: 0, communication: 0 })));
    const device = world.devices.get(2) as Station;
    expect(device.service.rekey(undefined, '0-RTT')).toContain('only the initiator begins a rekey');
  });
});

describe('a flood of forgeries', () => {
  it('ends the key that they are tried against before its bound, in the relation that they come in', async () => {
    const world = new StationWorld(2, { rekeyInterval: 3600e9 }, 1000);
    await world.begin();
    await world.until(() => isSecured(world, [1, 2]));
    const hardware = world.controller.hardware.relations[1] as ModelHardware;
    /** So long that the count is looked at. */
    const counted = async (): Promise<void> => {
      world.now += 1e9;
      await world.intervals(1);
    };
    hardware.failed += 499;
    await counted();
    expect(world.relation(2)).toMatchObject({ failures: 0, key: { failedVerdicts: 499, keyId: { communication: 0 } } });
    hardware.failed += 1;
    await counted();
    await world.until(() => world.relation(2).key?.keyId.communication === 1);
    expect(world.relation(2)).toMatchObject({ failures: 1, lastFailure: { what: 'forgeriesNearBound' }, key: { failedVerdicts: 0 } });
    expect(world.log.filter(({ event }) => event === 'failure')).toMatchObject([{ relation: 2, failedVerdicts: 500 }]);
    await counted();
    await world.intervals(100);
    expect(world.relation(2).rekeys).toEqual({ '0-RTT': 1, 'n-RTT': 0 });
    expect(world.relation(1)).toMatchObject({ failures: 0, rekeys: { '0-RTT': 0, 'n-RTT': 0 } });
  });
});

describe('a state that can’t be written', () => {
  it('is told, hinders nothing, and is written as soon as it can be', async () => {
    const world = new StationWorld(2);
    world.controller.fault = 'the disk is full';
    await world.begin();
    await world.until(() => isSecured(world, [1, 2]));
    expect(world.controller.service.status).toMatchObject({ state: 'degraded', reason: 'the disk is full' });
    expect(world.controller.state.starts).toBe(0);
    const tries = [...world.controller.writes];
    world.controller.fault = undefined;
    const again = (tries.at(-1) ?? 0) + 10e9;
    await world.intervals(10);
    world.now = again - 2 * INTERVAL;
    await world.intervals(1);
    expect(world.controller.writes).toEqual(tries);
    await world.intervals(10);
    world.now += 20e9;
    await world.intervals(1);
    expect(world.controller.writes, 'once it is written, it stays').toEqual([...tries, again]);
    expect(world.controller.service.status).not.toHaveProperty('reason');
    expect(world.controller.state).toEqual({ starts: 1, associations: 2 });
  });
});

it('frames that are no messages, and messages of no relation of the station, are none of its business', async () => {
  const world = await secured(1);
  const { mailbox } = world.controller.hardware;
  const before = world.log.length;
  const ofAnother = encodeMessage({
    kind: 'request',
    source: new Uint8Array(6),
    destination: new Uint8Array(6),
    relation: 77,
    master: 0,
    attempt: 1,
    noise: new Uint8Array(AGREEMENT_MESSAGES.request.octets.classic),
  });
  expect(parseMessage(ofAnother)).toBeDefined();
  mailbox.received.push(new Uint8Array(60), ofAnother);
  await world.intervals(1);
  expect(mailbox.received).toEqual([]);
  expect(world.log.slice(before).filter(({ event }) => event === 'failure')).toEqual([]);
});

it('what an earlier program left is taken away before the first relation is set up, and not on hardware of another role', async () => {
  const world = new StationWorld(2);
  const { hardware, service } = world.controller;
  const withdraw = vi.fn(async () => {
    for (const index of [0, 1]) expect((hardware.relations[index] as ModelHardware).peer).toBeUndefined();
  });
  Object.assign(hardware, { withdraw });
  const identify = vi.spyOn(hardware.relations[1] as ModelHardware, 'identify');
  identify.mockResolvedValueOnce({ ...(await new ModelHardware('follower').identify()) });
  await expect(service.begin()).rejects.toThrow('role of the hardware is follower');
  expect(withdraw).not.toHaveBeenCalled();
  await service.begin();
  const { relations } = configurationOf('initiator', [1, 2]);
  expect(withdraw.mock.calls).toEqual([[relations.map((relation) => hardwareSettings('initiator', relation))]]);
});

describe('relations that can’t be those of one station', () => {
  const service = (numbers: readonly number[], hardware: number, psks = numbers.map(() => new Uint8Array(32))) =>
    new StationService({
      role: 'initiator',
      configuration: configurationOf('initiator', numbers),
      source: 'agent.json',
      secrets: { identity: new Uint8Array(32), psks },
      hardware: {
        relations: Array.from({ length: hardware }, () => new ModelHardware('initiator')),
        mailbox: new ModelMailbox(),
        takeEvents: async () => [],
      },
      allowInsecure: false,
      now: () => 0,
      random: (octets) => new Uint8Array(octets),
      log: () => {},
      state: { starts: 0, associations: 0 },
      onState: () => undefined,
    });

  it('are refused, and so are more than the hardware has', () => {
    expect(() => service([1, 2, 3], 2)).toThrow('agent.json:\n  relations: expected at most 2, which the hardware has, found 3');
    expect(() => service([1, 1], 2)).toThrow('found 1 more than once');
    expect(() => service([1, 2], 2)).not.toThrow();
    expect(() => service([1, 2], 2, [new Uint8Array(32)])).toThrow('relation 1 has no settings, no PSK or no hardware');
  });
});
