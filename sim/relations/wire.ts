/** What the network makes of the frames of each relation: chance as ever, bursts, and cuts of its link. */
import type { Random } from '../../hdl-gen/sim/random.ts';
import { type ChannelSettings, type Fate, fateOf } from '../network/channel.ts';
import type { SimulationOptions } from '../options.ts';
import type { Place } from './end.ts';
import type { Cut } from './incidents.ts';

export class Wire {
  readonly #channel: ChannelSettings;
  readonly #random: Random;
  /** by relation */
  readonly #cuts: readonly (readonly Cut[])[];

  constructor(options: SimulationOptions, cuts: readonly Cut[], random: Random) {
    const { loss, duplicates, reorder, reorderChance, delay, jitter, sendInterval: interval, relations } = options;
    this.#channel = { loss, duplicates, reorder, reorderChance, delay, jitter, interval };
    this.#random = random;
    this.#cuts = Array.from({ length: relations }, (_, relation) => cuts.filter((cut) => cut.relation === relation));
  }

  /** After how many ns each copy of a frame arrives that is sent now; none where it is lost. */
  fate({ relation, bursts }: Place, now: number): Fate {
    const fate = fateOf(this.#channel, this.#random);
    const isCut = this.#cuts[relation]?.some(({ from, to }) => now >= from && now <= to) === true;
    return bursts.loses() || isCut ? [] : fate;
  }
}
