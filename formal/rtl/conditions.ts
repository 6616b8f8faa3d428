/** What the claims say with one word: of conditions, and of several slots or KeyIds at once, apart from what the hardware has for it. */
import { type Bit, type Bits, u } from '../../hdl-gen/index.ts';
import { announcedKind, KEY_ID_BITS } from '../../spec/key-id.ts';

export function anyOf(conditions: readonly Bit[]): Bit {
  return conditions.reduce((a, b) => a.or(b), u(1, 0));
}

export function allOf(conditions: readonly Bit[]): Bit {
  return conditions.reduce((a, b) => a.and(b), u(1, 1));
}

export function implies(condition: Bit, then: Bit): Bit {
  return condition.not().or(then);
}

/** `announcedKind` of the specification, entry by entry. */
export function isSuccessor(current: Bits<typeof KEY_ID_BITS>, next: Bits<typeof KEY_ID_BITS>): Bit {
  const wires = Array.from({ length: 2 ** KEY_ID_BITS }, (_, wire) => wire);
  const pairs = wires.flatMap((from) => wires.filter((to) => announcedKind(from, to) !== undefined).map((to) => [from, to] as const));
  return anyOf(pairs.map(([from, to]) => current.eq(from).and(next.eq(to))));
}

/** @throws RangeError for a slot that is not there */
export function atSlot<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`there is no slot ${index}`);
  return item;
}
