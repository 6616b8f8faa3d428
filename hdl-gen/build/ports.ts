/** The views of one port record: from inside the module, and from outside (an instance of it). */
import type { shapeOf } from './describe.ts';
import type { BundleShape, Members, PortShape, Ports, StreamShape } from './interface.ts';
import type { Pad, PadPin } from './pad.ts';
import type { BitsShape, EnumShape, Payload, Shape, SignedShape, StructShape, VecShape } from './shape.ts';
import type { AnySigned, Signed, SignedOperand } from './signed.ts';
import type { AnyBits, Bit, Bits, Operand } from './value.ts';

/** Combinational: takes its value at once, whole or in parts. */
export interface Wire<W extends number> extends Bits<W> {
  /** Takes the value at once; the last statement that takes effect wins. @throws WidthMismatch, LiteralDoesNotFit, OutsideModule */
  set(value: Operand<W>): void;
  take<const N extends number>(n: N): Wire<N>;
  bits<const N extends number>(low: number, n: N): Wire<N>;
  /** Bit `index`, 0 the lowest, as a place to assign. @throws SliceOutOfRange */
  bit(index: number): Wire<1>;
  byte(index: number): Wire<8>;
  as<S extends Shape>(shape: S): WireOf<S>;
}

/** Clocked: takes its value at the next edge, whole or in parts. */
export interface Register<W extends number> extends Bits<W> {
  /** Takes the value at the next edge; the last statement that takes effect wins. @throws WidthMismatch, LiteralDoesNotFit, OutsideModule */
  next(value: Operand<W>): void;
  take<const N extends number>(n: N): Register<N>;
  bits<const N extends number>(low: number, n: N): Register<N>;
  /** Bit `index`, 0 the lowest, as a place to assign. @throws SliceOutOfRange */
  bit(index: number): Register<1>;
  byte(index: number): Register<8>;
  as<S extends Shape>(shape: S): RegisterOf<S>;
}

/** Combinational, and a two's complement number. */
export interface SignedWire<W extends number> extends Signed<W> {
  /** Takes the value at once. @throws WidthMismatch, LiteralDoesNotFit, SignedMix */
  set(value: SignedOperand<W>): void;
}

/** Clocked, and a two's complement number. */
export interface SignedRegister<W extends number> extends Signed<W> {
  /** Takes the value at the next edge. @throws WidthMismatch, LiteralDoesNotFit, SignedMix */
  next(value: SignedOperand<W>): void;
}

/** Beside its fields or elements, what every structure, vector or enumeration has. */
export interface Aggregate<S extends Shape> {
  readonly [shapeOf]: S;
  /** 1 where both are the same in all their bits */
  eq(b: OperandOf<S>): Bit;
  /** 1 where they differ in any bit */
  ne(b: OperandOf<S>): Bit;
  /** the word: the first field of a structure on top, element 0 of a vector lowest */
  asBits(): Bits<number>;
}

/** A value whose shape the compiler does not look at. */
export type AnyAggregate = Aggregate<Shape>;
/** Any value of the language. */
export type AnyValue = AnyBits | AnySigned | AnyAggregate;

/** One of N. */
export interface EnumValue<N extends string> extends Aggregate<EnumShape<N>> {
  /** 1 while it is that member */
  is(member: N): Bit;
}

/** Elements by number: 0 upwards, or a signal's; beyond the last one 0 is read, and nothing assigned. */
interface Elements<S extends Shape, E> extends Aggregate<VecShape<S>>, Iterable<E> {
  readonly length: number;
  at(index: number | AnyBits): E;
}

interface Settable<S extends Shape> {
  set(value: OperandOf<S>): void;
}
interface Clocked<S extends Shape> {
  next(value: OperandOf<S>): void;
}

/** A structure that is read: each field by its name. */
export type StructValue<F extends Payload> = Aggregate<StructShape<F>> & { readonly [K in keyof F]: ValueOf<F[K]> };
/** A vector that is read: each element by its number. */
export type VecValue<S extends Shape> = Elements<S, ValueOf<S>>;

/** What is read. */
export type ValueOf<S> =
  S extends BitsShape<infer W>
    ? Bits<W>
    : S extends SignedShape<infer W>
      ? Signed<W>
      : S extends EnumShape<infer N>
        ? EnumValue<N>
        : S extends StructShape<infer F>
          ? StructValue<F>
          : S extends VecShape<infer E>
            ? VecValue<E>
            : never;

/** What is driven with `set`. */
export type WireOf<S> =
  S extends BitsShape<infer W>
    ? Wire<W>
    : S extends SignedShape<infer W>
      ? SignedWire<W>
      : S extends EnumShape<infer N>
        ? EnumValue<N> & Settable<EnumShape<N>>
        : S extends StructShape<infer F>
          ? Aggregate<StructShape<F>> & Settable<StructShape<F>> & { readonly [K in keyof F]: WireOf<F[K]> }
          : S extends VecShape<infer E>
            ? Elements<E, WireOf<E>> & Settable<VecShape<E>>
            : never;

