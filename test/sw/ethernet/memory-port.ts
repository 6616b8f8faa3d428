/** A port of frames in memory. */
import type { FramePort } from '../../../sw/ethernet/bridge.ts';

export class MemoryPort implements FramePort {
  readonly longest: number;
  /** what it has received, and waits to be carried */
  readonly waiting: Uint8Array[] = [];
  /** what it was given to send */
  readonly sent: Uint8Array[] = [];
  /** frames that it still takes */
  room = Number.POSITIVE_INFINITY;

  constructor(longest = 1518) {
    this.longest = longest;
  }

  async receive(): Promise<Uint8Array | undefined> {
    return this.waiting.shift();
  }

  async send(frame: Uint8Array): Promise<boolean> {
    if (this.room === 0) return false;
    this.room--;
    this.sent.push(frame);
    return true;
  }

  wait(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}

export function frameOf(length: number, from: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (from + 3 * index) % 256);
}

/** Turns of the event loop that nothing takes which happens in memory. */
const TURNS = 100_000;

/** Waits until something holds, a matter of the event loop. @throws Error where it takes more turns than that */
export async function until(holds: () => boolean, turns = TURNS): Promise<void> {
  for (let left = turns; !holds(); left--) {
    if (left === 0) throw new Error(`not so after ${turns} turns of the event loop`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
