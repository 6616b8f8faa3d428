/**
 * The registers of a relation's process images, in its page, where the station was generated with a memory for them (`imageCapacity`).
 * Without one they read 0, and a write answers SLVERR. An image has three buffers in the memory of its direction: software writes or
 * reads its own one, whatever the wire does, and gives or takes a whole one in one access.
 */
import { DATA_HOLD_UNITS_MAX, PHASE_BITS, REDUCTION_EXPONENT_BITS, SEND_CLOCK_EXPONENT_BITS } from './cyclic.ts';
import { C_SDU_MAX } from './header.ts';
import { field, type Register } from './registers.ts';

/** Words of the longest image. */
export const IMAGE_WORDS_MAX = C_SDU_MAX / 4;

export const IMAGE_REGISTERS = {
  imageCapacity: {
    name: 'imageCapacity',
    offset: 0x200,
    access: 'ro',
    description: 'words of the memory of images, of each direction; 0: the hardware has no images',
    bits: 17,
    afterReset: 'generated',
    constant: true,
  },
  providerLayout: {
    name: 'providerLayout',
    offset: 0x204,
    access: 'rw',
    description:
      'where the image that is sent lies: what was published before is gone. Written while it is not sent: without sends in sendSchedule, and without sending here. One that does not fit answers SLVERR',
    fields: [
      field('offset', 0, 16, 'word of the memory with which its three buffers begin'),
      field('length', 16, 11, `octets of the image, at most ${C_SDU_MAX}; 0: there is none`),
      field('sending', 31, 1, 'read only: a frame of it waits, or takes its words'),
    ],
  },
  sendSchedule: {
    name: 'sendSchedule',
    offset: 0x208,
    access: 'rw',
    description: 'when the image is sent (IEC 61158-6-10), in units of 31.25 us since the reset',
    fields: [
      field('phase', 0, PHASE_BITS, 'send clock of a period in which the frame leaves, counted from 0'),
      field('reductionExponent', 12, REDUCTION_EXPONENT_BITS, 'ReductionRatio is 2 to the power of it: send clocks in a period; at most 9'),
      field('sendClockExponent', 16, SEND_CLOCK_EXPONENT_BITS, 'SendClockFactor is 2 to the power of it: units in a send clock'),
      field('sends', 31, 1, 'a frame leaves at each of its ticks'),
    ],
  },
  providerPublish: {
    name: 'providerPublish',
    offset: 0x20c,
    access: 'wo',
    description:
      'the words that were written are the image that is sent from now on, with this DataStatus; software has another buffer, of older words',
    fields: [field('dataStatus', 0, 8, 'of the APDU status; the hardware makes its CycleCounter, and its TransferStatus is 0')],
  },
  sendLate: {
    name: 'sendLate',
    offset: 0x210,
    access: 'ro',
    description: 'ticks without a frame, because that of a tick before had not left',
  },
  consumerLayout: {
    name: 'consumerLayout',
    offset: 0x220,
    access: 'rw',
    description:
      'where the image that is received lies: what came before is gone. Payloads of just that length go there, others and late ones into the RX FIFO. One that does not fit answers SLVERR',
    fields: [
      field('offset', 0, 16, 'word of the memory with which its three buffers begin'),
      field('length', 16, 11, `octets of the image, at most ${C_SDU_MAX}; 0: there is none`),
    ],
  },
  dataHold: {
    name: 'dataHold',
    offset: 0x224,
    access: 'rw',
    description: `units of 31.25 us for which an image is valid (DataHoldFactor periods), at most ${DATA_HOLD_UNITS_MAX}; behind them it expires within two more, which is told as event; 0: never`,
    bits: 16,
  },
  consumerAcquire: {
    name: 'consumerAcquire',
    offset: 0x228,
    access: 'ro',
    description: 'the read makes the newest image that was delivered that of consumerImage, and says what came with it; 0: none was',
    fields: [
      field('there', 0, 1, 'there is an image'),
      field('fresh', 1, 1, 'it was not acquired before'),
      field('expired', 2, 1, 'no image was delivered for dataHold: it is invalid'),
      field('transferFault', 3, 1, 'its TransferStatus was not 0'),
      field('dataStatus', 8, 8, 'of its APDU status'),
      field('cycleCounter', 16, 16, 'of its APDU status'),
    ],
    pops: true,
  },
  providerImage: {
    name: 'providerImage',
    offset: 0x400,
    access: 'wo',
    description: "words of software's buffer, octet 0 in bits 7..0 of the first; one beyond the length answers SLVERR",
    words: IMAGE_WORDS_MAX,
  },
  consumerImage: {
    name: 'consumerImage',
    offset: 0xa00,
    access: 'ro',
    description: 'words of the image that was acquired, octet 0 in bits 7..0 of the first, until the next acquisition; 0 beyond its length',
    words: IMAGE_WORDS_MAX,
  },
} as const satisfies Record<string, Register>;

export type ImageRegisterName = keyof typeof IMAGE_REGISTERS;
