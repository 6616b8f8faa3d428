/** The third view of a port record: from the test bench. */

import { childrenOf, partsOf } from '../build/children.ts';
import { unpack, wordOf } from '../build/codec.ts';
import { type BundleShape, membersOf, type PortKind, type PortShape, type Ports, type StreamShape, wayWithin } from '../build/interface.ts';
import { portCase, snakeCase } from '../build/names.ts';
import type { LiteralOf, PlainOf } from '../build/plain.ts';
import type { BitsShape, LeafShape, Payload, Shape, StructShape, VecShape } from '../build/shape.ts';
import type { InputPort, Simulator } from '../sim/simulator.ts';
import { DriveConflict } from './errors.ts';

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

declare const shapeOf: unique symbol;

/** A structure or a vector: whole with `set`, `presentOf` and `sampledOf`, and by its fields. */
interface Parts<S extends Shape> {
  readonly [shapeOf]?: S;
}

type Way<D extends 'in' | 'out', V> = D extends 'in' ? Driven<V> : Observed<V>;
type Whole<D extends 'in' | 'out', S extends Shape> = Parts<S> & (D extends 'in' ? { set(value: LiteralOf<S>): void } : unknown);
type Opposite<D extends 'in' | 'out'> = D extends 'in' ? 'out' : 'in';

/** A port, or a field of one, from the bench. */
export type PortView<D extends 'in' | 'out', S> =
  S extends StructShape<infer F>
    ? Whole<D, S> & { readonly [K in keyof F]: PortView<D, F[K]> }
    : S extends VecShape<infer E>
      ? Whole<D, S> & readonly PortView<D, E>[]
      : Way<D, PlainOf<S>>;

declare const payloadOf: unique symbol;

/** Whose payload is P. */
export interface Carries<P extends Payload> {
  readonly [payloadOf]?: (payload: P) => P;
}

/** A stream that goes into the design. */
export type StreamInto<P extends Payload, L extends boolean = true> = Carries<P> & {
  readonly valid: Driven<number>;
  readonly ready: Observed<number>;
} & (L extends true ? { readonly last: Driven<number> } : unknown) & { readonly [K in keyof P]: PortView<'in', P[K]> };

/** A stream that comes out of the design. */
export type StreamOutOf<P extends Payload, L extends boolean = true> = Carries<P> & {
  readonly valid: Observed<number>;
  readonly ready: Driven<number>;
} & (L extends true ? { readonly last: Observed<number> } : unknown) & { readonly [K in keyof P]: PortView<'out', P[K]> };

type View<D extends 'in' | 'out', S> =
  S extends StreamShape<infer P, infer L>
    ? D extends 'in'
      ? StreamInto<P, L>
      : StreamOutOf<P, L>
    : S extends BundleShape<infer B>
      ? {
          readonly [K in keyof B]: B[K] extends PortShape<infer E extends 'in' | 'out', infer T>
            ? View<D extends 'out' ? E : Opposite<E>, T>
            : never;
        }
      : PortView<D, S>;

/** An inout port: what the bench drives, what the design drives, and where it does. */
export interface PadOfBench<V> {
  readonly in: Driven<V>;
  readonly out: Observed<V>;
  /** ones at the bits that the design drives */
  readonly drives: Observed<V>;
}

/** The ports of a module as a test bench sees them: inputs are set, outputs read. */
export type BenchPorts<P extends Ports> = {
  readonly [K in keyof P]: P[K] extends PortShape<'inout', infer S>
    ? PadOfBench<PlainOf<S>>
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
    const name = portCase(key);
    if (direction === 'inout') return [key, padView(simulator, name, shape as BitsShape<number>, drivers)];
    return [key, interfaceView(simulator, name, direction, shape as PortKind, drivers)];
  });
  return Object.fromEntries(views) as BenchPorts<P>;
}

/** Ports of the clock domains' resets and others that are not in the record. */
export function inputNamed(simulator: Simulator, name: string, drivers: Drivers): Driven<number | bigint> {
  return leafView(simulator, name, 'in', { kind: 'bits', width: simulator.inputs.get(name)?.width ?? 1, options: {} }, drivers) as Driven<
    number | bigint
  >;
}

function padView(simulator: Simulator, name: string, shape: BitsShape<number>, drivers: Drivers): unknown {
  const side = (suffix: string, way: 'in' | 'out') => leafView(simulator, `${name}_${suffix}`, way, shape, drivers);
  return { in: side('in', 'in'), out: side('out', 'out'), drives: side('drives', 'out') };
}

