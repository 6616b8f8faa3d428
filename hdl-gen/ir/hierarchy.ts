/** The modules of a design. */
import type { ModuleIr } from './module.ts';

/** The module and all that it instantiates, each object once, outer ones first. */
export function modulesOf(top: ModuleIr): ReadonlySet<ModuleIr> {
  const modules = new Set([top]);
  for (const { instances } of modules) for (const { module } of instances) modules.add(module);
  return modules;
}

/** The same, each behind those that it instantiates. */
export function modulesInnerFirst(top: ModuleIr): ReadonlySet<ModuleIr> {
  const done = new Set<ModuleIr>();
  const stack = [top];
  for (let module = stack.at(-1); module !== undefined; module = stack.at(-1)) {
    const waiting = new Set<ModuleIr>();
    if (!done.has(module)) for (const instance of module.instances) if (!done.has(instance.module)) waiting.add(instance.module);
    if (waiting.size === 0) done.add(stack.pop() ?? module);
    else for (const inner of [...waiting].reverse()) stack.push(inner);
  }
  return done;
}
