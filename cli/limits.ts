/** `keyturn limits` and `keyturn config check`: whether a configuration is seamless, in numbers, before anything runs. */
import { Command } from 'commander';
import { z } from 'zod';
import { channelBounds, optionsSchema, type SimulationOptions } from '../sim/options.ts';
import { agentSchema } from '../spec/agent-configuration.ts';
import { parseConfiguration, timingOf, timingShape } from '../spec/configuration.ts';
import { judgeTiming } from '../spec/timing.ts';
import { readConfig } from './config-file.ts';
import { EXIT } from './exit.ts';
import { addPath, addSettings, type Settings, settingsOf } from './flags.ts';
import { faultsText, limitsJson, limitsText } from './limits-text.ts';
import { print } from './print.ts';

/** The settings that E1 to E7 depend on; a file may hold the others too. */
const TIMING_SETTINGS: ReadonlySet<string> = new Set<keyof SimulationOptions>([
  'slots',
  'engine',
  'protection',
  'sendInterval',
  'rekeyFrames',
  'rekeyInterval',
  'obsoleteTimeout',
  'clockPeriod',
  'delay',
  'jitter',
  'reorder',
  ...(Object.keys(timingShape) as (keyof typeof timingShape)[]),
]);

interface Flags extends Record<string, unknown> {
  readonly config?: string;
  readonly json?: boolean;
}

export function limitsCommand(setExit: (code: number) => void): Command {
  const command = new Command('limits').description(
    'the inequalities E1 to E7 of a configuration in numbers, how long a rekey takes, and how long a key lasts',
  );
  addPath(command, '--config <file>', 'read settings from a JSON file; options on the command line win (default: none)');
  command.option('--json', 'print it as JSON, times in ns, null for what never happens (default: false)');
  addSettings(command, TIMING_SETTINGS);
  command.action(async ({ config, json, ...typed }: Flags) => setExit(await report(await settingsOf(typed, config), json === true)));
  return command.showHelpAfterError('(keyturn limits --help lists the options)').exitOverride();
}

export function configCommand(setExit: (code: number) => void): Command {
  const check = new Command('check')
    .description('whether every setting of a file is known and possible, and E1 to E7 hold: exit code 0 if so, 1 if one breaks')
    .argument('<file>', 'JSON object of settings, as keyturn sim --config and keyturn limits --config take it')
    .option('--json', 'print what keyturn limits --json prints (default: false)')
    .action(async (path: string, { json }: Flags) =>
      setExit(await report({ values: await readConfig(path), source: path, inNames: (text) => text }, json === true)),
    )
    .showHelpAfterError('(keyturn config check --help tells more)')
    .exitOverride();
  const schema = new Command('schema')
    .description('the JSON Schema of such a file, for editors: name it in "$schema" of the editor’s settings')
    .option('--agent', 'of the file of keyturn agent --config (default: of keyturn sim --config and keyturn limits --config)')
    .action(({ agent }: { readonly agent?: boolean }) =>
      print(`${JSON.stringify(z.toJSONSchema(agent === true ? agentSchema : optionsSchema, { io: 'input' }), null, 2)}\n`),
    )
    .showHelpAfterError('(keyturn config schema --help tells more)')
    .exitOverride();
  return new Command('config').description('configuration files').addCommand(check).addCommand(schema).exitOverride();
}

/** Prints the limits of the settings on stdout, and on stderr what breaks. @throws ConfigurationError, OutputError */
async function report({ values, source, inNames }: Settings, json: boolean): Promise<number> {
  const options = parseConfiguration(optionsSchema, values, source);
  const timing = timingOf(options, channelBounds(options));
  const judgements = judgeTiming(timing);
  await print(json ? `${JSON.stringify(limitsJson(timing, judgements), null, 2)}\n` : limitsText(timing, judgements));
  const faults = faultsText(timing, judgements);
  if (faults === '') return EXIT.done;
  process.stderr.write(`keyturn: ${source}: ${inNames(faults)}`);
  return EXIT.fault;
}
