/** Shapes: what a port, register, wire or memory word holds, as a value whose type carries the width. */

export type Literal = number | bigint;

/** A vector of W bits. */
export interface BitsShape<W extends number> {
  readonly kind: 'bits';
  readonly width: W;
  readonly options: BitsOptions;
}

export interface BitsOptions {
  /** registers: reset and power-up value (default 0) */
  readonly init?: Literal;
  /** registers: `none` leaves the register out of the reset; it starts random in simulation */
  readonly reset?: 'sync' | 'none';
  /** wires and outputs: the value where no assignment is reached; without it every path must assign */
  readonly fallback?: Literal;
}

export function bits<const W extends number>(width: W, options: BitsOptions = {}): BitsShape<W> {
  return { kind: 'bits', width, options };
}

/** One bit. */
export const bool: BitsShape<1> = bits(1);

export interface Payload {
  // biome-ignore lint/suspicious/noExplicitAny: the width is invariant, so only `any` ranges over all of them
  readonly [field: string]: BitsShape<any>;
}

/** A valid/ready stream of beats, `last` marking the end of a packet (AXI4-Stream). */
export interface StreamShape<P extends Payload> {
  readonly kind: 'stream';
  readonly payload: P;
}

export function stream<P extends Payload>(payload: P): StreamShape<P> {
  return { kind: 'stream', payload };
}

export interface PortShape<D extends 'in' | 'out', S> {
  readonly direction: D;
  readonly shape: S;
}

export function input<S>(shape: S): PortShape<'in', S> {
  return { direction: 'in', shape };
}

export function output<S>(shape: S): PortShape<'out', S> {
  return { direction: 'out', shape };
}

export interface Ports {
  readonly [name: string]: PortShape<'in' | 'out', unknown>;
}
