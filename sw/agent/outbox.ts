/** Messages that wait for room in the mailbox. What is older than its bound is lost, and sent again by who waits for its answer. */
import type { HostMailbox } from './station-hardware.ts';

export class Outbox {
  readonly #bound: number;
  #frames: Uint8Array[] = [];

  /** @param bound frames that wait at most, 1 or more */
  constructor(bound: number) {
    this.#bound = bound;
  }

  put(frame: Uint8Array): void {
    this.#frames.push(frame);
    if (this.#frames.length > this.#bound) this.#frames.shift();
  }

  /** Sends the oldest first, as long as there is room for them. */
  async flush(mailbox: Pick<HostMailbox, 'send'>): Promise<void> {
    for (let frame = this.#frames[0]; frame !== undefined; frame = this.#frames[0]) {
      if (!(await mailbox.send(frame))) return;
      this.#frames.shift();
    }
  }
}
