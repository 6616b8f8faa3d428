import { type AeadBound, type FrameSize, framesPerKey } from './aead-limits.ts';
import { INDEX_MODULUS } from './key-id.ts';

/**
 * The inequalities that make a configuration seamless (paper, III.A and "given the timing requirements" in VIII).
 * All times are nanoseconds. `left` must not exceed `right`, or must stay below it where the inequality is strict.
 */
export interface TimingParameters {
  /** key slots of this peer */
  readonly slots: number;
  /** t_s: time between two frames of one provider (paper, III.A) */
  readonly sendInterval: { readonly min: number; readonly max: number };
  /** d: time that the channel holds a frame */
  readonly delay: { readonly min: number; readonly max: number };
  /** T_obs: how long a key stays Obsolete in the consumer view, here and at the other peer */
  readonly obsoleteTimeout: { readonly own: number; readonly peer: number };
  /** ρ: error of the clock that times Obsolete, in parts per million */
  readonly clockErrorPpm: number;
  /** L: frames that may be lost in a row */
  readonly consecutiveLosses: number;
  /** longest time to derive a key and push it */
  readonly keyGeneration: number;
  readonly rekey: {
    /** frames under one key that trigger the next rekey */
    readonly frames: number;
    /** time under one key that triggers the next rekey */
    readonly interval: number;
    /** time after which an unfinished rekey is reported */
    readonly alarmAfter: number;
  };
  readonly frameSize: FrameSize;
  /** advantage that an attacker may have: 2^-marginBits */
  readonly marginBits: number;
  /** AES-GCM's unless given */
  readonly aeadBound?: AeadBound;
}

export type InequalityId = 'E1' | 'E2' | 'E3' | 'E4' | 'E5' | 'E6' | 'E7';

export interface Inequality {
  readonly id: InequalityId;
  readonly formula: string;
  readonly text: string;
  /** what the sides count: nanoseconds, keys, frames */
  readonly unit: string;
  /** `unsafe`: frames or the security bound are lost; `waits`: a rekey takes longer than it could */
  readonly whenBroken: 'unsafe' | 'waits';
  readonly strict: boolean;
  readonly left: (timing: TimingParameters) => number;
  readonly right: (timing: TimingParameters) => number;
  /** the nearest settings with which it would hold, all else as it is */
  readonly mend: (timing: TimingParameters) => string;
}

/** An inequality with its numbers. */
export interface Judgement {
  readonly inequality: Inequality;
  readonly left: number;
  readonly right: number;
  readonly holds: boolean;
}

export interface Violation {
  readonly id: InequalityId;
  readonly whenBroken: Inequality['whenBroken'];
  readonly left: number;
  readonly right: number;
  /** formula, both sides in numbers, and what it means */
  readonly text: string;
}

/** Longest time from the announcement to the last of the four switches. */
export function settlingTime(timing: TimingParameters): number {
  return 4 * ((timing.consecutiveLosses + 1) * timing.sendInterval.max + timing.delay.max) + timing.keyGeneration;
}

/** Shortest time between the starts of two rekeys: with two slots the old key must be gone first. */
export function shortestRekeyInterval(timing: TimingParameters): number {
  return settlingTime(timing) + (timing.slots === 2 ? timing.obsoleteTimeout.own : 0);
}

/** Time under one key before the next rekey is triggered, by counter or by time. */
export function triggerInterval(timing: TimingParameters): number {
  return Math.min(timing.rekey.interval, timing.rekey.frames * timing.sendInterval.min);
}

/** Longest time under one key before the next rekey is triggered: the initiator counts its own frames, and may send them as slowly as it may. */
function longestTriggerInterval({ rekey, sendInterval }: TimingParameters): number {
  return Math.min(rekey.interval, rekey.frames * sendInterval.max);
}

/**
 * Frames that a provider may have sent under one key when its successor takes over. Both directions: the other peer counts for itself
 * and can't begin a rekey, so what bounds its frames is the time until the initiator does, and that it may send as fast as it may.
 */
function framesAtSwitch(timing: TimingParameters): number {
  return Math.ceil((longestTriggerInterval(timing) + settlingTime(timing)) / timing.sendInterval.min);
}

/** Frames that one key may protect. */
function framesOfKey({ frameSize, marginBits, aeadBound }: TimingParameters): number {
  return framesPerKey(frameSize, marginBits, aeadBound);
}

/** Time under one key after which the next rekey must be triggered at the latest (E6), in ns; negative where a key can't even settle. */
export function latestTriggerTime(timing: TimingParameters): number {
  return framesOfKey(timing) * timing.sendInterval.min - settlingTime(timing);
}

/** The same in frames of the initiator. */
export function latestTriggerFrames(timing: TimingParameters): number {
  return Math.floor(latestTriggerTime(timing) / timing.sendInterval.max);
}

/** Settings with which a rekey is triggered so much later. */
function triggerNoSooner(ns: number, timing: TimingParameters): string {
  return `set rekeyFrames to at least ${Math.ceil(ns / timing.sendInterval.min)} and rekeyInterval to at least ${Math.ceil(ns)} ns, or to 0 (off) the one that is not needed`;
}

