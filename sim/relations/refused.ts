/** Settings that say nothing to a run, and so are refused rather than passed over: those of hardware with --model, those of many relations without. */

import { ConfigurationError } from '../../spec/configuration.ts';
import { flagOf, type SettingName } from '../options.ts';

const OF_RELATIONS: readonly SettingName[] = ['agreements', 'outages', 'deviceRestarts', 'agentRestarts'];
const OF_HARDWARE: readonly SettingName[] = [
  'rtlDevices',
  'simulator',
  'clockPeriod',
  'waves',
  'attacks',
  'attackKinds',
  'cSduLengths',
  'vlanTags',
  'hostFrames',
  'outage',
  'restart',
  'alarmAfter',
];
/** What the line between two stations, and the software of their relations, don't have. */
const OF_ONE: readonly SettingName[] = [
  'attackKinds',
  'clockPeriod',
  'waves',
  'vlanTags',
  'hostFrames',
  'outage',
  'restart',
  'alarmAfter',
  'sendInterval',
  'rekeyInterval',
  'delay',
  'jitter',
  'reorder',
  'burstStart',
  'burstLength',
  'silence',
  'nRttEvery',
];
/** What a controller with a device for each relation does not have, or not yet. */
const NOT_OF_NETWORK: readonly SettingName[] = ['clockPeriod', 'restart', 'alarmAfter'];
/** Of the command line alone. */
const FILES = ['traffic', 'out', 'keyLog'] as const;

/** @param given settings and flags that were given, by name  @throws ConfigurationError */
export function refuseForModel(given: ReadonlySet<string>, source: string): void {
  refuse(given, [...OF_HARDWARE, ...FILES], source, 'it is for hardware, and --model has none; leave it out, or leave --model out');
}

/** @throws ConfigurationError */
export function refuseForHardware(given: ReadonlySet<string>, source: string): void {
  refuse(given, OF_RELATIONS, source, 'it is for reference stations; add --model for them in place of hardware');
  refuse(given, ['idealAead'], source, 'hardware protects frames by an engine; add --model, or choose one with --engine');
}

/** Hardware of many relations: two stations on a line, with keys that are installed beforehand. @throws ConfigurationError */
export function refuseForStations(given: ReadonlySet<string>, source: string): void {
  refuseForHardware(given, source);
  refuse(given, [...OF_ONE, ...FILES], source, 'it is for one relation, and --relations asks for several; leave one of them out');
}

/** A controller in hardware with a device for each relation. @throws ConfigurationError */
export function refuseForNetwork(given: ReadonlySet<string>, source: string): void {
  refuseForHardware(given, source);
  refuse(
    given,
    [...NOT_OF_NETWORK, 'traffic'],
    source,
    'it is for one relation, and --rtl-devices asks for a controller of several; leave one of them out',
  );
}

function refuse(given: ReadonlySet<string>, names: readonly string[], source: string, why: string): void {
  const faults = names.filter((name) => given.has(name)).map((name) => `${flagOf(name)}: ${why}`);
  if (faults.length > 0) throw new ConfigurationError(source, faults);
}
