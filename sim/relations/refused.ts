/** Settings that say nothing to a run, and so are refused rather than passed over: those of hardware with --model, those of many relations without. */

import { ConfigurationError } from '../../spec/configuration.ts';
import { flagOf, type SettingName } from '../options.ts';

const OF_RELATIONS: readonly SettingName[] = ['relations', 'agreements', 'outages', 'deviceRestarts', 'agentRestarts'];
const OF_HARDWARE: readonly SettingName[] = [
  'simulator',
  'clockPeriod',
  'waves',
  'attacks',
  'cSduLengths',
  'vlanTags',
  'hostFrames',
  'outage',
  'restart',
  'alarmAfter',
];
/** Of the command line alone. */
const FILES = ['traffic', 'out', 'keyLog'] as const;

/** @param given settings and flags that were given, by name  @throws ConfigurationError */
export function refuseForModel(given: ReadonlySet<string>, source: string): void {
  refuse(given, [...OF_HARDWARE, ...FILES], source, 'it is for hardware, and --model has none; leave it out, or leave --model out');
}

/** @throws ConfigurationError */
export function refuseForHardware(given: ReadonlySet<string>, source: string): void {
  refuse(given, OF_RELATIONS, source, 'the hardware has one relation; add --model for reference stations in its place');
  refuse(given, ['idealAead'], source, 'hardware protects frames by an engine; add --model, or choose one with --engine');
}

function refuse(given: ReadonlySet<string>, names: readonly string[], source: string, why: string): void {
  const faults = names.filter((name) => given.has(name)).map((name) => `${flagOf(name)}: ${why}`);
  if (faults.length > 0) throw new ConfigurationError(source, faults);
}
