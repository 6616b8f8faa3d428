/** What is near a rekey: from its announcement until no frame under the old key can come any more, and some frames on either side. */
import type { Connection, KeyLog } from './key-log.ts';
import type { SeenRekey } from './rekeys.ts';

/** Send intervals before the announcement and after the old key is gone that still count as near. */
const MARGIN = 2;

interface Window {
  readonly from: number;
  readonly to: number;
}

function windowOf(announcedNs: number, finishedNs: number | null, { sendIntervalNs, obsoleteTimeoutNs }: Connection): Window {
  const margin = MARGIN * sendIntervalNs;
  return {
    from: announcedNs - margin,
    to: finishedNs === null ? Number.POSITIVE_INFINITY : finishedNs + obsoleteTimeoutNs + margin,
  };
}

/** Whether a time is near a rekey. */
export type IsNear = (ns: number) => boolean;

/** @param rekeys in the order of their announcements; one that was not finished ends with its association */
export function nearTo(rekeys: readonly SeenRekey[], { connection, erasures }: Pick<KeyLog, 'connection' | 'erasures'>): IsNear {
  const endOf = (announcedNs: number): number | null => erasures.find(({ atNs }) => atNs > announcedNs)?.atNs ?? null;
  const windows = rekeys.map(({ announcedNs, finishedNs }) => windowOf(announcedNs, finishedNs ?? endOf(announcedNs), connection));
  return (ns) => {
    let [low, high] = [0, windows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((windows[middle]?.from ?? Number.POSITIVE_INFINITY) <= ns) low = middle + 1;
      else high = middle;
    }
    const last = windows[low - 1];
    return last !== undefined && ns <= last.to;
  };
}
