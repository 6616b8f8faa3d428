/** What an agent needs of the hardware of its station: a driver for each relation, and the one mailbox of the host's frames. */
import { type KeyDriver, RelationDriver } from '../control-plane/driver.ts';
import { FrameMailbox } from '../control-plane/frame-mailbox.ts';
import type { RegisterSpace } from '../control-plane/register-space.ts';

/** Of one relation: its driver, or a model in its place. */
export type RelationHardware = KeyDriver & Pick<RelationDriver, 'identify' | 'configure' | 'statistics'>;

/** What messages of the agreements of all relations travel in. */
export type HostMailbox = Pick<FrameMailbox, 'open' | 'send' | 'receive'>;

export interface StationHardware {
  /** in the order of the configuration's relations */
  readonly relations: readonly RelationHardware[];
  readonly mailbox: HostMailbox;
}

/** Hardware with one relation: the registers of its page `peer`, and of its page `host`. */
export function singleRelation({ peer, host }: { readonly peer: RegisterSpace; readonly host: RegisterSpace }): StationHardware {
  return { relations: [new RelationDriver(peer)], mailbox: new FrameMailbox(host) };
}
