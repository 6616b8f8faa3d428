/** The Verilog tools that judge the text, run where they are installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function isInstalled(tool: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' }).status === 0;
}

/** What the tool says on both channels; an exit status other than 0 is added to it. */
export function run(tool: string, args: readonly string[], directory: string): string {
  const { stdout, stderr, status } = spawnSync(tool, args, { cwd: directory, encoding: 'utf8', maxBuffer: 2 ** 28 });
  return `${stdout}${stderr}${status === 0 ? '' : `\n${tool} ended with status ${status}`}`.trim();
}

/** Runs with a directory that is gone afterwards. */
export async function inTemporaryDirectory<T>(body: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'hdl-gen-'));
  try {
    return await body(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
