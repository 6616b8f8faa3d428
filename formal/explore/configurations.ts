/** What is explored: configurations that must be safe and live, and naive readings that must not be. */
import type { RuleId } from '../../spec/peer-rules.ts';
import type { PropertyId } from './properties.ts';
import type { Config } from './world.ts';

export interface Seamless {
  readonly name: string;
  readonly config: Config;
  /** takes many seconds: left to `--all` */
  readonly long?: true;
}

export interface Naive {
  /** number in the formal study */
  readonly id: `C${number}`;
  readonly reading: string;
  readonly config: Config;
  readonly breaks: PropertyId;
}

const NONE: ReadonlySet<RuleId> = new Set();

/** Both peers alike; E1 just holds: the timeout is the delay. */
function config(slots: number, delay: number, changes: Partial<Config> = {}): Config {
  return {
    slots: { initiator: slots, follower: slots },
    delay: { toFollower: delay, toInitiator: delay },
    obsoleteTimeout: { initiator: delay, follower: delay },
    kinds: ['0-RTT', 'n-RTT'],
    attacks: [],
    without: NONE,
    ...changes,
  };
}

const without = (...rules: readonly RuleId[]): Pick<Config, 'without'> => ({ without: new Set(rules) });

export const SEAMLESS: readonly Seamless[] = [
  { name: '2 slots, 0-RTT, D = 2', config: config(2, 2, { kinds: ['0-RTT'] }) },
  { name: '2 slots, n-RTT, D = 2', config: config(2, 2, { kinds: ['n-RTT'] }) },
  { name: '2 slots, both, D = 2', config: config(2, 2) },
  { name: '2 slots, both, D = 4', config: config(2, 4) },
  { name: '2 slots, both, D = 4, replay and forgery', config: config(2, 4, { attacks: ['replay', 'forge'] }) },
  { name: '2 slots, both, D = 6, replay', config: config(2, 6, { attacks: ['replay'] }), long: true },
  { name: '3 slots, both, D = 2', config: config(3, 2) },
  { name: '3 slots at the initiator, 2 at the follower, D = 2', config: config(3, 2, { slots: { initiator: 3, follower: 2 } }) },
  { name: '3 slots, both, D = 3, replay', config: config(3, 3, { attacks: ['replay'] }), long: true },
  { name: '4 slots, 0-RTT, D = 2, replay', config: config(4, 2, { kinds: ['0-RTT'], attacks: ['replay'] }) },
];

export const NAIVE: readonly Naive[] = [
  {
    id: 'C1',
    reading: 'the initiator drops the old key a tick before the channel has',
    config: config(2, 2, { obsoleteTimeout: { initiator: 1, follower: 2 } }),
    breaks: 'S2',
  },
  {
    id: 'C2',
    reading: 'the follower drops the old key a tick before the channel has',
    config: config(2, 2, { obsoleteTimeout: { initiator: 2, follower: 1 } }),
    breaks: 'S2',
  },
  { id: 'C3', reading: 'Push into a slot that is Unused in one view only', config: config(2, 2, without('M3')), breaks: 'S2' },
  { id: 'C5', reading: 'the initiator switches without the ready signal', config: config(2, 2, without('M6')), breaks: 'S2' },
  { id: 'C6', reading: 'the next rekey waits for a free slot only', config: config(3, 2, without('M8')), breaks: 'S3' },
  { id: 'C10', reading: 'a new request replaces one that is Pending', config: config(2, 2, without('M4')), breaks: 'S5' },
  {
    id: 'C11',
    reading: 'a header acts before its ICV is verified',
    config: config(2, 2, { ...without('M1'), attacks: ['forge'] }),
    breaks: 'S2',
  },
  {
    id: 'C14',
    reading: 'a follower with two slots overwrites its Obsolete one',
    config: config(2, 2, { ...without('M3'), slots: { initiator: 3, follower: 2 } }),
    breaks: 'S2',
  },
  { id: 'C15', reading: 'decrypt with Active and Obsolete only', config: config(2, 2, without('M2')), breaks: 'S2' },
  { id: 'C17', reading: 'one key for both directions', config: config(2, 2, { ...without('M11'), attacks: ['reflect'] }), breaks: 'S2' },
];
