/** Streams and bundles joined whole. */
import { CannotConnect } from '../errors/aggregate-errors.ts';
import type { Place } from '../errors/hdl-error.ts';
import { SourceLocation } from '../ir/location.ts';
import { isAlike, leavesIn } from './aggregate.ts';
import { describeShape, describeValue } from './describe.ts';
import { type AnyBundle, type AnyStream, membersOf, opposite, type PortKind } from './interface.ts';
import { drive } from './leaf.ts';

interface Connectable {
  readonly shape: AnyStream | AnyBundle;
  /** `sink`: it arrives here; `source`: it leaves here */
  readonly side: 'sink' | 'source';
}

/** a member of the view, so that a copy with one member changed is still a stream */
const connects: unique symbol = Symbol('connects');

/** @param from where it is looked at: from inside, what is an input arrives; from outside, it is driven */
export function connectable<V extends object>(
  view: V,
  shape: AnyStream | AnyBundle,
  direction: 'in' | 'out',
  from: 'inside' | 'outside',
): V {
  const way = from === 'inside' ? direction : opposite(direction);
  const own: Connectable = { shape, side: way === 'in' ? 'sink' : 'source' };
  return Object.assign(view, { [connects]: own });
}

/** @throws CannotConnect */
export function connect(from: object, to: object): void {
  const [source, target] = [from, to].map((view) => (view as { readonly [connects]?: Connectable })[connects]);
  const places: readonly Place[] = [...declared('from', from), ...declared('to', to)];
  if (source === undefined || target === undefined)
    throw new CannotConnect(
      `connect takes two streams or two bundles, found ${describeValue(source === undefined ? from : to)}`,
      places,
      'assign anything else with set()',
    );
  if (source.side !== 'sink' || target.side !== 'source')
    throw new CannotConnect(
      `connect goes from what arrives here to what leaves here, found ${source.side === 'sink' ? 'two that arrive' : 'one that leaves'} first`,
      places,
      'give the input of the module, or the output of an instance, first',
    );
  const difference = differenceOf(source.shape, target.shape, '');
  if (difference !== undefined)
    throw new CannotConnect(difference, places, 'connect like with like, and set what differs member by member');
  SourceLocation.standingFor(SourceLocation.capture(), () => join(source.shape, from, to));
}

function join(shape: PortKind, from: unknown, to: unknown): void {
  if (shape.kind !== 'stream' && shape.kind !== 'bundle') {
    drive(
      leavesIn(to),
      leavesIn(from).map(({ expression }) => expression),
      'set',
    );
    return;
  }
  for (const { key, direction, shape: member } of membersOf(shape)) {
    const [here, there] = [from, to].map((view) => (view as Readonly<Record<string, unknown>>)[key]);
    if (direction === 'out') join(member, here, there);
    else join(member, there, here);
  }
}

/** What one has and the other lacks, in words. */
function differenceOf(a: PortKind, b: PortKind, path: string): string | undefined {
  const isLeaf = (shape: PortKind) => shape.kind !== 'stream' && shape.kind !== 'bundle';
  const name = path === '' ? 'the whole' : path;
  if (isLeaf(a) && isLeaf(b))
    return isAlike(a, b) ? undefined : `${name} is ${describeShape(a)} on one side and ${describeShape(b)} on the other`;
  if (isLeaf(a) || isLeaf(b)) return `${name} is ${a.kind} on one side and ${b.kind} on the other`;
  const [ours, theirs] = [membersOf(a), membersOf(b)];
  for (const { key } of [...ours, ...theirs]) {
    const inner = path === '' ? key : `${path}.${key}`;
    const [one, other] = [ours.find((member) => member.key === key), theirs.find((member) => member.key === key)];
    if (one === undefined || other === undefined) return `only one of the two has ${inner}`;
    if (one.direction !== other.direction) return `${inner} goes one way on one side and the other way on the other`;
    const difference = differenceOf(one.shape, other.shape, inner);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** Where the first port of a stream or a bundle is declared. */
function declared(what: string, view: unknown): Place[] {
  for (let inner = view; typeof inner === 'object' && inner !== null; inner = Object.values(inner)[0]) {
    const expression = 'expression' in inner ? (inner.expression as { signal?: { location: SourceLocation; name: string } }) : undefined;
    if (expression?.signal !== undefined) return [{ what: `${what} (${expression.signal.name})`, at: expression.signal.location }];
    if (expression !== undefined) return [];
  }
  return [];
}
