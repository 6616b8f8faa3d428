/** Counts what became of the frames of all relations: truth is by what was delivered. */
import type { Delivery } from '../../spec/delivery.ts';
import type { KeyId } from '../../spec/key-id.ts';
import type { Outcome } from '../../sw/reference-model/peer.ts';

export interface FrameCounts {
  /** payloads whose station had no keys, or whose peer was not known to have them: between two associations */
  readonly waited: number;
  readonly sent: number;
  readonly delivered: number;
  /** of them behind a newer one, and of these under a key that was Obsolete */
  readonly deliveredLate: number;
  readonly deliveredUnderOldKey: number;
  /** in the channel, or in a cut */
  readonly lost: number;
  /** overtaken by a newer frame that was delivered, and dropped */
  readonly stale: number;
  /** second copies */
  readonly duplicates: number;
  /** under the keys of an association that the receiver had not, or had no more */
  readonly outside: number;
  /** in time, under keys of the receiver's own association, and not opened */
  readonly undecryptable: number;
  /** delivered again, or after a newer one where the newest counts */
  readonly replayed: number;
  /** delivered with another payload than was sent */
  readonly altered: number;
}

/** A frame on its way; both copies of it are one. */
export interface Sent {
  /** in its direction, from 0 */
  readonly number: number;
  /** that the sender had */
  readonly association: number | undefined;
  /** a copy of it has come */
  here: boolean;
  /** its payload was delivered */
  delivered: boolean;
}

/** One direction of one relation, at its receiver. */
export interface Receiving {
  /** number of the newest frame delivered */
  newest: number;
  /** the key that it came under */
  keyId: KeyId | undefined;
}

export class RelationsTally {
  readonly #counts: { -readonly [K in keyof FrameCounts]: number } = {
    waited: 0,
    sent: 0,
    delivered: 0,
    deliveredLate: 0,
    deliveredUnderOldKey: 0,
    lost: 0,
    stale: 0,
    duplicates: 0,
    outside: 0,
    undecryptable: 0,
    replayed: 0,
    altered: 0,
  };

  readonly #delivery: Delivery;

  constructor(delivery: Delivery) {
    this.#delivery = delivery;
  }

  get counts(): FrameCounts {
    return { ...this.#counts };
  }

  waited(): void {
    this.#counts.waited++;
  }

  /** @param copies that will arrive */
  sent(copies: number): void {
    this.#counts.sent++;
    if (copies === 0) this.#counts.lost++;
  }

  /** @param association that the receiver has */
  received(frame: Sent, outcome: Outcome, direction: Receiving, association: number | undefined): void {
    const first = !frame.here;
    frame.here = true;
    if (outcome.kind === 'delivered') this.#delivered(frame, outcome, direction);
    else if (!first) this.#counts.duplicates++;
    else if (outcome.kind === 'stale') this.#counts.stale++;
    else if (frame.association !== association) this.#counts.outside++;
    else this.#counts.undecryptable++;
  }

  #delivered(frame: Sent, { cSdu, keyId }: Extract<Outcome, { kind: 'delivered' }>, direction: Receiving): void {
    const { number } = frame;
    const late = number <= direction.newest;
    if (frame.delivered || (late && this.#delivery === 'newest')) this.#counts.replayed++;
    else if (numberIn(cSdu) !== number % 2 ** (8 * numberOctets(cSdu))) this.#counts.altered++;
    else this.#counts.delivered++;
    if (late && !frame.delivered) this.#late(keyId, direction);
    frame.delivered = true;
    if (late) return;
    direction.newest = number;
    direction.keyId = keyId;
  }

  #late({ master, communication }: KeyId, { keyId }: Receiving): void {
    this.#counts.deliveredLate++;
    if (keyId?.master !== master || keyId.communication !== communication) this.#counts.deliveredUnderOldKey++;
  }
}

/** Octets of a C_SDU that hold the number of its frame. */
function numberOctets({ length }: Uint8Array): number {
  return Math.min(4, length);
}

/** Writes the number of a frame into its C_SDU, as far as it has room. */
export function putNumber(cSdu: Uint8Array, number: number): void {
  for (let at = 0; at < numberOctets(cSdu); at++) cSdu[at] = Math.floor(number / 2 ** (8 * at)) & 0xff;
}

function numberIn(cSdu: Uint8Array): number {
  let number = 0;
  for (let at = 0; at < numberOctets(cSdu); at++) number += (cSdu[at] ?? 0) * 2 ** (8 * at);
  return number;
}
