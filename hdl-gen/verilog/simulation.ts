/** What a simulator of Verilog is given: the design, with models in the places of foreign modules, or with their own Verilog. */
import { readFile } from 'node:fs/promises';
import { parse } from 'node:path';
import { BadPin } from '../errors/foreign-errors.ts';
import { modulesOf } from '../ir/hierarchy.ts';
import type { ModuleIr } from '../ir/module.ts';
import { simulated } from '../ir/simulated.ts';
import { type VerilogModule, verilogModules } from './design.ts';

export interface VerilogFile {
  /** without its extension */
  readonly name: string;
  readonly text: string;
}

/** @throws ModelMissing; BadPin for a file that can't be read */
export async function simulationSources(
  design: ModuleIr,
): Promise<{ readonly modules: readonly VerilogModule[]; readonly files: readonly VerilogFile[] }> {
  const top = simulated(design, { keepsVerilog: true });
  const paths = new Map<string, string>();
  for (const { externals } of modulesOf(top))
    for (const { external } of externals) for (const path of external.verilog) paths.set(path, external.name);
  const files = [...paths].map(async ([path, external]) => {
    const text = await readFile(path, 'utf8').catch((error: Error) => {
      throw new BadPin(external, path, `can not be read: ${error.message}`);
    });
    return { name: parse(path).name, text };
  });
  return { modules: verilogModules(top), files: await Promise.all(files) };
}
