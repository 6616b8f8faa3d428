/** The pins of a foreign module: ports as of any module, clocks that go in and come out, and inout pins. */
import { asynchronous, type Domain, type Reset } from '../ir/domain.ts';
import type { PortShape } from './interface.ts';
import type { PadPin } from './pad.ts';
import type { ValueOf, WireOf } from './ports.ts';
import type { BitsShape, SignedShape } from './shape.ts';

/** A clock that goes in, with the reset pin that belongs to it. */
export interface ClockInput {
  readonly direction: 'clockIn';
  readonly reset: Reset | undefined;
  readonly open: 0 | 1 | undefined;
}

/** A clock that comes out, or a vector of W. */
export interface ClockOutput<W extends number | undefined> {
  readonly direction: 'clockOut';
  readonly width: W;
  readonly follows: string | undefined;
  readonly derivedFrom: string | undefined;
}

export interface ClockInputOptions {
  /** the reset pin of the clock: it is connected to the reset of the domain, and turned over where the levels differ */
  readonly reset?: { readonly pin: string; readonly kind?: Reset['kind']; readonly active?: Reset['active'] };
  /** the level where no domain is connected; without it one must be */
  readonly open?: 0 | 1;
}

/** A pin that takes the clock of a domain. */
export function clockInput({ reset, open }: ClockInputOptions = {}): ClockInput {
  const pin = reset && { name: reset.pin, kind: reset.kind ?? 'sync', active: reset.active ?? 'high' };
  return { direction: 'clockIn', reset: pin, open };
}

export interface ClockOutputOptions {
  /** the clock pin whose edges it has, as those of a buffer; without it, simulations step it as a clock of its own */
  readonly follows?: string;
  /** the clock pin that it is made of, at another rate */
  readonly derivedFrom?: string;
}

/** A pin that a clock comes out of: a domain, without a reset (`m.resetBy` gives it one). With a width, a vector of clocks. */
export function clockOutput(options?: ClockOutputOptions): ClockOutput<undefined>;
export function clockOutput<const W extends number>(options: ClockOutputOptions & { readonly width: W }): ClockOutput<W>;
export function clockOutput({
  width,
  follows,
  derivedFrom,
}: ClockOutputOptions & { readonly width?: number } = {}): ClockOutput<number | undefined> {
  return { direction: 'clockOut', width, follows, derivedFrom };
}

// biome-ignore lint/suspicious/noExplicitAny: the width is invariant, so only `any` ranges over all of them
type PinShape = BitsShape<any> | SignedShape<any>;

/** The pins of a foreign module: the keys are their names in its Verilog. */
export interface Pins {
  readonly [pin: string]: PortShape<'in' | 'out' | 'inout', PinShape> | ClockInput | ClockOutput<number | undefined>;
}

/**
 * Pins that change with the clock pin of that name. Pins without one are taken to be logic: an output changes with what the
 * inputs without a clock do. What no clock of the design drives says `asynchronous`.
 */
export function clocked<const P extends { readonly [pin: string]: PortShape<'in' | 'out', PinShape> }>(clock: string, pins: P): P {
  const domain: Domain = { clock, reset: undefined };
  return Object.fromEntries(Object.entries(pins).map(([name, pin]) => [name, { ...pin, domain }])) as unknown as P;
}

/** The clock pin of a port: '' for none in the design, undefined for logic. */
export function clockOf({ domain }: { readonly domain?: Domain }): string | undefined {
  return domain === asynchronous ? '' : domain?.clock;
}

/** A tuple, so that each clock of a short vector is known to be there. */
type Repeated<W extends number, Done extends readonly Domain[] = readonly []> = number extends W
  ? readonly Domain[]
  : Done['length'] extends W
    ? Done
    : Done['length'] extends 16
      ? readonly Domain[]
      : Repeated<W, readonly [...Done, Domain]>;
type ClockOf<W> = W extends number ? Repeated<W> : Domain;

/** The pins of an instance of a foreign module. Its clock pins are given when it is made. */
export type ForeignOutside<P extends Pins> = {
  readonly [K in keyof P as P[K] extends ClockInput ? never : K]: P[K] extends ClockOutput<infer W>
    ? ClockOf<W>
    : P[K] extends PortShape<'inout', infer S>
      ? PadPin<S extends { readonly width: infer W extends number } ? W : number>
      : P[K] extends PortShape<'in', infer S>
        ? WireOf<S>
        : P[K] extends PortShape<'out', infer S>
          ? ValueOf<S>
          : never;
};

export type ClockPinsOf<P extends Pins> = { readonly [K in keyof P as P[K] extends ClockInput ? K : never]?: Domain };
