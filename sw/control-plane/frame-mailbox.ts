/** The driver of a frame mailbox (`spec/mailbox-registers.ts`): whole frames over registers of 32 bits. */

import { LONGEST_FRAME_WORDS, MAILBOX_REGISTERS as R } from '../../spec/mailbox-registers.ts';
import { REGISTER_MAPS } from '../../spec/register-maps.ts';
import { fieldOf } from '../../spec/registers.ts';
import { identifyMap } from './identify.ts';
import type { RegisterSpace } from './register-space.ts';

/** Octets of the longest frame without FCS. */
export const LONGEST_FRAME = 4 * LONGEST_FRAME_WORDS - 2;

export interface MailboxStatistics {
  readonly framesReceived: number;
  readonly framesTransmitted: number;
  readonly framesReceiveDropped: number;
  readonly framesTransmitDropped: number;
}

export class FrameMailbox {
  readonly #space: RegisterSpace;

  constructor(space: RegisterSpace) {
    this.#space = space;
  }

  /** Makes sure that it is one, and forgets what another program has left half read or half written. @throws HardwareMismatch */
  async open(): Promise<void> {
    await identifyMap(this.#space, REGISTER_MAPS.mailbox);
    await this.#space.write32(R.transmitDrop.offset, 0);
    await this.#space.write32(R.receiveDrop.offset, 0);
  }

  /** Whether the interrupt comes while a frame waits. */
  async interruptOnReceive(on: boolean): Promise<void> {
    await this.#space.write32(R.interruptEnable.offset, on ? 2 ** fieldOf(R.interruptEnable, 'received').low : 0);
  }

  /** The oldest frame, without preamble and FCS; undefined where none waits. */
  async receive(): Promise<Uint8Array | undefined> {
    const length = await this.#space.read32(R.receiveLength.offset);
    if (length === 0) return undefined;
    const words = new DataView(new ArrayBuffer(4 * Math.ceil(length / 4)));
    for (let at = 0; at < length; at += 4) words.setUint32(at, await this.#space.read32(R.receiveData.offset), true);
    return new Uint8Array(words.buffer, 0, length);
  }

  /**
   * Gives a frame to the hardware, which sends it whole.
   * @returns whether there was room; if not, nothing was written
   * @throws RangeError for a frame of no octets, or longer than `LONGEST_FRAME`
   */
  async send(frame: Uint8Array): Promise<boolean> {
    if (frame.length < 1 || frame.length > LONGEST_FRAME)
      throw new RangeError(`a frame has 1 to ${LONGEST_FRAME} octets, found ${frame.length}`);
    const words = new DataView(new ArrayBuffer(4 * Math.ceil(frame.length / 4)));
    new Uint8Array(words.buffer).set(frame);
    if ((await this.#space.read32(R.transmitSpace.offset)) < words.byteLength / 4) return false;
    for (let at = 0; at < words.byteLength; at += 4) await this.#space.write32(R.transmitData.offset, words.getUint32(at, true));
    await this.#space.write32(R.transmitCommit.offset, frame.length);
    return true;
  }

  async statistics(): Promise<MailboxStatistics> {
    return {
      framesReceived: await this.#space.read32(R.framesReceived.offset),
      framesTransmitted: await this.#space.read32(R.framesTransmitted.offset),
      framesReceiveDropped: await this.#space.read32(R.framesReceiveDropped.offset),
      framesTransmitDropped: await this.#space.read32(R.framesTransmitDropped.offset),
    };
  }
}
