/**
 * How late frames leave, at the wire: first octet less the moment at which it could have left, when its record was complete and
 * the wire free. The engine needs some cycles for every frame, the more the longer it is; that is no stall. A stall is
 * lateness that frames of the same length do not have at the same port away from all rekeys of that port.
 */
import type { IsNear } from './near.ts';
import type { SentFrame } from './sending.ts';

/** A distribution in ns; all null where there is nothing to distribute. */
export interface Distribution {
  readonly frames: number;
  readonly min: number | null;
  readonly median: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

export interface Lateness {
  readonly near: Distribution;
  readonly away: Distribution;
  /** frames near a rekey that left later than any frame of their length did away from all rekeys, and by how many ns in all */
  readonly stalledFrames: number;
  readonly stalledNs: number;
  /** frames near a rekey to whose length there is none away: nothing to measure them by */
  readonly withoutYardstick: number;
  /** shortest and longest time from one first octet to the next, ns */
  readonly sendInterval: Pick<Distribution, 'min' | 'max'>;
}

interface Late {
  readonly atNs: number;
  /** octets of the frame */
  readonly length: number;
  readonly ns: number;
}

/** By the length of a frame, the longest that one was late. */
export type Yardstick = ReadonlyMap<number, number>;

/** @param frames of all relations that share the port */
export function yardstickOf(frames: readonly SentFrame[], isNear: IsNear): Yardstick {
  const yardstick = new Map<number, number>();
  for (const { atNs, length, ns } of lateOf(frames)) if (!isNear(atNs)) yardstick.set(length, Math.max(ns, yardstick.get(length) ?? 0));
  return yardstick;
}

/** @param frames of one relation */
export function judgeLateness(frames: readonly SentFrame[], isNear: IsNear, yardstick: Yardstick): Lateness {
  const late = lateOf(frames);
  const near = late.filter(({ atNs }) => isNear(atNs));
  const away = late.filter(({ atNs }) => !isNear(atNs));
  const excess = near.flatMap(({ length, ns }) => {
    const usual = yardstick.get(length);
    return usual === undefined ? [] : [Math.max(0, ns - usual)];
  });
  const intervals = frames.slice(1).map(({ atNs }, index) => atNs - (frames[index]?.atNs ?? atNs));
  const { min, max } = distribution(intervals);
  return {
    near: distribution(near.map(({ ns }) => ns)),
    away: distribution(away.map(({ ns }) => ns)),
    stalledFrames: excess.filter((ns) => ns > 0).length,
    stalledNs: excess.reduce((sum, ns) => sum + ns, 0),
    withoutYardstick: near.length - excess.length,
    sendInterval: { min, max },
  };
}

function lateOf(frames: readonly SentFrame[]): readonly Late[] {
  return frames.flatMap(({ atNs, dueNs, frame }) => (dueNs === undefined ? [] : [{ atNs, length: frame.length, ns: atNs - dueNs }]));
}

export function distribution(values: readonly number[]): Distribution {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number | null => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
  return { frames: sorted.length, min: at(0), median: at(0.5), p99: at(0.99), max: at(1) };
}
