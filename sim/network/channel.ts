/** The network between the peers: loses, delays, reorders and duplicates frames, from a seed (paper, section III.A). */
import type { Random } from '../../hdl-gen/sim/random.ts';

export interface ChannelSettings {
  /** probability that a frame is lost, 0 to 1 */
  readonly loss: number;
  /** probability that a second copy arrives */
  readonly duplicates: number;
  /** how many later frames may overtake a frame */
  readonly reorder: number;
  /** probability that a frame is held back for others to overtake it */
  readonly reorderChance: number;
  /** cycles that every frame takes, and how many more it may take by chance */
  readonly delay: number;
  readonly jitter: number;
  /** cycles between two frames of one provider: a frame that is held back waits a multiple of it */
  readonly interval: number;
}

/** When the copies of a frame arrive, in cycles from the end of sending; none when it is lost. */
export type Fate = readonly number[];

export function fateOf(settings: ChannelSettings, random: Random): Fate {
  const lost = random.chance(settings.loss);
  const delay = delayOf(settings, random);
  const twice = random.chance(settings.duplicates);
  const second = delayOf(settings, random);
  if (lost) return [];
  return twice ? [delay, second] : [delay];
}

/** Longest time in the channel, in cycles: D of the timing rule E1. */
export function longestDelay(settings: ChannelSettings): number {
  return settings.delay + settings.jitter + settings.reorder * settings.interval;
}

function delayOf(settings: ChannelSettings, random: Random): number {
  const held = random.chance(settings.reorderChance) ? 1 + random.below(Math.max(1, settings.reorder)) : 0;
  return settings.delay + random.below(settings.jitter + 1) + Math.min(held, settings.reorder) * settings.interval;
}
