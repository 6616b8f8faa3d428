/** Values of the language: vectors of bits, with the operators that make new ones. */
import { ShapeMismatch } from '../errors/aggregate-errors.ts';
import { HostCoercion } from '../errors/value-errors.ts';
import { BadSize, LiteralDoesNotFit, ShiftOutOfRange, SignedMix, SliceOutOfRange, WidthMismatch } from '../errors/width-errors.ts';
import type { Enumeration } from '../ir/enumeration.ts';
import { slice } from '../ir/logic.ts';
import type { Expression } from '../ir/module.ts';
import type { BinaryOp, UnaryOp } from '../ir/netlist.ts';
import { bitsAs, zipped } from './aggregate.ts';
import { describeValue } from './describe.ts';
import type { Leaf } from './leaf.ts';
import type { Aggregate, OperandOf, ValueOf } from './ports.ts';
import { divisorOf, product, quotient, remainder } from './product.ts';
import type { Literal, Shape } from './shape.ts';
import { type AnySigned, type Signed, type SignedOperand, SignedValue } from './signed.ts';
import type { Add, Sum } from './width.ts';

declare const widthOf: unique symbol;

/** A value whose width the compiler does not look at. */
export interface AnyBits {
  readonly isSigned: false;
  readonly width: number;
  readonly expression: Expression;

  /**
   * The same bits, read as a shape of as many: `value.as(bits(128))` where a width is computed, `value.as(bits(value.width))` for all that
   * `Bits` can do. @throws WidthMismatch
   */
  as<S extends Shape>(shape: S): ValueOf<S>;
}

/**
 * A value of W bits, unsigned. W is invariant: `Bits<9>` is neither a `Bits<8>` nor a `Bits<number>`, the type
 * of a width known only at elaboration. Every width is checked again at elaboration.
 */
export interface Bits<W extends number> extends AnyBits {
  /** keeps widths apart for the compiler; there is no such property @internal */
  readonly [widthOf]?: (width: W) => W;
  readonly width: W;

  /** sum modulo 2^W */
  add(b: Operand<W>): Bits<W>;
  /** sum with its carry on top */
  addFull(b: Operand<W>): Bits<Add<W, 1>>;
  /** difference modulo 2^W */
  sub(b: Operand<W>): Bits<W>;
  /** the whole product. @throws BadSize where it would have more than 4096 bits */
  mul<V extends number>(b: Bits<V>): Bits<Add<W, V>>;
  /** quotient of the division by a constant, without a divider. @throws BadDivisor, LiteralDoesNotFit */
  div(by: Literal): Bits<W>;
  /** remainder of the division by a constant. @throws BadDivisor, LiteralDoesNotFit */
  mod(by: Literal): Bits<W>;
  /** bit by bit: 1 where both are */
  and(b: Operand<W>): Bits<W>;
  /** bit by bit: 1 where any is */
  or(b: Operand<W>): Bits<W>;
  /** bit by bit: 1 where they differ */
  xor(b: Operand<W>): Bits<W>;
  /** bit by bit: the other value */
  not(): Bits<W>;

  /** 1 where both are the same */
  eq(b: Operand<W>): Bit;
  /** 1 where they differ */
  ne(b: Operand<W>): Bit;
  /** 1 where this is the smaller, unsigned */
  lt(b: Operand<W>): Bit;
  /** 1 where this is not the larger, unsigned */
  le(b: Operand<W>): Bit;
  /** 1 where this is the larger, unsigned */
  gt(b: Operand<W>): Bit;
  /** 1 where this is not the smaller, unsigned */
  ge(b: Operand<W>): Bit;

  /** the n lowest bits */
  take<const N extends number>(n: N): Bits<N>;
  /** n bits from bit `low` upwards */
  bits<const N extends number>(low: number, n: N): Bits<N>;
  /** bit `index`, 0 the lowest. @throws SliceOutOfRange */
  bit(index: number): Bit;
  /** octet `index`, octet 0 in bits 7..0 */
  byte(index: number): Bits<8>;
  /** n bits, with zeros above. @throws WidthMismatch where n is below W */
  zext<const N extends number>(n: N): Bits<N>;
  /** n bits, with copies of the highest bit above. @throws WidthMismatch where n is below W */
  sext<const N extends number>(n: N): Bits<N>;
  /** the n lowest bits, saying that the rest is dropped on purpose */
  trunc<const N extends number>(n: N): Bits<N>;

