/** What a check of a whole station is. */
import type { StationBench } from './station-bench.ts';

export interface StationCheck {
  /** what holds of the station, as a sentence */
  readonly claim: string;
  /** Drives a station and asserts (AssertionError, PropertyFailure) what must come of it. */
  readonly run: (open: () => StationBench) => void;
}
