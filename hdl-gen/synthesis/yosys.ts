/** Yosys and its ABC as programs. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { ToolFailed, ToolMissing } from '../sim/process-failures.ts';

/** Runs a script, one command a line, in a folder. What it prints. @throws ToolMissing, ToolFailed */
export async function yosys(script: string, folder: string, signal?: AbortSignal): Promise<string> {
  await writeFile(join(folder, 'script.ys'), script);
  return run('yosys', ['-q', 'script.ys'], folder, signal);
}

/** Runs ABC's commands in a folder. What it prints. @throws ToolMissing, ToolFailed */
export function abc(commands: readonly string[], folder: string, signal?: AbortSignal): Promise<string> {
  return run('yosys-abc', ['-c', commands.join('; ')], folder, signal);
}

async function run(program: string, args: readonly string[], cwd: string, signal?: AbortSignal): Promise<string> {
  const result = await execa(program, args, { cwd, reject: false, all: true, ...(signal === undefined ? {} : { cancelSignal: signal }) });
  if (!result.failed) return result.all;
  throw result.code === 'ENOENT' ? new ToolMissing(program, 'yosys') : new ToolFailed(program, result.all);
}
