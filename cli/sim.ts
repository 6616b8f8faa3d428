/** `keyturn sim`: the main job in simulation. */
import { join } from 'node:path';
import { Command } from 'commander';
import { flagOf, optionTable, parseOptions } from '../sim/options.ts';
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
}

export function simCommand(setExit: (code: number) => void): Command {
  const command = new Command('sim')
    .description(
      'rekey a running connection: two peers in generated hardware, a lossy network, an attacker, compared with the reference model in every cycle',
    )
    .option('--traffic <file>', 'take the application data from a capture (pcap or pcapng) (default: generated)')
    .option('--config <file>', 'read settings from a JSON file; options on the command line win (default: none)')
    .option('--out <folder>', 'where the Verilog, the capture, the waves, the summary and the report go', DEFAULT_OUT)
    .option('--json', 'print the summary alone, as JSON (default: false)');
  for (const { flag, fallback, description } of optionTable()) command.option(`${flag} <value>`, `${description} (default: ${fallback})`);
  command.action(async (flags: Flags) => setExit(await simulate(flags)));
  return command.showHelpAfterError('(keyturn sim --help lists the options)').exitOverride();
}

async function simulate({ out, traffic, config, json, ...settings }: Flags): Promise<number> {
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
      onPhase: (text) => progress.phase(text),
      onNote: (text) => progress.note(text),
      onProgress: ({ done, of, rekeys }) => progress.update(done, of, `${rekeys} rekeys`),
    });
    progress.end();
    process.stdout.write(
      json === true
        ? `${JSON.stringify(summaryOf(result), null, 2)}\n`
        : `${resultTable(result)}\n${verdict(result)}\nsee ${join(out, 'report.html')}; also capture.pcapng, waves.vcd, summary.json and verilog/ there\n`,
    );
    return isSeamless(result) ? EXIT.done : EXIT.fault;
  } finally {
    progress.end();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

function isSeamless({ total, modelMismatches }: SimulationResult): boolean {
  return (
    total.undecryptable +
      total.forgedAccepted +
      total.replayedAccepted +
      total.dedicatedMessages +
      total.stalledCycles +
      modelMismatches ===
    0
  );
}

function verdict(result: SimulationResult): string {
  const { rekeys, total } = result;
  return isSeamless(result)
    ? `${rekeys.length} rekeys: 0 undecryptable frames, 0 forged or replayed frames accepted, 0 dedicated messages, 0 stalled cycles, 0 differences from the model`
    : `NOT seamless: ${total.undecryptable} undecryptable frames, ${total.dedicatedMessages} dedicated messages, ${total.stalledCycles} stalled cycles`;
}
