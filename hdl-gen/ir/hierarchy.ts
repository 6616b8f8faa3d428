/** The modules of a design. */
import type { ModuleIr } from './module.ts';

/** The module and all that it instantiates, each object once, outer ones first. */
export function modulesOf(top: ModuleIr): ReadonlySet<ModuleIr> {
  const modules = new Set([top]);
  for (const { instances } of modules) for (const { module } of instances) modules.add(module);
  return modules;
}
