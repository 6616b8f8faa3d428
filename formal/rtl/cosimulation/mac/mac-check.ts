/** What a check of a MAC is. */
import type { BenchOptions, Kind, MacBench } from './mac-bench.ts';

export interface MacCheck {
  /** what holds of the MAC, as a sentence */
  readonly claim: string;
  /**
   * Drives MACs and asserts (AssertionError) what must come of it.
   * @param open makes a bench with the MAC of this way in it
   */
  readonly run: (open: (options?: BenchOptions) => MacBench, seed: number) => void;
}

/** The checks of one way to the wire. */
export type MacChecks = (kind: Kind) => readonly MacCheck[];
