/**
 * The association: first keys that are agreed on, and software that starts again in any phase while the hardware goes on. X25519 is replaced,
 * which would take most of the time.
 */
import { describe, expect, it, vi } from 'vitest';
import type { Role } from '../../../spec/peer-rules.ts';
import { FollowerAssociation } from '../../../sw/control-plane/follower-association.ts';
import { InitiatorAssociation } from '../../../sw/control-plane/initiator-association.ts';
import { partiesOf } from '../agreement/ends.ts';
import { peerOf } from '../reference-model/peers.ts';
import { GOOD, ModelDriver, REKEY, ROLES, randomOf, recovers, SECRET, SILENCE, started, TIMING, World } from './association-world.ts';

vi.mock('../../../sw/noise/diffie-hellman.ts', async (original) => ({
  ...(await original<object>()),
  ...(await import('../noise/stand-in.ts')),
}));

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));

async function until(world: World, holds: () => boolean): Promise<void> {
  for (let left = 500; !holds(); left--) {
    if (left === 0) expect.fail('it never came');
    await world.tick();
  }
}

describe('an association', () => {
  it('gives both ends the first key, by three messages; nobody sends a cyclic frame before', async () => {
    const world = await started(seed);
    expect(world.stations.initiator.driver.peer.state.slots.every(({ keyId }) => keyId === undefined)).toBe(true);
    await world.ticks(10);
    expect(world.messages.map(({ frame }) => frame[17])).toEqual([1, 2, 3]);
    const [i, f] = [world.stations.initiator.driver, world.stations.follower.driver];
    expect([i.keys.length, f.keys.length]).toEqual([1, 1]);
    expect(world.delivered.initiator).toBeGreaterThan(3);
    await recovers(world, 'a first association');
  });

  it('says when the peer has the key of what is sent: not before the first key is in use, and under old keys until they are erased', async () => {
    const world = await started(seed);
    const canSend = (role: Role) => world.stations[role].association.canSend;
    const phases = async (): Promise<string[]> => {
      const seen: string[] = [];
      for (let left = 20; left > 0; left--) {
        const now = ROLES.map((role) => (canSend(role) ? 'yes' : 'no')).join(' ');
        if (seen.at(-1) !== now) seen.push(now);
        await world.tick();
      }
      return seen;
    };
    expect(await phases()).toEqual(['no no', 'no yes', 'yes yes']);
    await world.restart('initiator');
    expect(await phases()).toEqual(['yes yes', 'no yes', 'yes yes']);
    await world.restart('follower');
    expect([canSend('initiator'), canSend('follower')]).toEqual([true, false]);
  });

  it('begins with other keys each time', async () => {
    const keys = await Promise.all(
      [1, 2, 3].map(async (own) => {
        const world = await started(own);
        await world.ticks(10);
        return world.stations.initiator.driver.keys[0];
      }),
    );
    expect(new Set(keys).size).toBe(3);
  });

  it.each(ROLES)('when the software of the %s starts again, the old keys go, and new ones come', async (role) => {
    const world = await started(seed);
    await world.ticks(REKEY / 2);
    const before = world.stations[role].driver.keys.length;
    await world.restart(role);
    await recovers(world, `restart of the ${role}`);
    expect(world.stations[role].driver.keys.length).toBeGreaterThan(before);
  });

  it.each([
    { what: '0-RTT', pushes: 1 },
    { what: 'n-RTT', pushes: 3 },
  ])(
    '$what: an announcement that nobody answers is withdrawn, and the other kind of rekey follows when somebody does (M12)',
    async ({ pushes }) => {
      const world = await started(seed);
      const { initiator, follower } = world.stations;
      // the key that is announced next is the one to be withdrawn; an n-RTT one was agreed on before the follower falls asleep
      await until(world, () => initiator.driver.keys.length === 1 + pushes);
      world.asleep.add('follower');
      const installed = follower.driver.keys.length;
      await until(world, () => world.events.some(({ event }) => event.kind === 'announcementWithdrawn'));
      expect(initiator.driver.peer.state.withdrawn).toBeDefined();
      expect(follower.driver.keys.length).toBe(installed);
      const before = structuredClone(world.delivered);
      await world.ticks(10);
      for (const role of ROLES) expect(world.delivered[role] - before[role], 'the old key goes on').toBe(10);
      world.asleep.clear();
      await recovers(world, 'withdrawn');
      expect(world.events.filter(({ event }) => event.kind === 'peerSilent')).toEqual([]);
    },
  );

  it('a key that the follower holds when it is withdrawn is dropped by both, and never used', async () => {
    const world = await started(seed);
    const { initiator, follower } = world.stations;
    await until(world, () => follower.driver.keys.length === 2);
    // the follower's frames are lost: it holds the key ready, and the initiator does not hear of it
    const [toInitiator, toFollower] = [follower, initiator].map(
      ({ driver }) => driver.peer.state.slots.filter(({ keyId }) => keyId).length,
    );
    expect([toInitiator, toFollower]).toEqual([2, 2]);
    world.deaf.add('initiator');
    await until(world, () => world.events.some(({ event }) => event.kind === 'announcementWithdrawn'));
    await until(world, () => world.events.some(({ event }) => event.kind === 'keyDropped'));
    world.deaf.clear();
    await recovers(world, 'dropped');
  });

  it('while the initiator associates anew, frames go on under the key that its hardware has', async () => {
    const world = await started(seed);
    await world.ticks(20);
    await world.restart('initiator');
    world.channel = { delays: (kind) => (kind === undefined ? [1] : []) };
    const before = { ...world.delivered };
    await world.ticks(30);
    for (const role of ROLES) expect(world.delivered[role] - before[role]).toBe(30);
    expect(world.stations.initiator.association.associated).toBe(false);
  });

  it('a follower that starts erases what its hardware has', async () => {
    const world = await started(seed);
    await world.ticks(20);
    await world.restart('follower');
    expect(world.stations.follower.driver.peer.state.slots.every(({ keyId }) => keyId === undefined)).toBe(true);
  });

  it('a replayed request takes nothing away: without a confirmation the keys stay', async () => {
    const world = await started(seed);
    await world.ticks(20);
    const [request, , confirmation] = world.messages;
    const { keys } = world.stations.follower.driver;
    const before = keys.length;
    for (let round = 0; round < 5; round++) {
      for (const replayed of [request, confirmation]) world.inject('follower', replayed?.frame ?? expect.fail('nothing was sent'));
      await world.tick();
    }
    expect(keys.length).toBe(before);
    const delivered = world.delivered.follower;
    await world.ticks(5);
    expect(world.delivered.follower).toBe(delivered + 5);
  });

  it('a lost confirmation comes again, however often: no second association is needed', async () => {
    const world = await started(seed);
    let lost = 0;
    world.channel = { delays: (kind) => (kind === 'confirmation' && ++lost <= 3 ? [] : [1]) };
    await world.ticks(SILENCE - 10);
    expect(lost).toBe(4);
    expect(world.events.map(({ event }) => event.kind).filter((kind) => kind === 'associated')).toHaveLength(2);
    expect(world.delivered.initiator).toBeGreaterThan(10);
  });

  it('the master key is zeroed when its keys are made, and nothing is left to agree on after a stop', async () => {
    const world = await started(seed);
    await world.ticks(10);
    expect(world.masterKeys).toHaveLength(2);
    for (const key of world.masterKeys) expect([...key].every((octet) => octet === 0)).toBe(true);
    for (const role of ROLES) world.stations[role].association.stop();
    expect(
      SECRET.every((octet) => octet !== 0),
      'the secret of whoever gave it stays',
    ).toBe(true);
    for (const schedule of world.schedules) expect(schedule.agreementPsk().every((octet) => octet === 0)).toBe(true);
    // what was stopped has no secret any more: another station, which has it, agrees on nothing with it
    await world.restart('follower');
    const before = world.messages.length;
    await world.stations.initiator.association.start();
    await world.ticks(100);
    expect(world.masterKeys).toHaveLength(2);
    expect(world.messages.length, 'a request of what has no secret').toBe(before);
  });

  it.each(ROLES)('the %s may be stopped before it is associated, and is quiet then', async (role) => {
    const world = await started(seed);
    world.stations[role].association.stop();
    const before = world.messages.length;
    await world.ticks(70);
    const from = role === 'initiator' ? 'follower' : 'initiator';
    expect(world.messages.slice(before).filter(({ to }) => to === from)).toEqual([]);
    expect(world.masterKeys).toEqual([]);
  });

  it('the initiator says when it must be called at the latest', async () => {
    const world = await started(seed);
    const { association } = world.stations.initiator;
    if (!(association instanceof InitiatorAssociation)) return expect.fail('another role');
    expect(association.dueAt).toBe(TIMING.firstRetry);
    await world.ticks(10);
    const installed = world.events.find(({ role, event }) => role === 'initiator' && event.kind === 'associated')?.at ?? Number.NaN;
    expect(association.dueAt).toBe(installed + REKEY);
    // a key that nobody answers for is due for ever; what comes next is the silence
    world.channel = { delays: () => [] };
    const last = world.now + 1;
    await until(world, () => world.events.some(({ event }) => event.kind === 'peerSilent'));
    expect(world.now).toBe(last + SILENCE);
  });

  it('what is overdue, and was looked after, is due no more: neither in the midst of rekeys of both kinds nor when nobody answers', async () => {
    const world = await started(seed);
    const { association } = world.stations.initiator;
    if (!(association instanceof InitiatorAssociation)) return expect.fail('another role');
    const isAhead = async (ticks: number): Promise<void> => {
      for (let left = ticks; left > 0; left--) {
        await world.tick();
        expect(association.dueAt, `at ${world.now}`).toBeGreaterThan(world.now);
      }
    };
    await isAhead(5 * REKEY);
    expect(world.stations.initiator.driver.keys.length).toBeGreaterThan(4);
    world.channel = { delays: () => [] };
    await isAhead(2 * SILENCE);
    expect(world.events.some(({ event }) => event.kind === 'peerSilent')).toBe(true);
  });

  it('of which no cyclic frame comes may not be sent under, nor rekeyed, and begins anew after the silence', async () => {
    const world = new World(seed);
    world.channel = { delays: (kind) => (kind === undefined ? [] : [1]) };
    const { initiator, follower } = world.stations;
    const { association } = initiator;
    if (!(association instanceof InitiatorAssociation)) return expect.fail('another role');
    await association.service();
    expect({ sent: world.messages, canSend: association.canSend }, 'before the start').toEqual({ sent: [], canSend: false });
    for (const role of ROLES) await world.stations[role].association.start();
    expect(association.rekey('0-RTT'), 'before there are keys').toBe(false);
    await until(world, () => initiator.driver.keys.length === 1 && follower.driver.keys.length === 1);
    for (let left = SILENCE - 10; left > 0; left--) {
      await world.tick();
      expect(association.canSend).toBe(false);
      expect(association.rekey('0-RTT')).toBe(false);
      expect(association.dueAt, `at ${world.now}`).toBeGreaterThan(world.now);
    }
    expect(initiator.driver.keys).toHaveLength(1);
    world.channel = GOOD;
    await recovers(world, 'no cyclic frames at first');
  });

  it('waits for its turn, and so do its n-RTT rekeys', async () => {
    let turn = false;
    const world = await started(seed, { rekey: REKEY, silence: SILENCE, mayBegin: () => turn });
    await world.ticks(20);
    expect(world.messages).toEqual([]);
    turn = true;
    const { association } = world.stations.initiator;
    await association.service();
    await until(world, () => association.associated);
    turn = false;
    // the third rekey is n-RTT
    await world.ticks(5 * REKEY);
    expect(world.messages.filter(({ frame }) => frame[17] === 1 && frame[23] === 1)).toEqual([]);
    turn = true;
    await world.ticks(REKEY);
    expect(world.messages.filter(({ frame }) => frame[17] === 1 && frame[23] === 1).length).toBeGreaterThan(0);
  });

  it('rekeys at once when it is asked to', async () => {
    const world = await started(seed);
    const { association, driver } = world.stations.initiator;
    if (!(association instanceof InitiatorAssociation)) return expect.fail('another role');
    await until(world, () => association.associated);
    await world.ticks(2);
    expect(association.rekey('0-RTT')).toBe(true);
    await association.service();
    expect(driver.keys).toHaveLength(2);
  });

  it('that begins in the midst of an n-RTT agreement is not ended by the failure of a rekey', async () => {
    const world = await started(seed);
    // the third rekey, after 120 ticks, is n-RTT; its agreement is not given up before the silence is noticed
    await world.ticks(3 * REKEY - SILENCE / 3);
    world.channel = { delays: () => [] };
    await until(world, () => world.events.some(({ event }) => event.kind === 'peerSilent'));
    expect(world.messages.filter(({ frame }) => frame[17] === 1 && frame[23] === 1).length, 'requests for master key 1').toBeGreaterThan(0);
    const failures = () => world.events.filter(({ event }) => event.kind === 'agreementFailed').length;
    const before = failures();
    await world.ticks(10);
    expect(failures()).toBe(before);
    world.channel = { delays: () => [1] };
    await recovers(world, 'an outage while an n-RTT agreement was under way');
  });

  it('an outage that is longer than the silence is followed by a new association, a shorter one is not', async () => {
    const world = await started(seed);
    await world.ticks(20);
    world.channel = { delays: () => [] };
    await world.ticks(SILENCE - 10);
    world.channel = { delays: () => [1] };
    await world.ticks(SILENCE);
    const silent = () => world.events.filter(({ event }) => event.kind === 'peerSilent').length;
    expect(silent()).toBe(0);
    world.channel = { delays: () => [] };
    await world.ticks(SILENCE + 10);
    expect(silent()).toBe(1);
    world.channel = { delays: () => [1] };
    await recovers(world, 'a long outage');
  });
});

