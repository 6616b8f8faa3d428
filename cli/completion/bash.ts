/** Completion for bash: a function that finds the command under the cursor and offers its words. */
import { posixQuoted } from './quote.ts';
import { allCommands, type CommandNode, type Values } from './tree.ts';

export function bashCompletion(tree: CommandNode): string {
  const commands = allCommands(tree);
  const paths = commands.slice(1).map(({ path }) => posixQuoted(path));
  return `# Completion of keyturn for bash: source this file, or put it into /etc/bash_completion.d
_keyturn() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} at=keyturn word
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
      ${paths.join('|')}) at="$at $word" ;;
    esac
  done
  case "$at $previous" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${commands.map(commandCase).join('\n')}
  esac
}
complete -F _keyturn keyturn
`;
}

function offer(values: Values): string {
  if (values === 'anything') return ':';
  if (values === 'files') return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current"))';
  return `COMPREPLY=($(compgen -W ${posixQuoted(values.words.join(' '))} -- "$current"))`;
}

function valueCases({ path, options }: CommandNode): string[] {
  return options.flatMap(({ flags, value }) =>
    value === undefined ? [] : [`    ${flags.map((flag) => posixQuoted(`${path} ${flag}`)).join('|')}) ${offer(value)}; return ;;`],
  );
}

function commandCase({ path, subcommands, options, argument }: CommandNode): string {
  const flags = offer({ words: options.flatMap((option) => option.flags) });
  const words =
    subcommands.length > 0 ? offer({ words: subcommands.map(({ name }) => name) }) : argument === undefined ? flags : offer(argument);
  return `    ${posixQuoted(path)}) if [[ $current == -* ]]; then ${flags}; else ${words}; fi ;;`;
}
