/** One end of a relation: its place in a station, and the software that drives its keys, from one start to the next. */
import type { Side } from '../../judge/points.ts';
import type { FollowerAssociation } from '../../sw/control-plane/follower-association.ts';
import { InitiatorAssociation } from '../../sw/control-plane/initiator-association.ts';
import type { ReferencePeer } from '../../sw/reference-model/peer.ts';
import type { ReferenceStation } from '../../sw/reference-model/station.ts';
import type { BurstChannel } from '../network/bursts.ts';
import type { Receiving } from './tally.ts';

export interface Place {
  readonly side: Side;
  readonly relation: number;
  readonly station: ReferenceStation;
  /** number of the relation in its station: that of a device has one */
  readonly numberInStation: number;
  readonly bursts: BurstChannel;
}

export class End {
  readonly place: Place;
  readonly direction: Receiving = { newest: -1, keyId: undefined };
  /** payloads so far */
  payloads = 0;
  /** frames of the peer that were opened so far */
  received = 0;
  /** whose keys it has */
  association: number | undefined;
  /** when the software is to be called next */
  wakeAt = Number.POSITIVE_INFINITY;
  readonly #begin: (end: End) => InitiatorAssociation | FollowerAssociation;
  #software: InitiatorAssociation | FollowerAssociation;
  #started = false;

  /** @param begin software that knows nothing but its identity and the secret of the association */
  constructor(place: Place, begin: (end: End) => InitiatorAssociation | FollowerAssociation) {
    this.place = place;
    this.#begin = begin;
    this.#software = begin(this);
  }

  /** Brought up to date. */
  get peer(): ReferencePeer {
    return this.place.station.relation(this.place.numberInStation);
  }
  get associated(): boolean {
    return this.#software.associated;
  }
  get canSend(): boolean {
    return this.#software.canSend;
  }
  get dueAt(): number {
    return this.#software instanceof InitiatorAssociation ? this.#software.dueAt : Number.POSITIVE_INFINITY;
  }
  /** Whether it takes one of the places for agreements. */
  get agreeing(): boolean {
    return this.#software instanceof InitiatorAssociation && this.#software.agreeing;
  }

  /** A frame for the host. Returns whether `service` is due then. */
  receive(frame: Uint8Array): boolean {
    return this.#software.receive(frame);
  }

  async service(): Promise<void> {
    if (this.#started) return this.#software.service();
    this.#started = true;
    return this.#software.start();
  }

  /** As after SIGKILL: what it knew is gone, the hardware goes on. */
  restart(): void {
    this.#software = this.#begin(this);
    this.#started = false;
  }

  stop(): void {
    this.#software.stop();
  }
}
