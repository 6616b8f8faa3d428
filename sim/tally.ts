/** Counts frames by what became of them, and keeps those around the rekeys for the timelines. */
import type { Delivery } from '../spec/delivery.ts';
import type { KeyId } from '../spec/key-id.ts';
import { type FrameKind, parseFrame } from '../sw/frame/secured-frame.ts';
import type { Outcome } from '../sw/reference-model/peer.ts';
import type { Attack } from './network/attacks.ts';
import { FrameLog, isSameKeyId } from './rekey-log.ts';
import type { Counts, FrameFate, Side } from './report/result.ts';
import type { Taken } from './station-scoreboard.ts';

/** Where a frame on the wire comes from. */
export interface Origin {
  /** whose frame it is; of an attack, whose frame it was made from */
  readonly from: Side;
  readonly kind: 'genuine' | 'duplicate' | 'host' | Attack;
  /** cycle in which this copy was sent, and in which the last octet of the genuine frame was */
  readonly sentAt: number;
  readonly genuineSentAt: number;
  /** number of the genuine frame that it is, whoever sends it this time; -1 of all others */
  readonly number: number;
  /** the association under whose key it was sent; of what has none, or had none yet, undefined */
  readonly association?: string | undefined;
  /** what an attacker did to a frame of the host's */
  readonly tampered?: Attack;
}

/** What became of the genuine frames of one sender, by their numbers. */
interface Reached {
  /** a copy came, whenever */
  readonly here: Set<number>;
  /** a copy came within the channel's bound, or was delivered later */
  readonly inTime: Set<number>;
  readonly delivered: Set<number>;
  /** newest frame delivered, and its key */
  newest: number;
  keyId: KeyId | undefined;
  /** cycle in which the first frame under that key was delivered */
  keyIdSince: number;
  /** frames under the key before it that an attacker had delivered */
  readonly underOldKey: WeakSet<Uint8Array>;
}

/** Attacks that came to nothing, by kind. */
const REJECTED: Readonly<Record<Attack, keyof Counts>> = {
  forged: 'forgedRejected',
  flipped: 'forgedRejected',
  crossed: 'forgedRejected',
  replayed: 'replayedRejected',
  reflected: 'reflectedRejected',
  swapped: 'swappedRejected',
  'old-key': 'oldKeyRejected',
};

export interface TallyOptions {
  /** FrameID that each side listens to */
  readonly receives: Readonly<Record<Side, FrameKind>>;
  /** cycles that the channel holds a frame at most, waiting at the receiver's port included */
  readonly longestDelay: number;
  /** frames kept from before a rekey */
  readonly before: number;
  /** ns of a cycle */
  readonly cycleNs: number;
  readonly delivery: Delivery;
  /** cycles that a key stays Obsolete */
  readonly obsoleteTimeout: number;
}

type Counting = { -readonly [K in keyof Counts]: number };

export class Tally {
  readonly #options: TallyOptions;
  readonly #counts: Readonly<Record<Side, Counting>> = { initiator: none(), follower: none() };
  readonly #reached: Readonly<Record<Side, Reached>> = { initiator: unreached(), follower: unreached() };
  readonly #log: FrameLog;

  constructor(options: TallyOptions) {
    this.#options = options;
    this.#log = new FrameLog(options.before);
  }

  /** Of the frames of one sender. Those that are still under way count as lost. */
  of(side: Side): Counts {
    const counts = this.#counts[side];
    return { ...counts, framesLostByChannel: counts.framesSent - this.#reached[side].inTime.size };
  }

  get total(): Counts {
    const [initiator, follower] = [this.of('initiator'), this.of('follower')];
    const names = Object.keys(initiator) as (keyof Counts)[];
    return Object.fromEntries(names.map((name) => [name, initiator[name] + follower[name]])) as unknown as Counts;
  }

  /** What a rekey must not cost, of both peers so far. */
  get burden(): Pick<Counts, 'dedicatedMessages' | 'stalledCycles'> {
    const { initiator, follower } = this.#counts;
    return {
      dedicatedMessages: initiator.dedicatedMessages + follower.dedicatedMessages,
      stalledCycles: initiator.stalledCycles + follower.stalledCycles,
    };
  }

  get log(): FrameLog {
    return this.#log;
  }

  /**
   * A frame has left a peer.
   * @param payloads payloads that this peer was given so far: a frame beyond them was sent for rekeying alone
   * @returns its number among the genuine frames of the peer, from 0
   */
  sent(from: Side, isHost: boolean, payloads: number): number {
    const counts = this.#counts[from];
    if (isHost) counts.hostFrames++;
    else {
      counts.framesSent++;
      if (counts.framesSent > payloads) counts.dedicatedMessages++;
    }
    return counts.framesSent - 1;
  }

  /** One of the host's frames that has left is a message of an agreement. */
  agreementMessage(from: Side, of: 'association' | 'n-RTT'): void {
    this.#counts[from][of === 'association' ? 'associationMessages' : 'agreementMessages']++;
  }

  /** @param associated whether there was an association to wait in, rather than for */
  stalled(side: Side, associated: boolean): void {
    this.#counts[side][associated ? 'stalledCycles' : 'unassociatedCycles']++;
  }

  /** The channel loses a frame; an attacker may still deliver it. */
  lost(origin: Origin, to: Side, frame: Uint8Array): void {
    this.#record(origin, to, frame, null, 'lost');
  }

  /**
   * The verdict of the model on a frame. Returns whether something was delivered that must not be: forged, again, or after a newer one.
   * @param association that whose keys the receiver has
   */
  received(at: Side, cycle: number, { origin, frame, at: firstAt }: Taken<Origin>, outcome: Outcome, association?: string): boolean {
    if (origin.kind === 'host') return false;
    const reached = this.#reached[origin.from];
    if (origin.number < 0) {
      const attack = origin.kind as Attack;
      const fault = outcome.kind === 'delivered' && !this.#mayUnderOldKey(attack, frame, cycle, outcome.keyId, reached);
      const count = outcome.kind !== 'delivered' ? REJECTED[attack] : fault ? 'forgedAccepted' : 'oldKeyDelivered';
      this.#counts[origin.from][count]++;
      this.#record(origin, at, frame, cycle, attack);
      return fault;
    }
    const again = outcome.kind === 'delivered' && this.#mustNotBe(origin.number, reached);
    const fate =
      outcome.kind === 'delivered'
        ? this.#delivered(origin, reached, outcome.keyId, cycle)
        : this.#dropped(origin, reached, firstAt, outcome, association);
    reached.here.add(origin.number);
    this.#record(origin, at, frame, cycle, fate);
    return again;
  }

  /** Delivered before, or behind a newer one where the newest counts. */
  #mustNotBe(number: number, { newest, delivered }: Reached): boolean {
    return this.#options.delivery === 'newest' ? number <= newest : delivered.has(number);
  }