  /** shift to the left by a constant from 0 to W - 1, or by an unsigned value. @throws ShiftOutOfRange */
  shl(amount: number | AnyBits): Bits<W>;
  /** shift to the right by as much, zeros from above. @throws ShiftOutOfRange */
  shr(amount: number | AnyBits): Bits<W>;

  /** 1 if all bits are 1 */
  allOnes(): Bit;
  /** 1 if any bit is 1 */
  any(): Bit;
  /** 1 if an odd number of the bits are 1 */
  parity(): Bit;

  /** the same bits, read as two's complement */
  asSigned(): Signed<W>;
}

/** One bit, which conditions are made of. */
export type Bit = Bits<1>;

/** What a place of W bits takes: a value of that width, or a number that fits it. */
export type Operand<W extends number> = Bits<W> | Literal | (number extends W ? AnyBits : Bits<number>);

/** An expression that is made when it is read for the first time. */
export interface Later {
  readonly width: number;
  readonly make: () => Expression;
}

export class Value<W extends number> implements Bits<W> {
  declare readonly [widthOf]?: (width: W) => W;
  readonly isSigned = false;
  #source: Expression | Later;

  constructor(source: Expression | Later) {
    this.#source = source;
  }

  get expression(): Expression {
    if ('make' in this.#source) this.#source = this.#source.make();
    return this.#source;
  }

  get width(): W {
    return this.#source.width as W;
  }

  add(b: Operand<W>): Bits<W> {
    return this.#same('add', b);
  }
  addFull(b: Operand<W>): Bits<Add<W, 1>> {
    const wide = this.width + 1;
    const other = operand(b, this, 'addFull');
    return new Value<number>(binary('add', wide, extend('zext', this.expression, wide), extend('zext', other, wide))) as AnyBits as Bits<
      Add<W, 1>
    >;
  }
  sub(b: Operand<W>): Bits<W> {
    return this.#same('sub', b);
  }
  mul<V extends number>(b: Bits<V>): Bits<Add<W, V>> {
    return new Value<number>(product('zext', this.expression, factor(b, false))) as AnyBits as Bits<Add<W, V>>;
  }
  div(by: Literal): Bits<W> {
    return new Value<W>(quotient(this.expression, divisorOf(this.width, by)));
  }
  mod(by: Literal): Bits<W> {
    return new Value<W>(remainder(this.expression, divisorOf(this.width, by)));
  }
  and(b: Operand<W>): Bits<W> {
    return this.#same('and', b);
  }
  or(b: Operand<W>): Bits<W> {
    return this.#same('or', b);
  }
  xor(b: Operand<W>): Bits<W> {
    return this.#same('xor', b);
  }
  not(): Bits<W> {
    return this.#unary<W>('not', this.width);
  }

  eq(b: Operand<W>): Bit {
    return this.#compare('eq', b);
  }
  ne(b: Operand<W>): Bit {
    return this.#compare('ne', b);
  }
  lt(b: Operand<W>): Bit {
    return this.#compare('lt', b);
  }
  le(b: Operand<W>): Bit {
    return this.#compare('le', b);
  }
  gt(b: Operand<W>): Bit {
    return new Value(binary('lt', 1, operand(b, this, 'gt'), this.expression));
  }
  ge(b: Operand<W>): Bit {
    return new Value(binary('le', 1, operand(b, this, 'ge'), this.expression));
  }

  take<const N extends number>(n: N): Bits<N> {
    return this.bits(0, n);
  }
  bits<const N extends number>(low: number, n: N): Bits<N> {
    checkSlice(low, n, this.width);
    if (low === 0 && n === (this.width as number)) return this as unknown as Bits<N>;
    return new Value<N>(slice(this.expression, low, n));
  }
  bit(index: number): Bit {
    return this.bits(index, 1);
  }
  byte(index: number): Bits<8> {
    return this.bits(8 * index, 8);
  }
  zext<const N extends number>(n: N): Bits<N> {
    return this.#extend('zext', n);
  }
  sext<const N extends number>(n: N): Bits<N> {
    return this.#extend('sext', n);
  }
  trunc<const N extends number>(n: N): Bits<N> {
    return this.bits(0, n);
  }

  shl(amount: number | AnyBits): Bits<W> {
    return this.#shift('shl', amount);
  }
  shr(amount: number | AnyBits): Bits<W> {
    return this.#shift('shr', amount);
  }

  allOnes(): Bit {
    return this.#unary('reduceAnd', 1);
  }
  any(): Bit {
    return this.#unary('reduceOr', 1);
  }
  parity(): Bit {
    return this.#unary('reduceXor', 1);
  }

  asSigned(): Signed<W> {
    return new SignedValue<W>(this);
  }
  as<S extends Shape>(shape: S): ValueOf<S> {
    return bitsAs(shape, this as unknown as Leaf) as ValueOf<S>;
  }

  #same(op: BinaryOp, b: Operand<W>): Bits<W> {
    return new Value<W>(binary(op, this.width, this.expression, operand(b, this, op)));
  }
  #compare(op: BinaryOp, b: Operand<W>): Bit {
    return new Value<1>(binary(op, 1, this.expression, operand(b, this, op)));
  }
  #unary<N extends number>(op: UnaryOp, width: N): Bits<N> {
    return new Value<N>({ kind: 'unary', op, width, a: this.expression });
  }
  [Symbol.toPrimitive](hint: string): never {
    throw new HostCoercion(describeValue(this), hint);
  }

  #extend<N extends number>(op: 'zext' | 'sext', n: N): Bits<N> {
    if (!Number.isInteger(n) || n < this.width) throw new WidthMismatch(op, this.width, n, []);
    return new Value<N>(extend(op, this.expression, n));
  }
  #shift(op: 'shl' | 'shr', amount: number | AnyBits): Bits<W> {
    if (typeof amount !== 'number') return new Value<W>(binary(op, this.width, this.expression, amount.expression));
    if (!Number.isInteger(amount) || amount < 0 || amount >= this.width) throw new ShiftOutOfRange(amount, this.width);
    return new Value<W>(binary(op, this.width, this.expression, constant(32, amount)));
  }
}

