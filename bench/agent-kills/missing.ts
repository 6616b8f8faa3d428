/** Whether every payload of a stretch of time came out: told from the numbers that payloads have, one an interval. */

/** Intervals that a payload is on its way at most: through the sender, the receiver, and until the application reads. */
export const ON_THE_WAY = 3;

export interface Stretch {
  /** number of the newest payload that had come out when it began, and when it ended */
  readonly newest: { readonly before: number; readonly after: number };
  /** payloads that came out meanwhile */
  readonly delivered: number;
  /** numbers of those that the network lost, at any time */
  readonly lost: readonly number[];
  /** the interval in which it ended */
  readonly end: number;
}

/** Payloads that were sent, not lost, and are neither delivered nor on their way. */
export function missingIn({ newest: { before, after }, delivered, lost, end }: Stretch): number {
  const lostIn = (first: number, last: number): number => lost.filter((number) => number > first && number <= last).length;
  const overtaken = after - before - lostIn(before, after) - delivered;
  const late = end - ON_THE_WAY - after - lostIn(after, end - ON_THE_WAY);
  return Math.max(0, overtaken) + Math.max(0, late);
}
