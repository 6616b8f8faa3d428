/** Counters that need not use all values of their bits. */
import { type Bit, type Bits, u } from '../index.ts';

/** Bits of a register that counts from 0 to `most`; at least 1. */
export function bitsToCount(most: number): number {
  return Math.max(1, Math.ceil(Math.log2(most + 1)));
}

/** Whether a count is below `bound`, which may be the first number that its bits can't hold. */
export function isBelow(count: Bits<number>, bound: number): Bit {
  return bound === 2 ** count.width ? u(1, 1) : count.lt(bound);
}
