/**
 * Addition of widths in the type system, on decimal digits from the right, so that it has no practical limit
 * (counting in tuples stops at 1,000). A width that is only `number` makes the sum `number`.
 */
export type Add<A extends number, B extends number> = number extends A
  ? number
  : number extends B
    ? number
    : ToNumber<AddDigits<Reverse<`${A}`>, Reverse<`${B}`>, 0, ''>>;

/** Sum of a tuple of widths: the width of a concatenation. */
export type Sum<T extends readonly number[], Total extends number = 0> = number extends T['length']
  ? number
  : T extends readonly [infer Head extends number, ...infer Tail extends readonly number[]]
    ? Sum<Tail, Add<Total, Head>>
    : Total;

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
type Carry = 0 | 1;

/** A tuple of as many elements as the digit says: the sum of two digits is the length of two such tuples. */
interface Unary {
  '0': [];
  '1': [0];
  '2': [0, 0];
  '3': [0, 0, 0];
  '4': [0, 0, 0, 0];
  '5': [0, 0, 0, 0, 0];
  '6': [0, 0, 0, 0, 0, 0];
  '7': [0, 0, 0, 0, 0, 0, 0];
  '8': [0, 0, 0, 0, 0, 0, 0, 0];
  '9': [0, 0, 0, 0, 0, 0, 0, 0, 0];
}
type DigitSum<A extends Digit, B extends Digit, C extends Carry> = [...Unary[A], ...Unary[B], ...Unary[`${C}`]]['length'] & number;
type CarryOf<S extends number> = `${S}` extends `1${Digit}` ? 1 : 0;
type LowDigit<S extends number> = `${S}` extends `1${infer D extends Digit}` ? D : `${S}`;

type Reverse<S extends string, Done extends string = ''> = S extends `${infer Head}${infer Tail}` ? Reverse<Tail, `${Head}${Done}`> : Done;

/** A and B are reversed; the result is not. */
type AddDigits<
  A extends string,
  B extends string,
  C extends Carry,
  Done extends string,
> = A extends `${infer HeadA extends Digit}${infer TailA}`
  ? B extends `${infer HeadB extends Digit}${infer TailB}`
    ? AddDigits<TailA, TailB, CarryOf<DigitSum<HeadA, HeadB, C>>, `${LowDigit<DigitSum<HeadA, HeadB, C>>}${Done}`>
    : AddDigits<TailA, '', CarryOf<DigitSum<HeadA, '0', C>>, `${LowDigit<DigitSum<HeadA, '0', C>>}${Done}`>
  : B extends `${infer HeadB extends Digit}${infer TailB}`
    ? AddDigits<'', TailB, CarryOf<DigitSum<'0', HeadB, C>>, `${LowDigit<DigitSum<'0', HeadB, C>>}${Done}`>
    : C extends 1
      ? `1${Done}`
      : Done;

type ToNumber<S extends string> = S extends `${infer N extends number}` ? N : never;
