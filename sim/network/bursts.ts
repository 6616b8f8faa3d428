/** Losses that come in bursts: the channel of Gilbert, good or bad, and everything is lost while it is bad. */
import type { Random } from '../../hdl-gen/sim/random.ts';

export interface BurstSettings {
  /** probability that a burst begins with a frame */
  readonly start: number;
  /** mean number of frames that a burst takes */
  readonly length: number;
}

/** One direction of a channel. */
export class BurstChannel {
  readonly #settings: BurstSettings;
  readonly #random: Random;
  #bad = false;

  constructor(settings: BurstSettings, random: Random) {
    this.#settings = settings;
    this.#random = random;
  }

  /** Whether the next frame is lost. The length of a burst is distributed geometrically, and is at least one frame. */
  loses(): boolean {
    const { start, length } = this.#settings;
    if (start === 0) return false;
    this.#bad = this.#bad ? !this.#random.chance(1 / length) : this.#random.chance(start);
    return this.#bad;
  }
}
