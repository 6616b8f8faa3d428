/**
 * Arithmetic of GF(2^8), in numbers: as AES has it (FIPS 197, section 4), and as a tower of quadratic extensions, in
 * which an inverse is cheap in gates. Hardware generators take their constants from here; nothing here is hardware.
 */

/** x^8 + x^4 + x^3 + x + 1 (FIPS 197, equation 4.1). */
const AES_POLYNOMIAL = 0x11b;
/** Added by the affine transformation (FIPS 197, equation 5.2). */
export const AFFINE_CONSTANT = 0x63;

/** Product in the field of AES. */
export function multiply(a: number, b: number): number {
  let [product, shifted] = [0, a];
  for (let bit = 0; bit < 8; bit++) {
    if ((b >> bit) & 1) product ^= shifted;
    shifted = shifted & 0x80 ? (shifted << 1) ^ AES_POLYNOMIAL : shifted << 1;
  }
  return product;
}

/** Multiplicative inverse in the field of AES, a^254; of 0 it is 0. */
export function inverse(a: number): number {
  let result = 1;
  for (let count = 0; count < 254; count++) result = multiply(result, a);
  return result;
}

/** The linear part of the affine transformation: each bit with the four above it, cyclically (FIPS 197, equation 5.1). */
export function affineLinear(a: number): number {
  const rotated = (by: number): number => ((a << by) | (a >> (8 - by))) & 0xff;
  return a ^ rotated(1) ^ rotated(2) ^ rotated(3) ^ rotated(4);
}

/** SubBytes, by octet (FIPS 197, section 5.1.1). */
export const SBOX: readonly number[] = Array.from({ length: 256 }, (_, octet) => affineLinear(inverse(octet)) ^ AFFINE_CONSTANT);

/** What y^2 + y equals in each extension, by the bits of half an element: 1, then y, then y^3 + y^2, all irreducible. */
export const EXTENSION: Readonly<Record<number, number>> = { 1: 0b1, 2: 0b10, 4: 0b1100 };

/** Product in the tower field of so many bits; an element is a high and a low half, high·y + low. */
export function towerMultiply(a: number, b: number, bits: number): number {
  if (bits === 1) return a & b;
  const half = bits / 2;
  const mask = 2 ** half - 1;
  const [highA, lowA, highB, lowB] = [a >> half, a & mask, b >> half, b & mask];
  const [high, low] = [towerMultiply(highA, highB, half), towerMultiply(lowA, lowB, half)];
  const cross = towerMultiply(highA ^ lowA, highB ^ lowB, half);
  return ((cross ^ low) << half) | (low ^ towerMultiply(high, EXTENSION[half] ?? 0, half));
}

/** A map of bits that preserves ⊕: for each bit of the result, lowest first, a mask of the bits that it sums. */
export type LinearMap = readonly number[];

/** The masks of a function that preserves ⊕. */
export function linearMap(bits: number, map: (value: number) => number): LinearMap {
  return Array.from({ length: bits }, (_, row) =>
    Array.from({ length: bits }, (_, column) => ((map(1 << column) >> row) & 1) << column).reduce((mask, bit) => mask | bit, 0),
  );
}

/** From the field of AES into the tower: x goes to a root of the polynomial of AES, and sums and products go along. */
export function toTower(a: number): number {
  return ROOT_POWERS.slice(0, 8).reduce((sum, power, bit) => ((a >> bit) & 1 ? sum ^ power : sum), 0);
}

export function fromTower(b: number): number {
  return FROM_TOWER[b] ?? 0;
}

const ROOT_POWERS: readonly number[] = Array.from({ length: 256 }, (_, root) => powersOf(root)).find(isRoot) ?? [];
const FROM_TOWER: readonly number[] = Array.from({ length: 256 }, (_, b) => Array.from({ length: 256 }, (_, a) => toTower(a)).indexOf(b));

/** The powers 0 to 8 of an element of the tower. */
function powersOf(root: number): number[] {
  return Array.from({ length: 8 }).reduce<number[]>((powers) => [...powers, towerMultiply(powers.at(-1) ?? 1, root, 8)], [1]);
}

function isRoot(powers: readonly number[]): boolean {
  return powers.reduce((sum, power, bit) => ((AES_POLYNOMIAL >> bit) & 1 ? sum ^ power : sum), 0) === 0;
}
