/** Every map of registers, each a page of its own (`pages.ts`): the one source for headers, SystemRDL and documentation. */
import { MAC_IDENTIFICATION, MAC_REGISTERS } from './mac-registers.ts';
import { MAILBOX_IDENTIFICATION, MAILBOX_REGISTERS } from './mailbox-registers.ts';
import type { PageName } from './pages.ts';
import { IDENTIFICATION, type Register } from './registers.ts';
import { PAGE_REGISTERS } from './station-registers.ts';

export interface RegisterMapDescription {
  /** as identifiers of other languages begin */
  readonly name: string;
  readonly title: string;
  /** where it is written */
  readonly source: string;
  readonly identification: number;
  /** in the order of the offsets */
  readonly registers: readonly Register[];
}

export const REGISTER_MAPS = {
  station: {
    name: 'keyturn',
    title: 'a relation of a Keyturn station',
    source: 'spec/station-registers.ts',
    identification: IDENTIFICATION,
    registers: PAGE_REGISTERS,
  },
  mailbox: {
    name: 'keyturn_mailbox',
    title: 'a frame mailbox',
    source: 'spec/mailbox-registers.ts',
    identification: MAILBOX_IDENTIFICATION,
    registers: Object.values<Register>(MAILBOX_REGISTERS),
  },
  mac: {
    name: 'keyturn_mac',
    title: 'a MAC',
    source: 'spec/mac-registers.ts',
    identification: MAC_IDENTIFICATION,
    registers: Object.values<Register>(MAC_REGISTERS),
  },
} as const satisfies Record<string, RegisterMapDescription>;

/** The map of each page. */
export const PAGE_MAPS: Readonly<Record<PageName, RegisterMapDescription>> = {
  peer: REGISTER_MAPS.station,
  host: REGISTER_MAPS.mailbox,
  network: REGISTER_MAPS.mailbox,
  mac: REGISTER_MAPS.mac,
};
