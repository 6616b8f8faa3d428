/**
 * An attacker on the wire, who sees every frame and can send any: forges, flips bits, replays, reflects, swaps the ICVs of frames, and has got
 * hold of old keys. The genuine frame goes its way all the same.
 *
 * The dummy engine is linear, so the same bit flipped in two blocks passes it; a test shows that. Here one bit
 * is flipped at a time.
 */
import type { Random } from '../../hdl-gen/sim/random.ts';
import { AGREEMENT_OFFSETS } from '../../spec/agreement.ts';
import { ADDRESS_OCTETS, APDU_STATUS_OCTETS, C_SDU_MIN, PROFILES, type ProfileName, placeOf } from '../../spec/header.ts';
import type { Attack } from './attacks.ts';
import type { OldKeys } from './old-keys.ts';
import { swappedIcvs } from './swapped-icvs.ts';

export interface AttackFrame {
  readonly attack: Attack;
  readonly frame: Uint8Array;
  /** goes back to where the frame came from */
  readonly back: boolean;
}

/** Frames that a replay is at least behind: what the receiver has surely seen newer ones of. */
const REPLAY_AGE = 12;
const MEMORY = 4096;
/** Frames that the one is at most behind the other whose ICV it gets. */
const SWAP_AGE = 8;
/** SecurityLength, in octets behind the FrameID. */
const STD_LENGTH_AT = placeOf('std', 'securityLength') - placeOf('std', 'securityInformation');
/** Behind the FrameID: the overhead of profile `paper`, which is enough to be taken apart, a C_SDU and the APDU status. */
const FORGED_OCTETS = PROFILES.paper.overheadOctets + C_SDU_MIN + APDU_STATUS_OCTETS;

/** What may be done to a frame, and of it what may be done to a message of the key agreement, which has neither an ICV of ours nor a key. */
const ON_FRAMES = ['forged', 'flipped', 'replayed', 'reflected', 'swapped', 'old-key'] as const satisfies readonly Attack[];
const ON_AGREEMENTS = ['forged', 'flipped', 'replayed', 'reflected'] as const satisfies readonly Attack[];

export interface AttackerSettings {
  /** probability of an attack with each genuine frame */
  readonly chance: number;
  readonly kinds: ReadonlySet<Attack>;
  readonly profile: ProfileName;
  /** of the receiver of the frames; undefined: the attacker has none */
  readonly oldKeys?: OldKeys;
}

export class Attacker {
  readonly #settings: AttackerSettings;
  readonly #random: Random;
  readonly #seen: Uint8Array[] = [];
  readonly #agreements: Uint8Array[] = [];

  constructor(settings: AttackerSettings, random: Random) {
    this.#settings = settings;
    this.#random = random;
  }

  /** What the attacker does when a frame passes. `reflectedFrameId` is the FrameID that the sender listens to. */
  onFrame(frame: Uint8Array, reflectedFrameId: number): readonly AttackFrame[] {
    this.#settings.oldKeys?.passes(frame);
    this.#seen.push(frame);
    if (this.#seen.length > MEMORY) this.#seen.shift();
    if (!this.#random.chance(this.#settings.chance)) return [];
    const attack = this.#oneOf(ON_FRAMES);
    const sent = (...frames: readonly Uint8Array[]): readonly AttackFrame[] =>
      attack === undefined ? [] : frames.map((one) => ({ attack, frame: one, back: attack === 'reflected' }));
    switch (attack) {
      case undefined:
        return [];
      case 'forged':
        return sent(this.#forge(frame));
      case 'flipped':
        return sent(this.#flip(frame));
      case 'replayed': {
        const old = this.#seen[this.#random.below(this.#seen.length - REPLAY_AGE)];
        return this.#seen.length <= REPLAY_AGE || old === undefined ? [] : sent(old);
      }
      case 'reflected':
        // as it is its source is not the receiver's partner; turned, its ICV is of other addresses
        return sent(this.#random.chance(0.5) ? withFrameId(frame, reflectedFrameId) : turned(frame, reflectedFrameId));
      case 'swapped':
        return sent(...this.#swap(frame));
      case 'old-key': {
        const old = this.#settings.oldKeys?.seal(frame);
        // twice: even where one may be delivered, it may once
        return old === undefined ? [] : sent(old, old);
      }
    }
  }

  /** One of the kinds that are wanted. */
  #oneOf<A extends Attack>(possible: readonly A[]): A | undefined {
    const wanted = possible.filter((attack) => this.#settings.kinds.has(attack));
    return wanted[this.#random.below(Math.max(1, wanted.length))];
  }

  /**
   * What the attacker does when a message of the key agreement passes.
   * @param factor so many times as often as with a cyclic frame
   */
  onAgreement(frame: Uint8Array, factor: number): AttackFrame | undefined {
    this.#agreements.push(frame);
    if (!this.#random.chance(Math.min(1, factor * this.#settings.chance))) return undefined;
    const attack = this.#oneOf(ON_AGREEMENTS);
    if (attack === undefined) return undefined;
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
    const isStd = this.#settings.profile === 'std';
    const forged = this.#random.bytes(isStd ? frame.length : head + FORGED_OCTETS);
    forged.set(frame.subarray(0, isStd ? head + 1 : head));
    if (isStd) forged.set(frame.subarray(head + STD_LENGTH_AT, head + STD_LENGTH_AT + 2), head + STD_LENGTH_AT);
    return forged;
  }

  /** This frame and one of those before it. */
  #swap(frame: Uint8Array): readonly Uint8Array[] {
    const other = this.#seen.at(-2 - this.#random.below(SWAP_AGE));
    const { profile } = this.#settings;
    return other === undefined ? [] : swappedIcvs({ frame, profile }, { frame: other, profile });
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

/** A frame on its way back: from whom it was for, to whom it was from. */
function turned(frame: Uint8Array, frameId: number): Uint8Array {
  const back = readdressed(frame, frameId, frame.subarray(0, ADDRESS_OCTETS));
  back.set(frame.subarray(ADDRESS_OCTETS, 2 * ADDRESS_OCTETS));
  return back;
}

function withFrameId(frame: Uint8Array, frameId: number): Uint8Array {
  const copy = frame.slice();
  new DataView(copy.buffer).setUint16(frameIdAt(copy), frameId);
  return copy;
}
