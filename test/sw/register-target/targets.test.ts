/** Every way to the registers, with the one driver over each. Files play the devices of the board. */
import {
  appendFileSync,
  chmodSync,
  constants,
  fstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAILBOX_REGISTERS } from '../../../spec/mailbox-registers.ts';
import { REGISTERS } from '../../../spec/registers.ts';
import { STATION_REGISTERS } from '../../../spec/station-registers.ts';
import { HardwareMismatch, RelationDriver } from '../../../sw/control-plane/driver.ts';
import { RegisterError } from '../../../sw/control-plane/register-space.ts';
import { devmemTarget } from '../../../sw/register-target/devmem.ts';
import { fileTarget } from '../../../sw/register-target/file.ts';
import { libc } from '../../../sw/register-target/libc.ts';
import { type MappedRegisters, mapRegisters } from '../../../sw/register-target/mapped.ts';
import type { OpenedFile } from '../../../sw/register-target/open-file.ts';
import { NoPermission, passTime, type RegisterTarget, TargetUnavailable, WindowError } from '../../../sw/register-target/target.ts';
import { findUio, uioDevices, uioTarget } from '../../../sw/register-target/uio.ts';
import { HARDWARE, SETTINGS, WINDOW, wordIn, writeBoard, writeFiles, writeWindow } from './windows.ts';

let root: string;
let file: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
  file = join(root, 'window');
});
afterEach(() => rmSync(root, { recursive: true }));

const octets = (count: number, from: number): Uint8Array => Uint8Array.from({ length: count }, (_, index) => from + index);
const MATERIAL = {
  transmit: { key: octets(16, 0x10), iv: octets(12, 0x30) },
  receive: { key: octets(16, 0x50), iv: octets(12, 0x70) },
};

/** Sets a relation up and pushes its first key. */
async function setUp(target: RegisterTarget) {
  const driver = new RelationDriver(target);
  const hardware = await driver.identify({ allowInsecure: true });
  await driver.configure(SETTINGS);
  const push = await driver.pushKey({ master: 0, communication: 0 }, MATERIAL);
  return {
    hardware,
    push,
    statistics: await driver.statistics(),
    timeout: await target.read32(0x01c),
    control: await target.read32(0x008),
  };
}

describe('the driver on every target', () => {
  const DEVICES: readonly (readonly [
    string,
    () => Promise<{ readonly target: RegisterTarget; readonly path: string; readonly at?: number }>,
  ])[] = [
    [
      'file',
      async () => {
        writeWindow(file, {}, 8);
        return { target: fileTarget({ path: file, offset: 8, size: WINDOW }), path: file, at: 8 };
      },
    ],
    [
      'devmem',
      async () => {
        const path = join(root, 'dev/mem');
        writeWindow(path, {}, 0x3000);
        return { target: await devmemTarget({ base: 0x3000, size: WINDOW, root }), path, at: 0x3000 };
      },
    ],
    [
      'uio',
      async () => {
        writeBoard(root);
        return { target: await uioTarget({ size: WINDOW, root }), path: join(root, 'dev/uio1') };
      },
    ],
  ];

  it.each(DEVICES)('%s: finds the hardware out, sets it up, and pushes a key, word for word', async (_, open) => {
    const { target, path, at = 0 } = await open();
    try {
      const { hardware, push, timeout } = await setUp(target);
      expect(hardware).toMatchObject({ role: 'follower', slots: 3, buildId: 0xc0de_1234 });
      expect({ push, timeout }).toEqual({ push: 'accepted', timeout: 6000 });
      // as another program sees the file
      const word = (name: Parameters<typeof wordIn>[1], index = 0): number => wordIn(path, name, index, at);
      expect([0, 1, 2, 3].map((index) => word('transmitKey', index))).toEqual([0x1312_1110, 0x1716_1514, 0x1b1a_1918, 0x1f1e_1d1c]);
      expect(word('receiveIv', 2)).toBe(0x7b7a_7978);
      expect(word('destinationHigh')).toBe(0x0a0b);
      expect(word('control')).toBe(0b01011);
      expect(word('status')).toBe(HARDWARE.status);
      // words with the highest bit, which a signed view would turn around
      await target.write32(0x03c, 0xffff_fffe);
      expect(await target.read32(0x03c)).toBe(0xffff_fffe);
      expect(word('counterThreshold')).toBe(0xffff_fffe);
    } finally {
      target.close();
    }
  });
});

