/**
 * The steps of an AES round, but for the S-box, and the step of its key expansion (FIPS 197). A block keeps octet 0 in bits 7..0, so
 * column c of the state, and word c of a round key, is bits 32·c + 31 to 32·c.
 */
import { type Bits, bits, cat, mux, u } from '../../hdl-gen/index.ts';

/** Rijndael's polynomial without its highest term (FIPS 197, equation 4.1). */
const REDUCTION = 0x1b;

/** ShiftRows (FIPS 197, section 5.1.2): row r is rotated by r columns. */
export function shiftRows(octets: readonly Bits<8>[]): Bits<128> {
  const moved = octets.map((_, index) => {
    const [row, column] = [index % 4, Math.floor(index / 4)];
    return octets[row + 4 * ((column + row) % 4)] ?? u(8, 0);
  });
  return blockOf(moved);
}

/** MixColumns (FIPS 197, section 5.1.3), of each octet a in a column with b, c, d below it: {02}·(a + b) + b + c + d. */
export function mixColumns(block: Bits<128>): Bits<128> {
  const columns = [0, 1, 2, 3].map((index) => {
    const column = block.bits(32 * index, 32);
    const below = rotated(column, 1);
    return timesX(column.xor(below)).xor(below).xor(rotated(column, 2)).xor(rotated(column, 3));
  });
  return cat(...columns.toReversed()).as(bits(128));
}

/** The octets of a column moved up by so many rows. */
function rotated(column: Bits<32>, rows: number): Bits<32> {
  return cat(column.bits(0, 8 * rows), column.bits(8 * rows, 32 - 8 * rows)).as(bits(32));
}

/** Four octets times {02} at once: shifted in their places, and reduced where a bit was shifted out (FIPS 197, section 4.2). */
function timesX(octets: Bits<32>): Bits<32> {
  const carries = octets.shr(7).and(0x01010101);
  const reduced = [...REDUCTION.toString(2)].toReversed().flatMap((bit, place) => (bit === '1' && place > 0 ? [carries.shl(place)] : []));
  // the term 1 comes to stand where the shift left nothing
  return reduced.reduce((sum, part) => sum.xor(part), octets.and(0x7f7f7f7f).shl(1).or(carries));
}

/** {02} times an octet: the next round constant (FIPS 197, table 5). */
export function nextRoundConstant(constant: Bits<8>): Bits<8> {
  return constant.shl(1).xor(mux(constant.bit(7), u(8, REDUCTION), 0));
}

/** RotWord (FIPS 197, equation 5.10). */
export function rotWord(word: Bits<32>): Bits<32> {
  return rotated(word, 1);
}

/**
 * Four words of the expanded key (FIPS 197, algorithm 2): the four of Nk before, and the word before them as SubWord, RotWord and
 * the round constant make of it. Each is the sum of those before and of that one, which comes late, out of S-boxes: it is added last.
 */
export function nextWords(before: Bits<128>, changed: Bits<32>): Bits<128> {
  const sums: Bits<32>[] = [];
  for (const index of [0, 1, 2, 3]) {
    const word = before.bits(32 * index, 32);
    sums.push(sums.at(-1)?.xor(word) ?? word);
  }
  return cat(...sums.map((sum) => sum.xor(changed)).toReversed()).as(bits(128));
}

/** A block of its octets. */
export function blockOf(octets: readonly Bits<8>[]): Bits<128> {
  return cat(...octets.toReversed()).as(bits(128));
}
