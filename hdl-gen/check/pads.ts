/** Inout ports, and inout pins of instances: each has one other side. */
import { PadConnection } from '../errors/foreign-errors.ts';
import type { ModuleIr } from '../ir/module.ts';

export function padConnections(module: ModuleIr): PadConnection[] {
  const { instances, externals } = module;
  const pads = [...instances.flatMap((instance) => instance.pads ?? []), ...externals.flatMap((instance) => instance.pads)];
  const ports = module.ports
    .filter(({ kind }) => kind === 'inout')
    .flatMap((port) => {
      const uses = Array.from({ length: port.width }, () => 0);
      for (const { pad } of pads)
        if (pad.signal === port) for (let bit = pad.low; bit < pad.low + pad.width; bit++) uses[bit] = (uses[bit] ?? 0) + 1;
      const bit = uses.findIndex((count) => count !== 1);
      if (bit < 0) return [];
      const what = port.width === 1 ? `inout port ${port.name}` : `bit ${bit} of inout port ${port.name}`;
      return [new PadConnection(what, pinCount(uses[bit] ?? 0), [{ what: 'declared', at: port.location }])];
    });
  const pins = [
    ...instances.map(({ name, module: { ports: inside }, pads: made = [], location }) => ({
      name,
      pins: inside.filter(({ kind }) => kind === 'inout').map((port) => port.name),
      made,
      location,
    })),
    ...externals.map(({ name, external, pads: made, location }) => ({
      name,
      pins: external.pins.filter(({ direction, fallback }) => direction === 'inout' && fallback === undefined).map((pin) => pin.name),
      made,
      location,
    })),
  ].flatMap(({ name, pins: all, made, location }) =>
    all
      .filter((pin) => made.every((pad) => pad.pin !== pin))
      .map((pin) => new PadConnection(`inout pin ${pin} of ${name}`, 'no port', [{ what: 'instance', at: location }])),
  );
  return [...ports, ...pins];
}

function pinCount(count: number): string {
  return count === 0 ? 'no inout pin' : `${count} inout pins`;
}
