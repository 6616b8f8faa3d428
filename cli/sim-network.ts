/** `keyturn sim --relations N --rtl-devices M`: a controller in generated hardware with a device for each relation. */
import { flagOf, type SimulationOptions } from '../sim/options.ts';
import { EXIT } from './exit.ts';
import { print } from './print.ts';
import { Progress } from './progress.ts';

export interface NetworkCommand {
  readonly options: SimulationOptions;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Send interval, and what hangs on it, of a controller whose software moves every payload over one bus: what is given wins. */
export function networkTiming(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const relations = Number(values['relations']);
  if (!Number.isInteger(relations) || relations < 1) return {};
  return { sendInterval: 5120 * relations, obsoleteTimeout: 48_000 * relations, silence: 5_120_000 * relations };
}

export async function simulateNetwork({ options, json, signal }: NetworkCommand): Promise<number> {
  const { relations, rtlDevices, frames, engine, seed, simulator } = options;
  const progress = new Progress(
    !json,
    `rekeying: a controller with ${relations} devices, ${rtlDevices} of them in hardware, ${frames} frames in each direction of each, ${engine}, ${flagOf('seed')} ${seed}, ${simulator}`,
  );
  const { runNetwork } = await import('../sim/network-run.ts');
  const { networkShortcomings, networkSummary, networkText } = await import('../sim/network-report.ts');
  const before = process.cpuUsage();
  try {
    const results = await runNetwork({
      options,
      signal,
      onPhase: (text) => progress.phase(text),
      onProgress: ({ done, of, rekeys }) => progress.update(done, of, `${rekeys} rekeys`),
    });
    progress.end();
    const { user, system } = process.cpuUsage(before);
    const cpuSeconds = (user + system) / 1e6;
    await print(json ? `${JSON.stringify(networkSummary(results, cpuSeconds), null, 2)}\n` : networkText(results, rtlDevices, cpuSeconds));
    return networkShortcomings(results).length === 0 ? EXIT.done : EXIT.fault;
  } finally {
    progress.end();
  }
}
