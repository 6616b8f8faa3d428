/**
 * Proofs of a design's own assertions with Yosys and z3, through yosys-smtbmc: bounded, by induction (for ever), and
 * covers. What is proved is counted against what was written, so that nothing passes by being lost on the way.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { ModuleIr, Property } from '../ir/module.ts';
import { ToolFailed, ToolMissing } from '../sim/process-failures.ts';
import { writeVerilog } from '../verilog/design.ts';

export interface ProofOptions {
  /** `induction` holds in every cycle there ever is; `bounded` in the first `depth` ones; `cover` finds a way to each cover */
  readonly mode: 'bounded' | 'induction' | 'cover';
  /** cycles; of an induction, how many good ones its step may assume */
  readonly depth: number;
  readonly signal?: AbortSignal;
}

export interface Proof {
  readonly module: string;
  readonly mode: ProofOptions['mode'];
  readonly depth: number;
  /** assertions and covers that reached the solver: all that the design and its instances have */
  readonly obligations: number;
  readonly seconds: number;
}

/** A property does not hold, or a cover can't be reached. */
export class ProofFailure extends Error {
  readonly property: string;
  constructor(module: string, { mode, depth }: ProofOptions, property: string, location: string, log: string) {
    const what = mode === 'cover' ? 'is not reached' : mode === 'induction' ? 'is not inductive, or does not hold' : 'does not hold';
    super(`${module}: ${property} (${location}) ${what} within ${depth} cycles, ${mode}\n${log}`);
    this.name = 'ProofFailure';
    this.property = property;
  }
}

/** Properties were lost between the design and the solver: the proof would be about less than it says. */
export class ObligationsLost extends Error {
  constructor(module: string, written: number, arrived: number) {
    super(
      `${module}: ${written} properties were written, ${arrived} reached the solver; the proof would be vacuous. Is Yosys newer than this flow?`,
    );
    this.name = 'ObligationsLost';
  }
}

/** @throws ProofFailure, ObligationsLost, ToolMissing, ToolFailed */
export async function prove(design: ModuleIr, options: ProofOptions): Promise<Proof> {
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'hdl-gen-proof-'));
  try {
    await writeVerilog(design, folder);
    const smt = await toSmt(design, folder, options.signal);
    const kinds = options.mode === 'cover' ? ['cover'] : ['assert'];
    const properties = allProperties(design).filter(({ property }) => kinds.includes(property.kind));
    const arrived = (smt.match(options.mode === 'cover' ? /^; yosys-smt2-cover /gm : /^; yosys-smt2-assert /gm) ?? []).length;
    if (arrived !== properties.length) throw new ObligationsLost(design.name, properties.length, arrived);
    if (arrived > 0) await solve(design, options, folder);
    return {
      module: design.name,
      mode: options.mode,
      depth: options.depth,
      obligations: arrived,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function toSmt(design: ModuleIr, folder: string, signal: AbortSignal | undefined): Promise<string> {
  const script = [
    'read_verilog -formal -sv -DFORMAL *.v',
    `prep -top ${design.name} -flatten`,
    'memory_map',
    'async2sync',
    'dffunmap',
    'opt_clean',
    'write_smt2 -wires design.smt2',
  ].join('; ');
  await tool('yosys', 'yosys', ['-q', '-p', script], folder, signal);
  return readFile(join(folder, 'design.smt2'), 'utf8');
}

async function solve(design: ModuleIr, options: ProofOptions, folder: string): Promise<void> {
  const mode = { bounded: [], induction: ['-i', '--noincr'], cover: ['-c'] }[options.mode];
  // without --unroll z3 takes minutes where it needs a tenth of a second
  const run = (flags: readonly string[]) =>
    execa('yosys-smtbmc', ['-s', 'z3', '--unroll', ...flags, '-t', String(options.depth), '--presat', 'design.smt2'], {
      cwd: folder,
      reject: false,
      all: true,
      ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    });
  // an induction speaks of all cycles only with its base
  const runs = options.mode === 'induction' ? [[], mode] : [mode];
  for (const flags of runs) {
    const { failed, code, all } = await run(flags);
    if (!failed) continue;
    if (code === 'ENOENT') throw new ToolMissing('yosys-smtbmc', 'yosys z3');
    const failure = /(?:Assert failed|Unreached cover statement|Temporal induction failed)[^\n]*/.exec(all)?.[0];
    if (failure === undefined) throw new ToolFailed('yosys-smtbmc', all);
    const named = allProperties(design).find(
      ({ property, path }) => all.includes(`${path}${property.name}`) || all.includes(property.name),
    );
    throw new ProofFailure(
      design.name,
      options,
      named?.property.name ?? failure,
      named?.property.location.toString() ?? '',
      all.split('\n').slice(-12).join('\n'),
    );
  }
}

async function tool(
  name: string,
  debianPackage: string,
  args: readonly string[],
  cwd: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const result = await execa(name, args, {
    cwd,
    shell: false,
    reject: false,
    all: true,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  if (!result.failed) return;
  throw result.code === 'ENOENT' ? new ToolMissing(name, debianPackage) : new ToolFailed(name, result.all);
}

/** The properties of a design and of all its instances, an instance at a time. */
function allProperties(module: ModuleIr, path = ''): { readonly property: Property; readonly path: string }[] {
  return [
    ...module.properties.map((property) => ({ property, path })),
    ...module.instances.flatMap((instance) => allProperties(instance.module, `${path}${instance.name}.`)),
  ];
}
