/** Signals and memories of another module, which a closure has brought in: here they have no name, or one that is something else. */
import { ForeignRead } from '../errors/check-errors.ts';
import type { ModuleIr } from '../ir/module.ts';
import { memoriesIn, signalsIn } from '../verilog/reads.ts';
import { evaluated } from './evaluated.ts';

export function foreignReads(module: ModuleIr): ForeignRead[] {
  const { ports, signals, memories, instances, pasts } = module;
  const observed = instances.flatMap((instance) => instance.observed.map(({ signal }) => signal));
  const own = new Set<unknown>([...ports, ...signals, ...observed, ...pasts.map(({ data }) => data), ...memories]);
  const errors = new Map<unknown, ForeignRead>();
  for (const { expression, at } of evaluated(module)) {
    for (const read of [...signalsIn(expression), ...memoriesIn(expression)])
      if (!own.has(read) && !errors.has(read))
        errors.set(
          read,
          new ForeignRead(read.name, module.name, [
            { what: 'read', at },
            { what: 'declaration', at: read.location },
          ]),
        );
  }
  return [...errors.values()];
}
