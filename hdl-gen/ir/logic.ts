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

/** Both of one width. */
export function equal(a: Expression, b: Expression): Expression {
  return { kind: 'binary', op: 'eq', width: 1, a, b };
}

export function equals(a: Expression, value: bigint): Expression {
  return equal(a, { kind: 'constant', width: a.width, value });
}
