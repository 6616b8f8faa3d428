/** Completion for zsh: as for bash, with what each word means beside it. */
import { posixQuoted, short } from './quote.ts';
import { allCommands, type CommandNode, type Values } from './tree.ts';

export function zshCompletion(tree: CommandNode): string {
  const commands = allCommands(tree);
  const paths = commands.slice(1).map(({ path }) => posixQuoted(path));
  return `#compdef keyturn
# Completion of keyturn for zsh: put it into a folder of $fpath, as _keyturn
_keyturn() {
  local at=keyturn word previous=\${words[CURRENT-1]}
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      (${paths.join('|')}) at="$at $word" ;;
    esac
  done
  case "$at $previous" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${commands.map(commandCase).join('\n')}
  esac
}
if [[ $funcstack[1] == _keyturn ]]; then _keyturn "$@"; else compdef _keyturn keyturn; fi
`;
}

function offer(values: Values): string {
  if (values === 'anything') return ':';
  return values === 'files' ? '_files' : `compadd -- ${values.words.map(posixQuoted).join(' ')}`;
}

function valueCases({ path, options }: CommandNode): string[] {
  return options.flatMap(({ flags, value }) =>
    value === undefined ? [] : [`    (${flags.map((flag) => posixQuoted(`${path} ${flag}`)).join('|')}) ${offer(value)}; return ;;`],
  );
}

/** `_describe` wants word and meaning with a colon between. */
function described(title: string, words: readonly (readonly [string, string])[]): string {
  return `offered=(${words.map(([word, meaning]) => posixQuoted(`${word}:${short(meaning)}`)).join(' ')}); _describe ${title} offered`;
}

function commandCase({ path, subcommands, options, argument }: CommandNode): string {
  const flags = described(
    'option',
    options.flatMap((option) => option.flags.map((flag) => [flag, option.description] as const)),
  );
  const words =
    subcommands.length > 0
      ? described(
          'command',
          subcommands.map(({ name, description }) => [name, description] as const),
        )
      : argument === undefined
        ? flags
        : offer(argument);
  return `    (${posixQuoted(path)}) if [[ $words[CURRENT] == -* ]]; then ${flags}; else ${words}; fi ;;`;
}
