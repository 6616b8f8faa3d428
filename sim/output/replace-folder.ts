/** A folder of ours that is replaced whole or not at all. */
import { chmod, mkdir, mkdtemp, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { makeFolder, removeEmpty } from './folder.ts';
import { OutputError } from './output-error.ts';

/** A folder with something in it that is not ours. */
export class ForeignFolder extends Error {
  constructor(path: string, mark: string) {
    super(`${path} is not empty and has no ${mark}, so it was not made by this command, and is left as it is; name another folder`);
    this.name = 'ForeignFolder';
  }
}

/** What a file of the folder is: its text, and whether it can be run. */
export interface FolderFile {
  readonly text: string;
  readonly executable?: boolean;
}

/**
 * Writes a new folder beside the old one, then lets it take its place. In between the old one has another name for a moment, so
 * what ends the process just then leaves both, beside the place.
 * @param files by their paths in the folder, with slashes
 * @param mark the file by which a folder is known to be ours
 * @throws ForeignFolder, OutputError; the old folder is as it was then, and nothing else is there
 */
export async function replaceFolder(path: string, files: Readonly<Record<string, FolderFile>>, mark: string): Promise<void> {
  await checkReplaceable(path, mark);
  // behind a link is the folder that is meant
  const place = await realpath(path).catch(() => resolve(path));
  const made = await makeFolder(dirname(place));
  let draft: string | undefined;
  try {
    draft = await mkdtemp(join(dirname(place), `.${basename(place)}.part-`));
    // mkdtemp makes it for its owner alone
    await chmod(draft, 0o777 & ~process.umask());
    for (const [name, { text, executable = false }] of Object.entries(files)) {
      const file = join(draft, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text, { mode: executable ? 0o777 : 0o666, flag: 'wx' });
    }
    await takePlace(draft, place);
  } catch (error) {
    if (draft !== undefined) await rm(draft, { recursive: true, force: true });
    await removeEmpty(made);
    throw new OutputError(path, error as NodeJS.ErrnoException);
  }
}

/** Whether the folder may be replaced. @throws ForeignFolder, OutputError */
export async function checkReplaceable(path: string, mark: string): Promise<void> {
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw new OutputError(path, error);
  });
  if (there === undefined) return;
  if (!there.isDirectory()) throw new OutputError(path, Object.assign(new Error('no folder'), { code: 'EEXIST' }));
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    throw new OutputError(path, error);
  });
  if (names.length > 0 && !names.includes(mark)) throw new ForeignFolder(path, mark);
}

async function takePlace(draft: string, place: string): Promise<void> {
  const old = `${draft}.old`;
  const existed = await rename(place, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return false;
    },
  );
  try {
    await rename(draft, place);
  } catch (error) {
    if (existed) await rename(old, place);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}
