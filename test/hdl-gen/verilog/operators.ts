/** The operators of the language, a row each: how trees use it, how hdl-gen builds it, what it is worth by its definition. */
import { type AnyBits, type Bits, cat, mux } from '../../../hdl-gen/index.ts';
import type { Random } from '../../../hdl-gen/sim/random.ts';

/** The widest value in a tree. */
export const WIDEST = 200;

export interface Operator {
  /** for a result of `width` bits: widths of the operands and a constant beside them; undefined where it has no such result */
  readonly shape: (width: number, random: Random) => Shape | undefined;
  readonly build: (operands: Operands, constant: number, width: number) => AnyBits;
  /** taken modulo 2^width */
  readonly worth: (values: Values, constant: number, widths: readonly number[]) => bigint;
}

export interface Shape {
  readonly of: readonly number[];
  readonly constant?: number;
}

/** As many as the shape has; the others are not looked at. */
type Operands = readonly [Bits<number>, Bits<number>, Bits<number>];
type Values = readonly [bigint, bigint, bigint];

/** Small widths are as frequent as large ones: the traps are there. */
export function someWidth(random: Random, max = WIDEST): number {
  return 1 + random.below(random.chance(0.5) ? Math.min(9, max) : max);
}

const same =
  (count: number) =>
  (width: number): Shape => ({ of: Array.from({ length: count }, () => width) });
const oneBit =
  (count: number) =>
  (width: number, random: Random): Shape | undefined => {
    const operand = someWidth(random);
    return width === 1 ? { of: Array.from({ length: count }, () => operand) } : undefined;
  };
const byConstant = (width: number, random: Random): Shape => ({ of: [width], constant: random.below(width) });
const bySignal = (width: number, random: Random): Shape => ({ of: [width, someWidth(random, 10)] });
const extended = (width: number, random: Random): Shape | undefined => (width === 1 ? undefined : { of: [someWidth(random, width - 1)] });

const signed = (value: bigint, width: number | undefined): bigint => BigInt.asIntN(width ?? 1, value);
const truth = (condition: boolean): bigint => (condition ? 1n : 0n);

