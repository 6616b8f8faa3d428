import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OutputError } from '../../../sim/output/output-error.ts';
import { ForeignFolder, replaceFolder } from '../../../sim/output/replace-folder.ts';

const MARK = 'mark.json';
const FILES = { [MARK]: { text: 'new' }, 'deep/er/file.txt': { text: 'inside' }, 'run.sh': { text: '#!/bin/sh\n', executable: true } };

let place: string;
let out: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'keyturn-replace-'));
  out = join(place, 'out');
});
afterEach(() => rm(place, { recursive: true }));
async function writeOld(): Promise<void> {
  await mkdir(join(out, 'deep'), { recursive: true });
  await writeFile(join(out, MARK), 'old');
  await writeFile(join(out, 'deep/old.txt'), 'old');
}

describe('a folder that is replaced', () => {
  it('is made with those above it, and what can be run can be run', async () => {
    await replaceFolder(join(place, 'a/b/out'), FILES, MARK);
    expect(await readFile(join(place, 'a/b/out/deep/er/file.txt'), 'utf8')).toBe('inside');
    expect((await stat(join(place, 'a/b/out/run.sh'))).mode & 0o100).toBe(0o100);
    expect((await stat(join(place, 'a/b/out', MARK))).mode & 0o100).toBe(0);
    expect((await stat(join(place, 'a/b/out'))).mode & 0o777).toBe(0o777 & ~process.umask());
    expect(await readdir(join(place, 'a/b'))).toEqual(['out']);
  });

  it('has nothing of the old one, and leaves nothing beside it', async () => {
    await writeOld();
    await replaceFolder(out, FILES, MARK);
    expect((await readdir(out, { recursive: true })).sort()).toEqual(['deep', 'deep/er', 'deep/er/file.txt', MARK, 'run.sh']);
    expect(await readdir(place)).toEqual(['out']);
  });

  it('stays as it was when writing fails in the middle, and nothing else is there', async () => {
    await writeOld();
    // a file in a file can't be: what comes before it is written by then
    const failure = await replaceFolder(out, { ...FILES, [`${MARK}/x`]: { text: '' } }, MARK).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OutputError);
    expect((await readdir(out, { recursive: true })).sort()).toEqual(['deep', 'deep/old.txt', MARK]);
    expect(await readFile(join(out, MARK), 'utf8')).toBe('old');
    expect(await readdir(place)).toEqual(['out']);
    await expect(replaceFolder(join(place, 'new/er'), { a: { text: '' }, 'a/b': { text: '' } }, MARK)).rejects.toBeInstanceOf(OutputError);
    expect(await readdir(place)).toEqual(['out']);
  });

  it('may be empty, and may be behind a link, which stays', async () => {
    await mkdir(out);
    await symlink(out, join(place, 'link'));
    await replaceFolder(join(place, 'link'), FILES, MARK);
    expect(await readFile(join(out, MARK), 'utf8')).toBe('new');
    expect((await readdir(place)).sort()).toEqual(['link', 'out']);
  });

  it('is left alone where it is not ours', async () => {
    await writeOld();
    await rm(join(out, MARK));
    await expect(replaceFolder(out, FILES, MARK)).rejects.toBeInstanceOf(ForeignFolder);
    await expect(replaceFolder(out, FILES, MARK)).rejects.toThrow(`${out} is not empty and has no ${MARK}`);
    expect((await readdir(out, { recursive: true })).sort()).toEqual(['deep', 'deep/old.txt']);
  });

  it('must not be a file', async () => {
    await writeFile(out, 'kept');
    await chmod(out, 0o600);
    await expect(replaceFolder(out, FILES, MARK)).rejects.toThrow(`${out}: a file stands where a folder is expected`);
    expect(await readFile(out, 'utf8')).toBe('kept');
  });
});
