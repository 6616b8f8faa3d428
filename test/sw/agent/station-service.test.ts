/** One agent for the relations of a controller, and one for each of its devices. X25519 is replaced, which would take most of the time. */
import { describe, expect, it, vi } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { AGREEMENT_MESSAGES } from '../../../spec/agreement.ts';
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
    const associated = world.log.length;
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

describe('what befalls one relation', () => {
  it('leaves the others alone when its hardware does what it must not, and ends when that does', async () => {
    const world = await secured(3);
    const hardware = world.controller.hardware.relations[1] as ModelHardware;
    hardware.broken = new Error('an answer that no hardware gives');
    await world.intervals(50);
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
    expect(world.log.filter(({ what }) => what === 'no mailbox would say so')).toHaveLength(1);
    mailbox.broken = undefined;
    await world.until(() => world.relation(1).key?.keyId.master === 1);
  });

  it('is told as it is, even where it is no error', async () => {
    const world = await secured(2);
    vi.spyOn(world.controller.hardware.relations[1] as ModelHardware, 'status').mockRejectedValue('a bare word');
    await world.intervals(1);
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
    // a device that started again is noticed by its silence
    await world.intervals(SILENCE / INTERVAL + 10);
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
    expect(world.controller.writes).toEqual([...tries, again]);
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

describe('relations that can’t be those of one station', () => {
  const service = (numbers: readonly number[], hardware: number, psks = numbers.map(() => new Uint8Array(32))) =>
    new StationService({
      role: 'initiator',
      configuration: configurationOf('initiator', numbers),
      source: 'agent.json',
      secrets: { identity: new Uint8Array(32), psks },
      hardware: { relations: Array.from({ length: hardware }, () => new ModelHardware('initiator')), mailbox: new ModelMailbox() },
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
