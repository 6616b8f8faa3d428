/** Yosys as a program. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { ToolFailed, ToolMissing } from '../sim/process-failures.ts';

/** Runs a script, one command a line, in a folder. What it prints. @throws ToolMissing, ToolFailed */
export async function yosys(script: string, folder: string, signal?: AbortSignal): Promise<string> {
  await writeFile(join(folder, 'script.ys'), script);
  const result = await execa('yosys', ['-q', 'script.ys'], {
    cwd: folder,
    reject: false,
    all: true,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  if (!result.failed) return result.all;
  throw result.code === 'ENOENT' ? new ToolMissing('yosys', 'yosys') : new ToolFailed('yosys', result.all);
}
