/** What was observed of a run, sorted by where. */
import { destinationOf, frameIdOf, sourceOf } from './frame.ts';
import type { Connection, KeyLog } from './key-log.ts';
import { interfaceNames, OTHER, type Point, pointOf, SIDES, type Side } from './points.ts';

/** ns of an octet on a wire of 1 Gb/s. */
export const OCTET_NS = 8;

export interface Seen {
  /** of the first octet; of what was given: when the hardware had it whole */
  readonly atNs: number;
  readonly frame: Buffer;
}

/** Frames of one point: those of the relation, those that only pass by, and those of other relations that share the port. */
export interface Stream {
  readonly ours: Seen[];
  readonly foreign: Seen[];
  readonly others: Seen[];
}

/** Of one relation. */
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

/** What is known of a relation: what was seen of it, and its log. */
export interface Relation {
  readonly observation: Observation;
  readonly log: KeyLog;
}

/**
 * @param logs of the relations, by their numbers
 * @throws ObservationError
 */
export function observe(packets: Iterable<Packet>, logs: readonly KeyLog[], origin: string): readonly Relation[] {
  const relations = logs.map((log) => ({ log, observation: unseen() }));
  for (const { interface: index, timestampNs, data } of packets) {
    const where = pointOf(index, relations.length);
    if (where === undefined)
      throw new ObservationError(origin, `a frame of interface ${index}, expected 0 to ${interfaceNames(relations.length).length - 1}`);
    const { side, point } = where;
    const seen = { atNs: Number(timestampNs), frame: Buffer.from(data.buffer, data.byteOffset, data.byteLength) };
    const sender = point === 'given' || point === 'sent' ? side : OTHER[side];
    const relation = relations[where.relation ?? relationOf(seen.frame, sender, logs)];
    if (relation === undefined) continue;
    relation.observation[side][point][isOurs(seen.frame, sender, side, relation.log.connection) ? 'ours' : 'foreign'].push(seen);
    // what waits for the wire waits for all that leave there
    if (side === 'initiator' && point === 'sent')
      for (const other of relations) if (other !== relation) other.observation[side][point].others.push(seen);
  }
  for (const { observation } of relations)
    for (const side of SIDES)
      for (const stream of Object.values(observation[side]))
        for (const list of [stream.ours, stream.foreign, stream.others]) list.sort((a, b) => a.atNs - b.atNs);
  return relations;
}

function unseen(): Observation {
  const stream = (): Stream => ({ ours: [], foreign: [], others: [] });
  const points = () => ({ given: stream(), sent: stream(), arrived: stream(), delivered: stream() });
  return { initiator: points(), follower: points() };
}

/** The relation of a frame at the controller: by its FrameID, or else by the device from which or to which it goes. */
function relationOf(frame: Buffer, sender: Side, logs: readonly KeyLog[]): number {
  const frameId = frameIdOf(frame);
  const byFrameId = logs.findIndex(({ connection }) => connection.frameId[sender] === frameId);
  if (byFrameId >= 0) return byFrameId;
  const ends = [destinationOf(frame), sourceOf(frame)];
  return Math.max(
    0,
    logs.findIndex(({ connection }) => ends.includes(connection.address.follower)),
  );
}

/** @param side at which it is seen */
function isOurs(frame: Buffer, sender: Side, side: Side, { frameId, address, knownBy }: Connection): boolean {
  if (frameIdOf(frame) !== frameId[sender]) return false;
  return sender === side || knownBy[side] === 'frame-id' || sourceOf(frame) === address[sender];
}

/** When the last octet of a frame was on the wire. */
export function endOf({ atNs, frame }: Seen): number {
  return atNs + OCTET_NS * (frame.length - 1);
}
