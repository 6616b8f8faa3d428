/** A value of so many bits, all of them 1. */
export function ones(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}
