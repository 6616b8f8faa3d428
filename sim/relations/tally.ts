/** Counts what became of the frames of all relations: truth is by what was delivered. */
import type { Payload } from '../../sw/frame/secured-frame.ts';
import type { Outcome } from '../../sw/reference-model/peer.ts';

export interface FrameCounts {
  /** payloads whose station had no keys, or whose peer was not known to have them: between two associations */
  readonly waited: number;
  readonly sent: number;
  readonly delivered: number;
  /** in the channel, or in a cut */
  readonly lost: number;
  /** overtaken by a newer frame that was delivered */
  readonly stale: number;
  /** second copies */
  readonly duplicates: number;
  /** under the keys of an association that the receiver had not, or had no more */
  readonly outside: number;
  /** in time, under keys of the receiver's own association, and not opened */
  readonly undecryptable: number;
  /** delivered again, or after a newer one */
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
}

/** One direction of one relation, at its receiver. */
export interface Receiving {
  /** number of the newest frame delivered */
  newest: number;
}

export class RelationsTally {
  readonly #counts: { -readonly [K in keyof FrameCounts]: number } = {
    waited: 0,
    sent: 0,
    delivered: 0,
    lost: 0,
    stale: 0,
    duplicates: 0,
    outside: 0,
    undecryptable: 0,
    replayed: 0,
    altered: 0,
  };

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

  #delivered({ number }: Sent, { cSdu }: Payload, direction: Receiving): void {
    if (number <= direction.newest) this.#counts.replayed++;
    else if (numberIn(cSdu) !== number % 2 ** (8 * numberOctets(cSdu))) this.#counts.altered++;
    else this.#counts.delivered++;
    direction.newest = Math.max(direction.newest, number);
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
