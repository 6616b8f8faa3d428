import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AtomicFile } from '../../../sim/output/atomic-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyturn-atomic-file-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('has its name only when it is whole', async () => {
  const file = new AtomicFile(join(folder, 'waves.vcd'));
  file.write('one ');
  await file.drain();
  expect(await readdir(folder)).not.toContain('waves.vcd');
  file.write(new TextEncoder().encode('two'));
  await file.commit();
  expect(await readdir(folder)).toEqual(['waves.vcd']);
  expect(await readFile(file.path, 'utf8')).toBe('one two');
});

it('a discarded one leaves nothing, and what had its name stays', async () => {
  await writeFile(join(folder, 'waves.vcd'), 'of an earlier run');
  const file = new AtomicFile(join(folder, 'waves.vcd'));
  file.write('half');
  await file.discard();
  expect(await readdir(folder)).toEqual(['waves.vcd']);
  expect(await readFile(file.path, 'utf8')).toBe('of an earlier run');
});

it('more than memory should hold waits for the disk', async () => {
  const file = new AtomicFile(join(folder, 'capture.pcapng'));
  const block = new Uint8Array(50_000).fill(7);
  for (let count = 0; count < 40; count++) {
    file.write(block);
    await file.drain();
  }
  await file.commit();
  expect((await readFile(file.path)).equals(Buffer.alloc(2_000_000, 7))).toBe(true);
});

it('that cannot be written says why, and can be discarded', async () => {
  const file = new AtomicFile(join(folder, 'missing', 'waves.vcd'));
  file.write('lost');
  await expect(file.commit()).rejects.toThrow(/missing\/waves\.vcd: can't be made there; choose another place \(ENOENT\)$/);
  await file.discard();
  expect(await readdir(folder)).toEqual([]);
});

it('has the permissions that it is to have, whatever an interrupted run left', async () => {
  const path = join(folder, 'keys.log');
  await writeFile(`${path}.part`, 'half of an earlier run');
  await chmod(`${path}.part`, 0o666);
  const secret = new AtomicFile(path, { mode: 0o600 });
  await secret.commit();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readFile(path, 'utf8')).toBe('');
  await AtomicFile.write(join(folder, 'open'), 'text');
  expect((await stat(join(folder, 'open'))).mode & 0o777).toBe(0o666 & ~process.umask());
});

it('written at once is whole, or nothing', async () => {
  const path = join(folder, 'summary.json');
  await AtomicFile.write(path, '{}');
  expect(await readFile(path, 'utf8')).toBe('{}');
  await mkdir(join(folder, 'taken'));
  await expect(AtomicFile.write(join(folder, 'taken'), '{}')).rejects.toThrow('a folder stands where a file is expected');
  expect((await readdir(folder)).sort()).toEqual(['summary.json', 'taken']);
});

it('that failed says so at the next look, before it is finished', async () => {
  const file = new AtomicFile(join(folder, 'missing', 'waves.vcd'));
  expect(() => file.check()).not.toThrow();
  file.write('lost');
  const failure = await file.finish().catch((error: unknown) => error);
  expect(() => file.check()).toThrow(failure as Error);
  await expect(file.drain()).rejects.toThrow("can't be made there");
  await file.discard();
});

it('may be finished before it gets its name, and discarded after', async () => {
  const file = new AtomicFile(join(folder, 'waves.vcd'));
  file.write('all');
  await file.finish();
  expect(await readdir(folder)).toEqual(['waves.vcd.part']);
  await file.commit();
  expect(await readdir(folder)).toEqual(['waves.vcd']);
  await file.discard();
  expect(await readdir(folder)).toEqual(['waves.vcd']);
});
