/** The result as `summary.json`: flat figures first, details below. */
import type { SimulationResult } from './result.ts';

export function summaryOf(result: SimulationResult): Readonly<Record<string, unknown>> {
  const { total, direction, rekeys, seed, simulator, modelMismatches, settings, durationNs, caveats } = result;
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
    framesSent,
    framesDelivered,
    framesLostByChannel,
    undecryptable,
    forgedAccepted,
    replayedAccepted,
    dedicatedMessages,
    stalledCycles,
    modelMismatches,
    ...others,
    seed,
    simulator,
    simulatedNs: durationNs,
    settings,
    direction,
    rekeys,
    caveats,
  };
}
