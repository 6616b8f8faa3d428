/** Compiles Verilog for Icarus, in a process of its own; a build is kept by the hash of its sources. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Interface } from '../../ir/interface.ts';
import type { ModuleIr } from '../../ir/module.ts';
import { simulationSources } from '../../verilog/simulation.ts';
import { ToolFailed, ToolMissing } from '../process-failures.ts';
import { HARNESS, harnessSource } from './harness.ts';

/** A design compiled by Icarus Verilog. */
export interface IcarusBuild {
  /** path of the compiled program, for vvp */
  readonly program: string;
  readonly netlist: Interface;
}

interface BuildOptions {
  /** files of modules that the text instantiates: cells of a vendor */
  readonly libraries?: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * The emitted Verilog of a design. Every warning of Icarus is an error here; the assertions of the design are not part
 * of the build.
 * @param folder where builds are kept
 * @throws ToolMissing, ToolFailed
 */
export async function buildWithIcarus(
  design: ModuleIr,
  netlist: Interface,
  folder: string,
  options: BuildOptions = {},
): Promise<IcarusBuild> {
  const { modules, files } = await simulationSources(design);
  const text = [...files, ...modules].map((source) => source.text).join('\n');
  return compile(text, netlist, folder, ['-Wall'], options);
}

/**
 * Any Verilog text with a module of the ports that `netlist` has, such as the gates that a synthesiser made of it.
 * @param folder where builds are kept
 * @throws ToolMissing, ToolFailed
 */
export function buildTextWithIcarus(text: string, netlist: Interface, folder: string, options: BuildOptions = {}): Promise<IcarusBuild> {
  return compile(text, netlist, folder, [], options);
}

async function compile(
  text: string,
  netlist: Interface,
  folder: string,
  warnings: readonly string[],
  { libraries = [], signal }: BuildOptions,
): Promise<IcarusBuild> {
  const harness = harnessSource(netlist.name, netlist.clocks, netlist.inputs, netlist.outputs);
  const hash = createHash('sha256').update(harness).update(text).update(libraries.join('\n')).digest('hex').slice(0, 16);
  const place = join(folder, `${netlist.name}-${hash}`);
  const program = join(place, 'program.vvp');
  if (existsSync(program)) return { program, netlist };

  const draft = `${place}.${process.pid}.part`;
  try {
    await mkdir(draft, { recursive: true });
    await writeFile(join(draft, 'design.v'), text);
    await writeFile(join(draft, 'harness.v'), harness);
    const sources = ['design.v', 'harness.v', ...libraries];
    const result = await execa('iverilog', ['-g2005', ...warnings, '-s', HARNESS, '-o', 'program.vvp', ...sources], {
      cwd: draft,
      reject: false,
      all: true,
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    });
    if (result.code === 'ENOENT') throw new ToolMissing('Icarus', 'iverilog');
    if (result.failed || (warnings.length > 0 && result.all !== '')) throw new ToolFailed('iverilog', result.all);
    await rm(place, { recursive: true, force: true });
    await rename(draft, place);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return { program, netlist };
}
