/** Octet order. Keys, IVs, nonces and ICVs keep octet 0 in bits 7..0; header fields are numbers, sent most significant octet first. */
import { type AnyBits, type Bits, bits, cat } from '../hdl-gen/index.ts';

/** The octets of a value, bits 7..0 first. */
export function octetsOf(value: AnyBits): readonly Bits<8>[] {
  const wide = value.as(bits(value.width));
  return Array.from({ length: wide.width / 8 }, (_, index) => wide.byte(index));
}

/** Turns a number into its octets in wire order, or back: the first octet sent comes to stand in bits 7..0. */
export function swapOctets<W extends number>(value: Bits<W>): Bits<W> {
  return cat(...octetsOf(value)).as(bits(value.width));
}
