/** What the ports of a simulation take: one contract for every simulator. */
import { PortRangeError } from './failures.ts';

/** @throws PortRangeError unless it is a whole number from 0 to 2^width - 1, and the port has at most 32 bits */
export function requireNumber(name: string, width: number, value: unknown): asserts value is number {
  if (!(typeof value === 'number' && width <= 32 && Number.isInteger(value) && value >= 0 && value < 2 ** width))
    throw new PortRangeError(name, width, `${shown(value)} does not fit a number port of that width`);
}

/** @throws PortRangeError unless it is a bigint from 0 to 2^width - 1 */
export function requireBig(name: string, width: number, value: unknown): asserts value is bigint {
  if (!(typeof value === 'bigint' && value >= 0n && value >> BigInt(width) === 0n))
    throw new PortRangeError(name, width, `${shown(value)} does not fit`);
}

/** A number as it is; of anything else, what it is. */
function shown(value: unknown): string {
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : `${typeof value} ${String(value)}`;
}
