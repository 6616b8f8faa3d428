/** Two modules of one name are the same all the way down: Verilog has one place for both. */
import { ModuleNameClash } from '../errors/build-errors.ts';
import type { ModuleIr } from '../ir/module.ts';
import { textOf } from './line.ts';
import { printModule } from './module.ts';

/** @throws ModuleNameClash where a design has two modules of one name that differ */
export function refuseClashes(top: ModuleIr): void {
  const modules = new Set([top]);
  const first = new Map<string, ModuleIr>();
  const texts = new Map<ModuleIr, string>();
  const text = (module: ModuleIr): string => {
    const known = texts.get(module) ?? printModule(module).map(textOf).join('\n');
    texts.set(module, known);
    return known;
  };
  for (const module of modules) {
    for (const instance of module.instances) modules.add(instance.module);
    const other = first.get(module.name);
    if (other === undefined) first.set(module.name, module);
    else if (text(other) !== text(module))
      throw new ModuleNameClash(module.name, [
        { what: 'one', at: other.location },
        { what: 'the other', at: module.location },
      ]);
  }
}
