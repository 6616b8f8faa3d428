/** Shapes as the program sees them: numbers, names, objects, lists. */
import type { BitsShape, EnumShape, Literal, SignedShape, StructShape, VecShape } from './shape.ts';

type Digit = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
/** Widths that are read as numbers. */
type Narrow = Digit | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 19 | 20 | 21 | 22 | 23 | 24 | 25 | 26 | 27 | 28 | 29 | 30 | 31 | 32;

/** Up to 32 bits a number, above a bigint; either where the width is known only at elaboration. */
export type PlainBits<W extends number> = number extends W ? number | bigint : W extends Narrow ? number : bigint;

/** What a value of a shape reads as: of an enumeration the name of the member, or a code that has none. */
export type PlainOf<S> =
  S extends BitsShape<infer W>
    ? PlainBits<W>
    : S extends SignedShape<infer W>
      ? PlainBits<W>
      : S extends EnumShape<infer N>
        ? N | number
        : S extends StructShape<infer F>
          ? { readonly [K in keyof F]: PlainOf<F[K]> }
          : S extends VecShape<infer E>
            ? readonly PlainOf<E>[]
            : never;

/** The same as the program writes it: numbers and bigints alike. */
export type LiteralOf<S> =
  S extends BitsShape<infer _W>
    ? Literal
    : S extends SignedShape<infer _W>
      ? Literal
      : S extends EnumShape<infer N>
        ? N | number
        : S extends StructShape<infer F>
          ? { readonly [K in keyof F]: LiteralOf<F[K]> }
          : S extends VecShape<infer E>
            ? readonly LiteralOf<E>[]
            : never;
