/** Joins two ports of Ethernet frames, as a cable would: what one receives the other sends. */

export interface FramePort {
  /** The next frame, from destination to the end of its data; undefined where none waits. */
  receive(): Promise<Uint8Array | undefined>;
  /** @returns whether the frame was taken; if not, there was no room, and it can be given again */
  send(frame: Uint8Array): Promise<boolean>;
  /** Waits until a frame may have come, or may have found room; not for ever, and not beyond the end of `signal`. */
  wait(signal: AbortSignal): Promise<unknown>;
  /** octets of the longest frame that can be sent */
  readonly longest: number;
}

/** Frames of one direction, named by the port that they come from. */
export interface BridgeCounts {
  readonly passed: number;
  /** longer than the other port can send: dropped */
  readonly tooLong: number;
}

export type BridgeStatistics = Readonly<Record<'left' | 'right', BridgeCounts>>;

/** Frames taken from one port before the other has its turn. */
const TURN = 32;

/**
 * Carries frames both ways, in their order, until `signal` ends it. A frame that finds no room waits, and those behind it wait
 * where they are: a port that fills up drops by its own rules.
 * @throws what a port throws
 */
export async function bridge(left: FramePort, right: FramePort, signal: AbortSignal): Promise<BridgeStatistics> {
  const [toRight, toLeft] = [new Way(left, right), new Way(right, left)];
  const waits = [left, right].map((port) => oneAtATime(() => port.wait(signal)));
  while (!signal.aborted) {
    const moved = [await toRight.move(), await toLeft.move()];
    if (!moved.includes(true)) await Promise.race(waits.map((wait) => wait()));
    // a port that never has to wait must not keep the signal out
    else await new Promise((resolve) => setImmediate(resolve));
  }
  return { left: toRight.counts, right: toLeft.counts };
}

class Way {
  readonly counts = { passed: 0, tooLong: 0 };
  readonly #from: FramePort;
  readonly #to: FramePort;
  /** received, and not sent yet */
  #held: Uint8Array | undefined;

  constructor(from: FramePort, to: FramePort) {
    this.#from = from;
    this.#to = to;
  }

  /** @returns whether a frame moved */
  async move(): Promise<boolean> {
    for (let count = 0; count < TURN; count++) {
      this.#held ??= await this.#from.receive();
      if (this.#held === undefined) return count > 0;
      if (this.#held.length > this.#to.longest) this.counts.tooLong++;
      else if (await this.#to.send(this.#held)) this.counts.passed++;
      else return count > 0;
      this.#held = undefined;
    }
    return true;
  }
}

/** The same work, but not begun again while it goes on. */
function oneAtATime(work: () => Promise<unknown>): () => Promise<unknown> {
  let going: Promise<unknown> | undefined;
  return () => {
    going ??= work().finally(() => {
      going = undefined;
    });
    return going;
  };
}
