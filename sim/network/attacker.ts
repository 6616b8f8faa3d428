/**
 * An attacker on the wire, who sees every frame and can send any: forges, flips bits, replays, reflects. The
 * genuine frame goes its way all the same.
 *
 * The dummy engine is linear, so the same bit flipped in two blocks passes it; a test shows that. Here one bit
 * is flipped at a time.
 */
import type { Random } from '../../hdl-gen/sim/random.ts';
import { AGREEMENT_OFFSETS } from '../../spec/agreement.ts';
import { ADDRESS_OCTETS, APDU_STATUS_OCTETS, C_SDU_MIN, PROFILES, type ProfileName, placeOf } from '../../spec/header.ts';

/** `crossed`: sent under the FrameID of another relation. */
export type Attack = 'forged' | 'flipped' | 'replayed' | 'reflected' | 'crossed';

export interface AttackFrame {
  readonly attack: Attack;
  readonly frame: Uint8Array;
  /** goes back to where the frame came from */
  readonly back: boolean;
}

/** Frames that a replay is at least behind: what the receiver has surely seen newer ones of. */
const REPLAY_AGE = 12;
const MEMORY = 4096;
/** SecurityLength, in octets behind the FrameID. */
const STD_LENGTH_AT = placeOf('std', 'securityLength') - placeOf('std', 'securityInformation');
/** Behind the FrameID: the overhead of profile `paper`, which is enough to be taken apart, a C_SDU and the APDU status. */
const FORGED_OCTETS = PROFILES.paper.overheadOctets + C_SDU_MIN + APDU_STATUS_OCTETS;

export class Attacker {
  readonly #random: Random;
  readonly #chance: number;
  readonly #seen: Uint8Array[] = [];
  readonly #agreements: Uint8Array[] = [];

  readonly #profile: ProfileName;

  /** @param chance probability of an attack with each genuine frame */
  constructor(chance: number, profile: ProfileName, random: Random) {
    this.#chance = chance;
    this.#profile = profile;
    this.#random = random;
  }

  /** What the attacker does when a frame passes. `reflectedFrameId` is the FrameID that the sender listens to. */
  onFrame(frame: Uint8Array, reflectedFrameId: number): AttackFrame | undefined {
    this.#seen.push(frame);
    if (this.#seen.length > MEMORY) this.#seen.shift();
    if (!this.#random.chance(this.#chance)) return undefined;
    const attack = (['forged', 'flipped', 'replayed', 'reflected'] as const)[this.#random.below(4)] ?? 'forged';
    switch (attack) {
      case 'forged':
        return { attack, frame: this.#forge(frame), back: false };
      case 'flipped':
        return { attack, frame: this.#flip(frame), back: false };
      case 'replayed': {
        const old = this.#seen[this.#random.below(this.#seen.length - REPLAY_AGE)];
        return this.#seen.length <= REPLAY_AGE || old === undefined ? undefined : { attack, frame: old, back: false };
      }
      case 'reflected':
        return { attack, frame: withFrameId(frame, reflectedFrameId), back: true };
    }
  }

  /**
   * What the attacker does when a message of the key agreement passes.
   * @param factor so many times as often as with a cyclic frame
   */
  onAgreement(frame: Uint8Array, factor: number): AttackFrame | undefined {
    this.#agreements.push(frame);
    if (!this.#random.chance(Math.min(1, factor * this.#chance))) return undefined;
    const attack = (['forged', 'flipped', 'replayed', 'reflected'] as const)[this.#random.below(4)] ?? 'forged';
    const changed = frame.slice();
    if (attack === 'forged') changed.set(this.#random.bytes(frame.length - AGREEMENT_OFFSETS.message), AGREEMENT_OFFSETS.message);
    const at = AGREEMENT_OFFSETS.type + this.#random.below(frame.length - AGREEMENT_OFFSETS.type);
    if (attack === 'flipped') changed[at] = (changed[at] ?? 0) ^ (1 << this.#random.below(8));
    const old = this.#agreements[this.#random.below(this.#agreements.length)] ?? frame;
    return { attack, frame: attack === 'replayed' ? old : changed, back: attack === 'reflected' };
  }

  /** A frame of the attacker's own: right addresses and FrameID, and behind them invented what can be: in `std` mode and length can't. */
  #forge(frame: Uint8Array): Uint8Array {
    const head = frameIdAt(frame) + 2;
    const isStd = this.#profile === 'std';
    const forged = this.#random.bytes(isStd ? frame.length : head + FORGED_OCTETS);
    forged.set(frame.subarray(0, isStd ? head + 1 : head));
    if (isStd) forged.set(frame.subarray(head + STD_LENGTH_AT, head + STD_LENGTH_AT + 2), head + STD_LENGTH_AT);
    return forged;
  }

  /** One bit of the authenticated part flipped: anywhere, header included, but in the EtherType and the FrameID, by which the frame is found. */
  #flip(frame: Uint8Array): Uint8Array {
    const flipped = frame.slice();
    const behind = frameIdAt(frame) + 2;
    const place = this.#random.below(2 * ADDRESS_OCTETS + frame.length - behind);
    const at = place < 2 * ADDRESS_OCTETS ? place : behind + place - 2 * ADDRESS_OCTETS;
    flipped[at] = (flipped[at] ?? 0) ^ (1 << this.#random.below(8));
    return flipped;
  }
}

function frameIdAt(frame: Uint8Array): number {
  return frame[12] === 0x81 && frame[13] === 0x00 ? 18 : 14;
}

/** A frame under another FrameID, and from another source where one is given. */
export function readdressed(frame: Uint8Array, frameId: number, source?: Uint8Array): Uint8Array {
  const changed = withFrameId(frame, frameId);
  if (source !== undefined) changed.set(source, ADDRESS_OCTETS);
  return changed;
}

function withFrameId(frame: Uint8Array, frameId: number): Uint8Array {
  const copy = frame.slice();
  new DataView(copy.buffer).setUint16(frameIdAt(copy), frameId);
  return copy;
}
