/** Proofs with the Yosys and z3 that are installed, through yosys-smtbmc. */
import { access, constants, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { ToolFailed, ToolMissing } from '../sim/process-failures.ts';
import { type Answer, type Engine, obligationsOf, type Task, yosysScript } from './engine.ts';

const PACKAGES = { yosys: 'yosys', 'yosys-smtbmc': 'yosys', z3: 'z3' } as const;

/** Whether all programs are there. */
export async function isNativeInstalled(): Promise<boolean> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = Object.keys(PACKAGES).map((program) => Promise.any(folders.map((folder) => access(join(folder, program), constants.X_OK))));
  return (await Promise.allSettled(found)).every(({ status }) => status === 'fulfilled');
}

export const proveNatively: Engine = async (task) => {
  const folder = await mkdtemp(join(tmpdir(), 'hdl-gen-proof-'));
  try {
    for (const { name, text } of task.modules) await writeFile(join(folder, `${name}.v`), text);
    const yosys = await program('yosys', ['-q', '-p', yosysScript(task, '-wires')], folder, task);
    if (yosys.failed) throw new ToolFailed('yosys', yosys.all);
    const smt = await readFile(join(folder, 'design.smt2'), 'utf8');
    const obligations = obligationsOf(smt, task.mode === 'cover' ? 'cover' : 'assert').size;
    const refuted = obligations === 0 ? undefined : await solve(task, folder);
    return refuted === undefined ? { obligations } : { obligations, refuted };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

async function solve(task: Task, folder: string): Promise<Answer['refuted']> {
  const depth = task.from === 0 ? `${task.depth}` : `${task.from}:${task.depth}`;
  // one hard question is answered faster by a solver of its own, many easy ones by one that learns
  const bounded = task.from === 0 ? [] : ['--noincr'];
  // an induction speaks of all cycles only with its base
  const runs = { bounded: [bounded], induction: [bounded, ['-i', '--noincr']], cover: [['-c']] }[task.mode];
  for (const flags of runs) {
    // without --unroll z3 takes minutes where it needs a tenth of a second
    const args = ['-s', 'z3', '--unroll', ...flags, '-t', depth, '--presat', 'design.smt2'];
    const { failed, all } = await program('yosys-smtbmc', args, folder, task);
    if (!failed) continue;
    const lines = [...all.matchAll(/(?:Assert failed in \S+:|Unreached cover statement(?: in \S+:| at)) (\S+)/g)];
    if (lines.length === 0) throw new ToolFailed('yosys-smtbmc', all);
    const properties = lines.map(([, path = '']) => path.replace(/[.,]$/, ''));
    return { properties, log: all.split('\n').slice(-12).join('\n') };
  }
  return undefined;
}

async function program(name: keyof typeof PACKAGES, args: readonly string[], cwd: string, { signal }: Task) {
  const options = { cwd, reject: false, all: true, ...(signal === undefined ? {} : { cancelSignal: signal }) } as const;
  const result = await execa(name, args, options);
  if (result.code === 'ENOENT') throw new ToolMissing(name, PACKAGES[name]);
  signal?.throwIfAborted();
  return result;
}
