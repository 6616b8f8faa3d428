/** What a check of a whole peer is. */
import type { PeerBench } from './peer-bench.ts';

export interface PeerCheck {
  /** what holds of the peer, as a sentence */
  readonly claim: string;
  /**
   * Drives peers and asserts (AssertionError, PropertyFailure) what must come of it; `assert.ok` with a message: for one of its own it
   * searches the source, for minutes, and this is run for each of thousands of mutants.
   * @param open powers a peer up; with `start` its registers begin with these values, and there is no reset
   */
  readonly run: (open: (start?: Readonly<Record<string, bigint>>) => PeerBench) => void;
}
