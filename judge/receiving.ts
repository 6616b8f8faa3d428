/** One direction at its receiver: what arrived beside what was handed up, and what must have been (the newest wins, or each comes once). */
import { frameIdOf, plainPayload } from './frame.ts';
import type { Connection } from './key-log.ts';
import type { DirectionKey, DirectionKeys, Opened } from './keys.ts';
import { endOf, type Seen, type Stream } from './observation.ts';
import type { Side } from './points.ts';
import { differences, type SentFrame } from './sending.ts';

export interface ReceivingFigures {
  /** payloads handed up that are those of a genuine frame, newer than all before, or late where late ones are wanted */
  readonly delivered: number;
  /** of them behind a newer one, and of these under another key than that */
  readonly late: number;
  readonly underOldKey: number;
  /** genuine frames of which no copy arrived within the channel's bound, nor was delivered later */
  readonly lost: number;
  /** arrived for the first time, in time, but behind a newer one */
  readonly overtaken: number;
  /** arrived in time, but the receiver had no key for it, or did not hand up what it should have */
  readonly undecryptable: number;
  /** the same, but the receiver had keys of another association, or none: it had begun anew, or the sender had */
  readonly outsideAssociation: number;
  /** copies of what had arrived before, and frames that came after the channel's bound: dropped */
  readonly repeated: number;
  /** arrived, but nobody sent it */
  readonly forged: number;
  /** handed up, but nobody sent it */
  readonly forgedAccepted: number;
  /** the same where late frames are wanted, of one who has a key that was replaced and is held still: of each such frame once that is no fault */
  readonly underHeldKey: number;
  /** handed up a second time, or after a newer one where the newest counts */
  readonly replayedAccepted: number;
  /** frames of the host that were handed on changed or out of order, or were not handed on */
  readonly hostFramesSpoilt: number;
}

export interface Delivery {
  readonly frame: SentFrame;
  readonly atNs: number;
}

export interface Received {
  readonly figures: ReceivingFigures;
  readonly deliveries: readonly Delivery[];
  readonly overtaken: readonly SentFrame[];
}

/** ns within which a frame that has arrived has its verdict: no longer than the longest frame takes. */
const VERDICT_NS = 12_500;
/** Frames behind the newest of their key that a receiver can tell from those that it has delivered. */
const WINDOW = 64;
/** Arrivals that are looked through for a payload that was handed up, before it counts as nobody's. */
const LOOK_AHEAD = 64;

/** @param sender whose frames they are */
export function judgeReceiving(
  sender: Side,
  sent: readonly SentFrame[],
  arrived: Stream,
  handedUp: Stream,
  keys: DirectionKeys,
  connection: Connection,
): Received {
  return new Receiver(sender, sent, arrived, handedUp, keys, connection).judge();
}

