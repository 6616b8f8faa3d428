/** The views of one port record: from inside the module, and from outside (an instance of it). */

import type { Pad, PadPin } from './pad.ts';
import type { BitsShape, Payload, PortShape, Ports, SignedShape, StreamShape } from './shape.ts';
import type { Signed, SignedOperand } from './signed.ts';
import type { Bit, Bits, Operand } from './value.ts';

/** Combinational: takes its value at once. */
export interface Wire<W extends number> extends Bits<W> {
  set(value: Operand<W>): void;
}

/** Clocked: takes its value at the next edge. */
export interface Register<W extends number> extends Bits<W> {
  next(value: Operand<W>): void;
}

export interface SignedWire<W extends number> extends Signed<W> {
  set(value: SignedOperand<W>): void;
}

export interface SignedRegister<W extends number> extends Signed<W> {
  next(value: SignedOperand<W>): void;
}

export type ValueOf<S> = S extends BitsShape<infer W> ? Bits<W> : S extends SignedShape<infer W> ? Signed<W> : never;
export type WireOf<S> = S extends BitsShape<infer W> ? Wire<W> : S extends SignedShape<infer W> ? SignedWire<W> : never;
export type RegisterOf<S> = S extends BitsShape<infer W> ? Register<W> : S extends SignedShape<infer W> ? SignedRegister<W> : never;

type Fields<P extends Payload> = { readonly [K in keyof P]: ValueOf<P[K]> };
type DrivenFields<P extends Payload> = { readonly [K in keyof P]: WireOf<P[K]> };

/** A stream that arrives here: payload, valid and last are read, ready is driven. `fire` is valid and ready. */
export type StreamSink<P extends Payload> = {
  readonly valid: Bit;
  readonly ready: Wire<1>;
  readonly last: Bit;
  readonly fire: Bit;
} & Fields<P>;

/** A stream that leaves here. */
export type StreamSource<P extends Payload> = {
  readonly valid: Wire<1>;
  readonly ready: Bit;
  readonly last: Wire<1>;
  readonly fire: Bit;
} & DrivenFields<P>;

type Read<S> = S extends StreamShape<infer P> ? StreamSink<P> : ValueOf<S>;
type Drive<S> = S extends StreamShape<infer P> ? StreamSource<P> : WireOf<S>;

export type Inside<P extends Ports> = {
  readonly [K in keyof P]: P[K] extends PortShape<'in', infer S>
    ? Read<S>
    : P[K] extends PortShape<'out', infer S>
      ? Drive<S>
      : P[K] extends PortShape<'inout', BitsShape<infer W>>
        ? Pad<W>
        : never;
};

export type Outside<P extends Ports> = {
  readonly [K in keyof P]: P[K] extends PortShape<'in', infer S>
    ? Drive<S>
    : P[K] extends PortShape<'out', infer S>
      ? Read<S>
      : P[K] extends PortShape<'inout', BitsShape<infer W>>
        ? PadPin<W>
        : never;
};
