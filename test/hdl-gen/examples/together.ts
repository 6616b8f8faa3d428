/** Designs side by side in one, so that an engine that has to be built is built once. */
import { type Module, module, type Ports } from '../../../hdl-gen/index.ts';
import type { Step } from '../every-engine.ts';

/** What signals of all shapes have in common here. */
interface Settable {
  set(value: unknown): void;
}

/** The name of a port of one of them. */
const named = (index: number, port: string): string => `e${index}_${port}`;

export function together(name: string, modules: readonly Module<Ports>[]): Module<Ports> {
  const ports: Ports = Object.fromEntries(
    modules.flatMap((one, index) => Object.entries(one.ports).map(([port, shape]) => [named(index, port), shape])),
  );
  return module(name, ports, (io, m) => {
    const outside = io as unknown as Readonly<Record<string, Settable>>;
    modules.forEach((one, index) => {
      const instance = m.instance(`u${index}`, one) as unknown as Readonly<Record<string, Settable>>;
      for (const [port, { direction, shape }] of Object.entries(one.ports)) {
        const { kind } = shape as { readonly kind: string };
        const [there, here] = [outside[named(index, port)], instance[port]];
        const [from, to] = direction === 'in' ? [there, here] : [here, there];
        if (from === undefined || to === undefined) throw new RangeError(`${one.name} has no port ${port}`);
        if (kind === 'stream' || kind === 'bundle') m.connect(from as never, to as never);
        else to.set(from);
      }
    });
  });
}

/**
 * What all do at the same time; the shorter ones rest at the end. An edge of another clock comes before one of ours.
 * @returns for each step of each the edges of it, ours last
 */
export function stepsTogether(all: readonly (readonly Step[])[]): readonly (readonly Step[])[] {
  const longest = Math.max(...all.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => {
    const here = all.map((steps, index) => ({ index, step: steps[at] ?? {} }));
    const set = Object.fromEntries(
      here.flatMap(({ index, step }) => Object.entries(step.set ?? {}).map(([port, value]) => [named(index, port), value])),
    );
    const [clock] = here.flatMap(({ step }) => step.clock ?? []);
    return clock === undefined ? [{ set }] : [{ set, clock }, {}];
  });
}

/** Of what all showed before the first edge of each step, that of one. */
export function partOf<V>(
  history: readonly Readonly<Record<string, V>>[],
  edges: readonly (readonly Step[])[],
  index: number,
): Readonly<Record<string, V>>[] {
  const prefix = named(index, '');
  let next = 0;
  return edges
    .map(({ length }) => {
      const values = history[next] ?? {};
      next += length;
      return values;
    })
    .map((values) =>
      Object.fromEntries(
        Object.entries(values).flatMap(([port, value]) => (port.startsWith(prefix) ? [[port.slice(prefix.length), value]] : [])),
      ),
    );
}
