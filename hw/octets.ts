/** Octet order. Keys, IVs, nonces and ICVs keep octet 0 in bits 7..0; header fields are numbers, sent most significant octet first. */
import { type AnyBits, type Bits, cat } from '../hdl-gen/index.ts';

/** The octets of a value, bits 7..0 first. */
export function octetsOf(value: Bits<number>): readonly Bits<8>[] {
  return Array.from({ length: value.width / 8 }, (_, index) => value.byte(index));
}

/** Turns a number into its octets in wire order, or back: the first octet sent comes to stand in bits 7..0. */
export function swapOctets<W extends number>(value: Bits<W>): Bits<W> {
  const octets: readonly AnyBits[] = octetsOf(value as unknown as Bits<number>);
  return cat(...octets) as unknown as Bits<W>;
}
