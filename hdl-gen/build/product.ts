/** Products, and the division by a constant, which is a product too. */
import { BadDivisor } from '../errors/value-errors.ts';
import { slice } from '../ir/logic.ts';
import type { Expression } from '../ir/module.ts';
import type { Literal } from './shape.ts';
import { checkWidth, constantValue } from './value.ts';

/** The whole product of two numbers. @throws BadSize */
export function product(extend: 'zext' | 'sext', a: Expression, b: Expression): Expression {
  const width = a.width + b.width;
  checkWidth(width);
  const wide = (factor: Expression): Expression => ({ kind: 'unary', op: extend, width, a: factor });
  return { kind: 'binary', op: 'mul', width, a: wide(a), b: wide(b) };
}

/** @throws BadDivisor, LiteralDoesNotFit */
export function divisorOf(width: number, by: Literal): bigint {
  if (typeof by !== 'number' && typeof by !== 'bigint') throw new BadDivisor(String(by));
  if (BigInt(Number.isInteger(Number(by)) ? by : 1) < 1n) throw new BadDivisor(String(by));
  return constantValue(width, by);
}

/**
 * By a power of two, the upper bits. Else the product with 2^(W+l) / d, rounded up, of W + 1 bits: with 2^l not below d it
 * errs by less than 1/d, so that its bits above W + l are the quotient for every number of W bits.
 *
 * Source: Granlund and Montgomery, Division by invariant integers using multiplication, 1994, theorem 4.2.
 */
export function quotient(a: Expression, d: bigint): Expression {
  const { width } = a;
  const l = (d - 1n).toString(2).length * (d > 1n ? 1 : 0);
  const fits = (upper: Expression): Expression => (upper.width === width ? upper : { kind: 'unary', op: 'zext', width, a: upper });
  if (1n << BigInt(l) === d) return fits(slice(a, l, width - l));
  const reciprocal = ((1n << BigInt(width + l)) + d - 1n) / d;
  const whole = product('zext', a, constant(width + 1, reciprocal));
  return fits(slice(whole, width + l, width + 1 - l));
}

export function remainder(a: Expression, d: bigint): Expression {
  const { width } = a;
  if ((d & (d - 1n)) === 0n) return { kind: 'binary', op: 'and', width, a, b: constant(width, d - 1n) };
  const multiple: Expression = { kind: 'binary', op: 'mul', width, a: quotient(a, d), b: constant(width, d) };
  return { kind: 'binary', op: 'sub', width, a, b: multiple };
}

function constant(width: number, value: bigint): Expression {
  return { kind: 'constant', width, value };
}
