/** Completion for fish: one `complete` for each word, with the command it belongs to as its condition. */
import { fishQuoted, short } from './quote.ts';
import { allCommands, type CommandNode, type OptionNode, type Values } from './tree.ts';

export function fishCompletion(tree: CommandNode): string {
  const commands = allCommands(tree);
  return `# Completion of keyturn for fish: put it into ~/.config/fish/completions, as keyturn.fish
set -g __keyturn_paths ${commands
    .slice(1)
    .map(({ path }) => fishQuoted(path))
    .join(' ')}
function __keyturn_at
    set -l at keyturn
    for word in (commandline -opc)[2..]
        if contains -- "$at $word" $__keyturn_paths
            set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end
complete -c keyturn -f
${commands.flatMap(lines).join('\n')}
`;
}

function lines({ path, subcommands, options, argument }: CommandNode): string[] {
  const start = `complete -c keyturn -n ${fishQuoted(`__keyturn_at ${fishQuoted(path)}`)}`;
  return [
    ...subcommands.map(({ name, description }) => `${start} -a ${fishQuoted(name)} -d ${fishQuoted(short(description))}`),
    ...(subcommands.length > 0 || argument === undefined ? [] : [`${start} ${offer(argument)}`]),
    ...options.map(
      (option) =>
        `${start} ${flagsOf(option)}${option.value === undefined ? '' : ` -r ${offer(option.value)}`} -d ${fishQuoted(short(option.description))}`,
    ),
  ];
}

function offer(values: Values): string {
  if (values === 'anything') return '-f';
  return values === 'files' ? '-F' : `-f -a ${fishQuoted(values.words.join(' '))}`;
}

function flagsOf({ flags }: OptionNode): string {
  return flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ');
}
