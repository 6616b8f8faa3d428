/** `keyturn completion`: what a shell needs to complete the command line. */
import { Argument, Command } from 'commander';
import { bashCompletion } from './completion/bash.ts';
import { fishCompletion } from './completion/fish.ts';
import { type CommandNode, commandTree } from './completion/tree.ts';
import { zshCompletion } from './completion/zsh.ts';

const SHELLS: Readonly<Record<string, (tree: CommandNode) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** @param program the whole command line, complete when this command runs */
export function completionCommand(program: Command): Command {
  return new Command('completion')
    .description('print the completion of a shell, as: source <(keyturn completion bash)')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SHELLS)))
    .action((shell: string) => {
      process.stdout.write(SHELLS[shell]?.(commandTree(program)) ?? '');
    })
    .showHelpAfterError('(keyturn completion --help lists the shells)')
    .exitOverride();
}
