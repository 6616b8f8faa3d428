/** Shapes: what a port, register, wire or memory word holds, as a value whose type carries the width. */
import type { Attributes } from '../ir/attributes.ts';
import type { Domain } from '../ir/domain.ts';

export type Literal = number | bigint;

/** A vector of W bits. */
export interface BitsShape<W extends number> {
  readonly kind: 'bits';
  readonly width: W;
  readonly options: BitsOptions;
}

/** A two's complement number of W bits. */
export interface SignedShape<W extends number> {
  readonly kind: 'signed';
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
  /** what the tools are told about the register, wire or port */
  readonly attributes?: Attributes;
}

export function bits<const W extends number>(width: W, options: BitsOptions = {}): BitsShape<W> {
  return { kind: 'bits', width, options };
}

export function signed<const W extends number>(width: W, options: BitsOptions = {}): SignedShape<W> {
  return { kind: 'signed', width, options };
}

/** One bit. */
export const bool: BitsShape<1> = bits(1);

export interface Payload {
  // biome-ignore lint/suspicious/noExplicitAny: the width is invariant, so only `any` ranges over all of them
  readonly [field: string]: BitsShape<any> | SignedShape<any>;
}

/** A valid/ready stream of beats, `last` marking the end of a packet (AXI4-Stream). */
export interface StreamShape<P extends Payload> {
  readonly kind: 'stream';
  readonly payload: P;
}

export function stream<P extends Payload>(payload: P): StreamShape<P> {
  return { kind: 'stream', payload };
}

export interface PortShape<D extends 'in' | 'out' | 'inout', S> {
  readonly direction: D;
  readonly shape: S;
  /** the clock that the port changes with; the default domain where none is named */
  readonly domain?: Domain;
}

export function input<S>(shape: S, domain?: Domain): PortShape<'in', S> {
  return { direction: 'in', shape, ...(domain === undefined ? {} : { domain }) };
}

export function output<S>(shape: S, domain?: Domain): PortShape<'out', S> {
  return { direction: 'out', shape, ...(domain === undefined ? {} : { domain }) };
}

/** A port that goes both ways: it leads to one inout pin of a foreign module, such as an IOBUF. */
export function inout<W extends number>(shape: BitsShape<W>): PortShape<'inout', BitsShape<W>> {
  return { direction: 'inout', shape };
}

export interface Ports {
  readonly [name: string]: PortShape<'in' | 'out' | 'inout', unknown>;
}
