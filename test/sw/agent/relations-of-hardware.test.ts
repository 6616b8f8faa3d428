/** Hardware of one relation and of many: a relation of many is its driver, in all but its settings, which the station gives it. */
import { afterEach, expect, it, vi } from 'vitest';
import { hardwareSettings } from '../../../sw/agent/relation-setup.ts';
import { AGENT_INTERRUPTS, manyRelations, singleRelation } from '../../../sw/agent/station-hardware.ts';
import { RelationDriver } from '../../../sw/control-plane/driver.ts';
import type { RegisterSpace } from '../../../sw/control-plane/register-space.ts';
import { StationDriver } from '../../../sw/control-plane/station-driver.ts';
import { configurationOf } from './station-world.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const SPACE: RegisterSpace = { read32: () => expect.fail('a register was read'), write32: () => expect.fail('a register was written') };
/** What each method of a driver is called with. */
const CALLS = {
  identify: [{ allowInsecure: true }],
  statistics: [],
  pushKey: [{ master: 0, communication: 1 }, 'material'],
  cancel: [],
  eraseAll: [],
  requireNoKeys: [],
  status: [],
  request: [],
  transmitCounter: [],
  framesDelivered: [],
} as const;

it('each command goes to the driver of the relation, and its answer comes back; settings and withdrawal are the station’s', async () => {
  const drivers = [new RelationDriver(SPACE), new RelationDriver(SPACE)];
  vi.spyOn(StationDriver.prototype, 'identify').mockResolvedValue({ relations: drivers.length } as never);
  vi.spyOn(StationDriver.prototype, 'relation').mockImplementation((number) => drivers[number] ?? expect.fail(`relation ${number}`));
  const configure = vi.spyOn(StationDriver.prototype, 'configure').mockResolvedValue();
  const withdraw = vi.spyOn(StationDriver.prototype, 'withdraw').mockResolvedValue();
  const station = await manyRelations({ peer: SPACE, host: SPACE }, { allowInsecure: false });
  expect(station.relations).toHaveLength(2);
  const [, second] = station.relations;
  const driver = drivers[1];
  if (second === undefined || driver === undefined) return expect.fail('no second relation');
  for (const [name, parameters] of Object.entries(CALLS) as [keyof typeof CALLS, readonly unknown[]][]) {
    const called = vi.spyOn(driver, name).mockResolvedValue(`answer to ${name}` as never);
    expect(await Reflect.apply(second[name], second, parameters)).toBe(`answer to ${name}`);
    expect(called.mock.calls, name).toEqual([parameters]);
  }
  const [settings] = configurationOf('initiator', [1]).relations.map((relation) => hardwareSettings('initiator', relation));
  if (settings === undefined) return expect.fail('no settings');
  await second.configure(settings);
  expect(configure.mock.calls).toEqual([[1, settings]]);
  await station.withdraw?.([settings]);
  expect(withdraw.mock.calls).toEqual([[[settings]]]);
});

it('hardware of one relation has its driver on one page and its mailbox on the other, and nothing to withdraw', async () => {
  const read = { peer: 0, host: 0 };
  const page = (name: 'peer' | 'host'): RegisterSpace => ({
    ...SPACE,
    read32: async () => {
      read[name]++;
      return 0;
    },
  });
  const { relations, mailbox, withdraw } = singleRelation({ peer: page('peer'), host: page('host') });
  expect(relations).toHaveLength(1);
  expect(withdraw).toBeUndefined();
  await relations[0]?.framesDelivered();
  expect(read.host).toBe(0);
  expect(read.peer).toBeGreaterThan(0);
  const ofPeer = read.peer;
  await mailbox.receive();
  expect(read.peer).toBe(ofPeer);
  expect(read.host).toBeGreaterThan(0);
});

const NOTHING = { received: false, request: false, slots: false, counter: false, watchdog: false } as const;

it('hardware of one relation is asked for its interrupts in one access, and payloads are left to the application', async () => {
  const accesses: unknown[] = [];
  let status = 0b0001;
  const peer: RegisterSpace = {
    read32: async (offset) => {
      accesses.push(offset);
      return status;
    },
    write32: async (offset, value) => void accesses.push([offset, value]),
  };
  const { takeEvents } = singleRelation({ peer, host: SPACE });
  expect(await takeEvents()).toEqual([]);
  expect(accesses.splice(0)).toEqual([0x014]);
  status = 0b0101;
  expect(await takeEvents()).toEqual([0]);
  expect(accesses).toEqual([0x014, [0x014, 0b0100]]);
});

it('a station is asked for its events until there are none, or as many as it has relations: of payloads alone none is told', async () => {
  vi.spyOn(StationDriver.prototype, 'identify').mockResolvedValue({ relations: 3 } as never);
  vi.spyOn(StationDriver.prototype, 'relation').mockImplementation(() => new RelationDriver(SPACE));
  const take = vi.spyOn(StationDriver.prototype, 'takeEvent');
  const { takeEvents } = await manyRelations({ peer: SPACE, host: SPACE }, {});
  take.mockResolvedValue(undefined);
  expect(await takeEvents()).toEqual([]);
  expect(take).toHaveBeenCalledTimes(1);
  for (const name of AGENT_INTERRUPTS) {
    take.mockResolvedValueOnce({ relation: 2, interrupts: { ...NOTHING, received: true } });
    take.mockResolvedValueOnce({ relation: 1, interrupts: { ...NOTHING, [name]: true } });
    expect(await takeEvents(), name).toEqual([1]);
  }
  take.mockClear().mockResolvedValue({ relation: 0, interrupts: { ...NOTHING, slots: true } });
  expect(await takeEvents()).toEqual([0, 0, 0]);
  expect(take).toHaveBeenCalledTimes(3);
  expect([...AGENT_INTERRUPTS].sort()).toEqual(['counter', 'request', 'slots']);
});
