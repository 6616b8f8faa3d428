/** Bits of a register that counts from 0 to `most`; at least 1. */
export function bitsToCount(most: number): number {
  return Math.max(1, Math.ceil(Math.log2(most + 1)));
}
