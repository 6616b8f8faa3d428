/** `keyturn sim --relations N --rtl-devices M`: a controller in generated hardware with a device for each relation. */
import { join } from 'node:path';
import { flagOf, type SimulationOptions } from '../sim/options.ts';
import { shortcomings } from '../sim/report/conclusion.ts';
import { ConfigurationError } from '../spec/configuration.ts';
import { EXIT } from './exit.ts';
import { print } from './print.ts';
import { Progress } from './progress.ts';
import { wavesText } from './waves-text.ts';

export interface NetworkCommand {
  readonly options: SimulationOptions;
  /** folder for the files */
  readonly out: string;
  readonly keyLog: boolean;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Send interval, and what hangs on it, of a controller whose software moves every payload over one bus: what is given wins. */
export function networkTiming(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const relations = Number(values['relations']);
  if (!Number.isInteger(relations) || relations < 1) return {};
  return { sendInterval: 5120 * relations, obsoleteTimeout: 48_000 * relations, silence: 5_120_000 * relations };
}

/** @throws ConfigurationError */
export function requireRelations({ relations }: SimulationOptions, source: string): void {
  if (relations > 1) return;
  throw new ConfigurationError(source, [`${flagOf('relations')}: expected 2 or more with ${flagOf('rtlDevices')}, found ${relations}`]);
}

export async function simulateNetwork({ options, out, keyLog, json, signal }: NetworkCommand): Promise<number> {
  const { relations, rtlDevices, frames, engine, seed, simulator } = options;
  const progress = new Progress(
    !json,
    `rekeying: a controller with ${relations} devices, ${rtlDevices} of them in hardware, ${frames} frames in each direction of each, ${engine}, ${flagOf('seed')} ${seed}, ${simulator}`,
  );
  const { runNetwork } = await import('../sim/network-run.ts');
  const { networkSummary, networkText } = await import('../sim/network-report.ts');
  const before = process.cpuUsage();
  let failed = '';
  try {
    const results = await runNetwork({
      options,
      out,
      keyLog,
      signal,
      onPhase: (text) => progress.phase(text),
      onNote: (text) => progress.note(text),
      onProgress: ({ done, of, rekeys }) => progress.update(done, of, `${rekeys} rekeys`),
      onFailure: (found, written) => {
        if (json) failed = `${JSON.stringify(networkSummary(found), null, 2)}\n`;
        else if (written) failed = `what was found until then is in ${join(out, 'report.html')}\n`;
      },
    });
    progress.end();
    const { user, system } = process.cpuUsage(before);
    const cpuSeconds = (user + system) / 1e6;
    await print(
      json
        ? `${JSON.stringify({ ...networkSummary(results), cpuSeconds }, null, 2)}\n`
        : `${networkText(results, rtlDevices, cpuSeconds)}see ${join(out, 'report.html')}; also capture.pcapng, ${wavesText(results[0])}, summary.json and verilog/ there\n`,
    );
    return shortcomings(...results).length === 0 ? EXIT.done : EXIT.fault;
  } finally {
    progress.end();
    if (failed !== '') await print(failed);
  }
}
