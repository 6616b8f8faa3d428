/** The command line. Exit codes: 0 done, 1 the simulation found a fault, or an inequality breaks, 2 the command was wrong, 3 hardware or agent can't be reached, 130 interrupted. */
import { Command, CommanderError } from 'commander';
import { agentCommand } from './agent.ts';
import { boardCommand } from './board.ts';
import { bridgeCommand } from './bridge.ts';
import { completionCommand } from './completion.ts';
import { dissectorCommand } from './dissector.ts';
import { doctorCommand } from './doctor.ts';
import { EXIT, explain } from './exit.ts';
import { flashCommand } from './flash.ts';
import { genCommand } from './gen.ts';
import { helpCommand } from './help.ts';
import { judgeCommand } from './judge.ts';
import { keysCommand } from './keys.ts';
import { configCommand, limitsCommand } from './limits.ts';
import { print } from './print.ts';
import { regsCommand } from './regs.ts';
import { rekeyCommand } from './rekey.ts';
import { simCommand } from './sim.ts';
import { statusCommand } from './status.ts';
import { vectorsCommand } from './vectors.ts';
import { version } from './version.ts';

export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('keyturn')
    .description('Changes cryptographic keys on live real-time Ethernet: no lost frame, no stall, no extra message.')
    .version(version(), '-V, --version', 'print the version')
    .showHelpAfterError('(--help lists the options)')
    .exitOverride();
  let code: number = EXIT.done;
  const setExit = (result: number): void => {
    code = result;
  };
  let help = '';
  for (const command of [
    simCommand,
    judgeCommand,
    vectorsCommand,
    limitsCommand,
    configCommand,
    keysCommand,
    agentCommand,
    statusCommand,
    rekeyCommand,
    boardCommand,
    genCommand,
    regsCommand,
    dissectorCommand,
    bridgeCommand,
    flashCommand,
    doctorCommand,
  ])
    program.addCommand(command(setExit));
  program.helpCommand(false).addCommand(completionCommand(program)).addCommand(helpCommand(program));
  for (const command of [program, ...program.commands, ...program.commands.flatMap((group) => group.commands)])
    command.configureOutput({
      writeOut: (text) => {
        help += text;
      },
    });
  try {
    await program.parseAsync([...argv], { from: 'user' }).catch(async (error: unknown) => {
      // commander has already told what is wrong, or shown the help
      if (!(error instanceof CommanderError)) throw error;
      await print(help);
      setExit(error.exitCode === 0 ? EXIT.done : EXIT.usage);
    });
    return code;
  } catch (error) {
    const { text, exit } = explain(error);
    process.stderr.write(`keyturn: ${text}\n`);
    return exit;
  }
}
