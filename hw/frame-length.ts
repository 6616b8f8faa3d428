/** Lengths of parts of a frame, in octets, by its header profile. */
import { type Bit, type Bits, mux, u } from '../hdl-gen/index.ts';
import { PROFILES, type Profile, VLAN_TAG_OCTETS } from '../spec/header.ts';

/** Bits of a frame length; a longer frame saturates and is malformed. */
export const LENGTH_BITS = 11;

/** What is picked of profile `std` where `isStd` is 1, else of `paper`. */
export function byProfile(isStd: Bit, pick: (profile: Profile) => number): Bits<typeof LENGTH_BITS> {
  const [std, paper] = [pick(PROFILES.std), pick(PROFILES.paper)];
  return std === paper ? u(LENGTH_BITS, std) : mux(isStd, u(LENGTH_BITS, std), paper);
}

/** Of the header, with a VLAN tag or without. */
export function headerLength(isStd: Bit, hasTag: Bit): Bits<typeof LENGTH_BITS> {
  return byProfile(isStd, ({ headerOctets }) => headerOctets).add(mux(hasTag, u(LENGTH_BITS, VLAN_TAG_OCTETS), 0));
}