/** The error with which it does not open. */
async function refusal(open: () => RegisterTarget | Promise<RegisterTarget>): Promise<unknown> {
  try {
    (await open()).close();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('the interrupt of a UIO target', () => {
  // the file has an interrupt whenever one is waited for, and shows what is written to arm one: the word 1, where its descriptor stands
  const armed = async (status: number, enable: number): Promise<boolean> => {
    writeBoard(root);
    writeFiles(root, { 'sys/class/uio/uio1/name': 'keyturn-host' });
    const path = join(root, 'dev/uio1');
    const octets = readFileSync(path);
    octets.writeUInt32LE(status, MAILBOX_REGISTERS.interruptStatus.offset);
    octets.writeUInt32LE(enable, MAILBOX_REGISTERS.interruptEnable.offset);
    writeFileSync(path, octets);
    const target = await uioTarget({ page: 'host', size: WINDOW, root });
    await target.waitForInterrupt(1);
    target.close();
    return wordIn(path, 'identification') === 1;
  };

  it('of a mailbox is armed while the line is low, and not while it is high, when it would come at once for ever', async () => {
    expect(await armed(0, 0b11)).toBe(true);
    expect(await armed(0b01, 0b10)).toBe(true);
    expect(await armed(0b01, 0b01)).toBe(false);
  });

  it('of a station is armed, and again when an event was taken since it came, whichever page that was read in', async () => {
    writeBoard(root);
    writeFiles(root, { 'sys/class/uio/uio1/maps/map0/size': '0x2000' });
    const path = join(root, 'dev/uio1');
    // of an event that was taken before: it says nothing of the line
    writeWindow(path, { interruptStatus: 0b0100, interruptEnable: 0b1111 });
    appendFileSync(path, Buffer.alloc(WINDOW));
    const target = await uioTarget({ size: 2 * WINDOW, root });
    const stands = (offset: number): number => readFileSync(path).readUInt32LE(offset);
    expect(await target.waitForInterrupt(1)).toBe(true);
    expect(stands(0)).toBe(1);
    // the count of interrupts was read behind it: here another one would be armed
    expect(stands(8)).toBe(0);
    expect(await target.waitForInterrupt(1)).toBe(true);
    await target.read32(REGISTERS.interruptStatus.offset);
    await target.waitForInterrupt(1);
    expect([stands(8), stands(12)]).toEqual([0, HARDWARE.status]);
    await target.read32(WINDOW + STATION_REGISTERS.event.offset);
    await target.waitForInterrupt(1);
    expect(stands(16)).toBe(1);
    target.close();
  });
});

describe('a file target refuses', () => {
  it.each([
    ['a file that is not there', {}, WindowError, 'does not exist: give a file that holds the registers'],
    ['what is there and holds nothing', { path: '/dev/null' }, WindowError, '/dev/null is no file: give a file, or another --target'],
    ['a window too small', { size: WINDOW - 4 }, WindowError, 'has 4092 octets: 4096 from offset 0 on are needed'],
    ['a window that an offset leaves too small', { size: WINDOW, offset: 4 }, WindowError, 'so at least 4100'],
    [
      'an offset within a word',
      { size: 2 * WINDOW, offset: 6 },
      WindowError,
      'has no word at offset 6: give an offset that is a multiple of 4',
    ],
    ['a folder', { folder: true }, WindowError, 'is a folder'],
    [
      'a path through a file',
      { path: '/dev/null/registers' },
      TargetUnavailable,
      "/dev/null/registers can't be opened (ENOTDIR): give a file",
    ],
  ])('%s', async (_, given: { size?: number; offset?: number; folder?: boolean; path?: string }, kind, message) => {
    const { size, offset = 0, folder = false, path = folder ? root : file } = given;
    if (size !== undefined) writeFiles(root, { window: 'x'.repeat(size - 1) });
    const error = await refusal(() => fileTarget({ path, offset, size: WINDOW }));
    expect(error).toBeInstanceOf(kind);
    expect(error).toHaveProperty('name', kind.name);
    expect((error as Error).message).toContain(message);
  });

  it('a file of somebody else, saying how to get at it', async () => {
    writeWindow(file);
    const error = await asNobody(() => refusal(() => fileTarget({ path: file, size: WINDOW })));
    expect(error).toBeInstanceOf(NoPermission);
    expect(error).toHaveProperty('name', 'NoPermission');
    expect((error as Error).message).toContain(`no permission for ${file}`);
  });

  it('a file that holds something else, through the driver', async () => {
    writeFiles(root, { window: 'A'.repeat(WINDOW) });
    const target = fileTarget({ path: file, size: WINDOW });
    const identified = new RelationDriver(target).identify();
    await expect(identified).rejects.toThrow(HardwareMismatch);
    await expect(identified).rejects.toThrow('identification register is 0x41414141, expected 0x4b545231');
    target.close();
  });
});

describe('physical memory refuses', () => {
  it.each([
    ['an address within a page', 0x43c0_0010, RegisterError, 'base address 0x43c00010 is not on a page: expected a multiple of 0x1000'],
    [
      'an address beyond 32 bits',
      2 ** 32,
      RegisterError,
      'base address 0x100000000 is no address of a Zynq: expected 32 bits, as 0x43c00000',
    ],
    ['an address below 0', -4096, RegisterError, 'base address 0x-1000 is no address of a Zynq'],
    ['half an address', 0x1000 + 0.5, RegisterError, 'base address 0x1000.8 is no address of a Zynq'],
    [
      'a last page that is not there, an address of a Zynq all the same',
      2 ** 32 - WINDOW,
      WindowError,
      'has 8192 octets: 4294967296 are needed',
    ],
    ['a window that leaves the memory', 0x4000, WindowError, 'has 8192 octets: 20480 are needed'],
  ])('%s', async (_, base, kind, message) => {
    writeWindow(join(root, 'dev/mem'), {}, 0x1000);
    const error = await refusal(() => devmemTarget({ base, size: WINDOW, root }));
    expect(error).toBeInstanceOf(kind);
    expect(error).toHaveProperty('name', kind.name);
    expect((error as Error).message).toContain(message);
  });

  it('a system that has none', async () => {
    expect(await refusal(() => devmemTarget({ base: 0, size: WINDOW, root }))).toEqual(
      new TargetUnavailable(`${join(root, 'dev/mem')} does not exist`, 'run as root, or use --target uio with a udev rule'),
    );
  });

  it('whoever is not root', async () => {
    writeWindow(join(root, 'dev/mem'));
    const error = await asNobody(() => refusal(() => devmemTarget({ base: 0, size: WINDOW, root })));
    expect(error).toBeInstanceOf(NoPermission);
    expect((error as Error).message).toContain('run as root, or use --target uio with a udev rule');
  });
});

describe('a UIO target', () => {
  it.each([
    ['at the beginning of its page where the kernel does not say', undefined, 0],
    ['within its page where the kernel says so', '0x10', 0x10],
  ])('has its registers %s', async (_, offset, at) => {
    writeBoard(root);
    writeWindow(join(root, 'dev/uio1'), {}, at);
    const file = 'sys/class/uio/uio1/maps/map0/offset';
    if (offset === undefined) rmSync(join(root, file));
    else writeFiles(root, { [file]: offset });
    const target = await uioTarget({ size: WINDOW, root });
    expect(await target.read32(REGISTERS.identification.offset)).toBe(0x4b54_5231);
    target.close();
  });

  it('that the system does not have is refused, and one without a name is listed all the same', async () => {
    writeBoard(root);
    rmSync(join(root, 'dev/uio1'));
    expect(await refusal(() => uioTarget({ size: WINDOW, root }))).toEqual(
      new TargetUnavailable(
        `${join(root, 'dev/uio1')} does not exist`,
        'give your group access with a udev rule, as SUBSYSTEM=="uio", GROUP="keyturn", MODE="0660"',
      ),
    );
    rmSync(join(root, 'sys/class/uio/uio0/name'));
    expect(uioDevices(root)).toEqual([
      { device: 'uio0', name: '' },
      { device: 'uio1', name: 'keyturn' },
    ]);
  });

  it('of a page without an interrupt lets the time pass, and arms nothing', async () => {
    writeBoard(root);
    const target = await uioTarget({ page: 'mac', device: 'keyturn', size: WINDOW, root });
    expect(await target.waitForInterrupt(1)).toBe(false);
    target.close();
    expect(wordIn(join(root, 'dev/uio1'), 'identification')).toBe(HARDWARE.identification);
  });
});

describe('mapped registers', () => {
  const opened = (flags: number): OpenedFile => {
    writeWindow(file);
    const descriptor = openSync(file, flags);
    return { descriptor, stats: fstatSync(descriptor) };
  };

  it('that the kernel keeps to itself, or does not have, are refused, and the file is closed', async () => {
    const { map } = await libc();
    const readOnly = refusal(() => asTarget(mapRegisters(map, opened(constants.O_RDONLY), 'mem', 0, WINDOW)));
    expect(await readOnly).toEqual(
      new NoPermission('mem at 0x0', 'the kernel keeps this memory to itself (CONFIG_STRICT_DEVMEM, lockdown): use --target uio'),
    );
    const torn = refusal(() => asTarget(mapRegisters(map, opened(constants.O_RDWR), 'mem', 8, WINDOW - 8)));
    expect(await torn).toEqual(new WindowError('mem', "can't be mapped at 0x8 (EINVAL)", 'check the address and the device'));
    expect(descriptorsOf(file)).toEqual([]);
  });

  it.each(['EPERM', 'EACCES'])('that the kernel refuses with %s are refused as no permission (mmap(2))', async (error) => {
    expect(await refusal(() => asTarget(mapRegisters(() => ({ error }), opened(constants.O_RDWR), 'mem', 0, WINDOW)))).toBeInstanceOf(
      NoPermission,
    );
    expect(descriptorsOf(file)).toEqual([]);
  });
});

/** Descriptors by which this process holds a file open. */
function descriptorsOf(path: string): readonly string[] {
  return readdirSync('/proc/self/fd').filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`) === path;
    } catch {
      // that of the folder itself
      return false;
    }
  });
}

const asTarget = (registers: MappedRegisters): RegisterTarget => ({ ...registers, description: '', waitForInterrupt: passTime });

describe('a target that is closed', () => {
  it('file: has its file open no more', () => {
    writeWindow(file);
    const target = fileTarget({ path: file, size: WINDOW });
    expect(descriptorsOf(file)).toHaveLength(1);
    target.close();
    expect(descriptorsOf(file)).toEqual([]);
  });

  it('mapped: has neither file nor memory, answers nothing, and may be closed again', async () => {
    const path = join(root, 'dev/mem');
    writeWindow(path);
    const isMapped = (): boolean => readFileSync('/proc/self/maps', 'utf8').includes(path);
    const target = await devmemTarget({ base: 0, size: WINDOW, root });
    expect([descriptorsOf(path).length, isMapped()]).toEqual([1, true]);
    target.close();
    expect([descriptorsOf(path).length, isMapped()]).toEqual([0, false]);
    await expect(target.read32(0)).rejects.toThrow(RangeError);
    expect(() => target.close()).not.toThrow();
  });
});

describe('a UIO target refuses', () => {
  it.each([
    [
      'a system without such a device',
      {},
      'nothing',
      TargetUnavailable,
      'there is no UIO device called nothing, only uio0 (other), uio1 (keyturn)',
    ],
    [
      'two of one name',
      { 'sys/class/uio/uio0/name': 'keyturn' },
      'keyturn',
      TargetUnavailable,
      'there are 2 UIO devices called keyturn: uio0 (keyturn), uio1 (keyturn): choose one with --device, as --device uio0',
    ],
    [
      'registers that begin within a page and end beyond the memory',
      { 'sys/class/uio/uio1/maps/map0/offset': '0x10' },
      'keyturn',
      WindowError,
      'has 4096 octets: 4112 are needed',
    ],
    [
      'a map that is too small',
      { 'sys/class/uio/uio1/maps/map0/size': '0x00000800' },
      'keyturn',
      WindowError,
      'maps 2048 octets: 4096 are needed',
    ],
    ['a device without memory', {}, 'uio0', WindowError, 'uio0 has no memory to map'],
    [
      'logic that is not loaded',
      { 'sys/class/fpga_manager/fpga0/state': 'unknown' },
      'keyturn',
      TargetUnavailable,
      'in the state "unknown", expected "operating"',
    ],
    [
      'logic without a clock',
      { 'sys/kernel/debug/clk/fclk0/clk_enable_count': '0' },
      'keyturn',
      TargetUnavailable,
      'fclk0 of the logic is switched off',
    ],
  ])('%s', async (_, files: Readonly<Record<string, string>>, device, kind, message) => {
    writeBoard(root);
    writeFiles(root, files);
    const error = await refusal(() => uioTarget({ device, size: WINDOW, root }));
    expect(error).toBeInstanceOf(kind);
    expect(error).toHaveProperty('name', kind.name);
    expect((error as Error).message).toContain(message);
  });

  it('a system without any, saying what makes one', () => {
    expect(() => findUio(root)).toThrow(
      new TargetUnavailable(
        'there is no UIO device called keyturn',
        'apply the device-tree overlay and start Linux with uio_pdrv_genirq.of_id=generic-uio; ' +
          'elsewhere than on the board use --target sim or --target file',
      ),
    );
  });

  it('a device of somebody else, with the udev rule that is missing', async () => {
    writeBoard(root);
    const error = await asNobody(() => refusal(() => uioTarget({ size: WINDOW, root })));
    expect(error).toBeInstanceOf(NoPermission);
    expect((error as Error).message).toContain('SUBSYSTEM=="uio"');
  });
});

/** Without the rights of root, for which no file is closed. */
async function asNobody<T>(body: () => Promise<T>): Promise<T> {
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true }))
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o444);
  chmodSync(root, 0o755);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    return await body();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
