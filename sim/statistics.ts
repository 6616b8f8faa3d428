/** What the registers of a peer must count. */
import type { Outcome } from '../sw/reference-model/peer.ts';
import type { Counts } from './report/result.ts';

/** What the model of a peer made of the frames that arrived. */
export type OutcomeCounts = Record<Outcome['kind'], number>;

export function noOutcomes(): OutcomeCounts {
  return { delivered: 0, stale: 0, unknownKey: 0, icvFailed: 0, malformed: 0, passed: 0, dropped: 0 };
}

/** The statistics registers by name, from what the model made of the frames and what was seen of those sent. */
export function expectedStatistics(
  { delivered, stale, unknownKey, icvFailed, malformed, passed }: OutcomeCounts,
  { framesSent, stalledCycles, unassociatedCycles }: Pick<Counts, 'framesSent' | 'stalledCycles' | 'unassociatedCycles'>,
): Readonly<Record<string, number>> {
  return {
    framesSent,
    framesReceived: delivered + stale + unknownKey + icvFailed + malformed,
    framesDelivered: delivered,
    framesStale: stale,
    framesUnknownKey: unknownKey,
    framesIcvFailed: icvFailed,
    framesMalformed: malformed,
    framesPassed: passed,
    framesOverflowed: 0,
    stalledCycles: stalledCycles + unassociatedCycles,
  };
}
