import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder, removeEmpty } from '../../../sim/output/folder.ts';
import { OutputError } from '../../../sim/output/output-error.ts';

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'keyturn-folder-'));
});
afterEach(() => rm(place, { recursive: true }));

describe('a folder for output', () => {
  it('is made with those above it, and what was not there before is told', async () => {
    expect(await makeFolder(join(place, 'a/b'))).toEqual([join(place, 'a'), join(place, 'a/b')]);
    expect(await makeFolder(join(place, 'a/c'))).toEqual([join(place, 'a/c')]);
    expect(await makeFolder(place)).toEqual([]);
  });

  it.each([
    ['file', 'a file stands where a folder is expected; choose another place (ENOTDIR)'],
    ['file/below', 'a file stands where a folder is expected; choose another place (ENOTDIR)'],
    [`new/${'x'.repeat(300)}`, 'the name is too long; choose another (ENAMETOOLONG)'],
    ['/proc/foo/bar', "can't be made there; choose another place (ENOENT)"],
  ])('N9: that cannot be is an error, and nothing is left: %s', async (path, message) => {
    await writeFile(join(place, 'file'), '');
    const wanted = path.startsWith('/') ? path : join(place, path);
    const failure = await makeFolder(wanted).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OutputError);
    expect(String(failure)).toBe(`OutputError: ${wanted}: ${message}`);
    expect(await readdir(place)).toEqual(['file']);
  });

  it('is removed where nothing is in it, and stays with what is', async () => {
    const made = await makeFolder(join(place, 'a/b/c'));
    await writeFile(join(place, 'a/kept'), '');
    await removeEmpty(made);
    expect(await readdir(join(place, 'a'))).toEqual(['kept']);
  });
});