  /** Where late frames are wanted, whoever has the key before the newest may have each of his delivered once, as long as it is held. */
  #mayUnderOldKey(attack: Attack, frame: Uint8Array, cycle: number, keyId: KeyId, reached: Reached): boolean {
    const { underOldKey, keyIdSince } = reached;
    const isHeld = reached.keyId !== undefined && !isSameKeyId(keyId, reached.keyId) && cycle - keyIdSince <= this.#options.obsoleteTimeout;
    if (attack !== 'old-key' || this.#options.delivery === 'newest' || !isHeld || underOldKey.has(frame)) return false;
    underOldKey.add(frame);
    return true;
  }

  /** Truth is by what was delivered: a frame that comes late, but before any newer one, is no replay, whoever brings it. */
  #delivered({ from, number }: Origin, reached: Reached, keyId: KeyId, cycle: number): FrameFate {
    const counts = this.#counts[from];
    if (this.#mustNotBe(number, reached)) {
      counts.replayedAccepted++;
      return 'replayed';
    }
    counts.framesDelivered++;
    reached.delivered.add(number);
    reached.inTime.add(number);
    if (number > reached.newest) {
      if (reached.keyId === undefined || !isSameKeyId(keyId, reached.keyId)) reached.keyIdSince = cycle;
      reached.newest = number;
      reached.keyId = keyId;
      return 'delivered';
    }
    counts.deliveredLate++;
    if (reached.keyId !== undefined && !isSameKeyId(keyId, reached.keyId)) counts.deliveredUnderOldKey++;
    return 'delivered';
  }

  #dropped(origin: Origin, reached: Reached, firstAt: number, outcome: Outcome, association: string | undefined): FrameFate {
    const { from, number, kind, genuineSentAt } = origin;
    const counts = this.#counts[from];
    const inTime = firstAt - genuineSentAt <= this.#options.longestDelay;
    if (inTime) reached.inTime.add(number);
    if (!inTime || reached.here.has(number)) {
      counts[kind === 'replayed' ? 'replayedRejected' : 'duplicatesDropped']++;
      return kind === 'replayed' ? 'replayed' : 'duplicate';
    }
    if (outcome.kind === 'stale') {
      counts.staleDropped++;
      return 'stale';
    }
    const outside = origin.association !== association;
    counts[outside ? 'outsideAssociation' : 'undecryptable']++;
    return outside ? 'outside' : 'undecryptable';
  }

  #record(origin: Origin, to: Side, frame: Uint8Array, arrivedAt: number | null, fate: FrameFate): void {
    const parsed = parseFrame(frame, this.#options.receives[to]);
    const wire = (keyId: number): string => `${keyId >> 2}|${keyId & 3}`;
    const { currentKeyId, nextKeyId } = parsed.kind === 'ours' ? parsed.frame : { currentKeyId: 0, nextKeyId: 0 };
    this.#log.add({
      from: to === 'initiator' ? 'follower' : 'initiator',
      to,
      sentAtNs: origin.sentAt * this.#options.cycleNs,
      arrivedAtNs: arrivedAt === null ? null : arrivedAt * this.#options.cycleNs,
      currentKeyId: wire(currentKeyId),
      nextKeyId: wire(nextKeyId),
      fate,
    });
  }
}

function unreached(): Reached {
  return {
    here: new Set(),
    inTime: new Set(),
    delivered: new Set(),
    newest: -1,
    keyId: undefined,
    keyIdSince: 0,
    underOldKey: new WeakSet(),
  };
}

function none(): Counting {
  return {
    framesSent: 0,
    framesDelivered: 0,
    deliveredLate: 0,
    deliveredUnderOldKey: 0,
    framesLostByChannel: 0,
    undecryptable: 0,
    outsideAssociation: 0,
    staleDropped: 0,
    duplicatesDropped: 0,
    forgedAccepted: 0,
    replayedAccepted: 0,
    forgedRejected: 0,
    replayedRejected: 0,
    reflectedRejected: 0,
    swappedRejected: 0,
    oldKeyRejected: 0,
    oldKeyDelivered: 0,
    hostFrames: 0,
    associationMessages: 0,
    agreementMessages: 0,
    dedicatedMessages: 0,
    stalledCycles: 0,
    unassociatedCycles: 0,
  };
}
