/** Conditions of which several are asked at once, and values of which one is chosen. */
import { type Bit, type Bits, cat, mux, u } from '../hdl-gen/index.ts';

export function anyOf(conditions: readonly Bit[]): Bit {
  return conditions.length === 0 ? u(1, 0) : conditions.reduce((a, b) => a.or(b));
}

export function allOf(conditions: readonly Bit[]): Bit {
  return conditions.length === 0 ? u(1, 1) : conditions.reduce((a, b) => a.and(b));
}

/** Only the lowest of the conditions that hold. */
export function lowestOf(conditions: readonly Bit[]): readonly Bit[] {
  return conditions.map((condition, index) => (index === 0 ? condition : condition.and(anyOf(conditions.slice(0, index)).not())));
}

/** The conditions as a vector, the first in bit 0. */
export function vectorOf(conditions: readonly Bit[]): Bits<number> {
  return cat(...conditions.toReversed());
}

/** The value whose condition holds, 0 when none does; at most one may. @throws RangeError for another number of values */
export function chosen<W extends number>(conditions: readonly Bit[], values: readonly Bits<W>[]): Bits<W> {
  if (conditions.length !== values.length) throw new RangeError(`${conditions.length} conditions choose among ${values.length} values`);
  return conditions
    .flatMap((condition, index) => values.slice(index, index + 1).map((value) => mux(condition, value, 0)))
    .reduce((a, b) => a.or(b));
}
