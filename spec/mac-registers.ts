/** The registers of a MAC: what became of the frames on the wire. Access as in `registers.ts`; all other accesses answer SLVERR. */
import { MAP_VERSION_REGISTER, type Register } from './registers.ts';

/** Reads as `KTE1`. */
export const MAC_IDENTIFICATION = 0x4b544531;

const counter = <const N extends string>(name: N, offset: number, description: string) =>
  ({ name, offset, access: 'ro', description }) as const;

export const MAC_REGISTERS = {
  identification: {
    name: 'identification',
    offset: 0x000,
    access: 'ro',
    description: 'constant 0x4B544531, "KTE1"',
    afterReset: MAC_IDENTIFICATION,
    constant: true,
  },
  received: counter('received', 0x010, 'good frames, handed on'),
  overflow: counter('overflow', 0x014, 'good frames that found no room: dropped whole'),
  runt: counter('runt', 0x018, 'frames of less than 64 octets with FCS: dropped'),
  tooLong: counter('tooLong', 0x01c, 'frames of more than 1522 octets with FCS: dropped'),
  receiveError: counter('receiveError', 0x020, 'frames with RX_ER: dropped'),
  alignment: counter('alignment', 0x024, 'frames with bits left over that make no octet: dropped'),
  fcsError: counter('fcsError', 0x028, 'frames with a wrong FCS: dropped'),
  sent: counter('sent', 0x030, 'frames sent, with their FCS'),
  refused: counter('refused', 0x034, 'frames of more than 1518 octets without FCS: not sent'),
  mapVersion: { ...MAP_VERSION_REGISTER, description: 'version of this map, as that of the peer' },
} as const satisfies Record<string, Register>;

export const MAC_COUNTERS = [
  'received',
  'overflow',
  'runt',
  'tooLong',
  'receiveError',
  'alignment',
  'fcsError',
  'sent',
  'refused',
] as const;
