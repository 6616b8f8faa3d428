/** `keyturn sim`: the main job in simulation. */
import { join } from 'node:path';
import { Command } from 'commander';
import { flagOf, optionTable, parseOptions } from '../sim/options.ts';
import { shortcomings } from '../sim/report/conclusion.ts';
import type { SimulationResult } from '../sim/report/result.ts';
import { summaryOf } from '../sim/report/summary.ts';
import { resultTable } from '../sim/report/table.ts';
import { runSimulation } from '../sim/run.ts';
import { readConfig } from './config-file.ts';
import { EXIT } from './exit.ts';
import { Progress } from './progress.ts';

const DEFAULT_OUT = join('build', 'demo');

interface Flags extends Record<string, unknown> {
  readonly out: string;
  readonly traffic?: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly keyLog?: boolean;
}

export function simCommand(setExit: (code: number) => void): Command {
  const command = new Command('sim')
    .description(
      'rekey a running connection: two peers in generated hardware, a lossy network, an attacker, compared with the reference model in every cycle',
    )
    .option('--traffic <file>', 'take the application data from a capture (pcap or pcapng) (default: generated)')
    .option('--config <file>', 'read settings from a JSON file; options on the command line win (default: none)')
    .option('--out <folder>', 'where the Verilog, the capture, the waves, the summary and the report go', DEFAULT_OUT)
    .option('--key-log', 'write the keys of the run down too (keys.log, mode 0600), so that it can be judged (default: false)')
    .option('--json', 'print the summary alone, as JSON (default: false)');
  for (const { flag, fallback, description } of optionTable()) command.option(`${flag} <value>`, `${description} (default: ${fallback})`);
  command.action(async (flags: Flags) => setExit(await simulate(flags)));
  return command.showHelpAfterError('(keyturn sim --help lists the options)').exitOverride();
}

async function simulate({ out, traffic, config, json, keyLog, ...settings }: Flags): Promise<number> {
  const file = config === undefined ? {} : await readConfig(config);
  const options = parseOptions({ ...file, ...settings }, config === undefined ? 'the options' : `the options and ${config}`);
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const progress = new Progress(
    json !== true,
    `rekeying: ${options.frames} frames in each direction, ${flagOf('seed')} ${options.seed}, ${options.simulator}`,
  );
  try {
    const result = await runSimulation({
      options,
      out,
      ...(traffic === undefined ? {} : { trafficFile: traffic }),
      signal: abort.signal,
      keyLog: keyLog === true,
      onFailure: (result) => {
        if (json === true) process.stdout.write(`${JSON.stringify(summaryOf(result), null, 2)}\n`);
        else process.stdout.write(`what was found until then is in ${join(out, 'report.html')}\n`);
      },
      onPhase: (text) => progress.phase(text),
      onProgress: ({ done, of, rekeys }) => progress.update(done, of, `${rekeys} rekeys`),
    });
    progress.end();
    process.stdout.write(
      json === true
        ? `${JSON.stringify(summaryOf(result), null, 2)}\n`
        : `${resultTable(result)}\n${verdict(result)}\nsee ${join(out, 'report.html')}; also capture.pcapng, ${wavesText(result)}, summary.json and verilog/ there\n`,
    );
    return shortcomings(result).length === 0 ? EXIT.done : EXIT.fault;
  } finally {
    progress.end();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

function verdict(result: SimulationResult): string {
  const wrong = shortcomings(result);
  if (wrong.length > 0) return `NOT seamless: ${wrong.join('; ')}`;
  const finished = result.rekeys.filter((rekey) => rekey.finished).length;
  return `${finished} rekeys: 0 undecryptable frames, 0 forged or replayed frames accepted, 0 dedicated messages, 0 stalled cycles`;
}

/** Where the waves end before the run does, that is said. */
function wavesText({ durationNs, settings }: SimulationResult): string {
  const recorded = Number(settings.waves);
  if (recorded >= durationNs) return 'waves.vcd';
  return `waves.vcd (the first ${recorded / 1e6} of ${(durationNs / 1e6).toFixed(1)} ms; ${flagOf('waves')} for more)`;
}
