/** The link between the peers: what the channel makes of each frame of either side, and the frames that are on their way. */
import { Random } from '../../hdl-gen/sim/random.ts';
import type { Side } from '../../judge/points.ts';
import type { Origin } from '../tally.ts';
import { BurstChannel, type BurstSettings } from './bursts.ts';
import { type ChannelSettings, type Fate, fateOf } from './channel.ts';
import { isCut, type Outage } from './outage.ts';

export interface LinkSettings {
  readonly seed: number;
  /** ns of a cycle */
  readonly cycleNs: number;
  readonly channel: ChannelSettings;
  readonly bursts: BurstSettings;
  readonly outages: readonly Outage[];
}

interface InFlight {
  readonly at: number;
  readonly to: Side;
  readonly frame: Uint8Array;
  readonly origin: Origin;
}

export class Link {
  readonly #settings: LinkSettings;
  readonly #random: Random;
  readonly #bursts: Readonly<Record<Side, BurstChannel>>;
  /** the next to arrive first */
  readonly #inFlight: InFlight[] = [];

  constructor(settings: LinkSettings) {
    this.#settings = settings;
    this.#random = new Random(settings.seed ^ 0x6e657477);
    const bursts = (salt: number): BurstChannel => new BurstChannel(settings.bursts, new Random(settings.seed ^ salt));
    this.#bursts = { initiator: bursts(0x62727374), follower: bursts(0x62727375) };
  }

  get isEmpty(): boolean {
    return this.#inFlight.length === 0;
  }

  /** When the next frame arrives. */
  get nextAt(): number {
    return this.#inFlight[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** What the channel does to a frame: chance as ever, so that a cut changes nothing but the frames that it takes. */
  fate({ from, sentAt, number }: Origin): Fate {
    const fate = fateOf(this.#settings.channel, this.#random);
    const inBurst = this.#bursts[from].loses();
    return inBurst || isCut(this.#settings.outages, from, number + 1, sentAt * this.#settings.cycleNs) ? [] : fate;
  }

  /** Cycles after which a frame of the attacker arrives: within a send interval. */
  attackDelay(): number {
    const { delay, interval } = this.#settings.channel;
    return delay + this.#random.below(interval);
  }

  /** @param at the cycle in which the frame arrives */
  send(to: Side, at: number, frame: Uint8Array, origin: Origin): void {
    const index = this.#inFlight.findLastIndex((other) => other.at <= at) + 1;
    this.#inFlight.splice(index, 0, { at, to, frame, origin });
  }

  /** Hands over the frames that have arrived by that cycle. */
  deliver(cycle: number, receive: (to: Side, frame: Uint8Array, origin: Origin) => void): void {
    for (let next = this.#inFlight[0]; next !== undefined && next.at <= cycle; next = this.#inFlight[0]) {
      this.#inFlight.shift();
      receive(next.to, next.frame, next.origin);
    }
  }
}