/** Concatenation, most significant part first; of a signed number, its bits. */
export function cat<const T extends readonly (AnyBits | AnySigned)[]>(
  ...parts: T
): Bits<Sum<{ [K in keyof T]: T[K] extends { readonly width: infer W extends number } ? W : never }>> {
  const width = parts.reduce((sum, part) => sum + part.width, 0);
  if (parts.length === 0) throw new BadSize('number of parts of a concatenation', 0, 'at least 1');
  return new Value({ kind: 'concat', width, parts: parts.flatMap(({ expression }) => flat(expression)) }) as AnyBits as Bits<
    Sum<{ [K in keyof T]: T[K] extends { readonly width: infer W extends number } ? W : never }>
  >;
}

/** A concatenation in a concatenation is its parts. */
function flat(expression: Expression): readonly Expression[] {
  return expression.kind === 'concat' ? expression.parts : [expression];
}

/** `whenOne` where `select` is 1, else `whenZero`; of a structure or a vector, scalar by scalar. */
export function mux<W extends number>(select: Bit, whenOne: Bits<W>, whenZero: Operand<W>): Bits<W>;
export function mux<W extends number>(select: Bit, whenOne: Signed<W>, whenZero: SignedOperand<W>): Signed<W>;
export function mux<S extends Shape>(select: Bit, whenOne: Aggregate<S>, whenZero: OperandOf<S>): ValueOf<S>;
export function mux(select: Bit, whenOne: unknown, whenZero: unknown): unknown {
  expectWidth('select of a mux', 1, select);
  return zipped(whenOne, whenZero, 'mux', (a, b) => ({ kind: 'mux', width: a.width, select: select.expression, a, b }));
}

