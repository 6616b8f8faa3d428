/** Two's complement numbers. They do not mix with vectors of bits: `asBits` and `asSigned` say what a value is. */
import { ShapeMismatch } from '../errors/aggregate-errors.ts';
import { HostCoercion } from '../errors/value-errors.ts';
import { ShiftOutOfRange, SignedMix, WidthMismatch } from '../errors/width-errors.ts';
import { SourceLocation } from '../ir/location.ts';
import type { Expression } from '../ir/module.ts';
import type { BinaryOp } from '../ir/netlist.ts';
import { describeValue } from './describe.ts';
import { drive, type Leaf, type Verb } from './leaf.ts';
import { product } from './product.ts';
import type { Literal } from './shape.ts';
import { type AnyBits, type Bit, type Bits, constant, factor, isLiteral, Value } from './value.ts';
import type { Add } from './width.ts';

declare const widthOf: unique symbol;

/** A signed value whose width the compiler does not look at. */
export interface AnySigned {
  readonly isSigned: true;
  readonly width: number;
  readonly expression: Expression;
}

/** A two's complement number of W bits, from -2^(W-1) to 2^(W-1) - 1. W is invariant, as in `Bits`. */
export interface Signed<W extends number> extends AnySigned {
  /** keeps widths apart for the compiler; there is no such property @internal */
  readonly [widthOf]?: (width: W) => W;
  readonly width: W;

  /** sum modulo 2^W */
  add(b: SignedOperand<W>): Signed<W>;
  /** difference modulo 2^W */
  sub(b: SignedOperand<W>): Signed<W>;
  /** sum that can't overflow */
  addFull(b: SignedOperand<W>): Signed<Add<W, 1>>;
  /** the whole product. @throws BadSize where it would have more than 4096 bits */
  mul<V extends number>(b: Signed<V>): Signed<Add<W, V>>;
  /** the number with the other sign; the smallest one stays itself */
  negate(): Signed<W>;

  /** 1 where both are one number */
  eq(b: SignedOperand<W>): Bit;
  /** 1 where they are two */
  ne(b: SignedOperand<W>): Bit;
  /** 1 where this is the smaller number */
  lt(b: SignedOperand<W>): Bit;
  /** 1 where this is not the larger number */
  le(b: SignedOperand<W>): Bit;
  /** 1 where this is the larger number */
  gt(b: SignedOperand<W>): Bit;
  /** 1 where this is not the smaller number */
  ge(b: SignedOperand<W>): Bit;
  /** the sign */
  isNegative(): Bit;

  /** the same number in n bits, n not below W */
  extend<const N extends number>(n: N): Signed<N>;
  /** the n lowest bits, saying that the rest is dropped on purpose */
  trunc<const N extends number>(n: N): Signed<N>;
  /** shift to the left by a constant from 0 to W - 1, or by an unsigned value. @throws ShiftOutOfRange */
  shl(amount: number | AnyBits): Signed<W>;
  /** shift to the right by as much, with copies of the sign. @throws ShiftOutOfRange */
  shr(amount: number | AnyBits): Signed<W>;

  /** the same bits, unsigned */
  asBits(): Bits<W>;
}

/** What a signed place of W bits takes: a number of that width, or a literal that fits, which may be negative. */
export type SignedOperand<W extends number> = Signed<W> | Literal | (number extends W ? AnySigned : Signed<number>);

export class SignedValue<W extends number> implements Signed<W> {
  declare readonly [widthOf]?: (width: W) => W;
  readonly isSigned = true;
  readonly #bits: Value<W>;

  constructor(source: Expression | Value<W>) {
    this.#bits = source instanceof Value ? source : new Value<W>(source);
  }

  [Symbol.toPrimitive](hint: string): never {
    throw new HostCoercion(describeValue(this), hint);
  }

  get expression(): Expression {
    return this.#bits.expression;
  }

  get width(): W {
    return this.#bits.width;
  }

