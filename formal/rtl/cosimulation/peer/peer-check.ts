/** What a check of a whole peer is. */
import type { PeerBench } from './peer-bench.ts';

export interface PeerCheck {
  /** what holds of the peer, as a sentence */
  readonly claim: string;
  /**
   * Drives peers and asserts (AssertionError, PropertyFailure) what must come of it.
   * @param open powers a peer up; with `start` its registers begin with these values, and there is no reset
   */
  readonly run: (open: (start?: Readonly<Record<string, bigint>>) => PeerBench) => void;
}
