/** A design without what is proved of its parts alone: there it would be proved once more, at its full size. What parts assume stays. */
import type { ModuleIr, Property } from '../../hdl-gen/ir/module.ts';

/** @param isProvedHere which properties of a part are still to be proved; default: none */
export function withPartsTrusted(design: ModuleIr, isProvedHere: (part: ModuleIr, property: Property) => boolean = () => false): ModuleIr {
  const trusted = (part: ModuleIr): ModuleIr => ({
    ...part,
    properties: part.properties.filter((property) => property.kind === 'assume' || isProvedHere(part, property)),
    instances: part.instances.map((instance) => ({ ...instance, module: trusted(instance.module) })),
  });
  return { ...design, instances: design.instances.map((instance) => ({ ...instance, module: trusted(instance.module) })) };
}
