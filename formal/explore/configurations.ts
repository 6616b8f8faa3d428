/** What is explored: configurations that must be safe and live, and naive readings that must not be. */
import type { RuleSwitch } from '../../spec/peer-rules.ts';
import type { PropertyId } from './properties.ts';
import type { Config } from './world.ts';

export interface Seamless {
  readonly name: string;
  readonly config: Config;
  /** takes many seconds: left to `--all` */
  readonly long?: true;
  /** an attacker whose replays are taken for fresh can withhold a rekey for ever; what he can't do is break it */
  readonly safeOnly?: true;
}

export interface Naive {
  /** by this number rules, tests and pages cite it */
  readonly id: `C${number}`;
  readonly reading: string;
  readonly config: Config;
  /** asked for alone: others may break with it, or before */
  readonly breaks: PropertyId;
  readonly alsoBreaks?: readonly PropertyId[];
}

/** A reading once for each property that it breaks. */
export function breaking(naive: Naive): readonly Naive[] {
  return [naive.breaks, ...(naive.alsoBreaks ?? [])].map((breaks) => ({ ...naive, breaks }));
}

const NONE: ReadonlySet<RuleSwitch> = new Set();

/** Both peers alike; E1 just holds: the timeout is the delay. */
export function config(slots: number, delay: number, changes: Partial<Config> = {}): Config {
  return {
    slots: { initiator: slots, follower: slots },
    indexBits: 2,
    delay: { toFollower: delay, toInitiator: delay },
    obsoleteTimeout: { initiator: delay, follower: delay },
    kinds: ['0-RTT', 'n-RTT'],
    attacks: [],
    without: NONE,
    ...changes,
  };
}

const without = (...rules: readonly RuleSwitch[]): Pick<Config, 'without'> => ({ without: new Set(rules) });

/** Time enough for a second rekey while the key before the first has 2 ticks of Obsolete to go: with 1, a timer that ends at once is not seen. */
const LONG_OBSOLETE = config(3, 0, { kinds: ['0-RTT'], obsoleteTimeout: { initiator: 6, follower: 6 } });

