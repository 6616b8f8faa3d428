/** The calls of the C library, with files and a pair of sockets; what the kernel did is read where the kernel shows it. */
import { closeSync, constants, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { libc, loadLibc } from '../../../sw/register-target/libc.ts';
import { TargetUnavailable } from '../../../sw/register-target/target.ts';
import { socketPair } from './socket-pair.ts';

const PAGE = 4096;

let folder: string;
let path: string;
let descriptor: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
  path = join(folder, 'pages');
  writeFileSync(path, Buffer.concat([Buffer.alloc(PAGE, 0x11), Buffer.alloc(PAGE, 0x22)]));
  descriptor = openSync(path, constants.O_RDWR);
});
afterEach(() => {
  closeSync(descriptor);
  rmSync(folder, { recursive: true });
});
const calls = () => loadLibc(async () => koffi);
const isMapped = (): boolean => readFileSync('/proc/self/maps', 'utf8').includes(path);

describe('mapped memory', () => {
  it('is the file from the offset on, for reading and writing, until it is unmapped', async () => {
    const mapped = (await calls()).map(descriptor, PAGE, PAGE);
    if ('error' in mapped) throw new Error(mapped.error);
    const octets = new Uint8Array(mapped.memory);
    expect(octets).toHaveLength(PAGE);
    expect(octets.every((octet) => octet === 0x22)).toBe(true);
    octets[5] = 0x33;
    expect([...readFileSync(path).subarray(PAGE + 4, PAGE + 7)]).toEqual([0x22, 0x33, 0x22]);
    expect(isMapped()).toBe(true);
    mapped.unmap();
    expect(isMapped()).toBe(false);
  });

  it('may lie beyond 32 bits', async () => {
    ftruncateSync(descriptor, 2 ** 32 + PAGE);
    writeSync(descriptor, Uint8Array.of(0x44), 0, 1, 2 ** 32);
    const mapped = (await calls()).map(descriptor, 2 ** 32, PAGE);
    if ('error' in mapped) throw new Error(mapped.error);
    expect(new Uint8Array(mapped.memory)[0]).toBe(0x44);
    mapped.unmap();
  });

  it('that can not be had is an error with its name (mmap(2))', async () => {
    const { map } = await calls();
    expect(map(-1, 0, PAGE)).toEqual({ error: 'EBADF' });
    expect(map(descriptor, 1, PAGE)).toEqual({ error: 'EINVAL' });
  });
});

describe('memory for what a call fills in', () => {
  /** Whether something is mapped at the address, as the kernel shows it. */
  const isThere = (address: bigint): boolean =>
    readFileSync('/proc/self/maps', 'utf8')
      .split('\n')
      .map((line) => line.split(/[- ]/, 2).map((end) => BigInt(`0x${end || '0'}`)))
      .some(([from = 0n, to = 0n]) => from <= address && address < to);

  it('is zeroed, where it says, and gone when it is freed', async () => {
    const { memory, address, free } = (await calls()).allocate(PAGE);
    expect(new Uint8Array(memory)).toEqual(new Uint8Array(PAGE));
    expect(isThere(address)).toBe(true);
    free();
    expect(isThere(address)).toBe(false);
  });

  it('that can not be had is refused with its size and the name of the error (mmap(2))', async () => {
    const { allocate } = await calls();
    expect(() => allocate(2 ** 52)).toThrow(new TargetUnavailable('no memory of 4503599627370496 octets (ENOMEM)', 'end other programs'));
  });
});

describe('waiting for a descriptor', () => {
  it('ends when there is something to read, and says whether there is', async () => {
    const { poll } = await calls();
    const [near, far] = socketPair();
    expect(await poll(near, 1)).toBe(false);
    writeSync(far, Uint8Array.of(1));
    expect(await poll(near, 10_000)).toBe(true);
    closeSync(near);
    closeSync(far);
  });
});

describe('the library', () => {
  it('is loaded once', async () => {
    expect(libc()).toBe(libc());
    expect((await libc()).map(-1, 0, PAGE)).toEqual({ error: 'EBADF' });
  });

  it('that does not load is refused with the first line of the reason, and what to install', async () => {
    const loading = loadLibc(() => Promise.reject(new Error("Cannot find package 'koffi'\nRequire stack: …")));
    await expect(loading).rejects.toThrow(TargetUnavailable);
    await expect(loading).rejects.toThrow(
      `mapped registers need the package koffi, which does not load on ${process.platform} ${process.arch} ` +
        "(Error: Cannot find package 'koffi'): install it with npm ci --include=optional; on ARM it needs glibc 2.34 or newer (Debian 12)",
    );
  });
});
