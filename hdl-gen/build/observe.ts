/** Signals inside instances, for properties. */
import { UnknownInside, WidthMismatch } from '../errors/build-errors.ts';
import { valueAtPath } from '../ir/observed.ts';
import { internalName } from './names.ts';
import { requireOpen } from './place.ts';
import type { ValueOf } from './ports.ts';
import type { Scope } from './scope.ts';
import type { Payload } from './shape.ts';
import { type AnyShape, viewOf } from './views.ts';

/** Values of a record of shapes, to read only. */
export type Observed<R extends Payload> = { readonly [K in keyof R]: ValueOf<R[K]> };

/** @throws UnknownInside, WidthMismatch */
export function observe<R extends Payload>(scope: Scope, instance: string, record: R, suffix: string): Observed<R> {
  requireOpen(scope, 'observe');
  const [name = '', ...deeper] = instance.split('.').map(internalName);
  const at = scope.instances.findIndex((candidate) => candidate.name === name);
  const found = scope.instances[at];
  const entries = Object.entries(record as Readonly<Record<string, AnyShape>>).map(([key, shape]) => {
    const path = [...deeper, internalName(key + suffix)];
    const value = found && valueAtPath(found.module, path);
    if (value === undefined) throw new UnknownInside(instance, found?.module.name ?? 'none', path.join('.'));
    const { width } = shape;
    if (value.width !== width) throw new WidthMismatch(`observe of ${path.join('.')} in ${name}`, value.width, width, []);
    const place = scope.declare({ kind: 'instanceOutput', name: [name, 'observed', ...path].join('_'), width });
    return { path, place, view: [key, viewOf(place, shape)] as const };
  });
  const more = entries.map(({ path, place }) => ({ inside: path.join('.'), signal: place.signal }));
  if (found !== undefined) scope.instances[at] = { ...found, observed: [...found.observed, ...more] };
  return Object.fromEntries(entries.map(({ view }) => view)) as unknown as Observed<R>;
}