export const SEAMLESS: readonly Seamless[] = [
  { name: '2 slots, 0-RTT, D = 2', config: config(2, 2, { kinds: ['0-RTT'] }) },
  { name: '2 slots, n-RTT, D = 2', config: config(2, 2, { kinds: ['n-RTT'] }) },
  { name: '2 slots, both, D = 2', config: config(2, 2) },
  { name: '2 slots, both, D = 2, indices of 1 bit', config: config(2, 2, { indexBits: 1 }) },
  { name: '2 slots, both, D = 2, agreements fail and are given up', config: config(2, 2, { agreementFails: true }) },
  { name: '2 slots, both, D = 2, peers lose their keys', config: config(2, 2, { agreementFails: true, restarts: true }) },
  {
    name: '2 slots, both, D = 2, bursts, T = D + 1',
    config: config(2, 2, { burst: true, obsoleteTimeout: { initiator: 3, follower: 3 } }),
  },
  ...[0, 1, 3].map(
    (delay): Seamless => ({ name: `2 slots, both, D = ${delay}, replay`, config: config(2, delay, { attacks: ['replay'] }), long: true }),
  ),
  { name: '2 slots, both, D = 4', config: config(2, 4) },
  { name: '2 slots, both, D = 4, replay and forgery', config: config(2, 4, { attacks: ['replay', 'forge'] }) },
  {
    name: '2 slots, both, D = 4, replays taken for fresh',
    config: config(2, 4, { attacks: ['replay'], acceptsLate: true }),
    safeOnly: true,
  },
  {
    name: '2 slots, both, D = 4, replay and forgery, indices of 1 bit',
    config: config(2, 4, { attacks: ['replay', 'forge'], indexBits: 1 }),
    long: true,
  },
  { name: '2 slots, both, D = 6, replay', config: config(2, 6, { attacks: ['replay'] }), long: true },
  { name: '2 slots, both, D = 1, announcements are withdrawn', config: config(2, 1, { cancels: true }) },
  {
    name: '2 slots, 0-RTT, D = 1, late frames are delivered, announcements are withdrawn',
    config: config(2, 1, { kinds: ['0-RTT'], window: 1, cancels: true }),
  },
  { name: '2 slots, 0-RTT, D = 2, late frames are delivered', config: config(2, 2, { kinds: ['0-RTT'], window: 2 }) },
  { name: '2 slots, both, D = 2, late frames are delivered', config: config(2, 2, { window: 2 }), long: true },
  {
    name: '2 slots, both, D = 1, late frames are delivered, announcements are withdrawn',
    config: config(2, 1, { window: 1, cancels: true }),
    long: true,
  },
  {
    name: '3 slots, 0-RTT, D = 1 and 0, T = 4: late frames are delivered, under two Obsolete keys at once',
    config: {
      ...config(3, 1, { kinds: ['0-RTT'], window: 1, obsoleteTimeout: { initiator: 4, follower: 4 } }),
      delay: { toFollower: 1, toInitiator: 0 },
    },
    long: true,
  },
  { name: '3 slots, both, D = 2', config: config(3, 2) },
  { name: '3 slots, 0-RTT, D = 0, T = 6: two keys Obsolete at once', config: LONG_OBSOLETE },
  { name: '3 slots, both, D = 2, indices of 1 bit', config: config(3, 2, { indexBits: 1 }) },
  { name: '3 slots at the initiator, 2 at the follower, D = 2', config: config(3, 2, { slots: { initiator: 3, follower: 2 } }) },
  { name: '3 slots, both, D = 3', config: config(3, 3), long: true },
  { name: '3 slots, both, D = 3, replay', config: config(3, 3, { attacks: ['replay'] }), long: true },
  { name: '3 slots, both, D = 3, replay, indices of 1 bit', config: config(3, 3, { attacks: ['replay'], indexBits: 1 }), long: true },
  { name: '4 slots, 0-RTT, D = 2, replay', config: config(4, 2, { kinds: ['0-RTT'], attacks: ['replay'] }), long: true },
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
  {
    id: 'C3',
    reading: 'Push into a slot that is Unused in one view only',
    config: config(2, 2, without('M3')),
    breaks: 'S2',
    alsoBreaks: ['S6'],
  },
  {
    id: 'C4',
    reading: 'the follower has the agreed key first, and its provider switches at once',
    config: config(2, 2, { ...without('M7', 'M10'), kinds: ['n-RTT'] }),
    breaks: 'S2',
  },
  { id: 'C5', reading: 'the initiator switches without the ready signal', config: config(2, 2, without('M6')), breaks: 'S2' },
  { id: 'C6', reading: 'the next rekey waits for a free slot only', config: config(3, 2, without('M8')), breaks: 'S3' },
  {
    id: 'C7',
    reading: 'whatever differs from the own nextKeyId is a request, in old frames too',
    config: config(2, 3, { ...without('M5'), acceptsLate: true }),
    breaks: 'S5',
  },
  {
    id: 'C8',
    reading: 'indices of 1 bit, and a frame under any key may ask',
    config: config(2, 3, { ...without('M5: Active key'), acceptsLate: true, indexBits: 1 }),
    breaks: 'S5',
  },
  {
    id: 'C9',
    reading: 'indices of 1 bit for 3 slots, and a KeyId may be held twice',
    config: config(3, 2, { ...without('M3: KeyId held once'), indexBits: 1 }),
    breaks: 'S1',
  },
  {
    id: 'C10',
    reading: 'a new request replaces one that is Pending',
    config: config(2, 2, without('M4')),
    breaks: 'S5',
    alsoBreaks: ['S7'],
  },
  {
    id: 'C11',
    reading: 'a header acts before its ICV is verified',
    config: config(2, 2, { ...without('M1'), attacks: ['forge'] }),
    breaks: 'S2',
  },
  {
    id: 'C12',
    reading: 'an agreement is tried again that the follower has completed',
    config: config(2, 2, { ...without('M10'), agreementFails: true }),
    breaks: 'S5',
  },
  {
    id: 'C13',
    reading: 'keys are derived from the indices on the wire',
    config: config(2, 1, { ...without('M11: absolute indices'), kinds: ['0-RTT'] }),
    breaks: 'S7',
  },
  {
    id: 'C14',
    reading: 'a follower with two slots overwrites its Obsolete one',
    config: config(2, 3, { ...without('M3'), withoutAt: 'follower', slots: { initiator: 3, follower: 2 } }),
    breaks: 'S2',
  },
  { id: 'C15', reading: 'decrypt with Active and Obsolete only', config: config(2, 2, without('M2')), breaks: 'S2' },
  {
    id: 'C16',
    reading: 'two frames in one tick around the switch, and a timeout of the delay',
    config: config(2, 2, { burst: true }),
    breaks: 'S2',
  },
  { id: 'C17', reading: 'one key for both directions', config: config(2, 2, { ...without('M11'), attacks: ['reflect'] }), breaks: 'S2' },
  {
    id: 'C18',
    reading: 'a frame under the Obsolete key restarts its timer, and an attacker replays one',
    config: config(2, 1, { ...without('M9'), attacks: ['replay'], kinds: ['0-RTT'], obsoleteTimeout: { initiator: 2, follower: 2 } }),
    breaks: 'L1',
    alsoBreaks: ['S6'],
  },
  {
    id: 'C19',
    reading: 'each slot is a machine by itself: a Switch leaves the key before it Active',
    config: config(2, 2, without('M2: one Active key')),
    breaks: 'S4',
  },
  {
    id: 'C20',
    reading: 'a key is Obsolete from the Push of its successor on',
    config: config(2, 2, without('M9: from the Switch')),
    breaks: 'S4',
  },
  {
    id: 'C21',
    reading: 'a key is erased when one of the views has done with it',
    config: config(2, 2, without('M3: erased when Unused in both views')),
    breaks: 'S3',
  },
  {
    id: 'C22',
    reading: 'a peer that restarts goes on under the key that it had',
    config: config(2, 2, { ...without('M11: new keys after a restart'), restarts: true }),
    breaks: 'S7',
  },
  {
    id: 'C23',
    reading: 'one timer for all Obsolete keys: each Switch starts it anew',
    config: { ...LONG_OBSOLETE, ...without('M9: a timer for each key') },
    breaks: 'S6',
  },
  {
    id: 'C24',
    reading: 'the KeyId of a withdrawn key is given to the next one at once',
    config: config(2, 1, { ...without('M12: KeyId not given again'), cancels: true }),
    breaks: 'S2',
    alsoBreaks: ['S1'],
  },
  {
    id: 'C25',
    reading: 'both successors of a key are withdrawn in turn, and only the last is remembered',
    config: config(2, 1, { ...without('M12: one withdrawal'), cancels: true }),
    breaks: 'S2',
  },
  {
    id: 'C26',
    reading: 'a follower keeps its Pending key when nobody announces it any more',
    config: config(2, 1, { ...without('M12: the follower drops'), cancels: true, kinds: ['0-RTT'] }),
    breaks: 'L1',
  },
  {
    id: 'C27',
    reading: 'a frame that was overtaken withdraws what a newer one announced',
    config: config(2, 2, { ...without('M12: newest frame'), cancels: true, kinds: ['0-RTT'] }),
    breaks: 'S2',
  },
  {
    id: 'C28',
    reading: 'a window of fewer counters than the channel can hold frames',
    config: config(2, 2, { window: 1, kinds: ['0-RTT'] }),
    breaks: 'S9',
  },
  {
    id: 'C29',
    reading: 'one window for all keys, begun anew at each Switch',
    config: config(2, 1, { ...without('M13: a window for each key'), window: 1, kinds: ['0-RTT'] }),
    breaks: 'S8',
  },
  {
    id: 'C30',
    reading: 'a counter moves the window before its ICV is verified',
    config: config(2, 1, { ...without('M1'), window: 1, kinds: ['0-RTT'], attacks: ['forge'] }),
    breaks: 'S9',
  },
];
