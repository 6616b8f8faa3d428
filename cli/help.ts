/** `keyturn help`: of a command at any depth, as `keyturn help regs read`. */
import { Command } from 'commander';
import { ConfigurationError, suggestion } from '../spec/configuration.ts';

export function helpCommand(program: Command): Command {
  return new Command('help')
    .description('the help of a command, as keyturn help regs read')
    .argument('[command...]', 'the words that lead to it')
    .action((words: readonly string[]) => {
      process.stdout.write(commandAt(program, words).helpInformation());
    })
    .exitOverride();
}

/** @throws ConfigurationError */
function commandAt(program: Command, words: readonly string[]): Command {
  return words.reduce((command, word) => {
    const found = command.commands.find((candidate) => candidate.name() === word);
    if (found !== undefined) return found;
    const names = command.commands.map((candidate) => candidate.name());
    throw new ConfigurationError('help', [
      `there is no command ${word}; ${names.length === 0 ? `${command.name()} has none below it` : suggestion(word, names)}`,
    ]);
  }, program);
}
