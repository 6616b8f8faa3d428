/** Where a run is observed: the interfaces of its capture. The judge finds them by these names. */

export const SIDES = ['initiator', 'follower'] as const;
export type Side = (typeof SIDES)[number];

/**
 * What is seen of a peer, in the order that a frame passes by:
 *
 *   given      what the application, or the host, gave to be sent; stamped when the hardware had it whole
 *   sent       what left the peer; stamped at its first octet
 *   arrived    what entered the peer, whoever it came from; stamped at its first octet
 *   delivered  what the peer handed up, to the application or the host
 *
 * Application data are written as the plain PROFINET RTC frame that would carry them without security.
 */
export const POINTS = ['given', 'sent', 'arrived', 'delivered'] as const;
export type Point = (typeof POINTS)[number];

export const OTHER: Readonly<Record<Side, Side>> = { initiator: 'follower', follower: 'initiator' };

/** The names of all interfaces, in the order of their numbers: those of the controller, then those of each of its devices. */
export function interfaceNames(relations: number): readonly string[] {
  const names = (end: string): string[] => POINTS.map((point) => `${end} ${point}`);
  const devices = Array.from({ length: relations }, (_, relation) => (relations === 1 ? 'follower' : `follower ${relation}`));
  return ['initiator', ...devices].flatMap(names);
}

/** @param relation whose follower; the initiator is that of all */
export function interfaceOf(side: Side, point: Point, relation = 0): number {
  return (side === 'initiator' ? 0 : 1 + relation) * POINTS.length + POINTS.indexOf(point);
}

/** The point that a number of an interface stands for, of a follower with its relation; undefined where the capture has more than these. */
export function pointOf(
  index: number,
  relations: number,
): { readonly side: Side; readonly point: Point; readonly relation: number | undefined } | undefined {
  const end = Math.floor(index / POINTS.length);
  const point = POINTS[index % POINTS.length];
  if (point === undefined || end > relations) return undefined;
  return end === 0 ? { side: 'initiator', point, relation: undefined } : { side: 'follower', point, relation: end - 1 };
}