export const INEQUALITIES: readonly Inequality[] = [
  {
    id: 'E1',
    formula: 'D_max - d_min - t_s,min < T_obs (1 - rho)',
    text: 'a key stays Obsolete until its last frame has arrived; lengthen obsoleteTimeout',
    unit: 'ns',
    whenBroken: 'unsafe',
    strict: true,
    left: ({ delay, sendInterval }) => delay.max - delay.min - sendInterval.min,
    right: ({ obsoleteTimeout, clockErrorPpm }) => obsoleteTimeout.own * (1 - clockErrorPpm / 1e6),
    mend: ({ delay, sendInterval, clockErrorPpm }) =>
      `set obsoleteTimeout to at least ${Math.floor((delay.max - delay.min - sendInterval.min) / (1 - clockErrorPpm / 1e6)) + 1} ns`,
  },
  {
    id: 'E2',
    formula: 'slots <= 2^k',
    text: 'the wire KeyId tells all keys held apart; use fewer slots',
    unit: 'keys',
    whenBroken: 'unsafe',
    strict: false,
    left: ({ slots }) => slots,
    right: () => INDEX_MODULUS,
    mend: () => `set slots to at most ${INDEX_MODULUS}`,
  },
  {
    id: 'E3',
    formula: '4 ((L + 1) t_s,max + D_max) + t_key <= t_alarm',
    text: 'a rekey that goes well settles before it is reported as stuck; lengthen alarmAfter',
    unit: 'ns',
    whenBroken: 'unsafe',
    strict: false,
    left: settlingTime,
    right: ({ rekey }) => rekey.alarmAfter,
    mend: (timing) => `set alarmAfter to at least ${settlingTime(timing)} ns, or to 0 (off)`,
  },
  {
    id: 'E4',
    formula: 't_settle + T_obs (2 slots only) <= t_rekey',
    text: 'a rekey is settled, and a slot free, before the next is triggered; rekey less often, or use more slots',
    unit: 'ns',
    whenBroken: 'unsafe',
    strict: false,
    left: shortestRekeyInterval,
    right: triggerInterval,
    mend: (timing) => triggerNoSooner(shortestRekeyInterval(timing), timing),
  },
  {
    id: 'E5',
    formula: 'T_obs,peer <= T_obs + 2 t_s,min (2 slots)',
    text: 'a follower with two slots never has to put a request off; otherwise the rekey waits for its Obsolete key',
    unit: 'ns',
    whenBroken: 'waits',
    strict: false,
    left: ({ slots, obsoleteTimeout }) => (slots === 2 ? obsoleteTimeout.peer : 0),
    right: ({ obsoleteTimeout, sendInterval }) => obsoleteTimeout.own + 2 * sendInterval.min,
    mend: ({ obsoleteTimeout, sendInterval }) =>
      `set peerObsoleteTimeout to at most ${obsoleteTimeout.own + 2 * sendInterval.min} ns, or slots to 3`,
  },
  {
    id: 'E6',
    formula: '(t_trigger + t_settle) / t_s,min <= N_max',
    text: 'the successor takes over, in both directions, before the AEAD limit or the counter of a key is used up; rekey earlier',
    unit: 'frames',
    whenBroken: 'unsafe',
    strict: false,
    left: framesAtSwitch,
    right: framesOfKey,
    mend: (timing) => {
      const frames = latestTriggerFrames(timing);
      if (frames < 1) return 'no rekey is early enough: set marginBits or cSduOctets lower';
      return `set rekeyFrames to at most ${frames}, or rekeyInterval to at most ${Math.floor(latestTriggerTime(timing))} ns`;
    },
  },
  {
    id: 'E7',
    formula: 'D_max < 2^k t_rekey',
    text: 'no frame is under way for so long that its wire KeyId comes round again; rekey less often',
    unit: 'ns',
    whenBroken: 'unsafe',
    strict: true,
    left: ({ delay }) => delay.max,
    right: (timing) => INDEX_MODULUS * triggerInterval(timing),
    mend: (timing) => triggerNoSooner(Math.floor(timing.delay.max / INDEX_MODULUS) + 1, timing),
  },
];

/** Every inequality with both sides in numbers, E1 first. */
export function judgeTiming(timing: TimingParameters): Judgement[] {
  return INEQUALITIES.map((inequality) => {
    const left = inequality.left(timing);
    const right = inequality.right(timing);
    return { inequality, left, right, holds: inequality.strict ? left < right : left <= right };
  });
}

/** The inequalities that do not hold, in the order E1 to E7; empty for a seamless configuration. */
export function checkTiming(timing: TimingParameters): Violation[] {
  return judgeTiming(timing).flatMap(({ inequality, left, right, holds }) => {
    if (holds) return [];
    const { id, formula, unit, whenBroken, strict, text } = inequality;
    const numbers = `found ${left} ${unit}, expected ${strict ? 'less than' : 'at most'} ${right} ${unit}`;
    return [{ id, whenBroken, left, right, text: `${id}: ${formula}: ${numbers}: ${text}` }];
  });
}
