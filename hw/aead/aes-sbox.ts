import { type Bits, type Build, bits, cat, input, module, output } from '../../hdl-gen/index.ts';
import { AFFINE_CONSTANT, affineLinear, EXTENSION, fromTower, type LinearMap, linearMap, SBOX, toTower, towerMultiply } from './gf256.ts';

const SBOX_PORTS = { octet: input(bits(8)), substituted: output(bits(8)) } as const;

/** SubBytes of AES (FIPS 197, section 5.1.1) as a table: one level of LUT6 with wide multiplexers. */
export const aesSbox = module(
  'aes_sbox',
  SBOX_PORTS,
  (io, m) => {
    const table = m.memory('table', bits(8), 256, { init: SBOX, style: 'distributed' });
    io.substituted.set(table.read(io.octet));
  },
  'S-box of AES as a table.',
);

/**
 * The same in a tower of fields, GF(((2^2)^2)^2): an inverse is a few products of half the width. No table, so it can
 * be masked against power analysis; deeper than the table in look-up tables.
 */
export const aesSboxTower = module(
  'aes_sbox_tower',
  SBOX_PORTS,
  (io, m) => {
    const { element } = m.let({ element: linear(io.octet, linearMap(8, toTower)) });
    const [high, low] = [element.bits(4, 4), element.bits(0, 4)];
    const { sum } = m.let({ sum: high.xor(low) });
    // of high·y + low, the product with its conjugate: it lies in the smaller field
    const { norm } = m.let({ norm: linear(high, scaledSquare(4)).xor(multiply4(m, sum, low, '_norm')) });
    const { inverse } = m.let({ inverse: inverse4(m, norm) });
    const { inverseHigh } = m.let({ inverseHigh: multiply4(m, high, inverse, '_high') });
    const { inverseLow } = m.let({ inverseLow: multiply4(m, sum, inverse, '_low') });
    const back = linearMap(8, (b) => affineLinear(fromTower(b)));
    const { inverted } = m.let({ inverted: cat(inverseHigh, inverseLow) });
    io.substituted.set(linear(inverted, back).xor(AFFINE_CONSTANT));
  },
  'S-box of AES in composite fields.',
);

/** λ·a², which is linear in fields of characteristic 2. */
function scaledSquare(width: number): LinearMap {
  return linearMap(width, (a) => towerMultiply(towerMultiply(a, a, width), EXTENSION[width] ?? 0, width));
}

/** Inverse in GF((2^2)^2), by the same steps. */
function inverse4(m: Build, a: Bits<4>): Bits<4> {
  const [high, low] = [a.bits(2, 2), a.bits(0, 2)];
  const { sum } = m.let({ sum: high.xor(low) }, '_4');
  const { norm } = m.let({ norm: linear(high, scaledSquare(2)).xor(multiply2(sum, low)) }, '_4');
  // of four elements, the square is the inverse
  const { inverse } = m.let(
    {
      inverse: linear(
        norm,
        linearMap(2, (b) => towerMultiply(b, b, 2)),
      ),
    },
    '_4',
  );
  return cat(multiply2(high, inverse), multiply2(sum, inverse));
}

/** Product in GF((2^2)^2): three products of halves (Karatsuba). */
function multiply4(m: Build, a: Bits<4>, b: Bits<4>, suffix: string): Bits<4> {
  const [highA, lowA, highB, lowB] = [a.bits(2, 2), a.bits(0, 2), b.bits(2, 2), b.bits(0, 2)];
  const { sumA, sumB } = m.let({ sumA: highA.xor(lowA), sumB: highB.xor(lowB) }, suffix);
  const { high } = m.let({ high: multiply2(highA, highB) }, suffix);
  const { low } = m.let({ low: multiply2(lowA, lowB) }, suffix);
  const scaled = linear(
    high,
    linearMap(2, (c) => towerMultiply(c, EXTENSION[2] ?? 0, 2)),
  );
  return cat(multiply2(sumA, sumB).xor(low), low.xor(scaled));
}

/** Product in GF(2^2), where y² = y + 1. */
function multiply2(a: Bits<2>, b: Bits<2>): Bits<2> {
  const low = a.bit(0).and(b.bit(0));
  const cross = a
    .bit(0)
    .xor(a.bit(1))
    .and(b.bit(0).xor(b.bit(1)));
  return cat(cross.xor(low), low.xor(a.bit(1).and(b.bit(1))));
}

/** Each bit of the result is the parity of the masked bits of the value. */
function linear<W extends number>(value: Bits<W>, map: LinearMap): Bits<W> {
  return cat(...map.map((mask) => value.and(mask).parity()).toReversed()).as(bits(value.width));
}
