/** Shapes as signals of a module: what is declared for them, and port records as seen from inside and from outside. */
import type { Domain } from '../ir/domain.ts';
import type { Signal, SignalKind } from '../ir/module.ts';
import { layout, leavesIn, viewOf } from './aggregate.ts';
import { wordOf } from './codec.ts';
import { connectable } from './connect.ts';
import { type AnyStream, membersOf, type PortKind, type Ports, wayWithin } from './interface.ts';
import type { Leaf } from './leaf.ts';
import { internalName, noKeyword, portCase, portName, snakeCase } from './names.ts';
import type { Declaration, Scope } from './scope.ts';
import { type LeafShape, type Shape, struct } from './shape.ts';
import type { Bit } from './value.ts';

export interface View {
  /** what an input, and what an output, of the record is on this side */
  readonly kindOf: (direction: 'in' | 'out') => SignalKind;
  /** before every name; empty for the ports themselves */
  readonly prefix: string;
  readonly domainOf: (declared: Domain | undefined) => Domain;
  /** an inout port on this side, by its name as a port */
  readonly padOf: (name: string, width: number) => unknown;
}

/**
 * Declares a signal for each scalar of a shape, named after the place and the fields: `status_keys_2`.
 * @param isBare for something else of the same shape: what the options of the shape say does not hold for it
 * @param rename what becomes of such a name
 */
export function declareShape(
  scope: Scope,
  shape: Shape,
  {
    name,
    isBare = false,
    ...rest
  }: Pick<Declaration, 'kind' | 'name' | 'formal'> & { readonly domain?: Domain; readonly isBare?: boolean },
  rename: (name: string) => string = internalName,
): unknown {
  const leaves = layout(shape).map(({ path, shape: leaf }) => {
    const declaration = isBare ? { width: leaf.width, ...enumerationOf(leaf) } : declarationOf(leaf, rest.kind);
    return scope.declare({ ...rest, ...declaration, name: rename(path === '' ? name : `${name}_${path}`) }) as unknown as Leaf;
  });
  return viewOf(shape, leaves, snakeCase(name));
}

export function portViews(scope: Scope, ports: Ports, view: View): Record<string, unknown> {
  const views = Object.entries(ports).map(([key, { direction, shape, domain }]) => {
    if (direction === 'inout') return [key, view.padOf(portName(key), (shape as Shape).width)];
    const name = view.prefix === '' ? portCase(key) : `${view.prefix}${snakeCase(key)}`;
    return [key, interfaceView(scope, name, shape as PortKind, direction, view, view.domainOf(domain))];
  });
  return Object.fromEntries(views);
}

/** The view of a port: of a stream or a bundle, those of its members by their names. */
function interfaceView(scope: Scope, name: string, shape: PortKind, direction: 'in' | 'out', view: View, domain: Domain): unknown {
  if (shape.kind !== 'stream' && shape.kind !== 'bundle') {
    const rename = view.prefix === '' ? noKeyword : (made: string): string => made;
    return declareShape(scope, shape, { kind: view.kindOf(direction), name, domain }, rename);
  }
  const between = shape.kind === 'stream' && shape.isJoined ? '' : '_';
  const members = membersOf(shape).map((member) => {
    const here = member.domain === undefined ? domain : view.domainOf(member.domain);
    const way = wayWithin(direction, member.direction);
    return [member.key, interfaceView(scope, `${name}${between}${snakeCase(member.key)}`, member.shape, way, view, here)] as const;
  });
  const made = Object.fromEntries(members);
  if (shape.kind === 'stream') Object.assign(made, streamExtras(scope, name, shape, direction, view, made));
  return connectable(made, shape, direction, view.prefix === '' ? 'inside' : 'outside');
}

/** What a stream has beside its ports. */
function streamExtras(
  scope: Scope,
  name: string,
  { payload }: AnyStream,
  direction: 'in' | 'out',
  { prefix }: View,
  made: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const [valid, ready] = [made['valid'] as Bit, made['ready'] as Bit];
  const last = made['last'] as Bit | undefined;
  const leaves = Object.keys(payload).flatMap((key) => leavesIn(made[key]));
  if (prefix === '') {
    scope.streams.push({
      name,
      direction,
      valid: signalOf(valid),
      ready: signalOf(ready),
      ...(last === undefined ? {} : { last: signalOf(last) }),
      payload: leaves.map(signalOf),
    });
  }
  return { fire: valid.and(ready), ...(leaves.length === 0 ? {} : { payload: viewOf(struct(payload), leaves, name) }) };
}

function signalOf({ expression }: Pick<Bit, 'expression'>): Signal {
  if (expression.kind !== 'signal') throw new Error('hdl-gen lost track of a stream: please report this design');
  return expression.signal;
}

/** What a shape says about a signal of that kind. */
export function declarationOf(
  shape: LeafShape,
  kind: SignalKind,
): Pick<Declaration, 'width' | 'init' | 'fallback' | 'attributes' | 'comment' | 'enumeration'> {
  const literal = (value: unknown, what: string): bigint => wordOf(shape, value, what);
  const { init, reset, fallback, attributes, comment } = shape.options;
  const [first] = shape.kind === 'enum' ? Object.keys(shape.codes) : [0];
  return {
    width: shape.width,
    ...(kind === 'register' ? { init: reset === 'none' ? null : literal(init ?? first, 'init') } : {}),
    ...(fallback === undefined ? {} : { fallback: literal(fallback, 'fallback') }),
    ...(attributes === undefined ? {} : { attributes }),
    ...(comment === undefined ? {} : { comment }),
    ...enumerationOf(shape),
  };
}

function enumerationOf(shape: LeafShape): Pick<Declaration, 'enumeration'> {
  return shape.kind === 'enum' ? { enumeration: shape.enumeration } : {};
}