/** A constant of a stated width. */
export function u<const W extends number>(width: W, value: Literal): Bits<W> {
  return new Value<W>(constant(width, value));
}

/** The same value n times. */
export function repeat(value: AnyBits, times: number): Bits<number> {
  if (!Number.isInteger(times) || times < 1) throw new BadSize('number of repetitions', times, 'at least 1');
  return cat(...Array.from({ length: times }, () => value)) as AnyBits as Bits<number>;
}

/** A constant expression; `enumeration` says what it is called in the Verilog. @throws LiteralDoesNotFit */
export function constant(
  width: number,
  value: Literal,
  { signed = false, enumeration }: { readonly signed?: boolean; readonly enumeration?: Enumeration } = {},
): Expression {
  return { kind: 'constant', width, value: constantValue(width, value, signed), ...(enumeration === undefined ? {} : { enumeration }) };
}

/** The bits of a literal. @throws LiteralDoesNotFit */
export function constantValue(width: number, value: Literal, signed = false, place = 'its place'): bigint {
  checkWidth(width);
  const whole = typeof value === 'bigint' || Number.isSafeInteger(value);
  const [low, high] = signed ? [-(1n << BigInt(width - 1)), 1n << BigInt(width - 1)] : [0n, 1n << BigInt(width)];
  if (!whole || BigInt(value) < low || BigInt(value) >= high) throw new LiteralDoesNotFit(value, width, low, high - 1n, place);
  return BigInt.asUintN(width, BigInt(value));
}

/** @throws SliceOutOfRange */
export function checkSlice(low: number, count: number, width: number): void {
  if (!Number.isInteger(low) || low < 0 || !Number.isInteger(count) || count < 1 || low + count > width)
    throw new SliceOutOfRange(low, count, width);
}

export function isLiteral(value: unknown): value is Literal {
  return typeof value === 'number' || typeof value === 'bigint';
}

export function checkWidth(width: number): void {
  if (!Number.isInteger(width) || width < 1 || width > 4096) throw new BadSize('width', width, '1 to 4096');
}

/** The expression of an operand beside `beside`: literals take its width, values must have it. */
export function operand(b: AnyBits | AnySigned | Literal, beside: AnyBits, operation: string): Expression {
  if (isLiteral(b)) return constant(beside.width, b);
  // what the compiler refuses reaches these lines from JavaScript
  if (b?.isSigned) throw new SignedMix(operation, 'bits', 'signed');
  if (b?.isSigned !== false) throw new ShapeMismatch(operation, describeValue(beside), describeValue(b));
  if (b.width !== beside.width) throw new WidthMismatch(operation, beside.width, b.width, [...places(beside), ...places(b)]);
  return b.expression;
}

/** A factor of a product, whose width is its own. @throws SignedMix, ShapeMismatch */
export function factor(b: AnyBits | AnySigned, isSigned: boolean): Expression {
  const kind = (signed: boolean) => (signed ? 'signed' : 'bits');
  if (typeof b?.isSigned !== 'boolean') throw new ShapeMismatch('mul', isSigned ? 'a signed number' : 'bits', describeValue(b));
  if (b.isSigned !== isSigned) throw new SignedMix('mul', kind(isSigned), kind(b.isSigned));
  return b.expression;
}

/** @throws WidthMismatch */
export function expectWidth(operation: string, width: number, value: AnyBits): void {
  if (value.width !== width) throw new WidthMismatch(operation, width, value.width, places(value));
}

function places(value: AnyBits): { what: string; at: string }[] {
  const expression = value.expression;
  return expression.kind === 'signal'
    ? [{ what: `${expression.signal.name} (${expression.width} bits)`, at: expression.signal.location.toString() }]
    : [];
}

function binary(op: BinaryOp, width: number, a: Expression, b: Expression): Expression {
  return { kind: 'binary', op, width, a, b };
}

function extend(op: 'zext' | 'sext', a: Expression, width: number): Expression {
  return a.width === width ? a : { kind: 'unary', op, width, a };
}