export const OPERATORS: Readonly<Record<string, Operator>> = {
  not: { shape: same(1), build: ([a]) => a.not(), worth: ([a]) => ~a },
  add: { shape: same(2), build: ([a, b]) => a.add(b), worth: ([a, b]) => a + b },
  sub: { shape: same(2), build: ([a, b]) => a.sub(b), worth: ([a, b]) => a - b },
  and: { shape: same(2), build: ([a, b]) => a.and(b), worth: ([a, b]) => a & b },
  or: { shape: same(2), build: ([a, b]) => a.or(b), worth: ([a, b]) => a | b },
  xor: { shape: same(2), build: ([a, b]) => a.xor(b), worth: ([a, b]) => a ^ b },
  addFull: {
    shape: (width) => (width === 1 ? undefined : { of: [width - 1, width - 1] }),
    build: ([a, b]) => a.addFull(b),
    worth: ([a, b]) => a + b,
  },
  mul: {
    shape: (width, random) => {
      const high = 1 + random.below(width - 1);
      return width === 1 ? undefined : { of: [high, width - high] };
    },
    build: ([a, b]) => a.mul(b),
    worth: ([a, b]) => a * b,
  },
  signedMul: {
    shape: (width, random) => {
      const high = 1 + random.below(width - 1);
      return width === 1 ? undefined : { of: [high, width - high] };
    },
    build: ([a, b]) => a.asSigned().mul(b.asSigned()).asBits(),
    worth: ([a, b], _, [w, v]) => signed(a, w) * signed(b, v),
  },
  div: {
    shape: (width, random) => ({ of: [width], constant: 1 + random.below(Math.min(2 ** width - 1, random.chance(0.5) ? 20 : 2 ** 31)) }),
    build: ([a], by) => a.div(by),
    worth: ([a], by) => a / BigInt(by),
  },
  mod: {
    shape: (width, random) => ({ of: [width], constant: 1 + random.below(Math.min(2 ** width - 1, random.chance(0.5) ? 20 : 2 ** 31)) }),
    build: ([a], by) => a.mod(by),
    worth: ([a], by) => a % BigInt(by),
  },
  eq: { shape: oneBit(2), build: ([a, b]) => a.eq(b), worth: ([a, b]) => truth(a === b) },
  ne: { shape: oneBit(2), build: ([a, b]) => a.ne(b), worth: ([a, b]) => truth(a !== b) },
  lt: { shape: oneBit(2), build: ([a, b]) => a.lt(b), worth: ([a, b]) => truth(a < b) },
  le: { shape: oneBit(2), build: ([a, b]) => a.le(b), worth: ([a, b]) => truth(a <= b) },
  gt: { shape: oneBit(2), build: ([a, b]) => a.gt(b), worth: ([a, b]) => truth(a > b) },
  ge: { shape: oneBit(2), build: ([a, b]) => a.ge(b), worth: ([a, b]) => truth(a >= b) },
  allOnes: { shape: oneBit(1), build: ([a]) => a.allOnes(), worth: ([a], _, [w]) => truth(signed(a, w) === -1n) },
  any: { shape: oneBit(1), build: ([a]) => a.any(), worth: ([a]) => truth(a !== 0n) },
  parity: { shape: oneBit(1), build: ([a]) => a.parity(), worth: ([a]) => BigInt(a.toString(2).replaceAll('0', '').length) },
  shl: { shape: bySignal, build: ([a, b]) => a.shl(b), worth: ([a, b]) => a << b },
  shr: { shape: bySignal, build: ([a, b]) => a.shr(b), worth: ([a, b]) => a >> b },
  shlBy: { shape: byConstant, build: ([a], amount) => a.shl(amount), worth: ([a], amount) => a << BigInt(amount) },
  shrBy: { shape: byConstant, build: ([a], amount) => a.shr(amount), worth: ([a], amount) => a >> BigInt(amount) },
  slice: {
    shape: (width, random) => {
      const low = random.below(WIDEST - width + 1);
      return { of: [Math.min(WIDEST, low + width + random.below(20))], constant: low };
    },
    build: ([a], low, width) => a.bits(low, width),
    worth: ([a], low) => a >> BigInt(low),
  },
  cat: {
    shape: (width, random) => {
      const high = 1 + random.below(width - 1);
      return width === 1 ? undefined : { of: [high, width - high] };
    },
    build: ([a, b]) => cat(a, b),
    worth: ([a, b], _, [, low = 0]) => (a << BigInt(low)) | b,
  },
  zext: { shape: extended, build: ([a], _, width) => a.zext(width), worth: ([a]) => a },
  sext: { shape: extended, build: ([a], _, width) => a.sext(width), worth: ([a], _, [w]) => signed(a, w) },
  signedAddFull: {
    shape: (width) => (width === 1 ? undefined : { of: [width - 1, width - 1] }),
    build: ([a, b]) => a.asSigned().addFull(b.asSigned()).asBits(),
    worth: ([a, b], _, [w]) => signed(a, w) + signed(b, w),
  },
  signedNegate: { shape: same(1), build: ([a]) => a.asSigned().negate().asBits(), worth: ([a]) => -a },
  signedGt: {
    shape: oneBit(2),
    build: ([a, b]) => a.asSigned().gt(b.asSigned()),
    worth: ([a, b], _, [w]) => truth(signed(a, w) > signed(b, w)),
  },
  signedLt: {
    shape: oneBit(2),
    build: ([a, b]) => a.asSigned().lt(b.asSigned()),
    worth: ([a, b], _, [w]) => truth(signed(a, w) < signed(b, w)),
  },
  signedLe: {
    shape: oneBit(2),
    build: ([a, b]) => a.asSigned().le(b.asSigned()),
    worth: ([a, b], _, [w]) => truth(signed(a, w) <= signed(b, w)),
  },
  signedIsNegative: { shape: oneBit(1), build: ([a]) => a.asSigned().isNegative(), worth: ([a], _, [w]) => truth(signed(a, w) < 0n) },
  signedShr: { shape: bySignal, build: ([a, b]) => a.asSigned().shr(b).asBits(), worth: ([a, b], _, [w]) => signed(a, w) >> b },
  signedShrBy: {
    shape: byConstant,
    build: ([a], amount) => a.asSigned().shr(amount).asBits(),
    worth: ([a], amount, [w]) => signed(a, w) >> BigInt(amount),
  },
  signedExtend: { shape: extended, build: ([a], _, width) => a.asSigned().extend(width).asBits(), worth: ([a], _, [w]) => signed(a, w) },
  mux: {
    shape: (width) => ({ of: [1, width, width] }),
    build: ([select, a, b]) => mux(select as AnyBits as Bits<1>, a, b),
    worth: ([select, a, b]) => (select === 1n ? a : b),
  },
};