/** What a port of any shape, or a field of one, is now. */
export function presentOf<V>(port: { readonly value: V }): V;
export function presentOf<S extends Shape>(port: Parts<S>): PlainOf<S>;
export function presentOf(port: object): unknown {
  return present(port);
}

/** The same as the last edge caught it: of outputs. */
export function sampledOf<V>(port: { readonly sampled: V }): V;
export function sampledOf<S extends Shape>(port: Parts<S>): PlainOf<S>;
export function sampledOf(port: object): unknown {
  return caught(port);
}

function present(port: object): unknown {
  const whole = wholes.get(port);
  return whole === undefined ? (port as Observed<unknown>).value : whole.value();
}

function caught(port: object): unknown {
  const whole = wholes.get(port);
  return whole === undefined ? (port as Observed<unknown>).sampled : whole.sampled();
}

/** Structures and vectors put together of their scalars. */
const wholes = new WeakMap<object, { readonly value: () => unknown; readonly sampled: () => unknown }>();

function interfaceView(simulator: Simulator, name: string, direction: 'in' | 'out', shape: PortKind, drivers: Drivers): unknown {
  if (shape.kind !== 'stream' && shape.kind !== 'bundle') return shapeView(simulator, name, direction, shape, drivers);
  const between = shape.kind === 'stream' && shape.isJoined ? '' : '_';
  const views = membersOf(shape).map((member) => {
    const way = wayWithin(direction, member.direction);
    return [member.key, interfaceView(simulator, `${name}${between}${snakeCase(member.key)}`, way, member.shape, drivers)];
  });
  return Object.fromEntries(views);
}

function shapeView(simulator: Simulator, name: string, direction: 'in' | 'out', shape: Shape, drivers: Drivers): unknown {
  if (shape.kind !== 'struct' && shape.kind !== 'vec') return leafView(simulator, name, direction, shape, drivers);
  const children = childrenOf(shape).map(({ key, shape: child }) => {
    return [key, shapeView(simulator, `${name}_${snakeCase(key)}`, direction, child, drivers) as object] as const;
  });
  const together = (each: (port: object) => unknown): unknown =>
    shape.kind === 'vec'
      ? children.map(([, child]) => each(child))
      : Object.fromEntries(children.map(([key, child]) => [key, each(child)]));
  const view = together((child) => child) as object;
  wholes.set(view, { value: () => together(present), sampled: () => together(caught) });
  if (direction === 'in') {
    const set = (value: unknown): void =>
      partsOf(`port ${name}`, shape, value).forEach((part, index) => (children[index]?.[1] as Driven<unknown> | undefined)?.set(part));
    Object.defineProperty(view, 'set', { value: set });
  }
  return view;
}

function leafView(simulator: Simulator, name: string, direction: 'in' | 'out', shape: LeafShape, drivers: Drivers): unknown {
  const { kind, width } = shape;
  const isNumber = kind === 'bits' && width <= 32;
  if (direction === 'out') {
    const port = required(simulator.outputs, name);
    return {
      name,
      get value() {
        return isNumber ? port.value : unpack(shape, port.big);
      },
      get sampled() {
        return isNumber ? port.sampled : unpack(shape, port.sampledBig);
      },
    };
  }
  return drivenView(required(simulator.inputs, name), name, shape, drivers);
}

function drivenView(port: InputPort, name: string, shape: LeafShape, drivers: Drivers): unknown {
  let last: { readonly task: string; readonly value: bigint; readonly edge: number } | undefined;
  return {
    name,
    get value() {
      return shape.kind === 'bits' && shape.width <= 32 ? port.value : unpack(shape, port.big);
    },
    set(value: unknown) {
      const bits = wordOf(shape, value, `port ${name}`);
      const [task, edge] = [drivers.task(), drivers.edges()];
      if (last !== undefined && last.edge === edge && last.task !== task && last.value !== bits)
        throw new DriveConflict(name, last, { task, value: bits });
      last = { task, value: bits, edge };
      port.big = bits;
    },
  };
}

function required<P>(ports: ReadonlyMap<string, P>, name: string): P {
  const port = ports.get(name);
  if (port === undefined) throw new RangeError(`the design has no port ${name}; it has ${[...ports.keys()].join(', ')}`);
  return port;
}
