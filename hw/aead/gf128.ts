/**
 * Arithmetic of GF(2^128) as GCM has it (SP 800-38D, section 6.3): the polynomial is x^128 + x^7 + x^2 + x + 1, and the coefficient
 * of x^i is bit 127 - i, so that a block written with its octet 0 on top is an element as it stands, and a product with x is a
 * shift to the right.
 */
import { type AnyBits, type Bits, cat, mux, u } from '../../hdl-gen/index.ts';

/** An element times x. */
export function timesX(a: Bits<128>): Bits<128> {
  return reduced(a.shr(1), a.take(1));
}

/** An element times x^8. */
export function timesX8(a: Bits<128>): Bits<128> {
  return reduced(a.shr(8), a.take(8));
}

/**
 * An element times an octet, which is a polynomial of degree 7 at most, its bit 7 the coefficient of 1: so many sums of the element
 * shifted, and one reduction of what was shifted out.
 */
export function timesOctet(a: Bits<128>, octet: Bits<8>): Bits<128> {
  const degrees = Array.from({ length: 8 }, (_, degree) => degree);
  const product = degrees
    .map((degree) => mux(octet.bit(7 - degree), degree === 0 ? a : a.shr(degree), 0))
    .reduce((sum, part) => sum.xor(part));
  const shiftedOut = degrees.slice(1).map((degree) => {
    const out = a.take(degree);
    return mux(octet.bit(7 - degree), degree === 7 ? out : cat(out, u(7 - degree, 0)), 0);
  });
  return reduced(
    product,
    shiftedOut.reduce((sum, part) => sum.xor(part)),
  );
}

/** The square, which is linear: the coefficient of x^i becomes that of x^2i, so no bit of it is the sum of more than three. */
export function squared(a: Bits<128>): Bits<128> {
  return reduced(spread(a.bits(64, 64)), spread(a.take(64)));
}

/** A 0 behind each bit. */
function spread(half: Bits<64>): Bits<128> {
  return cat(...Array.from({ length: 64 }, (_, index) => cat(half.bit(63 - index), u(1, 0)))) as AnyBits as Bits<128>;
}

/** With the coefficients from x^128 on, x^128 in the top bit, added where they belong: x^128 = 1 + x + x^2 + x^7. */
function reduced(low: Bits<128>, high: AnyBits): Bits<128> {
  const { width } = high;
  const wide = (high as Bits<number>).zext(width + 7);
  const folded = wide.shl(7).xor(wide.shl(6)).xor(wide.shl(5)).xor(wide);
  const beyond = folded.width - 128;
  if (beyond <= 0) return low.xor(cat(folded, u(-beyond, 0)));
  return reduced(low.xor(folded.bits(beyond, 128)), folded.take(beyond));
}
