/** The views of one port record: from inside the module, and from outside (an instance of it). */

import type { BitsShape, Payload, PortShape, Ports, StreamShape } from './shape.ts';
import type { Bit, Bits, Operand } from './value.ts';

/** Combinational: takes its value at once. */
export interface Wire<W extends number> extends Bits<W> {
  set(value: Operand<W>): void;
}

/** Clocked: takes its value at the next edge. */
export interface Register<W extends number> extends Bits<W> {
  next(value: Operand<W>): void;
}

type Fields<P extends Payload> = { readonly [K in keyof P]: P[K] extends BitsShape<infer W> ? Bits<W> : never };
type DrivenFields<P extends Payload> = { readonly [K in keyof P]: P[K] extends BitsShape<infer W> ? Wire<W> : never };

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

type Read<S> = S extends BitsShape<infer W> ? Bits<W> : S extends StreamShape<infer P> ? StreamSink<P> : never;
type Drive<S> = S extends BitsShape<infer W> ? Wire<W> : S extends StreamShape<infer P> ? StreamSource<P> : never;

export type Inside<P extends Ports> = {
  readonly [K in keyof P]: P[K] extends PortShape<'in', infer S> ? Read<S> : P[K] extends PortShape<'out', infer S> ? Drive<S> : never;
};

export type Outside<P extends Ports> = {
  readonly [K in keyof P]: P[K] extends PortShape<'in', infer S> ? Drive<S> : P[K] extends PortShape<'out', infer S> ? Read<S> : never;
};
