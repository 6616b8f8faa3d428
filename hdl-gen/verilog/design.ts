/** A whole design as Verilog: every module of the hierarchy once, those that are instantiated first. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModuleNameClash } from '../errors/build-errors.ts';
import type { ModuleIr } from '../ir/module.ts';
import { withObservedPorts } from '../ir/observed.ts';
import { printModule } from './module.ts';

export interface VerilogModule {
  readonly name: string;
  readonly text: string;
}

/** @throws ModuleNameClash when two different modules have one name */
export function verilogModules(top: ModuleIr): readonly VerilogModule[] {
  const texts = new Map<string, { readonly text: string; readonly module: ModuleIr }>();
  const visit = (module: ModuleIr): void => {
    const known = texts.get(module.name);
    if (known?.module === module) return;
    const text = printModule(module);
    if (known !== undefined) {
      if (known.text === text) return;
      throw new ModuleNameClash(module.name, [
        { what: 'one', at: known.module.location },
        { what: 'the other', at: module.location },
      ]);
    }
    for (const instance of module.instances) visit(instance.module);
    texts.set(module.name, { text, module });
  };
  visit(withObservedPorts(top));
  return [...texts].map(([name, { text }]) => ({ name, text }));
}

/** All modules in one text. */
export function verilogText(top: ModuleIr): string {
  return verilogModules(top)
    .map(({ text }) => text)
    .join('\n');
}

/** Writes `<module>.v` for every module, each under a temporary name first. Returns the paths. */
export async function writeVerilog(top: ModuleIr, directory: string): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true });
  const paths: string[] = [];
  for (const { name, text } of verilogModules(top)) {
    const path = join(directory, `${name}.v`);
    await writeFile(`${path}.part`, text);
    await rename(`${path}.part`, path);
    paths.push(path);
  }
  return paths;
}
