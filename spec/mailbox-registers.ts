/**
 * The registers of a frame mailbox: frames between software and a stream of the hardware, behind AXI4-Lite with 32-bit data. A
 * board has one at the peer's host side and, where the processing system is the way to the wire, one at its network side. Frames are
 * without preamble and FCS. Access as in `registers.ts`; an access that is not listed answers SLVERR and changes nothing.
 */
import { field, MAP_VERSION_REGISTER, type Register } from './registers.ts';

/** Reads as `KTM1`. */
export const MAILBOX_IDENTIFICATION = 0x4b544d31;

/** Words that each way of a mailbox holds: two of the longest frames and more. */
export const MAILBOX_WORDS = 1024;
/** Words that the longest frame takes: 1522 octets with its tag and without its FCS are 1518 (IEEE 802.3, 3.2.7). */
export const LONGEST_FRAME_WORDS = 380;
/** Received frames that can wait. */
export const MAILBOX_FRAMES = 64;

const CONDITIONS = [
  field('received', 0, 1, 'a frame waits to be read'),
  field('space', 1, 1, `the longest frame fits, ${LONGEST_FRAME_WORDS} words`),
];

export const MAILBOX_REGISTERS = {
  identification: {
    name: 'identification',
    offset: 0x000,
    access: 'ro',
    description: 'constant 0x4B544D31, "KTM1"',
    afterReset: MAILBOX_IDENTIFICATION,
    constant: true,
  },
  receiveData: {
    name: 'receiveData',
    offset: 0x010,
    access: 'ro',
    description:
      'the next 4 octets of the oldest frame, the first in bits 7..0, taken by the read; 0 beyond its end, and when no frame waits',
    pops: true,
  },
  receiveLength: {
    name: 'receiveLength',
    offset: 0x014,
    access: 'ro',
    description: 'octets of the oldest frame that receiveData has not handed out; 0: no frame waits. A frame shows when it is whole',
    bits: 13,
  },
  receiveWaiting: {
    name: 'receiveWaiting',
    offset: 0x018,
    access: 'ro',
    description: 'words of whole frames that were not read',
    bits: 11,
  },
  receiveDrop: {
    name: 'receiveDrop',
    offset: 0x01c,
    access: 'wo',
    description:
      'any write drops what is left of the oldest frame, a word a cycle; a program that begins does it, since another may have read half a frame',
  },
  transmitData: {
    name: 'transmitData',
    offset: 0x020,
    access: 'wo',
    description: 'the next 4 octets of a frame, the first in bits 7..0. A word that does not fit spoils its frame',
  },
  transmitCommit: {
    name: 'transmitCommit',
    offset: 0x024,
    access: 'wo',
    description:
      'octets of the frame whose words were written: it is sent, whole. A frame that did not fit, or has another number of words, is dropped and counted',
    bits: 13,
  },
  transmitSpace: {
    name: 'transmitSpace',
    offset: 0x028,
    access: 'ro',
    description: 'words that fit',
    bits: 11,
  },
  transmitDrop: { name: 'transmitDrop', offset: 0x02c, access: 'wo', description: 'any write forgets the words of a frame without commit' },
  interruptStatus: {
    name: 'interruptStatus',
    offset: 0x030,
    access: 'ro',
    description: 'what holds now; nothing has to be cleared',
    fields: CONDITIONS,
  },
  interruptEnable: {
    name: 'interruptEnable',
    offset: 0x034,
    access: 'rw',
    description: 'bits as in interruptStatus; the interrupt line is high while any enabled one holds',
    fields: CONDITIONS,
  },
  framesReceived: { name: 'framesReceived', offset: 0x040, access: 'ro', description: 'frames that arrived and were kept' },
  framesTransmitted: { name: 'framesTransmitted', offset: 0x044, access: 'ro', description: 'frames committed and kept for sending' },
  framesReceiveDropped: {
    name: 'framesReceiveDropped',
    offset: 0x048,
    access: 'ro',
    description: 'frames that arrived and did not fit: dropped whole',
  },
  framesTransmitDropped: {
    name: 'framesTransmitDropped',
    offset: 0x04c,
    access: 'ro',
    description: 'frames committed that did not fit, or had another length than was said: dropped whole',
  },
  mapVersion: { ...MAP_VERSION_REGISTER, description: 'version of this map, as that of the peer' },
} as const satisfies Record<string, Register>;

export type MailboxRegisterName = keyof typeof MAILBOX_REGISTERS;
