/** The hardware of an agent: each of its relations is its driver, in all but its settings, which the station gives it. */
import { afterEach, expect, it, vi } from 'vitest';
import { hardwareSettings } from '../../../sw/agent/relation-setup.ts';
import { AGENT_INTERRUPTS, openStation } from '../../../sw/agent/station-hardware.ts';
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
  const station = await openStation({ peer: SPACE, host: SPACE }, { allowInsecure: false });
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

const NOTHING = { received: false, request: false, slots: false, counter: false, watchdog: false } as const;

/** Words of a station that sit still, but for its events: each is read once. @param words by offset */
function stationOf(words: Readonly<Record<number, number>>, events: number[], accesses: unknown[]): RegisterSpace {
  return {
    read32: async (offset) => {
      accesses.push(offset);
      return offset === EVENT ? (events.shift() ?? 0) : (words[offset] ?? 0);
    },
    write32: async (offset, value) => void accesses.push([offset, value]),
  };
}
const EVENT = 0x0ac;
/** An initiator of one relation with 2 slots and AES-128-GCM. */
const ONE_RELATION = { 0: 0x4b545231, 4: 0x0000_0102, 240: 0x0004_0000 } as const;

it('a station of one relation has its driver on one page and its mailbox on the other, and no page is read behind the first', async () => {
  const accesses: Record<'peer' | 'host', unknown[]> = { peer: [], host: [] };
  const [peer, host] = [stationOf(ONE_RELATION, [], accesses.peer), stationOf({}, [], accesses.host)];
  const { relations, mailbox, withdraw } = await openStation({ peer, host }, {});
  expect(relations).toHaveLength(1);
  await withdraw?.([]);
  await relations[0]?.framesDelivered();
  expect(accesses.host).toEqual([]);
  // what no settings were found for was taken away: it sends nothing, receives nothing, and has no keys
  for (const access of [[0x008, 0], [0x038, 0], [0x088, 0x45524153], 0x108]) expect(accesses.peer).toContainEqual(access);
  const ofPeer = accesses.peer.length;
  await mailbox.receive();
  expect(accesses.peer).toHaveLength(ofPeer);
  expect(accesses.host.length).toBeGreaterThan(0);
});

it('a station of one relation is asked for what happened in one access, and payloads are left to the application', async () => {
  const accesses: unknown[] = [];
  const events: number[] = [];
  const { takeEvents } = await openStation({ peer: stationOf(ONE_RELATION, events, accesses), host: SPACE }, {});
  const asked = async (event: number): Promise<unknown> => {
    events.push(event);
    accesses.splice(0);
    const places = await takeEvents();
    expect(accesses).toEqual([EVENT]);
    return places;
  };
  expect(await asked(0)).toEqual([]);
  expect(await asked(0x1_0100)).toEqual([]);
  expect(await asked(0x1_0500)).toEqual([0]);
});

it('a station is asked for its events until there are none, or as many as it has relations: of payloads alone none is told', async () => {
  vi.spyOn(StationDriver.prototype, 'identify').mockResolvedValue({ relations: 3 } as never);
  vi.spyOn(StationDriver.prototype, 'relation').mockImplementation(() => new RelationDriver(SPACE));
  const take = vi.spyOn(StationDriver.prototype, 'takeEvent');
  const { takeEvents } = await openStation({ peer: SPACE, host: SPACE }, {});
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
