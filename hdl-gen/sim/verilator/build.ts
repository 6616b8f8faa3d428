/** Builds the emitted Verilog with Verilator, in a process of its own; a build is kept by the hash of its sources. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Interface } from '../../ir/interface.ts';
import type { ModuleIr } from '../../ir/module.ts';
import { simulationSources } from '../../verilog/simulation.ts';
import { ToolFailed, ToolMissing } from '../process-failures.ts';
import { harnessSource } from './harness.ts';

/** Variables of make for the C++ compiler, to whom Verilator says -Os by itself. */
const OPTIMISATION = 'OPT_FAST=-O2 OPT_GLOBAL=-O2';

/** A design compiled by Verilator. */
export interface VerilatorBuild {
  readonly executable: string;
  readonly netlist: Interface;
}

/**
 * Every warning of Verilator is an error here. The assertions of the design are part of the build. The C++ is compiled with -O2, or as
 * MAKEFLAGS of the environment has it: `OPT_FAST=-O0 OPT_GLOBAL=-O0` builds in half the time what then runs slower.
 * @param netlist the lowered design, or its interface alone
 * @param folder where builds are kept
 * @throws ModelMissing, ToolMissing, ToolFailed
 */
export async function buildWithVerilator(
  design: ModuleIr,
  netlist: Interface,
  folder: string,
  signal?: AbortSignal,
): Promise<VerilatorBuild> {
  const { modules: sources, files } = await simulationSources(design);
  const harness = harnessSource(design.name, netlist.clocks, netlist.inputs, netlist.outputs);
  const asked = process.env['MAKEFLAGS'] ?? '';
  const makeFlags = asked.includes('OPT_FAST=') ? asked : `${asked} ${OPTIMISATION}`;
  const hash = createHash('sha256').update(harness).update(makeFlags);
  for (const { text } of [...sources, ...files]) hash.update(text);
  const place = join(folder, `${design.name}-${hash.digest('hex').slice(0, 16)}`);
  const executable = join(place, 'obj', `V${design.name}`);
  if (existsSync(executable)) return { executable, netlist };

  const draft = `${place}.${process.pid}.part`;
  try {
    await mkdir(draft, { recursive: true });
    for (const { name, text } of [...sources, ...files]) await writeFile(join(draft, `${name}.v`), text);
    await writeFile(join(draft, 'harness.cpp'), harness);
    const flags = [
      '--cc',
      '--exe',
      '--build',
      '-O3',
      // its optimiser gets some trees of bit operations wrong (verilator#5186)
      '-fno-const-bit-op-tree',
      '--x-initial',
      'unique',
      '--x-assign',
      'unique',
      '--assert',
      '-DFORMAL',
      '-Wall',
      '--Mdir',
      'obj',
      '--top-module',
      design.name,
      '-y',
      '.',
    ];
    const result = await execa('verilator', [...flags, 'harness.cpp', ...files.map(({ name }) => `${name}.v`), `${design.name}.v`], {
      cwd: draft,
      reject: false,
      all: true,
      env: { MAKEFLAGS: makeFlags },
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    });
    if (result.failed)
      throw result.code === 'ENOENT' ? new ToolMissing('Verilator', 'verilator g++ make') : new ToolFailed('verilator', result.all);
    await rm(place, { recursive: true, force: true });
    await rename(draft, place);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return { executable, netlist };
}
