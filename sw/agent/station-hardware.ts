/** What an agent needs of the hardware of its station: a driver for each relation, and the one mailbox of the host's frames. */
import { type Expected, type KeyDriver, RelationDriver } from '../control-plane/driver.ts';
import { FrameMailbox } from '../control-plane/frame-mailbox.ts';
import type { RegisterSpace } from '../control-plane/register-space.ts';
import { StationDriver } from '../control-plane/station-driver.ts';

/** Of one relation: its driver, or a model in its place. */
export type RelationHardware = KeyDriver & Pick<RelationDriver, 'identify' | 'configure' | 'statistics'>;

/** What messages of the agreements of all relations travel in. */
export type HostMailbox = Pick<FrameMailbox, 'open' | 'send' | 'receive'>;

export interface StationHardware {
  /** in the order of the configuration's relations */
  readonly relations: readonly RelationHardware[];
  readonly mailbox: HostMailbox;
  /** as of `StationDriver`, before the first is configured; hardware of one relation has nothing to take away */
  readonly withdraw?: StationDriver['withdraw'];
}

/** Hardware with one relation: the registers of its page `peer`, and of its page `host`. */
export function singleRelation({ peer, host }: { readonly peer: RegisterSpace; readonly host: RegisterSpace }): StationHardware {
  return { relations: [new RelationDriver(peer)], mailbox: new FrameMailbox(host) };
}

/** Hardware with many relations: the page of relation 0 with those of the others behind it, and the page `host`. @throws HardwareMismatch */
export async function manyRelations(
  { peer, host }: { readonly peer: RegisterSpace; readonly host: RegisterSpace },
  expected: Expected,
): Promise<StationHardware> {
  const station = new StationDriver(peer);
  const { relations } = await station.identify(expected);
  return {
    relations: Array.from({ length: relations }, (_, number) => relationOf(station, number)),
    mailbox: new FrameMailbox(host),
    withdraw: (settings) => station.withdraw(settings),
  };
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
