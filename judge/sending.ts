/** One direction at its sender: what was given to be sent beside what was sent. */
import { agreementOf, plainPayload } from './frame.ts';
import type { DirectionKeys, Opened } from './keys.ts';
import { endOf, type Seen, type Stream } from './observation.ts';

export interface SentFrame extends Seen {
  /** from 0, in the order of sending */
  readonly number: number;
  /** undefined where no key of the log opens it */
  readonly opened: Opened | undefined;
  /** when the first octet could have left: record complete, wire free; undefined for a frame that nobody gave */
  readonly dueNs: number | undefined;
}

export interface SendingFigures {
  readonly given: number;
  readonly sent: number;
  /** frames that carry no payload that was given: sent for something else, rekeying for instance */
  readonly dedicated: number;
  /** payloads that never left */
  readonly withheld: number;
  /** frames that no key of the log opens */
  readonly unopened: number;
  /** enciphered frames whose C_SDU is to be read all the same */
  readonly inTheClear: number;
  /** frames with a key and counter that an earlier frame had */
  readonly nonceRepeats: number;
  readonly hostFrames: number;
  /** of these, messages of associations, and of n-RTT agreements */
  readonly association: number;
  readonly agreement: number;
  /** frames of the host that left changed or out of order, or did not leave */
  readonly hostFramesSpoilt: number;
}

const FIRST = '0|0';
/** How far a payload is looked for among those given, before its frame counts as dedicated. */
const LOOK_AHEAD = 64;

export function judgeSending(
  given: Stream,
  sent: Stream,
  keys: DirectionKeys,
  encrypted: boolean,
): { readonly figures: SendingFigures; readonly frames: readonly SentFrame[] } {
  const payloads = given.ours.map(({ frame }) => plainPayload(frame));
  const nonces = new Set<string>();
  const frames: SentFrame[] = [];
  let [next, dedicated, withheld, unopened, inTheClear, nonceRepeats] = [0, 0, 0, 0, 0, 0];
  const wire = wireOf(sent);
  sent.ours.forEach((seen, number) => {
    const opened = keys.open(seen.frame, seen.atNs);
    if (opened === undefined) unopened++;
    else {
      const nonce = `${opened.with.index} ${opened.counter}`;
      if (nonces.has(nonce)) nonceRepeats++;
      nonces.add(nonce);
      if (encrypted && opened.text.equals(opened.payload.subarray(0, opened.text.length))) inTheClear++;
    }
    const place =
      opened === undefined ? -1 : payloads.slice(next, next + LOOK_AHEAD).findIndex((payload) => payload.equals(opened.payload));
    const givenNs = place < 0 ? undefined : given.ours[next + place]?.atNs;
    // before the first key of an association there is nothing to send it with
    const ready = givenNs === undefined || opened?.with.keyId !== FIRST ? givenNs : Math.max(givenNs, opened.with.sendableFromNs);
    if (place < 0) dedicated++;
    else {
      withheld += place;
      next += place + 1;
    }
    frames.push({ ...seen, number, opened, dueNs: ready === undefined ? undefined : Math.max(ready, wire(seen.atNs)) });
  });
  const { length: hostFrames } = sent.foreign;
  return {
    figures: {
      given: payloads.length,
      sent: frames.length,
      dedicated,
      withheld: withheld + payloads.length - next,
      unopened,
      inTheClear,
      nonceRepeats,
      hostFrames,
      association: sent.foreign.filter(({ frame }) => agreementOf(frame) === 'association').length,
      agreement: sent.foreign.filter(({ frame }) => agreementOf(frame) === 'n-RTT').length,
      hostFramesSpoilt: differences(given.foreign, sent.foreign),
    },
    frames,
  };
}

/** When the wire was free for a frame that left at a time: asked in the order of time. */
function wireOf(sent: Stream): (atNs: number) => number {
  const all = [...sent.ours, ...sent.foreign, ...sent.others].sort((a, b) => a.atNs - b.atNs);
  let index = 0;
  let free = 0;
  return (atNs) => {
    for (let seen = all[index]; seen !== undefined && seen.atNs < atNs; seen = all[++index]) free = Math.max(free, endOf(seen) + 1);
    return free;
  };
}

/** In how many places two streams that should be the same are not. */
export function differences(a: readonly Seen[], b: readonly Seen[]): number {
  const places = Math.max(a.length, b.length);
  return Array.from({ length: places }, (_, at) => a[at]?.frame.equals(b[at]?.frame ?? Buffer.alloc(0)) ?? false).filter((equal) => !equal)
    .length;
}
