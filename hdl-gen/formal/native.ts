/** Proofs with the Yosys that is installed and its ABC; z3 through yosys-smtbmc says why an induction fails. */
import { access, constants, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { ToolFailed, ToolMissing } from '../sim/process-failures.ts';
import { type Abc, AIGER_COMMANDS, ASSERTIONS, assertionsOf, isInductive, refuteWithAbc } from './abc.ts';
import { type Answer, type Engine, flatDesign, obligationsOf, type Task } from './engine.ts';

const SMT = 'design.smt2';
const PACKAGES = { yosys: 'yosys', 'yosys-abc': 'yosys', 'yosys-smtbmc': 'yosys', z3: 'z3' } as const;

/** Whether all programs are there. */
export async function isNativeInstalled(): Promise<boolean> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = Object.keys(PACKAGES).map((program) => Promise.any(folders.map((folder) => access(join(folder, program), constants.X_OK))));
  return (await Promise.allSettled(found)).every(({ status }) => status === 'fulfilled');
}

/** What runs programs in the folder of a proof. */
type Run = (name: keyof typeof PACKAGES, args: readonly string[]) => Promise<{ readonly failed: boolean; readonly all: string }>;

export const proveNatively: Engine = async (task) => {
  const folder = await mkdtemp(join(tmpdir(), 'hdl-gen-proof-'));
  try {
    for (const { name, text } of task.modules) await writeFile(join(folder, `${name}.v`), text);
    const run: Run = (name, args) => program(name, args, folder, task);
    return await proofIn(folder, task, run);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

async function proofIn(folder: string, task: Task, run: Run): Promise<Answer> {
  const assertions = assertionsOf(await written(ASSERTIONS, [...flatDesign(task), ...AIGER_COMMANDS], folder, run));
  const obligations = assertions.length;
  if (obligations === 0) return { obligations };
  const abc: Abc = async (commands) => (await run('yosys-abc', ['-c', commands.join('; ')])).all;
  const refuted = await refuteWithAbc(task, assertions, abc);
  if (refuted !== undefined) return { obligations, refuted };
  // an induction speaks of all cycles only with its base, the first ones
  return task.mode === 'bounded' || (await isInductive(task, abc)) ? { obligations } : stepOf(task, folder, run);
}

/** The step of an induction by z3, which can say what it does not hold for. */
async function stepOf(task: Task, folder: string, run: Run): Promise<Answer> {
  const obligations = obligationsOf(await written(SMT, [...flatDesign(task), `write_smt2 -wires ${SMT}`], folder, run)).size;
  // without --unroll z3 takes minutes where it needs a tenth of a second
  const args = ['-s', 'z3', '--unroll', '-i', '--noincr', '-t', `${task.depth}`, '--presat', SMT];
  const { failed, all } = await run('yosys-smtbmc', args);
  if (!failed) return { obligations };
  const lines = [...all.matchAll(/Assert failed in \S+: (\S+)/g)];
  if (lines.length === 0) throw new ToolFailed('yosys-smtbmc', all);
  const properties = lines.map(([, path = '']) => path.replace(/[.,]$/, ''));
  return { obligations, refuted: { properties, log: all.split('\n').slice(-12).join('\n') } };
}

/** A file that Yosys' commands write. */
async function written(file: string, commands: readonly string[], folder: string, run: Run): Promise<string> {
  const yosys = await run('yosys', ['-q', '-p', commands.join('; ')]);
  if (yosys.failed) throw new ToolFailed('yosys', yosys.all);
  return readFile(join(folder, file), 'utf8');
}

async function program(name: keyof typeof PACKAGES, args: readonly string[], cwd: string, { signal }: Task) {
  const options = { cwd, reject: false, all: true, ...(signal === undefined ? {} : { cancelSignal: signal }) } as const;
  const result = await execa(name, args, options);
  if (result.code === 'ENOENT') throw new ToolMissing(name, PACKAGES[name]);
  signal?.throwIfAborted();
  return result;
}
