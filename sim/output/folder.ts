/** Folders for output. */
import { mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { OutputError } from './output-error.ts';

/**
 * Makes a folder, and those above it. Node's own recursive mkdir never returns where the file system makes no folders, as in /proc.
 * @returns those that were not there before, the outermost first
 * @throws OutputError; none is left then
 */
export async function makeFolder(path: string): Promise<readonly string[]> {
  const made: string[] = [];
  try {
    const missing: string[] = [];
    for (let at = resolve(path); ; at = dirname(at)) {
      const facts = await stat(at).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
      if (facts?.isDirectory() === true) break;
      if (facts !== undefined) throw Object.assign(new Error(`${at} is no folder`), { code: 'ENOTDIR' });
      missing.unshift(at);
    }
    for (const folder of missing) {
      await mkdir(folder);
      made.push(folder);
    }
    return made;
  } catch (error) {
    await removeEmpty(made);
    throw new OutputError(path, error as NodeJS.ErrnoException);
  }
}

/** Removes those that hold nothing. @param folders as {@link makeFolder} returns them */
export async function removeEmpty(folders: readonly string[]): Promise<void> {
  for (const folder of folders.toReversed()) await rmdir(folder).catch(() => {});
}
