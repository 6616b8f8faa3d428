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

/** The names of all interfaces, in the order of their numbers. */
export const INTERFACES: readonly string[] = SIDES.flatMap((side) => POINTS.map((point) => `${side} ${point}`));

export function interfaceOf(side: Side, point: Point): number {
  return SIDES.indexOf(side) * POINTS.length + POINTS.indexOf(point);
}

/** The point that a number of an interface stands for; undefined where the capture has more than these. */
export function pointOf(index: number): { readonly side: Side; readonly point: Point } | undefined {
  const side = SIDES[Math.floor(index / POINTS.length)];
  const point = POINTS[index % POINTS.length];
  return side === undefined || point === undefined ? undefined : { side, point };
}
