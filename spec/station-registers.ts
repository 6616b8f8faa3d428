/**
 * The registers of a station. Each of its 1 to 256 relations has a page of `PAGE_OCTETS`, relation 0 the first, with the registers
 * of one (`registers.ts`), so that software for one relation drives any of them at the page's base; and a page can be handed to a
 * program of its own, as memory is mapped in such pieces. What stands here, and what is the station's and not one relation's,
 * is the same in every page.
 */
import { IMAGE_REGISTERS } from './image-registers.ts';
import { field, REGISTER_LIST, REGISTERS, type Register } from './registers.ts';

export { PAGE_OCTETS } from './pages.ts';

/** FrameIDs from `frameIdBase` on that relations can receive: a consumer assigns its own, so they stand near each other. */
export const FRAME_IDS = 2048;

/** Of a page that has all of them: the station's own, the same whichever page they are reached through. */
export const SHARED_REGISTERS = [
  'identification',
  'capabilities',
  'interruptEnable',
  'obsoleteTimeout',
  'sourceHigh',
  'sourceLow',
  'transmitSpace',
  'mapVersion',
  'buildId',
  'framesPassed',
  'framesOverflowed',
  'imageCapacity',
] as const;

export const STATION_REGISTERS = {
  receiveRelation: {
    name: 'receiveRelation',
    offset: 0x0a8,
    access: 'ro',
    description: 'whose the oldest record in the RX FIFO is: in its page it is read',
    fields: [field('relation', 0, 8, 'number of the relation'), field('valid', 16, 1, 'there is a record')],
  },
  event: {
    name: 'event',
    offset: 0x0ac,
    access: 'ro',
    description:
      'the relation to which something happened first, taken from the queue by the read; what happened stands in the interruptStatus of its page, until the next one is taken',
    fields: [
      field('relation', 0, 8, 'number of the relation'),
      field('interrupts', 8, 5, 'as in interruptStatus, of those that are enabled'),
      field('valid', 16, 1, 'there was one'),
    ],
    pops: true,
  },
  frameIdBase: {
    name: 'frameIdBase',
    offset: 0x0b0,
    access: 'rw',
    description: 'first of the 2048 FrameIDs that relations can receive; written while none has one',
    bits: 16,
    afterReset: 0x8000,
  },
  framesRefused: {
    name: 'framesRefused',
    offset: 0x128,
    access: 'ro',
    description: 'records thrown away because no key was Active or its counter was used up: they would hold up those of other relations',
  },
} as const satisfies Record<string, Register>;

export type StationRegisterName = keyof typeof STATION_REGISTERS;

/** What happens to a relation of a station beside what happens to any. */
export const WATCHDOG = field('watchdog', 4, 1, 'the image that is received has expired: nothing was delivered for dataHold');
const INTERRUPTS = [...REGISTERS.interruptStatus.fields, WATCHDOG];

/** What a page has otherwise than a relation alone. */
const OTHERWISE: Readonly<Record<string, Partial<Register>>> = {
  interruptStatus: { description: 'what happened by the event that was taken last, if it was of this relation', fields: INTERRUPTS },
  interruptEnable: {
    description: 'which of them are events, in all relations; the interrupt line is high while an event waits to be taken',
    fields: INTERRUPTS,
  },
  stalledCycles: { description: '0: no payload waits for a key (framesRefused)' },
};

/** All registers of a page, in the order of the offsets. */
export const PAGE_REGISTERS: readonly Register[] = [
  ...REGISTER_LIST.map((register) => (register.name in OTHERWISE ? { ...register, ...OTHERWISE[register.name] } : register)),
  ...Object.values<Register>(STATION_REGISTERS),
  ...Object.values<Register>(IMAGE_REGISTERS),
].sort((a, b) => a.offset - b.offset);
