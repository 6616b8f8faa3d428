/** Counts frames by what became of them, and keeps those around the rekeys for the timelines. */
import { CYCLE_NS } from '../spec/configuration.ts';
import { parseFrame } from '../sw/frame/secured-frame.ts';
import type { Outcome } from '../sw/reference-model/peer.ts';
import type { Attack } from './network/attacker.ts';
import { FrameLog } from './rekey-log.ts';
import type { Counts, FrameFate, Side } from './report/result.ts';

/** Where a frame on the wire comes from. */
export interface Origin {
  /** whose frame it is; of an attack, whose frame it was made from */
  readonly from: Side;
  readonly kind: 'genuine' | 'duplicate' | 'host' | Attack;
  /** cycle */
  readonly sentAt: number;
  /** number of the genuine frame; -1 of others */
  readonly number: number;
}

type Counting = { -readonly [K in keyof Counts]: number };

export class Tally {
  readonly #receiveFrameId: Readonly<Record<Side, number>>;
  readonly #counts: Readonly<Record<Side, Counting>> = { initiator: none(), follower: none() };
  /** genuine frames of which a copy was delivered, by sender */
  readonly #delivered: Readonly<Record<Side, Set<number>>> = { initiator: new Set(), follower: new Set() };
  readonly #log: FrameLog;

  /** @param receiveFrameId FrameID that each side listens to  @param before frames kept from before a rekey */
  constructor(receiveFrameId: Readonly<Record<Side, number>>, before: number) {
    this.#receiveFrameId = receiveFrameId;
    this.#log = new FrameLog(before);
  }

  of(side: Side): Readonly<Counts> {
    return this.#counts[side];
  }

  get total(): Counts {
    const { initiator, follower } = this.#counts;
    const names = Object.keys(initiator) as (keyof Counts)[];
    return Object.fromEntries(names.map((name) => [name, initiator[name] + follower[name]])) as unknown as Counts;
  }

  get log(): FrameLog {
    return this.#log;
  }

  /**
   * A frame has left a peer.
   * @param payloads payloads that this peer was given so far: a frame beyond them was sent for rekeying alone
   * @returns its number among the genuine frames of the peer
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

  stalled(side: Side): void {
    this.#counts[side].stalledCycles++;
  }

  lost(origin: Origin, to: Side, frame: Uint8Array): void {
    this.#counts[origin.from].framesLostByChannel++;
    this.#record(origin, to, frame, null, 'lost');
  }

  /** The verdict of the model on a frame. Returns whether an attack got through. */
  received(at: Side, cycle: number, origin: Origin, frame: Uint8Array, outcome: Outcome): boolean {
    if (origin.kind === 'host') return false;
    if (origin.kind === 'genuine' || origin.kind === 'duplicate') {
      this.#record(origin, at, frame, cycle, this.#genuine(origin, outcome));
      return false;
    }
    const counts = this.#counts[origin.from];
    const accepted = outcome.kind === 'delivered';
    this.#record(origin, at, frame, cycle, origin.kind);
    if (origin.kind === 'replayed') counts[accepted ? 'replayedAccepted' : 'replayedRejected']++;
    else if (accepted) counts.forgedAccepted++;
    else counts[origin.kind === 'reflected' ? 'reflectedRejected' : 'forgedRejected']++;
    return accepted;
  }

  #genuine(origin: Origin, outcome: Outcome): FrameFate {
    const counts = this.#counts[origin.from];
    const delivered = this.#delivered[origin.from];
    if (outcome.kind === 'delivered') {
      counts.framesDelivered++;
      delivered.add(origin.number);
      return 'delivered';
    }
    if (outcome.kind === 'stale') {
      const again = delivered.has(origin.number) || origin.kind === 'duplicate';
      counts[again ? 'duplicatesDropped' : 'staleDropped']++;
      return again ? 'duplicate' : 'stale';
    }
    counts.undecryptable++;
    return 'undecryptable';
  }

  #record(origin: Origin, to: Side, frame: Uint8Array, arrivedAt: number | null, fate: FrameFate): void {
    const parsed = parseFrame(frame, this.#receiveFrameId[to]);
    const wire = (keyId: number): string => `${keyId >> 2}|${keyId & 3}`;
    const { currentKeyId, nextKeyId } = parsed.kind === 'ours' ? parsed.frame : { currentKeyId: 0, nextKeyId: 0 };
    this.#log.add({
      from: to === 'initiator' ? 'follower' : 'initiator',
      to,
      sentAtNs: origin.sentAt * CYCLE_NS,
      arrivedAtNs: arrivedAt === null ? null : arrivedAt * CYCLE_NS,
      currentKeyId: wire(currentKeyId),
      nextKeyId: wire(nextKeyId),
      fate,
    });
  }
}

function none(): Counting {
  return {
    framesSent: 0,
    framesDelivered: 0,
    framesLostByChannel: 0,
    undecryptable: 0,
    staleDropped: 0,
    duplicatesDropped: 0,
    forgedAccepted: 0,
    replayedAccepted: 0,
    forgedRejected: 0,
    replayedRejected: 0,
    reflectedRejected: 0,
    hostFrames: 0,
    dedicatedMessages: 0,
    stalledCycles: 0,
  };
}
