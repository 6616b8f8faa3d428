/** Ports: their directions, and what several of them make together: streams and bundles. */
import { ReservedField, ShapeMismatch } from '../errors/aggregate-errors.ts';
import type { Domain } from '../ir/domain.ts';
import { type BitsShape, METHODS, type Payload, type Shape } from './shape.ts';

/** A port as a module declares it: its direction and what it holds. */
export interface PortShape<D extends 'in' | 'out' | 'inout', S> {
  readonly direction: D;
  readonly shape: S;
  /** the clock that the port changes with; the default domain where none is named */
  readonly domain?: Domain;
}

/** A shape, a stream or a bundle that comes in here. */
export function input<S>(shape: S, domain?: Domain): PortShape<'in', S> {
  return { direction: 'in', shape, ...(domain === undefined ? {} : { domain }) };
}

/** A shape, a stream or a bundle that goes out from here. */
export function output<S>(shape: S, domain?: Domain): PortShape<'out', S> {
  return { direction: 'out', shape, ...(domain === undefined ? {} : { domain }) };
}

/** A port that goes both ways: it leads to one inout pin of a foreign module, such as an IOBUF. */
export function inout<W extends number>(shape: BitsShape<W>): PortShape<'inout', BitsShape<W>> {
  return { direction: 'inout', shape };
}

/** The ports of a module: the keys are their names. */
export interface Ports {
  readonly [name: string]: PortShape<'in' | 'out' | 'inout', unknown>;
}

/** What a bundle can have: an inout pin is connected by itself. */
export interface Members {
  readonly [name: string]: PortShape<'in' | 'out', unknown>;
}

/** A valid/ready stream of beats, `last` marking the end of a packet (AXI4-Stream) unless L is false. */
export interface StreamShape<P extends Payload, L extends boolean = true> {
  readonly kind: 'stream';
  readonly payload: P;
  readonly last: L;
  readonly isJoined: boolean;
}

/** How a stream differs from AXI4-Stream with `last`. */
export interface StreamOptions<L extends boolean> {
  /** `false`: no `last`; every beat stands for itself */
  readonly last?: L;
  /** names without an underscore between: `awvalid` and not `aw_valid`, as AXI writes its channels */
  readonly isJoined?: boolean;
}

/** What a stream has beside its payload. */
const HANDSHAKE: readonly string[] = ['valid', 'ready', 'last', 'fire', 'payload'];

/** @throws ReservedField */
export function stream<P extends Payload, const L extends boolean = true>(
  payload: P,
  { last, isJoined = false }: StreamOptions<L> = {},
): StreamShape<P, L> {
  const reserved = [...HANDSHAKE, ...METHODS];
  const taken = Object.keys(payload).find((name) => reserved.includes(name));
  if (taken !== undefined) throw new ReservedField(taken, 'the payload of a stream', reserved);
  return { kind: 'stream', payload, last: (last ?? true) as L, isJoined };
}

/** Ports that belong together, with the directions that they have on the side of which the bundle is an output. */
export interface BundleShape<B extends Members> {
  readonly kind: 'bundle';
  readonly members: B;
}

/**
 * A bundle: shapes, streams and other bundles, each `output` or `input` as it is on one side: that of which the bundle is an
 * `output`. Where it is an `input`, all directions are turned round. @throws ShapeMismatch
 */
export function bundle<const B extends Members>(members: B): BundleShape<B> {
  // what the compiler refuses reaches this line from JavaScript
  const pad = Object.entries<{ readonly direction: string }>(members).find(([, { direction }]) => direction === 'inout');
  if (pad !== undefined) throw new ShapeMismatch('a bundle', 'inputs and outputs', `the inout port ${pad[0]}`);
  return { kind: 'bundle', members };
}

export type Flipped<B extends Members> = {
  readonly [K in keyof B]: B[K] extends PortShape<'in', infer S>
    ? PortShape<'out', S>
    : B[K] extends PortShape<'out', infer S>
      ? PortShape<'in', S>
      : never;
};

/** The bundle as the other side declares it. */
export function flipped<B extends Members>({ members }: BundleShape<B>): BundleShape<Flipped<B>> {
  const turned = Object.entries(members).map(([key, port]) => [key, { ...port, direction: opposite(port.direction) }]);
  return { kind: 'bundle', members: Object.fromEntries(turned) as Flipped<B> };
}

export function opposite(direction: 'in' | 'out'): 'in' | 'out' {
  return direction === 'in' ? 'out' : 'in';
}

/** Which way a member of a bundle goes where the bundle itself goes `direction`. */
export function wayWithin(direction: 'in' | 'out', member: 'in' | 'out'): 'in' | 'out' {
  return direction === 'out' ? member : opposite(member);
}

// biome-ignore lint/suspicious/noExplicitAny: payloads are invariant, so only `any` ranges over all of them
export type AnyStream = StreamShape<any, boolean>;
// biome-ignore lint/suspicious/noExplicitAny: the same
export type AnyBundle = BundleShape<any>;
/** What a port can be. */
export type PortKind = Shape | AnyStream | AnyBundle;

/** The members of a stream or a bundle, in the order of its ports; directions as where it is an output. */
export function membersOf(
  shape: AnyStream | AnyBundle,
): readonly { readonly key: string; readonly direction: 'in' | 'out'; readonly shape: PortKind; readonly domain?: Domain }[] {
  if (shape.kind === 'bundle')
    return Object.entries(shape.members as Members).map(([key, port]) => ({ key, ...port, shape: port.shape as PortKind }));
  const bit: Shape = { kind: 'bits', width: 1, options: {} };
  return [
    ...Object.entries<Shape>(shape.payload).map(([key, field]) => ({ key, direction: 'out' as const, shape: field })),
    { key: 'valid', direction: 'out', shape: bit },
    ...(shape.last ? [{ key: 'last', direction: 'out' as const, shape: bit }] : []),
    { key: 'ready', direction: 'in', shape: bit },
  ];
}
