/** The command line as data: what can stand where, read from the commander tree. */
import type { Argument, Command, Option } from 'commander';
import { boardNames } from '../../boards/board.ts';
import { REGISTER_MAPS } from '../../spec/register-maps.ts';
import type { Register } from '../../spec/registers.ts';

/** What can be a value: one of these words, a file, or anything. */
export type Values = { readonly words: readonly string[] } | 'files' | 'anything';

export interface OptionNode {
  /** `--board`, and `-h` where there is one */
  readonly flags: readonly string[];
  readonly description: string;
  /** undefined: it takes none */
  readonly value: Values | undefined;
}

export interface CommandNode {
  /** the words that lead to it, as `keyturn regs read` */
  readonly path: string;
  readonly name: string;
  readonly description: string;
  readonly subcommands: readonly CommandNode[];
  readonly options: readonly OptionNode[];
  /** what its arguments can be; undefined where it takes none */
  readonly argument: Values | undefined;
}

/** Arguments and options whose words only the project knows, by their names in the usage. */
const KNOWN: Readonly<Record<string, () => readonly string[]>> = {
  '--board': boardNames,
  names: () => registerNames(() => true),
  'regs-write name': () => registerNames(({ access }) => access !== 'ro'),
};
/** Of every page, since the one that is meant may stand behind them. */
function registerNames(has: (register: Register) => boolean): readonly string[] {
  const all = Object.values(REGISTER_MAPS).flatMap(({ registers }): readonly Register[] => registers);
  return [...new Set(all.filter(has).map(({ name }) => name))];
}

const FILES = /<(file|folder|path)>|^(file|folder|path)$/;

export function commandTree(command: Command, above = '', root = command): CommandNode {
  const path = `${above}${above === '' ? '' : ' '}${command.name()}`;
  const help = command.createHelp();
  return {
    path,
    name: command.name(),
    description: command.description(),
    subcommands: help.visibleCommands(command).map((sub) => commandTree(sub, path, root)),
    options: help.visibleOptions(command).map(optionNode),
    argument: command.registeredArguments[0] === undefined ? undefined : argumentValues(command.registeredArguments[0], path, root),
  };
}

/** A command and all below it. */
export function allCommands(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.subcommands.flatMap(allCommands)];
}

function optionNode({ flags, long, short, description, argChoices, required, optional }: Option): OptionNode {
  const known = KNOWN[long ?? ''];
  const value: Values =
    argChoices !== undefined ? { words: argChoices } : known !== undefined ? { words: known() } : FILES.test(flags) ? 'files' : 'anything';
  return { flags: [long, short].filter((flag) => flag !== undefined), description, value: required || optional ? value : undefined };
}

function argumentValues(argument: Argument, path: string, root: Command): Values {
  const { argChoices } = argument;
  const known = KNOWN[`${path.split(' ').slice(1).join('-')} ${argument.name()}`] ?? KNOWN[argument.name()];
  if (argChoices !== undefined) return { words: argChoices };
  if (argument.name() === 'command') return { words: root.commands.map((command) => command.name()) };
  if (known !== undefined) return { words: known() };
  return FILES.test(argument.name()) ? 'files' : 'anything';
}
