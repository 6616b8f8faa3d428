/** A whole design as Verilog: every module of the hierarchy once, those that are instantiated first. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModuleNameClash } from '../errors/build-errors.ts';
import type { SourceLocation } from '../ir/location.ts';
import type { ModuleIr } from '../ir/module.ts';
import { withObservedPorts } from '../ir/observed.ts';
import { textOf } from './line.ts';
import { printModule } from './module.ts';
import { sourceMap } from './source-map.ts';

export interface VerilogModule {
  readonly name: string;
  readonly text: string;
  /** of each line of the text, the statement that it comes from */
  readonly locations: readonly SourceLocation[];
}

/** @throws ModuleNameClash when two different modules have one name */
export function verilogModules(top: ModuleIr): readonly VerilogModule[] {
  const printed = new Map<string, VerilogModule & { readonly module: ModuleIr }>();
  const visit = (module: ModuleIr): void => {
    const { name } = module;
    const known = printed.get(name);
    if (known?.module === module) return;
    const lines = printModule(module);
    const text = lines.map(textOf).join('\n');
    if (known !== undefined) {
      if (known.text === text) return;
      throw new ModuleNameClash(name, [
        { what: 'one', at: known.module.location },
        { what: 'the other', at: module.location },
      ]);
    }
    for (const instance of module.instances) visit(instance.module);
    printed.set(name, { name, text, locations: lines.map((line) => (typeof line === 'string' ? module.location : line.at)), module });
  };
  visit(withObservedPorts(top));
  return [...printed.values()];
}

/** All modules in one text. */
export function verilogText(top: ModuleIr): string {
  return verilogModules(top)
    .map(({ text }) => text)
    .join('\n');
}

/**
 * Writes `<module>.v` for every module, and beside it `<module>.v.map`, a source map to the user's statements; each
 * under a temporary name first. Returns the paths of the Verilog.
 */
export async function writeVerilog(top: ModuleIr, directory: string): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true });
  const paths: string[] = [];
  for (const { name, text, locations } of verilogModules(top)) {
    const file = `${name}.v`;
    const path = join(directory, file);
    await writeWhole(path, text);
    await writeWhole(`${path}.map`, sourceMap(file, locations, directory));
    paths.push(path);
  }
  return paths;
}

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}
