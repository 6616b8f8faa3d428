/** Frames whose ICVs an attacker has swapped. */
import { ICV_OCTETS, PROFILES, type ProfileName } from '../../spec/header.ts';

export interface Captured {
  readonly frame: Uint8Array;
  readonly profile: ProfileName;
}

/** Each with the ICV of the other; none where they have the same. */
export function swappedIcvs(one: Captured, other: Captured): readonly Uint8Array[] {
  const [icv, otherIcv] = [icvOf(one), icvOf(other)];
  return Buffer.compare(icv, otherIcv) === 0 ? [] : [withIcv(one, otherIcv), withIcv(other, icv)];
}

function icvAt({ frame, profile }: Captured): number {
  const { trailerOctets, textBehindOctets } = PROFILES[profile];
  return frame.length - trailerOctets + textBehindOctets;
}

function icvOf(captured: Captured): Uint8Array {
  return captured.frame.subarray(icvAt(captured), icvAt(captured) + ICV_OCTETS);
}

function withIcv(captured: Captured, icv: Uint8Array): Uint8Array {
  const changed = captured.frame.slice();
  changed.set(icv, icvAt(captured));
  return changed;
}