it.each([0, 31, 33])('a secret of %s octets is refused', (octets) => {
  const port = { send: () => {}, now: () => 0, random: randomOf(seed) };
  const common = { parties: partiesOf('follower'), psk: new Uint8Array(octets), keysOf: () => expect.fail('no key is wanted') };
  const follower = () => new FollowerAssociation(new ModelDriver(peerOf('follower', 3)), port, common);
  const initiator = () =>
    new InitiatorAssociation(new ModelDriver(peerOf('initiator', 3)), port, {
      ...common,
      trigger: { time: REKEY },
      nRttEvery: 3,
      timing: TIMING,
      silence: SILENCE,
    });
  for (const make of [follower, initiator]) {
    expect(make).toThrow(expect.objectContaining({ name: 'AssociationSecretError' }));
    expect(make).toThrow(`the secret of an association has 32 octets, found ${octets}: give both stations the same, or zeros for none`);
  }
});

describe('two stations of one role', () => {
  const addresses = [Uint8Array.of(2, 0, 0, 0, 0, 1), Uint8Array.of(2, 0, 0, 0, 0, 2)] as const;

  it('that both take themselves for the initiator find out, and neither gets a key', async () => {
    const random = randomOf(seed);
    let now = 0;
    const inboxes: [Uint8Array[], Uint8Array[]] = [[], []];
    const failures: [string[], string[]] = [[], []];
    const both = ([0, 1] as const).map(async (own) => {
      const other = own === 0 ? 1 : 0;
      const keys = [partiesOf('initiator').staticKeys, partiesOf('follower').staticKeys] as const;
      const parties = partiesOf('initiator', {
        initiatorAddress: addresses[own],
        followerAddress: addresses[other],
        staticKeys: keys[own],
        remoteStatic: keys[other].publicKey,
      });
      const driver = new ModelDriver(peerOf('initiator', 3));
      const port = {
        send: (frame: Uint8Array) => void inboxes[other].push(frame),
        now: () => now,
        random,
      };
      const association = new InitiatorAssociation(driver, port, {
        parties,
        psk: SECRET,
        keysOf: () => expect.fail('a key was agreed on'),
        trigger: { time: REKEY },
        nRttEvery: 3,
        timing: TIMING,
        silence: SILENCE,
        onEvent: (event) => failures[own].push(event.kind === 'agreementFailed' ? event.failure.reason : event.kind),
      });
      await association.start();
      return { association, driver, own };
    });
    const stations = await Promise.all(both);
    for (; now < 200; now++)
      for (const { association, own } of stations) {
        for (const frame of inboxes[own].splice(0)) association.receive(frame);
        await association.service();
      }
    for (const { driver, own } of stations) {
      expect(driver.keys).toEqual([]);
      expect(new Set(failures[own])).toEqual(new Set(['peerIsInitiatorToo']));
      expect(failures[own].length).toBeGreaterThan(1);
    }
  });

  it('that both take themselves for the follower say nothing at all', async () => {
    const driver = new ModelDriver(peerOf('follower', 3));
    const port = { send: () => expect.fail('it sent something'), now: () => 0, random: randomOf(seed) };
    const association = new FollowerAssociation(driver, port, {
      parties: partiesOf('follower'),
      psk: SECRET,
      keysOf: () => expect.fail('a key was agreed on'),
    });
    await association.start();
    for (let round = 0; round < 100; round++) await association.service();
    expect(association.associated).toBe(false);
    expect(driver.keys).toEqual([]);
  });
});
