/** What was observed of a run, sorted by where. */
import { frameIdOf } from './frame.ts';
import { POINTS, type Point, pointOf, SIDES, type Side } from './points.ts';

/** ns of an octet on a wire of 1 Gb/s. */
export const OCTET_NS = 8;

export interface Seen {
  /** of the first octet; of what was given: when the hardware had it whole */
  readonly atNs: number;
  readonly frame: Buffer;
}

/** Frames of one point: those of the connection, and all others, which only pass by. */
export interface Stream {
  readonly ours: Seen[];
  readonly foreign: Seen[];
}

export type Observation = Readonly<Record<Side, Readonly<Record<Point, Stream>>>>;

export class ObservationError extends Error {
  constructor(origin: string, problem: string) {
    super(`${origin}: ${problem}; the judge reads the capture that keyturn sim writes`);
    this.name = 'ObservationError';
  }
}

export interface Packet {
  readonly interface: number;
  readonly timestampNs: bigint;
  readonly data: Uint8Array;
}

/**
 * @param frameId of the frames that each side sends
 * @throws ObservationError
 */
export function observe(packets: Iterable<Packet>, frameId: Readonly<Record<Side, number>>, origin: string): Observation {
  const streams = (): Record<Point, Stream> =>
    Object.fromEntries(POINTS.map((point) => [point, { ours: [], foreign: [] }])) as unknown as Record<Point, Stream>;
  const seen: Record<Side, Record<Point, Stream>> = { initiator: streams(), follower: streams() };
  for (const { interface: index, timestampNs, data } of packets) {
    const where = pointOf(index);
    if (where === undefined)
      throw new ObservationError(origin, `a frame of interface ${index}, expected 0 to ${SIDES.length * POINTS.length - 1}`);
    const { side, point } = where;
    const frame = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const sender = point === 'given' || point === 'sent' ? side : side === 'initiator' ? 'follower' : 'initiator';
    const kind = frameIdOf(frame) === frameId[sender] ? 'ours' : 'foreign';
    seen[side][point][kind].push({ atNs: Number(timestampNs), frame });
  }
  for (const side of SIDES)
    for (const point of POINTS) for (const kind of ['ours', 'foreign'] as const) seen[side][point][kind].sort((a, b) => a.atNs - b.atNs);
  return seen;
}

/** When the last octet of a frame was on the wire. */
export function endOf({ atNs, frame }: Seen): number {
  return atNs + OCTET_NS * (frame.length - 1);
}
