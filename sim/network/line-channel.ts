/** What a line with an attacker on it makes of a frame on its way to a station of many relations, from a seed. */
import type { Random } from '../../hdl-gen/sim/random.ts';
import { ADDRESS_OCTETS, FRAME_ID_OCTETS, type ProfileName, placeOf, TPID_VLAN, VLAN_TAG_OCTETS } from '../../spec/header.ts';
import { type Captured, swappedIcvs } from './swapped-icvs.ts';

/** Where an arriving frame is from: `late` was overtaken, `attack` was made or brought again by somebody else. */
export type Origin = 'sent' | 'repeated' | 'late' | 'attack';

export interface Arrival {
  readonly frame: Uint8Array;
  readonly origin: Origin;
}

export interface LineSettings {
  /** probabilities that a frame is lost, comes twice, and is overtaken by others */
  readonly loss: number;
  readonly duplicates: number;
  readonly reorderChance: number;
  /** frames that overtake one; default 1, which is another relation's where there are several */
  readonly overtakenBy?: number;
  /** probability of an attack with a frame */
  readonly attacks: number;
  /** FrameIDs of one way are that many, one beside the other, of the first relation one whose low octet is 0 */
  readonly relations: number;
  readonly profileOf: (relation: number) => ProfileName;
}

const REMEMBERED = 64;

/** One way of a line. */
export class LineChannel {
  lost = 0;
  readonly #settings: LineSettings;
  readonly #random: Random;
  /** with how many frames are to go first */
  #held: readonly { readonly frame: Uint8Array; readonly behind: number }[] = [];
  /** frames that arrived, for whoever brings one again */
  readonly #seen: Uint8Array[] = [];
  /** the other way: what arrives there could be reflected here */
  other: LineChannel | undefined;

  constructor(settings: LineSettings, random: Random) {
    this.#settings = settings;
    this.#random = random;
  }

  /** What arrives when a frame was sent, in that order. */
  carry(frame: Uint8Array): readonly Arrival[] {
    const { loss, duplicates, reorderChance, attacks, overtakenBy = 1 } = this.#settings;
    const attack = this.#random.chance(attacks) ? this.#attack(frame) : [];
    const arrivals = attack.map((made): Arrival => ({ frame: made, origin: 'attack' }));
    const held = this.#held.map(({ frame: waiting, behind }) => ({ frame: waiting, behind: behind - 1 }));
    const late = held.filter(({ behind }) => behind === 0).map(({ frame: waiting }): Arrival => ({ frame: waiting, origin: 'late' }));
    this.#held = held.filter(({ behind }) => behind > 0);
    if (this.#random.chance(loss)) this.lost++;
    else if (this.#random.chance(reorderChance)) this.#held = [...this.#held, { frame, behind: overtakenBy }];
    else {
      arrivals.push({ frame, origin: 'sent' });
      if (this.#random.chance(duplicates)) arrivals.push({ frame, origin: 'repeated' });
      this.#seen.push(frame);
      if (this.#seen.length > REMEMBERED) this.#seen.shift();
    }
    return [...arrivals, ...late];
  }

  /** One that knows the layout: flips a bit, takes a frame for another relation, from another source or from the other way, or an old one, or swaps ICVs with it. */
  #attack(frame: Uint8Array): readonly Uint8Array[] {
    const random = this.#random;
    const changed = frame.slice();
    const add = (at: number, by: number): void => {
      changed[at] = ((changed[at] ?? 0) + by) & 0xff;
    };
    const one = (frames: readonly Uint8Array[]): readonly Uint8Array[] => {
      const at = random.below(Math.max(1, frames.length));
      return frames.slice(at, at + 1);
    };
    switch (random.below(6)) {
      case 0: {
        const at = random.below(frame.length);
        // the tag is not authenticated
        if (isTagged(frame) && at >= 2 * ADDRESS_OCTETS && at < 2 * ADDRESS_OCTETS + VLAN_TAG_OCTETS) return [];
        changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
        return [changed];
      }
      case 1:
        add(frameIdAt(frame) + FRAME_ID_OCTETS - 1, 1 + random.below(Math.max(1, this.#settings.relations - 1)));
        return [changed];
      case 2:
        add(2 * ADDRESS_OCTETS - 1, 1);
        return [changed];
      case 3:
        return one(this.other === undefined ? [] : this.other.#seen);
      case 4:
        return one(this.#seen).flatMap((other) => swappedIcvs(this.#captured(frame), this.#captured(other)));
      default:
        return one(this.#seen);
    }
  }

  #captured(frame: Uint8Array): Captured {
    return { frame, profile: this.#settings.profileOf(frame[frameIdAt(frame) + FRAME_ID_OCTETS - 1] ?? 0) };
  }
}

function isTagged(frame: Uint8Array): boolean {
  return ((frame[2 * ADDRESS_OCTETS] ?? 0) << 8) + (frame[2 * ADDRESS_OCTETS + 1] ?? 0) === TPID_VLAN;
}

function frameIdAt(frame: Uint8Array): number {
  return placeOf('paper', 'frameId') + (isTagged(frame) ? VLAN_TAG_OCTETS : 0);
}
