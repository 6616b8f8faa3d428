import { flagOf } from '../sim/options.ts';
import type { SimulationResult } from '../sim/report/result.ts';

/** Where the waves end before the run does, that is said. */
export function wavesText({ durationNs, settings }: SimulationResult): string {
  const recorded = Number(settings.waves);
  if (recorded >= durationNs) return 'waves.vcd';
  return `waves.vcd (the first ${recorded / 1e6} of ${(durationNs / 1e6).toFixed(1)} ms; ${flagOf('waves')} for more)`;
}
