/** A relation of hardware with many is its driver, in all but its settings, which the station gives it. */
import { afterEach, expect, it, vi } from 'vitest';
import { hardwareSettings } from '../../../sw/agent/relation-setup.ts';
import { manyRelations } from '../../../sw/agent/station-hardware.ts';
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
