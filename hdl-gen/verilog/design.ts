/** A whole design as Verilog: every module of the hierarchy once, those that are instantiated first. @module hdl-gen/verilog */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modulesInnerFirst, modulesOf } from '../ir/hierarchy.ts';
import { SourceLocation } from '../ir/location.ts';
import type { ModuleIr } from '../ir/module.ts';
import { withObservedPorts } from '../ir/observed.ts';
import { blackBox } from './external.ts';
import { textOf } from './line.ts';
import { printModule } from './module.ts';
import { projectFolder } from './project.ts';
import { clash, refuseClashes } from './same-name.ts';
import { sourceMap } from './source-map.ts';

/** Folder of the black boxes, beside the modules. */
export const STUBS = 'stubs';

/** A module as Verilog. */
export interface VerilogModule {
  readonly name: string;
  readonly text: string;
  /** of each line of the text, the statement that it comes from */
  readonly locations: readonly SourceLocation[];
}

/**
 * The modules of a design. Source lines are named from the folder of the project, so that the text is the same wherever it is
 * printed: the nearest one above the working directory with a `package.json`, unless `SourceLocation.within` says which.
 * @throws ModuleNameClash when two different modules have one name
 */
export function verilogModules(top: ModuleIr): readonly VerilogModule[] {
  return SourceLocation.folder === undefined ? SourceLocation.within(projectFolder(), () => modulesAsText(top)) : modulesAsText(top);
}

function modulesAsText(top: ModuleIr): readonly VerilogModule[] {
  const design = withObservedPorts(top);
  refuseClashes(design);
  // two foreign modules of one name, or one called like a module
  blackBoxes(design);
  const printed = new Map<string, VerilogModule>();
  for (const module of modulesInnerFirst(design)) {
    const { name } = module;
    if (printed.has(name)) continue;
    const lines = printModule(module);
    const locations = lines.map((line) => (typeof line === 'string' ? module.location : line.at));
    printed.set(name, { name, text: lines.map(textOf).join('\n'), locations });
  }
  return [...printed.values()];
}

/** A black box for each foreign module of the design. @throws ModuleNameClash when two of one name differ */
export function blackBoxes(top: ModuleIr): readonly { readonly name: string; readonly text: string }[] {
  const boxes = new Map<string, { readonly text: string; readonly location: SourceLocation }>();
  const modules = modulesOf(top);
  for (const { externals } of modules) {
    for (const { external } of externals) {
      const [known, text] = [boxes.get(external.name), blackBox(external)];
      if (known !== undefined && known.text !== text) throw clash(external.name, known.location, external.location);
      boxes.set(external.name, { text, location: external.location });
    }
  }
  for (const { name, location } of modules) {
    const box = boxes.get(name);
    if (box !== undefined) throw clash(name, box.location, location);
  }
  return [...boxes].map(([name, { text }]) => ({ name, text }));
}

/** All modules in one text. */
export function verilogText(top: ModuleIr): string {
  return verilogModules(top)
    .map(({ text }) => text)
    .join('\n');
}

/**
 * Writes `<module>.v` for every module, and beside it `<module>.v.map`, a source map to the user's statements; each
 * under a temporary name first. A black box of each foreign module goes into the folder `stubs`, where a tool that knows the
 * module itself does not look. Returns the paths of the Verilog, black boxes apart.
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
  const boxes = blackBoxes(top);
  if (boxes.length > 0) await mkdir(join(directory, STUBS), { recursive: true });
  for (const { name, text } of boxes) await writeWhole(join(directory, STUBS, `${name}.v`), text);
  return paths;
}

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}
