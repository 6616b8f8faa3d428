/** Runs SPIN on a Promela model: generates the verifier, compiles it, and reads what it says. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { ToolFailed, ToolMissing } from '../../hdl-gen/formal/prove.ts';
import type { PropertyId } from '../explore/properties.ts';
import type { Config } from '../explore/world.ts';
import { promelaModel } from './model.ts';

export interface SpinResult {
  readonly states: number;
  readonly transitions: number;
  readonly seconds: number;
  /** the property that an assertion names, L1 for a run that never settles; undefined when all hold */
  readonly breach: string | undefined;
}

export interface SpinOptions {
  readonly symmetry?: boolean;
  /** checks L1 under weak fairness too; the states are those of the product with the formula */
  readonly liveness?: boolean;
  /** asserts this property alone: without a rule others may break too */
  readonly only?: PropertyId | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What SPIN counts beside the worlds and the moves between them: before the first world, the one in which nothing is set
 * yet and the one in which no process runs yet; the steps that lead through them, and the end of `init`.
 */
export const SPIN_EXTRA = { states: 2, transitions: 3 } as const;

/** Steps of a search that is tried first. */
const SMALL = 100_000;

/** Of a configuration of the rekeying protocol. @throws ToolMissing, ToolFailed */
export function spin(config: Config, { symmetry = true, only, liveness = only === 'L1', signal }: SpinOptions = {}): Promise<SpinResult> {
  return searched(promelaModel(config, { symmetry, liveness, only }), liveness, signal);
}

/**
 * Every state of a model, and the first assertion that fails.
 * @param liveness whether the model has a formula that is to hold under weak fairness
 * @throws ToolMissing, ToolFailed
 */
export async function searched(model: string, liveness: boolean, signal?: AbortSignal): Promise<SpinResult> {
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-spin-'));
  const run = async (program: string, args: readonly string[]): Promise<string> => {
    const result = await execa(program, args, {
      cwd: folder,
      reject: false,
      all: true,
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    });
    if (result.code === 'ENOENT') throw new ToolMissing(program, program === 'gcc' ? 'gcc libc6-dev' : program);
    if (result.failed) throw new ToolFailed(program, result.all);
    return result.all;
  };
  try {
    await writeFile(join(folder, 'model.pml'), model);
    // -o1 to -o3 and partial order reduction would leave out states that are counted here
    await run('spin', ['-a', '-o1', '-o2', '-o3', 'model.pml']);
    const kind = liveness ? ['-DNFAIR=4'] : ['-DSAFETY'];
    const search = async (compiler: readonly [string, ...string[]], depth: number, table: number): Promise<string> => {
      const [program, ...optimised] = compiler;
      await run(program, [...optimised, '-w', '-DNOREDUCE', '-DVECTORSZ=4096', '-DMEMLIM=12000', ...kind, '-o', 'pan', 'pan.c']);
      return run('./pan', [...(liveness ? ['-a', '-f'] : []), '-E', '-n', `-m${depth}`, `-w${table}`]);
    };
    // most models are small: compiling well, and setting a large stack and table up, takes longer than the search
    const quick = await search(['tcc'], SMALL, 18);
    const text = quick.includes('max search depth too small') ? await search(['gcc', '-O1'], 5_000_000, 22) : quick;
    const count = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? Number.NaN);
    const assertion = /assertion violated \(?(\w+)/.exec(text)?.[1];
    const cycle = /acceptance cycle/.test(text) ? 'L1' : undefined;
    if (/max search depth too small|out of memory|Search not completed/.test(text) && assertion === undefined && cycle === undefined)
      throw new ToolFailed('pan', text);
    return {
      states: count(/(\d+) states, stored/),
      transitions: count(/(\d+) transitions/),
      seconds: (performance.now() - started) / 1000,
      breach: assertion ?? cycle,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
