/** One-bit expressions, for whoever makes new ones of a module's. */
import type { Expression, Signal } from './module.ts';

export function read(signal: Signal): Expression {
  return { kind: 'signal', width: signal.width, signal };
}

export function not(a: Expression): Expression {
  return { kind: 'unary', op: 'not', width: 1, a };
}

export function and(a: Expression, b: Expression): Expression {
  return { kind: 'binary', op: 'and', width: 1, a, b };
}

export function or(a: Expression, b: Expression): Expression {
  return { kind: 'binary', op: 'or', width: 1, a, b };
}

/** Bits of an expression; what is known of them is used. */
export function slice(a: Expression, low: number, width: number): Expression {
  if (width === a.width) return a;
  switch (a.kind) {
    case 'constant':
      return { kind: 'constant', width, value: BigInt.asUintN(width, a.value >> BigInt(low)) };
    case 'slice':
      return slice(a.a, a.low + low, width);
    case 'concat': {
      let at = a.width;
      for (const part of a.parts) {
        at -= part.width;
        if (at <= low && low + width <= at + part.width) return slice(part, low - at, width);
      }
    }
  }
  return { kind: 'slice', width, a, low };
}

/** `before` with `value` in the place of its bits from `low` upwards. */
export function insert(before: Expression, low: number, value: Expression): Expression {
  const pieces: Expression[] = [];
  let at = before.width;
  for (const piece of before.kind === 'concat' ? before.parts : [before]) {
    at -= piece.width;
    // of what is there, the bits above and those below remain
    const above = at + piece.width - Math.max(at, low + value.width);
    const below = Math.min(at + piece.width, low) - at;
    if (above > 0) pieces.push(slice(piece, piece.width - above, above));
    if (at <= low && low < at + piece.width) pieces.push(value);
    if (below > 0) pieces.push(slice(piece, 0, below));
  }
  return pieces.length === 1 ? value : { kind: 'concat', width: before.width, parts: pieces };
}

/** The bits that a pattern looks at, the others 0; all of them where it says nothing. */
export function masked(a: Expression, care: bigint | undefined): Expression {
  if (care === undefined) return a;
  return { kind: 'binary', op: 'and', width: a.width, a, b: { kind: 'constant', width: a.width, value: care } };
}

/** Both of one width. */
export function equal(a: Expression, b: Expression): Expression {
  return { kind: 'binary', op: 'eq', width: 1, a, b };
}

export function equals(a: Expression, value: bigint): Expression {
  return equal(a, { kind: 'constant', width: a.width, value });
}

/** What a comparison is worth whatever its other side is, as `a < 0` and, of 4 bits, `a <= 15`; undefined for all others. */
export function decided(expression: Expression): 0n | 1n | undefined {
  if (expression.kind !== 'binary') return undefined;
  const { op, a, b } = expression;
  if (op !== 'lt' && op !== 'le' && op !== 'lts' && op !== 'les') return undefined;
  const bits = BigInt(a.width);
  const isSigned = op === 'lts' || op === 'les';
  const lowest = isSigned ? 1n << (bits - 1n) : 0n;
  const highest = isSigned ? lowest - 1n : (1n << bits) - 1n;
  const is = (side: Expression, value: bigint): boolean => side.kind === 'constant' && side.value === value;
  if (op === 'lt' || op === 'lts') return is(b, lowest) || is(a, highest) ? 0n : undefined;
  return is(a, lowest) || is(b, highest) ? 1n : undefined;
}