  add(b: SignedOperand<W>): Signed<W> {
    return new SignedValue(this.#binary('add', this.width, b));
  }
  sub(b: SignedOperand<W>): Signed<W> {
    return new SignedValue(this.#binary('sub', this.width, b));
  }
  addFull(b: SignedOperand<W>): Signed<Add<W, 1>> {
    const wide = this.width + 1;
    const other = new SignedValue<number>(signedOperand(b, this, 'addFull'));
    return this.extend(wide).add(other.extend(wide)) as AnySigned as Signed<Add<W, 1>>;
  }
  mul<V extends number>(b: Signed<V>): Signed<Add<W, V>> {
    return new SignedValue<number>(product('sext', this.expression, factor(b, true))) as AnySigned as Signed<Add<W, V>>;
  }
  negate(): Signed<W> {
    return new SignedValue<W>(constant(this.width, 0)).sub(this);
  }

  eq(b: SignedOperand<W>): Bit {
    return new Value<1>(this.#binary('eq', 1, b));
  }
  ne(b: SignedOperand<W>): Bit {
    return new Value<1>(this.#binary('ne', 1, b));
  }
  lt(b: SignedOperand<W>): Bit {
    return new Value<1>(this.#binary('lts', 1, b));
  }
  le(b: SignedOperand<W>): Bit {
    return new Value<1>(this.#binary('les', 1, b));
  }
  gt(b: SignedOperand<W>): Bit {
    return new SignedValue<W>(signedOperand(b, this, 'gt')).lt(this);
  }
  ge(b: SignedOperand<W>): Bit {
    return new SignedValue<W>(signedOperand(b, this, 'ge')).le(this);
  }
  isNegative(): Bit {
    return this.asBits().bit(this.width - 1);
  }

  extend<const N extends number>(n: N): Signed<N> {
    if (!Number.isInteger(n) || n < this.width) throw new WidthMismatch('extend', this.width, n, []);
    if (n === (this.width as number)) return this as unknown as Signed<N>;
    return new SignedValue<N>({ kind: 'unary', op: 'sext', width: n, a: this.expression });
  }
  trunc<const N extends number>(n: N): Signed<N> {
    return new SignedValue<N>(this.asBits().bits(0, n).expression);
  }
  shl(amount: number | AnyBits): Signed<W> {
    return this.#shift('shl', amount);
  }
  shr(amount: number | AnyBits): Signed<W> {
    return this.#shift('sar', amount);
  }

  asBits(): Bits<W> {
    return this.#bits;
  }

  #binary(op: BinaryOp, width: number, b: SignedOperand<W>): Expression {
    return { kind: 'binary', op, width, a: this.expression, b: signedOperand(b, this, op) };
  }
  #shift(op: 'shl' | 'sar', amount: number | AnyBits): Signed<W> {
    const { width } = this;
    if (typeof amount === 'number' && (!Number.isInteger(amount) || amount < 0 || amount >= width))
      throw new ShiftOutOfRange(amount, width);
    const by = typeof amount === 'number' ? constant(32, amount) : amount.expression;
    return new SignedValue<W>({ kind: 'binary', op, width, a: this.expression, b: by });
  }
}

/** A signed constant of a stated width. @throws LiteralDoesNotFit */
export function s<const W extends number>(width: W, value: Literal): Signed<W> {
  return new SignedValue<W>(constant(width, value, { signed: true }));
}

/** The same scalar, read and assigned as a signed number; `name` stands in messages. */
export function signedPlace(leaf: Leaf, name: string): SignedValue<number> {
  const view = new SignedValue<number>(leaf);
  const assign = (verb: Verb) => (value: SignedOperand<number>) => {
    const taken = signedOperand(value, view, `assignment to ${name}`);
    SourceLocation.standingFor(SourceLocation.capture(), () => drive([leaf], [taken], verb));
  };
  return Object.assign(view, { set: assign('set'), next: assign('next') });
}

/** @throws SignedMix, ShapeMismatch, WidthMismatch, LiteralDoesNotFit */
export function signedOperand(b: AnySigned | Literal, beside: AnySigned, operation: string): Expression {
  if (isLiteral(b)) return constant(beside.width, b, { signed: true });
  if (b?.isSigned === undefined) throw new ShapeMismatch(operation, describeValue(beside), describeValue(b));
  if (b.isSigned !== true) throw new SignedMix(operation, 'signed', 'bits');
  if (b.width !== beside.width) throw new WidthMismatch(operation, beside.width, b.width, []);
  return b.expression;
}
