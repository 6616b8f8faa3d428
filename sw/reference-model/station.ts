/**
 * The reference station: up to 256 relations, one `ReferencePeer` each. A frame finds its relation by its FrameID, which the consumer has
 * assigned, and its SA; relations have nothing else in common but the time.
 */
import { RELATIONS_MAX } from '../../spec/configuration.ts';
import { ADDRESS_OCTETS, ETHERTYPE_PROFINET, FRAME_ID_OCTETS, TPID_VLAN, VLAN_TAG_OCTETS } from '../../spec/header.ts';
import type { Role } from '../../spec/peer-rules.ts';
import type { Aead } from '../aead/aead.ts';
import { equalTags } from '../aead/aead.ts';
import { type Outcome, type PeerSettings, ReferencePeer } from './peer.ts';

export interface StationSettings {
  readonly role: Role;
  /** key slots of each relation */
  readonly slots: number;
  /** by number of the relation, 1 to 256; `destination` is the address of its peer, `receiveFrameId` its own alone */
  readonly relations: readonly PeerSettings[];
  /** hand on received frames of no relation */
  readonly passReceived: boolean;
}

/** What became of a received frame: that of the relation that it is of, or that it is of none. */
export type StationOutcome =
  | { readonly relation: number; readonly outcome: Outcome }
  | { readonly relation: undefined; readonly outcome: { readonly kind: 'passed' | 'dropped' } };

/** Relations that no frame could be told apart by. */
export class StationError extends Error {
  constructor(found: string, expected: string, mend: string) {
    super(`station: ${found}, expected ${expected}; ${mend}`);
    this.name = 'StationError';
  }
}

export class ReferenceStation {
  readonly #peers: readonly ReferencePeer[];
  readonly #byFrameId = new Map<number, { readonly relation: number; readonly peerAddress: Uint8Array }>();
  readonly #passReceived: boolean;
  #now = 0;
  /** by relation: up to when time has passed for it, and when the next of its keys runs out */
  readonly #elapsed: number[] = [];
  readonly #timeouts: number[];
  #nextTimeout = Number.POSITIVE_INFINITY;

  /** @throws StationError */
  constructor({ role, slots, relations, passReceived }: StationSettings, aead?: Aead) {
    if (relations.length < 1 || relations.length > RELATIONS_MAX)
      throw new StationError(`${relations.length} relations`, `1 to ${RELATIONS_MAX}`, 'give others to another station');
    for (const [relation, { receiveFrameId, destination }] of relations.entries()) {
      if (this.#byFrameId.has(receiveFrameId))
        throw new StationError(
          `FrameID 0x${receiveFrameId.toString(16)} twice`,
          'another for each relation',
          'the consumer assigns its FrameIDs',
        );
      this.#byFrameId.set(receiveFrameId, { relation, peerAddress: destination });
    }
    this.#peers = relations.map((settings) => new ReferencePeer(role, slots, settings, aead));
    this.#passReceived = passReceived;
    this.#timeouts = relations.map(() => Number.POSITIVE_INFINITY);
  }

  /** The peer of a relation, brought up to date. What is pushed to it, withdrawn and sent goes this way. @throws StationError */
  relation(number: number): ReferencePeer {
    const peer = this.#peers[number];
    if (peer === undefined) throw new StationError(`relation ${number}`, `0 to ${this.#peers.length - 1}`, 'number them from 0');
    this.#catchUp(number, peer);
    return peer;
  }

  /** A frame from the wire, whole, without its FCS. */
  receive(octets: Uint8Array): StationOutcome {
    const relation = this.relationOf(octets);
    if (relation === undefined) return { relation, outcome: { kind: this.#passReceived ? 'passed' : 'dropped' } };
    const peer = this.relation(relation);
    const outcome = peer.receive(octets);
    // a switch has begun to time the key before
    this.#note(relation, peer);
    return { relation, outcome };
  }

  /** Cycles until the next Obsolete key of any relation runs out; Infinity while there is none. */
  get nextTimeout(): number {
    return this.#nextTimeout - this.#now;
  }

  /** Cycles pass. Returns the relations that a key ran out in, the lowest first. */
  elapse(cycles: number): readonly number[] {
    this.#now += cycles;
    if (this.#now < this.#nextTimeout) return [];
    const due = this.#timeouts.flatMap((at, relation) => (at <= this.#now ? [relation] : []));
    for (const relation of due) this.relation(relation);
    return due;
  }

  /** The relation that a frame is of, by its FrameID and its source; undefined: of none. */
  relationOf(octets: Uint8Array): number | undefined {
    const typeAt = 2 * ADDRESS_OCTETS + (word16At(octets, 2 * ADDRESS_OCTETS) === TPID_VLAN ? VLAN_TAG_OCTETS : 0);
    if (octets.length < typeAt + 2 + FRAME_ID_OCTETS || word16At(octets, typeAt) !== ETHERTYPE_PROFINET) return undefined;
    const known = this.#byFrameId.get(word16At(octets, typeAt + 2));
    const isFromPeer = known !== undefined && equalTags(octets.subarray(ADDRESS_OCTETS, 2 * ADDRESS_OCTETS), known.peerAddress);
    return isFromPeer ? known.relation : undefined;
  }

  #catchUp(relation: number, peer: ReferencePeer): void {
    const cycles = this.#now - (this.#elapsed[relation] ?? 0);
    this.#elapsed[relation] = this.#now;
    // without an Obsolete key time changes nothing
    if (this.#timeouts[relation] === Number.POSITIVE_INFINITY) return;
    peer.elapse(cycles);
    this.#note(relation, peer);
  }

  #note(relation: number, peer: ReferencePeer): void {
    const timeout = this.#now + peer.nextTimeout;
    if (timeout === this.#timeouts[relation]) return;
    this.#timeouts[relation] = timeout;
    this.#nextTimeout = this.#timeouts.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY);
  }
}

function word16At(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}
