/** The third view of a port record: from the test bench. */

import { portName, snakeCase } from '../build/names.ts';
import type { BitsShape, Payload, PortShape, Ports, SignedShape, StreamShape } from '../build/shape.ts';
import type { InputPort, OutputPort, Simulator } from '../sim/simulator.ts';
import { DriveConflict } from './errors.ts';

type Digit = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
/** Widths that are read as numbers. */
type Narrow = Digit | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 19 | 20 | 21 | 22 | 23 | 24 | 25 | 26 | 27 | 28 | 29 | 30 | 31 | 32;

/** Up to 32 bits a number, above a bigint; either where the width is known only at elaboration. */
export type BenchValue<W extends number> = number extends W ? number | bigint : W extends Narrow ? number : bigint;

/** An input of the design: the bench drives it. */
export interface Driven<V> {
  readonly name: string;
  /** takes the value at once; it stays until another one is set */
  set(value: V): void;
  readonly value: V;
}

/** An output of the design. */
export interface Observed<V> {
  readonly name: string;
  /** settled present */
  readonly value: V;
  /** as the last edge caught it */
  readonly sampled: V;
}

type ValueOf<S> = S extends BitsShape<infer W> | SignedShape<infer W> ? BenchValue<W> : never;
type Way<D extends 'in' | 'out', S> = D extends 'in' ? Driven<ValueOf<S>> : Observed<ValueOf<S>>;
type Bit = BitsShape<1>;

/** A stream that goes into the design. */
export type StreamInto<P extends Payload> = {
  readonly valid: Driven<number>;
  readonly last: Driven<number>;
  readonly ready: Observed<number>;
} & { readonly [K in keyof P]: Way<'in', P[K]> };

/** A stream that comes out of the design. */
export type StreamOutOf<P extends Payload> = {
  readonly valid: Observed<number>;
  readonly last: Observed<number>;
  readonly ready: Driven<number>;
} & { readonly [K in keyof P]: Way<'out', P[K]> };

type View<D extends 'in' | 'out', S> = S extends StreamShape<infer P> ? (D extends 'in' ? StreamInto<P> : StreamOutOf<P>) : Way<D, S>;

/** An inout port: what the bench drives, what the design drives, and where it does. */
export interface PadOfBench<V> {
  readonly in: Driven<V>;
  readonly out: Observed<V>;
  /** ones at the bits that the design drives */
  readonly drives: Observed<V>;
}

export type BenchPorts<P extends Ports> = {
  readonly [K in keyof P]: P[K] extends PortShape<'inout', infer S>
    ? PadOfBench<ValueOf<S>>
    : P[K] extends PortShape<infer D extends 'in' | 'out', infer S>
      ? View<D, S>
      : never;
};

/** Knows who drove what since the last edge. */
export interface Drivers {
  readonly task: () => string;
  /** of all clocks together */
  readonly edges: () => number;
}

export function benchPorts<P extends Ports>(simulator: Simulator, ports: P, drivers: Drivers): BenchPorts<P> {
  const views = Object.entries(ports).map(([key, { direction, shape }]) => {
    const declared = shape as BitsShape<number> | SignedShape<number> | StreamShape<Payload>;
    const name = portName(key);
    if (direction === 'inout') return [key, padView(simulator, name, shape as BitsShape<number>, drivers)];
    return [
      key,
      declared.kind === 'stream'
        ? streamView(simulator, name, direction, declared, drivers)
        : view(simulator, name, direction, declared, drivers),
    ];
  });
  return Object.fromEntries(views) as BenchPorts<P>;
}

/** Ports of the clock domains' resets and others that are not in the record. */
export function inputNamed(simulator: Simulator, name: string, drivers: Drivers): Driven<number | bigint> {
  return view(simulator, name, 'in', { kind: 'bits', width: simulator.inputs.get(name)?.width ?? 1, options: {} }, drivers) as Driven<
    number | bigint
  >;
}

function padView(simulator: Simulator, name: string, shape: BitsShape<number>, drivers: Drivers): PadOfBench<number | bigint> {
  const side = (suffix: string, way: 'in' | 'out') => view(simulator, `${name}_${suffix}`, way, shape, drivers);
  return { in: side('in', 'in'), out: side('out', 'out'), drives: side('drives', 'out') } as PadOfBench<number | bigint>;
}

function streamView(
  simulator: Simulator,
  name: string,
  direction: 'in' | 'out',
  { payload }: StreamShape<Payload>,
  drivers: Drivers,
): unknown {
  const bit: Bit = { kind: 'bits', width: 1, options: {} };
  const against = direction === 'in' ? 'out' : 'in';
  const one = (suffix: string, shape: BitsShape<number> | SignedShape<number>, way: 'in' | 'out') =>
    view(simulator, `${name}_${snakeCase(suffix)}`, way, shape, drivers);
  return {
    ...Object.fromEntries(Object.entries(payload).map(([key, shape]) => [key, one(key, shape, direction)])),
    valid: one('valid', bit, direction),
    last: one('last', bit, direction),
    ready: one('ready', bit, against),
  };
}

function view(
  simulator: Simulator,
  name: string,
  direction: 'in' | 'out',
  { kind, width }: BitsShape<number> | SignedShape<number>,
  drivers: Drivers,
): unknown {
  const present = (value: bigint): number | bigint => {
    const number = kind === 'signed' ? BigInt.asIntN(width, value) : value;
    return width <= 32 ? Number(number) : number;
  };
  if (direction === 'out') {
    const port = required(simulator.outputs, name) as OutputPort;
    return {
      name,
      get value() {
        return kind === 'bits' && width <= 32 ? port.value : present(port.big);
      },
      get sampled() {
        return kind === 'bits' && width <= 32 ? port.sampled : present(port.sampledBig);
      },
    };
  }
  const port = required(simulator.inputs, name) as InputPort;
  let last: { readonly task: string; readonly value: bigint; readonly edge: number } | undefined;
  return {
    name,
    get value() {
      return present(port.big);
    },
    set(value: number | bigint) {
      const bits = kind === 'signed' ? signedBits(name, width, BigInt(value)) : BigInt(value);
      const [task, edge] = [drivers.task(), drivers.edges()];
      if (last !== undefined && last.edge === edge && last.task !== task && last.value !== bits)
        throw new DriveConflict(name, last, { task, value: bits });
      last = { task, value: bits, edge };
      port.big = bits;
    },
  };
}

function signedBits(name: string, width: number, value: bigint): bigint {
  if (BigInt.asIntN(width, value) !== value) throw new RangeError(`port ${name} has ${width} bits, signed: ${value} does not fit`);
  return BigInt.asUintN(width, value);
}

function required<P>(ports: ReadonlyMap<string, P>, name: string): P {
  const port = ports.get(name);
  if (port === undefined) throw new RangeError(`the design has no port ${name}; it has ${[...ports.keys()].join(', ')}`);
  return port;
}
