/** What an agent needs of the hardware of its station: a driver for each relation, and the one mailbox of the host's frames. */
import type { Expected, InterruptName, KeyDriver, RelationDriver } from '../control-plane/driver.ts';
import { FrameMailbox } from '../control-plane/frame-mailbox.ts';
import type { RegisterSpace } from '../control-plane/register-space.ts';
import { StationDriver } from '../control-plane/station-driver.ts';

/** Of one relation: its driver, or a model in its place. */
export type RelationHardware = KeyDriver & Pick<RelationDriver, 'identify' | 'configure' | 'statistics'>;

/** What messages of the agreements of all relations travel in. */
export type HostMailbox = Pick<FrameMailbox, 'open' | 'interruptOnReceive' | 'send' | 'receive'>;

/** What an agent wants to hear of: it leaves the payloads to the application. */
export const AGENT_INTERRUPTS: readonly InterruptName[] = ['request', 'slots', 'counter'];

export interface StationHardware {
  /** in the order of the configuration's relations */
  readonly relations: readonly RelationHardware[];
  readonly mailbox: HostMailbox;
  /**
   * Takes what has happened of `AGENT_INTERRUPTS`: places in the list of the relations to which something did. That nothing did, one access
   * tells, however many relations there are.
   */
  takeEvents(): Promise<readonly number[]>;
  /** as of `StationDriver`, before the first is configured; a model has nothing to take away */
  readonly withdraw?: StationDriver['withdraw'];
}

/** The hardware behind its registers: the page of relation 0 with those of the others behind it, and the page `host`. @throws HardwareMismatch */
export async function openStation(
  { peer, host }: { readonly peer: RegisterSpace; readonly host: RegisterSpace },
  expected: Expected,
): Promise<StationHardware> {
  const station = new StationDriver(peer);
  const { relations } = await station.identify(expected);
  return {
    relations: Array.from({ length: relations }, (_, number) => relationOf(station, number)),
    mailbox: new FrameMailbox(host),
    takeEvents: () => eventsOf(station, relations),
    withdraw: (settings) => station.withdraw(settings),
  };
}

/** @param most that are taken: where an application wants to hear of payloads, the queue may never be empty */
async function eventsOf(station: StationDriver, most: number): Promise<readonly number[]> {
  const places: number[] = [];
  for (let left = most; left > 0; left--) {
    const event = await station.takeEvent();
    if (event === undefined) break;
    if (AGENT_INTERRUPTS.some((name) => event.interrupts[name])) places.push(event.relation);
  }
  return places;
}

/** Its driver, but for the FrameID, which is one of the station's. */
function relationOf(station: StationDriver, number: number): RelationHardware {
  const driver = station.relation(number);
  return {
    identify: (expected) => driver.identify(expected),
    configure: (settings) => station.configure(number, settings),
    statistics: () => driver.statistics(),
    pushKey: (keyId, material) => driver.pushKey(keyId, material),
    cancel: () => driver.cancel(),
    eraseAll: () => driver.eraseAll(),
    requireNoKeys: () => driver.requireNoKeys(),
    status: () => driver.status(),
    request: () => driver.request(),
    transmitCounter: () => driver.transmitCounter(),
    framesDelivered: () => driver.framesDelivered(),
  };
}
