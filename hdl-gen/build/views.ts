/** Port records as seen from inside a module, and from outside (an instance of it). */
import type { Attributes } from '../ir/attributes.ts';
import type { Domain } from '../ir/domain.ts';
import type { SignalKind } from '../ir/module.ts';
import { portName, snakeCase } from './names.ts';
import type { Place } from './place.ts';
import type { Scope } from './scope.ts';
import type { BitsShape, Literal, Payload, Ports, SignedShape, StreamShape } from './shape.ts';
import { signedPlace } from './signed.ts';
import { type Bit, constantValue } from './value.ts';

export interface View {
  /** what an input, and what an output, of the record is on this side */
  readonly kindOf: (direction: 'in' | 'out') => SignalKind;
  /** before every name; empty for the ports themselves */
  readonly prefix: string;
  readonly domainOf: (declared: Domain | undefined) => Domain;
  /** an inout port on this side, by its name as a port */
  readonly padOf: (name: string, width: number) => unknown;
}

export function portViews(scope: Scope, ports: Ports, view: View): Record<string, unknown> {
  const views = Object.entries(ports).map(([key, { direction, shape, domain }]) => {
    const name = view.prefix === '' ? portName(key) : `${view.prefix}${snakeCase(key)}`;
    const declared = shape as AnyShape | StreamShape<Payload>;
    if (direction === 'inout') return [key, view.padOf(portName(key), (shape as AnyShape).width)];
    const here = view.domainOf(domain);
    if (declared.kind === 'stream') return [key, streamView(scope, name, declared, direction, view, here)];
    const kind = view.kindOf(direction);
    const place = scope.declare({ kind, name, domain: here, ...declarationOf(declared, kind) });
    return [key, viewOf(place, declared)];
  });
  return Object.fromEntries(views);
}

export type AnyShape = BitsShape<number> | SignedShape<number>;

/** The place as its shape wants it read and assigned. */
export function viewOf(place: Place<number>, shape: AnyShape): unknown {
  return shape.kind === 'signed' ? signedPlace(place) : place;
}

function streamView(
  scope: Scope,
  name: string,
  shape: StreamShape<Payload>,
  direction: 'in' | 'out',
  { kindOf, prefix }: View,
  domain: Domain,
): Record<string, unknown> {
  const against = direction === 'in' ? 'out' : 'in';
  const one = (suffix: string, width: number, way: 'in' | 'out') =>
    scope.declare({ kind: kindOf(way), name: `${name}_${snakeCase(suffix)}`, width, domain });
  const payload = Object.entries(shape.payload as Record<string, AnyShape>).map(
    ([key, field]) => [key, one(key, field.width, direction), field] as const,
  );
  const valid = one('valid', 1, direction);
  const last = one('last', 1, direction);
  const ready = one('ready', 1, against);
  if (prefix === '') {
    scope.streams.push({
      name,
      direction,
      valid: valid.signal,
      ready: ready.signal,
      last: last.signal,
      payload: payload.map(([, place]) => place.signal),
    });
  }
  const fields = Object.fromEntries(payload.map(([key, place, field]) => [key, viewOf(place, field)]));
  return { ...fields, valid, last, ready, fire: (valid as unknown as Bit).and(ready as unknown as Bit) };
}

/** What a shape says about a signal of that kind. */
export function declarationOf(
  shape: AnyShape,
  kind: SignalKind,
): { width: number; init?: bigint | null; fallback?: bigint; attributes?: Attributes } {
  const literal = (value: Literal): bigint => constantValue(shape.width, value, shape.kind === 'signed');
  const { init, reset, fallback, attributes } = shape.options;
  return {
    width: shape.width,
    ...(kind === 'register' ? { init: reset === 'none' ? null : literal(init ?? 0) } : {}),
    ...(fallback === undefined ? {} : { fallback: literal(fallback) }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}
