/** What one relation refuses, tells and logs, on a model of its hardware; the time is counted. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Role } from '../../../spec/peer-rules.ts';
import { RelationService } from '../../../sw/agent/relation-service.ts';
import type { RelationStatus } from '../../../sw/agent/status.ts';
import { keyPairOf } from '../../../sw/noise/diffie-hellman.ts';
import { randomOf } from '../control-plane/association-world.ts';
import { configurationOf, INTERVAL, identityOf, ModelHardware, SILENCE, type Station, StationWorld, secretOf } from './station-world.ts';

let now: number;
let log: unknown[];
beforeEach(() => {
  now = 0;
  log = [];
});
afterEach(() => {
  vi.restoreAllMocks();
});

function service(role: Role, hardware: ModelHardware, changed: Readonly<Record<string, unknown>> = {}, mayAgree = true) {
  const [settings] = configurationOf(role, [1]).relations;
  if (settings === undefined) return expect.fail('no relation');
  return new RelationService({
    role,
    settings: { ...settings, ...changed },
    source: 'agent.json',
    hardware,
    identity: keyPairOf(identityOf(role, 1)),
    psk: secretOf(1),
    allowInsecure: false,
    firstRekey: 1,
    place: { take: () => mayAgree, release: () => {} },
    send: () => {},
    now: () => now,
    random: randomOf(1),
    log: (...line) => log.push(line),
    onAssociated: () => {},
  });
}

describe('a relation', () => {
  it('refuses hardware of the other role, of another engine and of another number of slots', async () => {
    await expect(service('initiator', new ModelHardware('follower')).begin()).rejects.toThrow(
      'role of the hardware is follower, expected initiator: start the agent with --role of the hardware',
    );
    const other = service('initiator', new ModelHardware('initiator'), { engine: 'ascon-aead128', slots: 4 });
    await expect(other.begin()).rejects.toThrow(
      'agent.json:\n  engine: expected aes-128-gcm, which the hardware has, found ascon-aead128\n  slots: expected 2, which the hardware has, found 4',
    );
  });

  it('that is to deliver late frames refuses hardware without windows before it writes anything, and tells hardware that has them', async () => {
    const without = new ModelHardware('initiator');
    await expect(service('initiator', without, { delivery: 'window' }).begin()).rejects.toThrow(
      'agent.json:\n  delivery: expected newest, since the hardware has no windows (keyturn gen --delivery window makes them), found window',
    );
    expect(without.peer).toBeUndefined();
    const having = new ModelHardware('initiator');
    having.windows = true;
    await service('initiator', having, { delivery: 'window' }).begin();
    expect(having.peer?.settings.delivery).toBe('window');
  });

  it('is told as associating before it began, takes no message and no rekey then', () => {
    const relation = service('initiator', new ModelHardware('initiator'));
    relation.receive(new Uint8Array(64));
    expect(relation.rekey('0-RTT')).toBe('the stations have no keys yet that a rekey could begin from: wait for the association');
    expect(relation.status).toStrictEqual({
      relation: 1,
      peer: '02:00:00:00:01:01',
      state: 'associating',
      associations: 0,
      rekeys: { '0-RTT': 0, 'n-RTT': 0 },
      failures: 0,
      slots: [],
      currentKeyId: 0,
      nextKeyId: 0,
      framesDelivered: 0,
    });
    expect(service('follower', new ModelHardware('follower')).status.peer).toBe('02:00:00:00:00:01');
    expect(() => relation.stop()).not.toThrow();
  });

  it('takes hardware for insecure tests only where it is told to, and counts frames on from what the hardware has', async () => {
    const hardware = new ModelHardware('initiator');
    hardware.delivered = 7;
    const identify = vi.spyOn(hardware, 'identify');
    const relation = service('initiator', hardware);
    await relation.begin();
    expect(identify.mock.calls).toEqual([[{ allowInsecure: false }]]);
    expect(relation.status.framesDelivered).toBe(7);
  });

  it('is due in a quarter of its silence where nothing happens, and at once while it agrees', async () => {
    now = 5;
    const looked = now + Math.min(1e9, SILENCE / 4);
    const follower = service('follower', new ModelHardware('follower'));
    await follower.begin();
    await follower.poll();
    expect([follower.dueAt, follower.agreeing]).toEqual([looked, false]);
    expect(follower.rekey('0-RTT')).toBe('only the initiator begins a rekey: ask the agent of the other station');
    const initiator = service('initiator', new ModelHardware('initiator'));
    await initiator.begin();
    await initiator.poll();
    now = 7;
    expect([initiator.dueAt, initiator.agreeing]).toEqual([7, true]);
    now = 5;
    const waiting = service('initiator', new ModelHardware('initiator'), {}, false);
    await waiting.begin();
    await waiting.poll();
    now = 7;
    expect([waiting.dueAt, waiting.agreeing]).toEqual([looked, false]);
  });

  it('that failed is set up anew after a second, not before', async () => {
    const hardware = new ModelHardware('initiator');
    const relation = service('initiator', hardware);
    await relation.begin();
    now = 5;
    relation.failed('what no hardware does');
    expect(log.at(-1)).toEqual(['warning', 'failure', { relation: 1, what: 'what no hardware does' }]);
    hardware.broken = new Error('it was asked');
    now = 5 + 1e9 - 1;
    await relation.poll();
    now++;
    await expect(relation.poll()).rejects.toThrow('it was asked');
  });
});

describe('a relation with keys', () => {
  async function secured(): Promise<StationWorld> {
    // whether anything happens or not
    const world = new StationWorld(1, { rekeyInterval: 3600e9, look: 'all' }, 1000);
    await world.begin();
    await world.until(() => world.relation(1).state === 'secured');
    return world;
  }

  it('tells its slots in both views, and the age and the frames of its key', async () => {
    const world = await secured();
    await world.until(() => world.relation(1).key !== undefined);
    const before = world.relation(1).key ?? expect.fail('no key');
    await world.intervals(10);
    const { key, slots, lastFailure } = world.relation(1);
    expect(lastFailure).toBeUndefined();
    expect(slots).toEqual([
      { provider: 'Active', consumer: 'Active' },
      { provider: 'Unused', consumer: 'Unused' },
    ]);
    const inUse = world.log.find(({ event }) => event === 'keyInUse') ?? expect.fail('no key in use');
    expect(before.age).toBe(world.now / INTERVAL - 10 - Number(inUse['at']));
    expect(key).toMatchObject({ age: before.age + 10, framesSent: before.framesSent + 10, framesLeft: before.framesLeft - 10 });
    const [settings] = configurationOf('initiator', [1]).relations;
    expect((key?.framesLeft ?? 0) + (key?.framesSent ?? 0)).toBe(settings?.framesPerKey);
    expect(settings?.sendInterval).toBe(1e6);
    // a frame a millisecond
    expect(key?.timeLeft).toBe(key?.framesLeft);
  });

  it('logs what becomes of its keys', async () => {
    const world = await secured();
    await world.until(() => world.log.some(({ event }) => event === 'keyInUse'));
    expect(world.log.filter(({ event }) => ['keyInstalled', 'associated', 'keyInUse'].includes(String(event)))).toMatchObject([
      { level: 'debug', event: 'keyInstalled', relation: 1, keyId: '0|0' },
      { level: 'info', event: 'associated', relation: 1, associations: 1 },
      { level: 'info', event: 'keyInUse', relation: 1, keyId: '0|0' },
    ]);
    expect(world.controller.service.rekey(undefined, '0-RTT')).toBeUndefined();
    expect(world.log.at(-1)).toMatchObject({ level: 'info', event: 'rekeyAsked', relation: 1, kind: '0-RTT' });
  });

  it('is silent once nothing has come for as long as it was told', async () => {
    const world = await secured();
    const device = world.devices.get(1) as Station;
    world.cut.add(1);
    const from = world.now;
    const states = new Map<string, number>();
    await world.intervals(SILENCE / INTERVAL + 1, () => {
      const { state } = device.service.status.relations[0] ?? expect.fail('no relation');
      if (!states.has(state)) states.set(state, (world.now - from) / INTERVAL);
    });
    expect([...states.keys()]).toEqual(['secured', 'peerSilent']);
    expect(states.get('peerSilent')).toBe(SILENCE / INTERVAL);
  });

  /** What the hardware of the device does is in the hands of the test. */
  const deviceOf = (world: StationWorld): { readonly hardware: ModelHardware; readonly status: () => RelationStatus } => {
    const { hardware, service } = world.devices.get(1) ?? expect.fail('no device');
    const [relation] = hardware.relations;
    return { hardware: relation ?? expect.fail('no hardware'), status: () => service.status.relations[0] ?? expect.fail('no relation') };
  };

  it('gives a key up that the follower has no slot for, both say so, and a new master key takes its place', async () => {
    const world = await secured();
    const { hardware, status } = deviceOf(world);
    const push = vi.spyOn(hardware, 'pushKey').mockResolvedValue('refused');
    world.controller.service.rekey(undefined, '0-RTT');
    await world.until(() => world.relation(1).failures > 0);
    world.controller.service.rekey(undefined, 'n-RTT');
    await world.until(() => status().failures > 0);
    expect(world.log).toContainEqual(
      expect.objectContaining({ level: 'warning', event: 'failure', what: 'announcementWithdrawn', relation: 1, keyId: '0|1' }),
    );
    expect(world.deviceLog).toContainEqual(expect.objectContaining({ level: 'debug', event: 'pushDeferred', relation: 1, keyId: '0|1' }));
    expect(world.deviceLog).toContainEqual(
      expect.objectContaining({ level: 'warning', event: 'failure', what: 'keyDropped', relation: 1, keyId: '0|1' }),
    );
    push.mockRestore();
    await world.until(() => status().key?.keyId.master === 1);
    expect(world.relation(1)).toMatchObject({ failures: 1, key: { keyId: { master: 1, communication: 0 } } });
  });

  it('tells why there is no new master key, as long as there is none', async () => {
    const world = await secured();
    const { hardware } = deviceOf(world);
    vi.spyOn(hardware, 'request').mockResolvedValue(4);
    await world.intervals(1);
    expect(world.deviceLog.at(-1)).toMatchObject({ level: 'debug', event: 'nRttRequested', relation: 1, wireKeyId: 4 });
    world.cut.add(1);
    world.controller.service.rekey(undefined, 'n-RTT');
    await world.until(() => world.relation(1).failures > 0);
    expect(world.log.filter(({ event }) => event === 'failure')).toMatchObject([
      { level: 'warning', relation: 1, what: 'agreementFailed: noAnswer', keyId: '1|0' },
    ]);
  });

  it('has no frames left under a key whose counter has gone past its limit, and its follower tells of it', async () => {
    const world = await secured();
    const { hardware, status } = deviceOf(world);
    await world.until(() => status().key !== undefined);
    const counter = 2 ** 32 - 1;
    vi.spyOn(hardware, 'transmitCounter').mockResolvedValue(counter);
    vi.spyOn(hardware, 'request').mockResolvedValue(undefined);
    await world.intervals(2);
    expect(status()).toMatchObject({
      failures: 1,
      lastFailure: { what: 'counterRunsOut' },
      key: { framesSent: counter, framesLeft: 0, timeLeft: 0 },
    });
    expect(world.deviceLog.at(-1)).toMatchObject({ level: 'warning', event: 'failure', what: 'counterRunsOut', relation: 1, counter });
  });

  it('looks at the count of failed verdicts once a second', async () => {
    const world = new StationWorld(1, { rekeyInterval: 3600e9, look: 'all' });
    const { hardware } = deviceOf(world);
    const count = vi.spyOn(hardware, 'statistics');
    await world.begin();
    await world.until(() => world.relation(1).state === 'secured');
    expect(count).toHaveBeenCalledTimes(1);
    // the first look was at the end of the first interval
    world.now = 1e9 - INTERVAL;
    await world.intervals(1);
    expect(count).toHaveBeenCalledTimes(1);
    await world.intervals(1);
    expect(count).toHaveBeenCalledTimes(2);
  });

  it('as its follower, tells of a flood of forgeries, and goes on: the initiator alone can end the key', async () => {
    const world = await secured();
    const { hardware, status } = deviceOf(world);
    hardware.failed += 500;
    world.now += 1e9;
    await world.intervals(2);
    expect(status()).toMatchObject({ state: 'secured', failures: 1, lastFailure: { what: 'forgeriesNearBound' } });
    expect(world.deviceLog.at(-1)).toMatchObject({ level: 'warning', event: 'failure', relation: 1, failedVerdicts: 500 });
  });

  it('that was stopped takes no rekey, and its hardware goes on', async () => {
    const world = await secured();
    world.controller.service.stop();
    expect(world.controller.service.rekey(undefined, '0-RTT')).toContain('the stations have no keys yet');
    const before = world.delivered.get(1)?.follower ?? 0;
    world.exchange();
    expect(world.delivered.get(1)?.follower).toBe(before + 1);
  });

  it('is set up anew when its hardware has lost the keys', async () => {
    const world = await secured();
    const [hardware] = world.controller.hardware.relations;
    hardware?.peer?.eraseAll();
    await world.intervals(2);
    expect(world.relation(1)).toMatchObject({
      state: 'associating',
      lastFailure: { what: 'the hardware has lost its keys: it was loaded anew or reset' },
    });
    await world.until(() => world.relation(1).state === 'secured', 3000);
  });
});
