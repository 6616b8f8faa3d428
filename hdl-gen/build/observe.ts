/** Signals inside instances, for properties. */
import { UnknownInside } from '../errors/name-errors.ts';
import { WidthMismatch } from '../errors/width-errors.ts';
import type { Expression } from '../ir/module.ts';
import { valueAtPath } from '../ir/observed.ts';
import { bitsAs, layout, viewOf } from './aggregate.ts';
import type { Leaf } from './leaf.ts';
import { internalName } from './names.ts';
import type { ValueOf } from './ports.ts';
import { requireOpen } from './running.ts';
import type { Scope } from './scope.ts';
import type { Payload, Shape } from './shape.ts';

/** Values of a record of shapes, to read only. */
export type Observed<R extends Payload> = { readonly [K in keyof R]: ValueOf<R[K]> };

/** @throws UnknownInside, WidthMismatch */
export function observe<R extends Payload>(scope: Scope, instance: string, record: R, suffix: string): Observed<R> {
  requireOpen(scope, 'observe');
  const [name = '', ...deeper] = instance.split('.').map(internalName);
  const found = scope.instance((candidate) => candidate.name === name);
  const inside = (signal: string): Expression | undefined => found && valueAtPath(found.module, [...deeper, signal]);
  const more: { readonly inside: string; readonly signal: Leaf }[] = [];
  const observed = (signal: string, width: number): Leaf => {
    const path = [...deeper, signal];
    const value = inside(signal);
    if (value === undefined) throw new UnknownInside(instance, found?.module.name ?? 'none', path.join('.'));
    if (value.width !== width) throw new WidthMismatch(`observe of ${path.join('.')} in ${name}`, value.width, width, []);
    const place = scope.declare({ kind: 'instanceOutput', name: [name, 'observed', ...path].join('_'), width });
    const leaf = place as unknown as Leaf;
    more.push({ inside: path.join('.'), signal: leaf });
    return leaf;
  };
  const entries = Object.entries<Shape>(record).map(([key, shape]) => {
    const whole = internalName(key + suffix);
    // a memory, or a structure that stands there as bits
    if (inside(whole) !== undefined) return [key, bitsAs(shape, observed(whole, shape.width), whole)] as const;
    const parts = layout(shape).map(({ path, shape: leaf }) => observed(nameWithin(key + suffix, path), leaf.width));
    return [key, viewOf(shape, parts, whole)] as const;
  });
  const signals = more.flatMap(({ inside: path, signal: { expression } }) =>
    expression.kind === 'signal' ? [{ inside: path, signal: expression.signal }] : [],
  );
  if (found !== undefined) scope.replace({ ...found, observed: [...found.observed, ...signals] });
  return Object.fromEntries(entries) as unknown as Observed<R>;
}

function nameWithin(key: string, path: string): string {
  return internalName(path === '' ? key : `${key}_${path}`);
}
