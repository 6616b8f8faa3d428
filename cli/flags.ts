/** The settings as options of a command, and their values from what was typed. */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { flagOf, inFlags, optionsSchema, optionTable, type SettingName } from '../sim/options.ts';
import { ConfigurationError, parseConfiguration } from '../spec/configuration.ts';
import { readConfig } from './config-file.ts';

const COMMAND_LINE = 'the command line';
/** A decimal number; what else JavaScript takes for one, an empty text among it, is a slip. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Adds an option for each setting, or for those named, with its default and what it may be. */
export function addSettings(command: Command, only?: ReadonlySet<string>): void {
  for (const { key, flag, fallback, description, expected } of optionTable())
    if (only?.has(key) !== false) command.option(`${flag} <value>`, `${description}; ${expected} (default: ${fallback})`);
}

/** Adds an option that names a file or a folder, which can't be nothing. */
export function addPath(command: Command, flags: string, description: string, fallback?: string): void {
  const check = (path: string): string => {
    if (path === '') throw new InvalidArgumentError('Expected a name.');
    return path;
  };
  command.option(flags, description, check, fallback);
}

export interface Settings {
  /** of the file, if there is one, and of the command line, which wins: each checked by itself */
  readonly values: Partial<Record<SettingName, unknown>>;
  /** where they come from, for messages */
  readonly source: string;
  /** a message about them, with the names that they have there */
  readonly inNames: (text: string) => string;
}

/**
 * @param typed flag values as texts, by the names of their settings
 * @throws ConfigurationError
 */
export async function settingsOf(typed: Readonly<Record<string, unknown>>, config: string | undefined): Promise<Settings> {
  const flags = valuesOf(typed);
  if (config === undefined) return { values: flags, source: COMMAND_LINE, inNames: inFlags };
  const file = await readConfig(config);
  parseConfiguration(optionsSchema, file, config);
  return { values: { ...file, ...flags }, source: `${COMMAND_LINE} and ${config}`, inNames: (text) => text };
}

function valuesOf(typed: Readonly<Record<string, unknown>>): Partial<Record<SettingName, unknown>> {
  const given = optionTable().flatMap((option) => {
    const text = typed[option.key];
    return typeof text === 'string' ? [{ ...option, text }] : [];
  });
  const faults = given
    .filter(({ isNumber, text }) => isNumber && !NUMBER.test(text))
    .map(({ flag, expected, text }) => `${flag}: expected ${expected}, found ${JSON.stringify(text)}`);
  if (faults.length > 0) throw new ConfigurationError(COMMAND_LINE, faults);
  const values = Object.fromEntries(given.map(({ key, isNumber, text }) => [key, isNumber ? Number(text) : text]));
  parseConfiguration(optionsSchema, values, COMMAND_LINE, flagOf);
  return values;
}