class Receiver {
  readonly #sender: Side;
  readonly #sent: readonly SentFrame[];
  readonly #arrived: Stream;
  readonly #handedUp: Stream;
  readonly #keys: DirectionKeys;
  readonly #connection: Connection;
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #payloads: readonly Buffer[];
  readonly #deliveries: Delivery[] = [];
  readonly #overtaken: SentFrame[] = [];
  /** frames of which a copy arrived, and those of which one came within the bound */
  readonly #here = new Set<number>();
  readonly #inTime = new Set<number>();
  /** the newest frame that was delivered, of all and by the index of its key; and every one that was */
  #newest = -1;
  readonly #newestUnder = new Map<number, number>();
  readonly #delivered = new Set<number>();
  /** of the payloads handed up, the first that is not accounted for */
  #next = 0;
  /** ns after which the keys before the one in use are no longer held, by index */
  readonly #goneAfter = new Map<number, number>();
  /** what nobody has sent, opened, and what of it was handed up */
  readonly #forgeries = new Map<string, Opened | undefined>();
  readonly #forgeriesDelivered = new Set<string>();
  #inUse = 0;
  readonly #count = {
    late: 0,
    underOldKey: 0,
    undecryptable: 0,
    outsideAssociation: 0,
    repeated: 0,
    forged: 0,
    forgedAccepted: 0,
    underHeldKey: 0,
    replayedAccepted: 0,
  };

  constructor(sender: Side, sent: readonly SentFrame[], arrived: Stream, handedUp: Stream, keys: DirectionKeys, connection: Connection) {
    this.#sender = sender;
    this.#sent = sent;
    this.#arrived = arrived;
    this.#handedUp = handedUp;
    this.#keys = keys;
    this.#connection = connection;
    this.#numbers = new Map(sent.map(({ frame, number }) => [frame.toString('latin1'), number]));
    this.#payloads = handedUp.ours.map(({ frame }) => plainPayload(frame));
  }

  judge(): Received {
    const arrivals = this.#arrived.ours;
    arrivals.forEach((arrival, index) => {
      const genuine = this.#genuine(arrival);
      if (genuine === undefined) this.#forgery(arrival, index);
      else this.#arrival(genuine, arrival, index);
    });
    this.#unexplained(this.#payloads.length);
    const reached = new Set([...this.#inTime, ...this.#deliveries.map(({ frame }) => frame.number)]);
    return {
      figures: {
        delivered: this.#deliveries.length,
        lost: this.#sent.length - reached.size,
        overtaken: this.#overtaken.length,
        ...this.#count,
        forged: this.#count.forged + this.#fromElsewhere,
        hostFramesSpoilt: differences(this.#arrived.foreign, this.#handedUp.foreign),
      },
      deliveries: this.#deliveries,
      overtaken: this.#overtaken,
    };
  }

  /** Frames under our FrameID from a source that is not the peer's: handed on, not opened. */
  get #fromElsewhere(): number {
    return this.#arrived.foreign.filter(({ frame }) => frameIdOf(frame) === this.#connection.frameId[this.#sender]).length;
  }

  /** The frame that was sent with these very octets, before they arrived. */
  #genuine({ frame, atNs }: Seen): SentFrame | undefined {
    const sent = this.#sent[this.#numbers.get(frame.toString('latin1')) ?? -1];
    return sent !== undefined && sent.atNs <= atNs ? sent : undefined;
  }

  #forgery(arrival: Seen, index: number): void {
    this.#count.forged++;
    const payload = this.#payloadUnderHeldKey(arrival);
    if (payload === undefined || !this.#wasHandedUp(payload, index)) return;
    this.#count.underHeldKey++;
    this.#forgeriesDelivered.add(arrival.frame.toString('latin1'));
    this.#next++;
  }

  /** Of a forgery that may be handed up. */
  #payloadUnderHeldKey({ frame, atNs }: Seen): Buffer | undefined {
    if (this.#connection.delivery === 'newest') return undefined;
    const name = frame.toString('latin1');
    if (!this.#forgeries.has(name)) this.#forgeries.set(name, this.#keys.open(frame, atNs));
    const opened = this.#forgeries.get(name);
    const isOld = opened !== undefined && opened.with.index < this.#inUse && this.#held(opened.with, atNs);
    return isOld && !this.#forgeriesDelivered.has(name) ? opened.payload : undefined;
  }

  #arrival(frame: SentFrame, arrival: Seen, index: number): void {
    const { number } = frame;
    const first = !this.#here.has(number);
    this.#here.add(number);
    const inTime = arrival.atNs - endOf(frame) <= this.#connection.longestDelayNs;
    if (inTime) this.#inTime.add(number);
    if (this.#isDue(frame)) {
      if (this.#verdict(frame, arrival) !== 'closed' && this.#wasHandedUp(frame.opened?.payload, index)) this.#deliver(frame, arrival);
      else if (inTime && first) this.#unopened(frame, arrival);
      else this.#count.repeated++;
    } else if (!first || !inTime) this.#count.repeated++;
    else if (this.#held(frame.opened?.with, arrival.atNs)) this.#overtaken.push(frame);
    else this.#unopened(frame, arrival);
  }

  /** Whether it has to be delivered, if it can be opened. */
  #isDue({ number, opened }: SentFrame): boolean {
    if (this.#connection.delivery === 'newest' || opened === undefined) return number > this.#newest;
    const newest = this.#newestUnder.get(opened.with.index) ?? number;
    return !this.#delivered.has(number) && newest - number <= WINDOW;
  }

  #unopened(frame: SentFrame, arrival: Seen): void {
    this.#count[this.#verdict(frame, arrival) === 'open' ? 'undecryptable' : 'outsideAssociation']++;
  }

  /** Whether the receiver had the association of a frame when it was looked at, or had not, or it can't be told which came first. */
  #verdict({ opened }: SentFrame, arrival: Seen): 'open' | 'closed' | 'either' {
    const [earliest, latest] = [endOf(arrival), endOf(arrival) + VERDICT_NS];
    if (opened === undefined) return 'open';
    const { receiver } = opened.with;
    if (receiver === undefined || latest < receiver.fromNs || earliest > receiver.untilNs) return 'closed';
    return receiver.fromNs <= earliest && latest < receiver.untilNs ? 'open' : 'either';
  }

  /** Whether the next payload handed up is that of this arrival; what can't be that of any arrival is set aside. */
  #wasHandedUp(payload: Buffer | undefined, index: number): boolean {
    const arrival = this.#arrived.ours[index];
    while (this.#next < this.#payloads.length && arrival !== undefined) {
      if (payload !== undefined && this.#isNext(payload, arrival)) return true;
      if (this.#isLater(index)) return false;
      this.#unexplained(this.#next + 1);
    }
    return false;
  }

  #isNext(payload: Buffer, arrival: Seen): boolean {
    const at = this.#handedUp.ours[this.#next]?.atNs ?? Number.NEGATIVE_INFINITY;
    return at >= endOf(arrival) && this.#payloads[this.#next]?.equals(payload) === true;
  }

  /** Whether the next payload is that of an arrival to come, or can only be known when more has arrived. */
  #isLater(index: number): boolean {
    const { ours } = this.#arrived;
    let looked = 0;
    for (let at = index + 1; at < ours.length && looked < LOOK_AHEAD; at++) {
      const arrival = ours[at];
      const frame = arrival && this.#genuine(arrival);
      // however many come outside an association, nothing is handed up of them
      if (arrival === undefined || (frame !== undefined && this.#verdict(frame, arrival) === 'closed')) continue;
      looked++;
      const payload = frame === undefined ? this.#payloadUnderHeldKey(arrival) : this.#isDue(frame) ? frame.opened?.payload : undefined;
      if (payload !== undefined && this.#isNext(payload, arrival)) return true;
    }
    return false;
  }

  /** Payloads that were handed up, and are not those of any frame that was due: forged, or replayed. */
  #unexplained(until: number): void {
    for (; this.#next < until; this.#next++) {
      const payload = this.#payloads[this.#next];
      const old = this.#sent.some(
        ({ number, opened }) => this.#here.has(number) && payload !== undefined && opened?.payload.equals(payload) === true,
      );
      this.#count[old ? 'replayedAccepted' : 'forgedAccepted']++;
    }
  }

  #deliver(frame: SentFrame, arrival: Seen): void {
    this.#deliveries.push({ frame, atNs: this.#handedUp.ours[this.#next]?.atNs ?? arrival.atNs });
    this.#next++;
    const index = frame.opened?.with.index ?? this.#inUse;
    if (frame.number < this.#newest) this.#count.late++;
    if (index < this.#inUse) this.#count.underOldKey++;
    this.#newest = Math.max(this.#newest, frame.number);
    this.#newestUnder.set(index, Math.max(this.#newestUnder.get(index) ?? -1, frame.number));
    this.#delivered.add(frame.number);
    if (index <= this.#inUse) return;
    // a switch: what was in use before is held for as long as the connection says
    this.#goneAfter.set(this.#inUse, endOf(arrival) + this.#connection.obsoleteTimeoutNs);
    this.#inUse = index;
  }

  #held(key: DirectionKey | undefined, atNs: number): boolean {
    if (key?.receiver !== undefined && atNs > key.receiver.untilNs) return false;
    return key !== undefined && key.receivableFromNs <= atNs && atNs <= (this.#goneAfter.get(key.index) ?? Number.POSITIVE_INFINITY);
  }
}
