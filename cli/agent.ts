/** `keyturn agent`: the service that keys the relations of a station, until it is stopped. */
import { Command } from 'commander';
import { jsonLog } from '../sw/agent/log.ts';
import { notifier } from '../sw/agent/notify.ts';
import { RegisterError } from '../sw/control-plane/register-space.ts';
import { readKeyFile } from '../sw/key-files/key-file.ts';
import type { RegisterTarget } from '../sw/register-target/target.ts';
import { agentConfiguration } from './agent-file.ts';
import { addPlaceOptions, openPages, openTarget, type PageFlags, relationsOf, type TargetFlags } from './register-options.ts';
import { interruptible } from './signals.ts';

interface Flags extends Omit<TargetFlags, keyof PageFlags> {
  readonly config: string;
  readonly insecure?: boolean;
}

export function agentCommand(): Command {
  const command = new Command('agent')
    .description(
      'associate with the other stations, rekey, and go on until SIGTERM or Ctrl-C; the log is JSON lines on stderr. Exit codes: 0 stopped, 2 the configuration or a key file is wrong, 3 the hardware can’t be reached, or another agent runs; 1 anything else',
    )
    .requiredOption('--config <file>', 'the configuration, a JSON object: keyturn config schema --agent tells what it holds')
    .option('--insecure', 'allow an engine that protects nothing, for a demonstration (default: false)');
  addPlaceOptions(command).action((flags: Flags) => run(flags));
  return command.showHelpAfterError('(keyturn agent --help lists the options)').exitOverride();
}

async function run(flags: Flags): Promise<void> {
  const configuration = await agentConfiguration(flags.config);
  const secrets = {
    identity: readKeyFile(configuration.identity, 'identity').secret,
    psks: configuration.relations.map(({ psk }) => readKeyFile(psk, 'psk').secret),
  };
  const targets: RegisterTarget[] = [];
  try {
    const named = (page: 'peer' | 'host') => ({ ...flags, ...deviceOf(flags, page), page });
    const open = async (page: 'peer' | 'host'): Promise<RegisterTarget> => {
      const { target } = await openTarget(named(page), flags.insecure === true);
      targets.push(target);
      return target;
    };
    if (flags.target === 'sim' && flags.board === undefined)
      throw new RegisterError(
        '--target sim needs a board that goes on while agents come and go',
        'start one with keyturn board, and name its socket with --board',
      );
    const first = await open('peer');
    const relations = await relationsOf(first);
    const peer = relations === 1 ? first : await openPages(named('peer'), relations);
    if (peer !== first) targets.push(peer);
    const host = await open('host');
    const { role, config, insecure } = flags;
    const { description } = peer;
    const notify = await notifier(process.env);
    const { serve } = await import('../sw/agent/serve.ts');
    const { anyInterrupt } = await import('../sw/register-target/any-interrupt.ts');
    const { openStation } = await import('../sw/agent/station-hardware.ts');
    await interruptible((signal) =>
      serve({
        role,
        configuration,
        source: config,
        secrets,
        hardware: (guard) =>
          openStation({ peer: guard.space(peer, description), host: guard.space(host, description) }, { allowInsecure: insecure === true }),
        description,
        allowInsecure: insecure === true,
        log: jsonLog(configuration.logLevel, (line) => process.stderr.write(line)),
        notifier: notify,
        wait: anyInterrupt([peer, host]),
        signal,
      }),
    );
  } finally {
    for (const secret of [secrets.identity, ...secrets.psks]) secret.fill(0);
    for (const target of targets) target.close();
  }
}

/** A UIO device that is named is that of the relations; that of the mailbox has the same name with `-host` behind it. */
function deviceOf({ device }: Pick<Flags, 'device'>, page: 'peer' | 'host'): { readonly device?: string } {
  if (device === undefined) return {};
  return { device: page === 'peer' ? device : `${device}-host` };
}
