/** The result as `summary.json`: flat figures first, details below. */
import { shortcomings } from './conclusion.ts';
import type { SimulationResult } from './result.ts';

export function summaryOf(result: SimulationResult): Readonly<Record<string, unknown>> {
  const {
    total,
    direction,
    associations,
    rekeys,
    seed,
    simulator,
    compared,
    judged,
    failure,
    settings,
    durationNs,
    failedAgreements,
    caveats,
  } = result;
  const {
    framesSent,
    framesDelivered,
    framesLostByChannel,
    undecryptable,
    forgedAccepted,
    replayedAccepted,
    dedicatedMessages,
    stalledCycles,
    ...others
  } = total;
  return {
    ...(failure === undefined ? {} : { failure }),
    shortcomings: shortcomings(result),
    framesSent,
    framesDelivered,
    framesLostByChannel,
    undecryptable,
    forgedAccepted,
    replayedAccepted,
    dedicatedMessages,
    stalledCycles,
    compared,
    ...others,
    seed,
    simulator,
    simulatedNs: durationNs,
    settings,
    direction,
    associations,
    rekeys,
    failedAgreements,
    ...(judged === undefined ? {} : { judged }),
    caveats,
  };
}
