/** `keyturn sim`: the main job in simulation. */
import { join } from 'node:path';
import { Command } from 'commander';
import { flagOf, parseOptions } from '../sim/options.ts';
import { refuseForHardware, refuseForModel, refuseForNetwork, refuseForStations } from '../sim/relations/refused.ts';
import { seamlessText, shortcomings } from '../sim/report/conclusion.ts';
import { summaryOf } from '../sim/report/summary.ts';
import { resultTable } from '../sim/report/table.ts';
import { EXIT } from './exit.ts';
import { addPath, addSettings, settingsOf } from './flags.ts';
import { print } from './print.ts';
import { Progress } from './progress.ts';
import { interruptible } from './signals.ts';
import { simulateModel } from './sim-model.ts';
import { networkTiming, requireRelations, simulateNetwork } from './sim-network.ts';
import { lineTiming, simulateStations } from './sim-stations.ts';
import { wavesText } from './waves-text.ts';

const DEFAULT_OUT = join('build', 'demo');

interface Flags extends Record<string, unknown> {
  readonly out: string;
  readonly traffic?: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly keyLog?: boolean;
  readonly model?: boolean;
  readonly idealAead?: boolean;
}

export function simCommand(setExit: (code: number) => void): Command {
  const command = new Command('sim').description(
    'rekey a running connection: a controller and a device in generated hardware, a lossy network, an attacker, compared with the reference model as they go',
  );
  addPath(command, '--traffic <file>', 'take the application data from a capture (pcap or pcapng, gzip or not) (default: generated)');
  addPath(command, '--config <file>', 'read settings from a JSON file; options on the command line win (default: none)');
  addPath(command, '--out <folder>', 'where the Verilog, the capture, the waves, the summary and the report go', DEFAULT_OUT);
  command
    .option('--key-log', 'write the keys of the run down too (keys.log, mode 0600), so that it can be judged (default: false)')
    .option('--json', 'print the summary alone, as JSON (default: false)')
    .option('--model', 'reference stations in place of hardware: a controller with --relations devices; writes no files (default: false)')
    .option(
      '--ideal-aead',
      'with --model: key identity in place of encryption, which protects nothing, for runs of millions of frames (default: false)',
    );
  addSettings(command);
  command.action(async (flags: Flags) => {
    const given = new Set(Object.keys(flags).filter((name) => command.getOptionValueSource(name) === 'cli'));
    setExit(await interruptible((signal) => simulate(flags, given, signal)));
  });
  return command.showHelpAfterError('(keyturn sim --help lists the options)').exitOverride();
}

/** @param given names of the flags that were typed */
async function simulate(
  { out, traffic, config, json, keyLog, model, idealAead, ...typed }: Flags,
  given: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<number> {
  const { values, source, inNames } = await settingsOf(typed, config);
  const all = new Set([...given, ...Object.keys(values)]);
  const isNetwork = model !== true && all.has('rtlDevices');
  // one relation in hardware is a pair of peers, as without the option
  const isLine = model !== true && !isNetwork && Number(values['relations'] ?? 1) !== 1;
  if (model === true) refuseForModel(all, source);
  else if (isNetwork) refuseForNetwork(all, source);
  else if (isLine) refuseForStations(all, source);
  else refuseForHardware(all, source);
  const timed = isNetwork ? { ...networkTiming(values), ...values } : isLine ? { ...values, ...lineTiming(values) } : values;
  const options = parseOptions(timed, source, inNames);
  if (model === true) return simulateModel({ options, idealAead: idealAead === true, json: json === true, signal });
  if (isNetwork) requireRelations(options, source);
  if (isNetwork) return simulateNetwork({ options, out, keyLog: keyLog === true, json: json === true, signal });
  if (isLine) return simulateStations({ options, given: all, json: json === true, signal });
  const progress = new Progress(
    json !== true,
    `rekeying: ${options.frames} frames in each direction, ${flagOf('seed')} ${options.seed}, ${options.simulator}`,
  );
  let failed = '';
  // the simulators and the hardware take longer to load than the other commands take to run
  const { runSimulation } = await import('../sim/run.ts');
  try {
    const result = await runSimulation({
      options,
      out,
      ...(traffic === undefined ? {} : { trafficFile: traffic }),
      signal,
      keyLog: keyLog === true,
      onFailure: (result, written) => {
        if (json === true) failed = `${JSON.stringify(summaryOf(result), null, 2)}\n`;
        else if (written) failed = `what was found until then is in ${join(out, 'report.html')}\n`;
      },
      onPhase: (text) => progress.phase(text),
      onNote: (text) => progress.note(text),
      onProgress: ({ done, of, rekeys }) => progress.update(done, of, `${rekeys} rekeys`),
    });
    progress.end();
    await print(
      json === true
        ? `${JSON.stringify(summaryOf(result), null, 2)}\n`
        : `${resultTable(result)}\n${seamlessText(result)}\nsee ${join(out, 'report.html')}; also capture.pcapng, ${wavesText(result)}, summary.json and verilog/ there\n`,
    );
    return shortcomings(result).length === 0 ? EXIT.done : EXIT.fault;
  } finally {
    progress.end();
    if (failed !== '') await print(failed);
  }
}
