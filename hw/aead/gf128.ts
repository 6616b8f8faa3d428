/**
 * Arithmetic of GF(2^128) as GCM has it (SP 800-38D, section 6.3): the polynomial is x^128 + x^7 + x^2 + x + 1, and the coefficient
 * of x^i is bit 127 - i, so that a block written with its octet 0 on top is an element as it stands, and a product with x is a
 * shift to the right.
 */
import { type AnyBits, type Bit, type Bits, bits, cat, mux, u } from '../../hdl-gen/index.ts';

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
  const terms = Array.from({ length: 128 }, (): Bit[] => []);
  for (let degree = 0; degree < 128; degree++) for (const place of degreesOf(2 * degree)) terms[place]?.push(a.bit(127 - degree));
  return cat(...terms.map((ones) => ones.reduce((sum, one) => sum.xor(one)))).as(bits(128));
}

/** The degrees below 128 whose powers make x^degree. */
function degreesOf(degree: number): ReadonlySet<number> {
  if (degree < 128) return new Set([degree]);
  const sum = new Set<number>();
  // twice the same is nothing
  for (const part of [0, 1, 2, 7]) for (const one of degreesOf(degree - 128 + part)) if (!sum.delete(one)) sum.add(one);
  return sum;
}

/** With the coefficients from x^128 on, x^128 in the top bit, added where they belong: x^128 = 1 + x + x^2 + x^7. */
function reduced(low: Bits<128>, high: AnyBits): Bits<128> {
  const { width } = high;
  const wide = high.as(bits(width)).zext(width + 7);
  const folded = wide.shl(7).xor(wide.shl(6)).xor(wide.shl(5)).xor(wide);
  return low.xor(cat(folded, u(128 - folded.width, 0)));
}