/** What takes its value at the edge, with `next`. */
export type RegisterOf<S> =
  S extends BitsShape<infer W>
    ? Register<W>
    : S extends SignedShape<infer W>
      ? SignedRegister<W>
      : S extends EnumShape<infer N>
        ? EnumValue<N> & Clocked<EnumShape<N>>
        : S extends StructShape<infer F>
          ? Aggregate<StructShape<F>> & Clocked<StructShape<F>> & { readonly [K in keyof F]: RegisterOf<F[K]> }
          : S extends VecShape<infer E>
            ? Elements<E, RegisterOf<E>> & Clocked<VecShape<E>>
            : never;

/** What a place of a shape takes: a value of that shape, or its parts: literals, names of members, objects, lists. */
export type OperandOf<S> =
  | ValueOf<S>
  | (S extends BitsShape<infer W>
      ? Operand<W>
      : S extends SignedShape<infer W>
        ? SignedOperand<W>
        : S extends EnumShape<infer N>
          ? N
          : S extends StructShape<infer F>
            ? { readonly [K in keyof F]: OperandOf<F[K]> }
            : S extends VecShape<infer E>
              ? readonly OperandOf<E>[]
              : never);

type Fields<P extends Payload> = { readonly [K in keyof P]: ValueOf<P[K]> };
type DrivenFields<P extends Payload> = { readonly [K in keyof P]: WireOf<P[K]> };

declare const arrives: unique symbol;
declare const leaves: unique symbol;

/** A stream or a bundle that arrives here: `connect` goes from one of these. S is invariant. */
export interface Sink<S> {
  /** keeps shapes apart for the compiler; there is no such property @internal */
  readonly [arrives]: (shape: S) => S;
}

/** A stream or a bundle that leaves here: `connect` goes to one of these. */
export interface Source<S> {
  /** keeps shapes apart for the compiler; there is no such property @internal */
  readonly [leaves]: (shape: S) => S;
}

/** A stream that arrives here: payload, valid and last are read, ready is driven. `fire` is valid and ready. */
export type StreamSink<P extends Payload, L extends boolean = true> = Sink<StreamShape<P, L>> & {
  readonly valid: Bit;
  readonly ready: Wire<1>;
  readonly fire: Bit;
  /** all fields together */
  readonly payload: StructValue<P>;
} & (L extends true ? { readonly last: Bit } : unknown) &
  Fields<P>;

/** A stream that leaves here. */
export type StreamSource<P extends Payload, L extends boolean = true> = Source<StreamShape<P, L>> & {
  readonly valid: Wire<1>;
  readonly ready: Bit;
  readonly fire: Bit;
  readonly payload: WireOf<StructShape<P>>;
} & (L extends true ? { readonly last: Wire<1> } : unknown) &
  DrivenFields<P>;

/** A bundle that is an input here. */
export type BundleSink<B extends Members> = Sink<BundleShape<B>> & Outside<B>;
/** A bundle that is an output here. */
export type BundleSource<B extends Members> = Source<BundleShape<B>> & Inside<B>;

type Read<S> = S extends StreamShape<infer P, infer L> ? StreamSink<P, L> : S extends BundleShape<infer B> ? OutsideBundle<B> : ValueOf<S>;
type Drive<S> = S extends StreamShape<infer P, infer L> ? StreamSource<P, L> : S extends BundleShape<infer B> ? InsideBundle<B> : WireOf<S>;
type OutsideBundle<B> = B extends Members ? BundleSink<B> : never;
type InsideBundle<B> = B extends Members ? BundleSource<B> : never;

/** The ports of a module as its body sees them: inputs are read, outputs driven. A port that is optional in P may not be there. */
export type Inside<P extends Ports> = {
  readonly [K in keyof P]: NonNullable<P[K]> extends PortShape<'in', infer S>
    ? Read<S>
    : NonNullable<P[K]> extends PortShape<'out', infer S>
      ? Drive<S>
      : NonNullable<P[K]> extends PortShape<'inout', BitsShape<infer W>>
        ? Pad<W>
        : never;
};

/** The ports of an instance as the module around it sees them: inputs are driven, outputs read. */
export type Outside<P extends Ports> = {
  readonly [K in keyof P]: NonNullable<P[K]> extends PortShape<'in', infer S>
    ? Drive<S>
    : NonNullable<P[K]> extends PortShape<'out', infer S>
      ? Read<S>
      : NonNullable<P[K]> extends PortShape<'inout', BitsShape<infer W>>
        ? PadPin<W>
        : never;
};
