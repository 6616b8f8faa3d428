/** The associations of one peer as the key log shows them: keys from a first one on, until all are erased. */
import type { InstalledKey, KeyLog } from './key-log.ts';
import type { Side } from './points.ts';

export interface Association {
  /** of one use, in the order of their installation */
  readonly keys: readonly InstalledKey[];
  readonly fromNs: number;
  /** Infinity: to the end */
  readonly untilNs: number;
}

export function associationsOf({ keys, erasures }: KeyLog, side: Side, use: InstalledKey['use']): readonly Association[] {
  const ends = [...erasures.filter((erasure) => erasure.side === side).map(({ atNs }) => atNs), Number.POSITIVE_INFINITY];
  const own = keys.filter((key) => key.side === side && key.use === use);
  return ends.flatMap((untilNs, index) => {
    const afterNs = ends[index - 1] ?? Number.NEGATIVE_INFINITY;
    // one that comes in the moment of an erasure comes behind it: what is erased takes a key along that waits (M3)
    const mine = own.filter(({ atNs }) => atNs >= afterNs && atNs < untilNs);
    return mine[0] === undefined ? [] : [{ keys: mine, fromNs: mine[0].atNs, untilNs }];
  });
}

/** The one that began with the same first key. */
export function counterpart(one: Association, others: readonly Association[]): Association | undefined {
  const [first] = one.keys;
  return first && others.find(({ keys }) => keys[0] !== undefined && sameKey(keys[0], first));
}

export function sameKey(a: Pick<InstalledKey, 'key' | 'iv'>, b: Pick<InstalledKey, 'key' | 'iv'>): boolean {
  return Buffer.compare(a.key, b.key) === 0 && Buffer.compare(a.iv, b.iv) === 0;
}
