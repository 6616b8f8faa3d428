/** Two modules of one name are the same all the way down: Verilog has one place for both. */
import { ModuleNameClash } from '../errors/name-errors.ts';
import { modulesOf } from '../ir/hierarchy.ts';
import type { SourceLocation } from '../ir/location.ts';
import type { ModuleIr } from '../ir/module.ts';
import { textOf } from './line.ts';
import { printModule } from './module.ts';

/** @throws ModuleNameClash where a design has two modules of one name that differ */
export function refuseClashes(top: ModuleIr): void {
  const first = new Map<string, ModuleIr>();
  for (const module of modulesOf(top)) {
    const { name, location } = module;
    const other = first.get(name);
    if (other === undefined) first.set(name, module);
    else if (textOfModule(other) !== textOfModule(module)) throw clash(name, other.location, location);
  }
}

export function clash(name: string, one: SourceLocation, other: SourceLocation): ModuleNameClash {
  return new ModuleNameClash(name, [
    { what: 'one', at: one },
    { what: 'the other', at: other },
  ]);
}

function textOfModule(module: ModuleIr): string {
  return printModule(module).map(textOf).join('\n');
}
