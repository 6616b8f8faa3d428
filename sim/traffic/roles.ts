/** Which two streams of a capture are taken, and which of their stations is the initiator. */
import type { StreamName } from './cyclic-frame.ts';

/** A stream as a survey of the capture saw it. */
export interface SurveyedStream {
  readonly name: StreamName;
  readonly frames: number;
  /** place of its first frame among all cyclic ones */
  readonly first: number;
}

export interface Roles {
  readonly initiator: SurveyedStream;
  readonly follower: SurveyedStream;
  /** why the initiator is the initiator: `it sent 3 DCP requests, the other none` */
  readonly why: string;
}

/**
 * The longest stream that has one against it, and the longest such one. Two stations that send to each other come first; then,
 * where one or both send to a group. The controller is the initiator: the one of the two that sent DCP requests; where
 * neither or both did, the one that sent the first cyclic frame.
 * @param dcpRequests how many a station sent
 * @returns undefined where no stream has one against it
 */
export function rolesOf(streams: readonly SurveyedStream[], dcpRequests: (station: Uint8Array) => number): Roles | undefined {
  const byLength = streams.toSorted((a, b) => b.frames - a.frames);
  const pair = busiestPair(byLength, answers) ?? busiestPair(byLength, answersInGroup);
  if (pair === undefined) return undefined;
  const asked = pair.map(({ name }) => dcpRequests(name.source));
  const [one = 0, other = 0] = asked;
  const byRequests = one > 0 !== other > 0;
  const secondFirst = byRequests ? other > 0 : pair[1].first < pair[0].first;
  const [initiator, follower] = secondFirst ? [pair[1], pair[0]] : pair;
  const requests = `${Math.max(one, other)} DCP request${Math.max(one, other) === 1 ? '' : 's'}`;
  const first = 'it sent the first cyclic frame';
  if (byRequests) return { initiator, follower, why: `it sent ${requests}, the other none` };
  return { initiator, follower, why: one === 0 ? `neither sent a DCP request, and ${first}` : `both sent DCP requests, and ${first}` };
}

type Pair = readonly [SurveyedStream, SurveyedStream];

function busiestPair(byLength: readonly SurveyedStream[], isAgainst: (one: StreamName, other: StreamName) => boolean): Pair | undefined {
  for (const stream of byLength) {
    const against = byLength.find(({ name }) => isAgainst(stream.name, name));
    if (against !== undefined) return [stream, against];
  }
  return undefined;
}

function answers(one: StreamName, other: StreamName): boolean {
  return same(one.source, other.destination) && same(one.destination, other.source);
}

function answersInGroup(one: StreamName, other: StreamName): boolean {
  const reaches = (from: StreamName, to: StreamName): boolean => isGroup(from.destination) || same(from.destination, to.source);
  return !same(one.source, other.source) && reaches(one, other) && reaches(other, one);
}

/** IEEE 802: the I/G bit is the first on the wire. */
function isGroup(address: Uint8Array): boolean {
  return ((address[0] ?? 0) & 1) === 1;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((octet, index) => octet === b[index]);
}
