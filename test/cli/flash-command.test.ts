import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bitFile, configuration, Z10, Z20 } from '../sw/bitstream/bitstreams.ts';
import { writeFiles } from '../sw/register-target/windows.ts';
import { keyturn } from './in-process.ts';

let folder: string;
let bit: string;
const payload = configuration(Z20.idcode);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
  bit = join(folder, 'x.bit');
  writeFileSync(bit, bitFile('7z020clg400', payload));
  mkdirSync(join(folder, 'bin'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
/** Never the board that this may run on. */
const flash = (...args: readonly string[]) => keyturn('flash', '--root', join(folder, 'root'), ...args);

/** A tool on the PATH that writes down its arguments, keeps a copy of the bitstream that it is given, speaks, and ends. */
function fake(tool: string, says = '', exitCode = 0): void {
  const path = join(folder, 'bin', tool);
  writeFileSync(
    path,
    `#!/bin/sh\nprintf '%s\\n' "$@" > ${folder}/args\nfor last; do :; done\ncp "$last" ${folder}/given\nprintf '%s\\n' '${says}' >&2\nexit ${exitCode}\n`,
  );
  chmodSync(path, 0o755);
  vi.stubEnv('PATH', `${join(folder, 'bin')}${delimiter}/usr/bin${delimiter}/bin`);
}
const given = (): string[] => readFileSync(join(folder, 'args'), 'utf8').trim().split('\n');

/** Whether a chip of FTDI is on the USB: with one, the real tool would load the bitstream of the test into a board. */
function hasCable(): boolean {
  const devices = '/sys/bus/usb/devices';
  const vendor = (device: string): string => join(devices, device, 'idVendor');
  return (
    existsSync(devices) &&
    readdirSync(devices).some((device) => existsSync(vendor(device)) && readFileSync(vendor(device), 'utf8').startsWith('0403'))
  );
}

describe('keyturn flash over JTAG', () => {
  it('calls openFPGALoader for the board of the bitstream, with the whole bitstream, and leaves nothing behind', async () => {
    fake('openFPGALoader', 'Load SRAM: [====] 100.00%');
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('keyturn-flash-'));
    const { exitCode, stderr } = await flash(bit, '--by', 'openfpgaloader');
    expect(exitCode).toBe(0);
    const [flag, board, file = ''] = given();
    expect([flag, board]).toEqual(['-b', 'zybo_z7_20']);
    expect(readFileSync(join(folder, 'given'))).toEqual(readFileSync(bit));
    expect(existsSync(file)).toBe(false);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('keyturn-flash-'))).toEqual(before);
    expect(stderr).toContain(`${payload.length} octets for xc7z020clg400-1, Digilent Zybo Z7-20`);
    expect(stderr).toContain('Load SRAM: [====] 100.00%');
    expect(stderr).toContain('the level shifters and FCLK are as the boot left them');
  });

  it('takes a byte-swapped .bin too, and names the other board by its part', async () => {
    fake('openFPGALoader');
    const bin = join(folder, 'x.bin');
    writeFileSync(bin, Buffer.from(configuration(Z10.idcode)).swap32());
    expect((await flash(bin, '--by', 'openfpgaloader')).exitCode).toBe(0);
    expect(given().slice(0, 2)).toEqual(['-b', 'zybo_z7_10']);
    expect(readFileSync(join(folder, 'given')).subarray(-payload.length)).toEqual(configuration(Z10.idcode));
  });

  it.each([
    ['no cable', 'unable to open ftdi device: -3 (device not found)', 'no cable: connect the USB port PROG/UART (J12)'],
    ['no permission', 'unable to open ftdi device: -4 (usb_open() failed)', 'no permission, or another program has the cable'],
    ['no board', 'Error: no device found', 'the cable is there, and no board behind it'],
    ['several boards', 'Error: more than one FPGA found', 'several parts are in the JTAG chain'],
    ['something new', 'the bits fell out', 'its own words are above'],
  ])('carries the exit code of openFPGALoader on, and explains %s', async (_, says, message) => {
    fake('openFPGALoader', says, 7);
    const { exitCode, stdout, stderr } = await flash(bit, '--by', 'openfpgaloader');
    expect({ exitCode, stdout }).toEqual({ exitCode: 7, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).toContain(`openFPGALoader ended with exit code 7`);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('level shifters');
  });

  it.skipIf(hasCable())("explains the real openFPGALoader's failure without a cable, and carries its exit code on", async () => {
    const { exitCode, stderr } = await flash(bit, '--by', 'openfpgaloader');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('unable to open ftdi device: -3');
    expect(stderr).toContain('openFPGALoader ended with exit code 1: no cable: connect the USB port');
  });

  it('calls Vivado in batch with a script that programs the file', async () => {
    fake('vivado');
    expect((await flash(bit, '--by', 'vivado')).exitCode).toBe(0);
    expect(given().slice(0, -1)).toEqual(['-mode', 'batch', '-nolog', '-nojournal', '-notrace', '-source']);
    expect(readFileSync(join(folder, 'given'), 'utf8')).toMatch(/set_property PROGRAM\.FILE \{.*keyturn\.bit\} \$device/);
    fake('vivado', 'ERROR: keyturn: no target', 1);
    const { exitCode, stderr } = await flash(bit, '--by', 'vivado');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('vivado ended with exit code 1: no cable');
  });

  it('takes what is installed, and says what to install where nothing is', async () => {
    fake('vivado');
    vi.stubEnv('PATH', join(folder, 'bin'));
    expect((await flash(bit, '--dry-run')).stdout).toContain('vivado -mode batch');
    fake('openFPGALoader');
    vi.stubEnv('PATH', join(folder, 'bin'));
    expect((await flash(bit, '--dry-run')).stdout).toBe(`openFPGALoader -b zybo_z7_20 ${bit}\n`);
    rmSync(join(folder, 'bin'), { recursive: true });
    const { exitCode, stderr } = await flash(bit);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('apt-get install openfpgaloader');
    const missing = await flash(bit, '--by', 'openfpgaloader');
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr).toContain("openFPGALoader can't be run (ENOENT): install it");
  });
});

describe('keyturn flash on the board', () => {
  const manager = 'sys/class/fpga_manager/fpga0';
  const root = (path: string): string => join(folder, 'root', path);

  it('hands the byte-swapped bitstream to the fpga_manager', async () => {
    writeFiles(root(''), { [`${manager}/state`]: 'operating', [`${manager}/firmware`]: '', [`${manager}/flags`]: '' });
    const { exitCode, stderr } = await flash(bit);
    expect(exitCode).toBe(0);
    expect(readFileSync(root('lib/firmware/keyturn.bit.bin'))).toEqual(Buffer.from(payload).swap32());
    expect(readFileSync(root(`${manager}/firmware`), 'utf8')).toBe('keyturn.bit.bin');
    expect(readFileSync(root(`${manager}/flags`), 'utf8')).toBe('0');
    expect(stderr).toContain('the logic is operating');
  });

  it.each([
    ['a mainline kernel, which loads nothing on request', { [`${manager}/state`]: 'unknown' }, 'as in every mainline kernel'],
    [
      'a bitstream that the kernel did not take',
      { [`${manager}/state`]: 'write init error', [`${manager}/firmware`]: '', [`${manager}/flags`]: '' },
      'in the state "write init error" after loading, expected "operating": see dmesg',
    ],
  ])('explains %s, with exit code 1', async (_, files, message) => {
    writeFiles(root(''), files);
    const { exitCode, stderr } = await flash(bit);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('is operating');
  });

  it('elsewhere is refused', async () => {
    const { exitCode, stderr } = await flash(bit, '--by', 'fpga-manager');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('there is no fpga_manager: run this on the board');
  });

  it('--dry-run prints what it would write, and writes nothing', async () => {
    writeFiles(root(''), { [`${manager}/state`]: 'operating', [`${manager}/firmware`]: 'before' });
    const { exitCode, stdout } = await flash(bit, '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toEqual([
      `write ${root('lib/firmware/keyturn.bit.bin')}    # ${bit}, words byte-swapped`,
      `write 0 to ${root(`${manager}/flags`)}`,
      `write keyturn.bit.bin to ${root(`${manager}/firmware`)}`,
      '',
    ]);
    expect(existsSync(root('lib'))).toBe(false);
    expect(readFileSync(root(`${manager}/firmware`), 'utf8')).toBe('before\n');
  });
});

describe('keyturn flash --save', () => {
  it('writes the .bin that Linux wants, and from that the .bit again', async () => {
    const [bin, again] = [join(folder, 'x.bin'), join(folder, 'again.bit')];
    expect((await flash(bit, '--save', bin)).exitCode).toBe(0);
    expect(readFileSync(bin)).toEqual(Buffer.from(payload).swap32());
    expect((await flash(bin, '--save', again)).exitCode).toBe(0);
    expect(readFileSync(again).subarray(-payload.length)).toEqual(payload);
  });
});

describe('keyturn flash refuses before anything is touched', () => {
  it.each([
    [
      'a bitstream for another board',
      () => bitFile('7z020clg400', payload),
      ['--board', 'zybo-z7-10'],
      'is for the part 7z020clg400, expected 7z010clg400',
    ],
    [
      'a configuration for another part than its header says',
      () => bitFile('7z020clg400', configuration(Z10.idcode)),
      ['--board', 'zybo-z7-20'],
      'IDCODE 0x03722093',
    ],
    [
      'a part that no known board has',
      () => bitFile('7z045ffg900', configuration(0x0373_1093)),
      [],
      'which no known board has: known are zybo-z7-10, zybo-z7-20',
    ],
    ['a bitstream cut short', () => bitFile('7z020clg400', payload).subarray(0, 200), [], 'ends after 200 octets'],
    ['what is no bitstream', () => Buffer.from('hello\n'.repeat(100)), [], 'is no bitstream'],
    ['an unknown board', () => bitFile('7z020clg400', payload), ['--board', 'zybo-z7-21'], 'did you mean zybo-z7-'],
    [
      'an unknown loader',
      () => bitFile('7z020clg400', payload),
      ['--by', 'magic'],
      'Allowed choices are auto, fpga-manager, openfpgaloader, vivado',
    ],
  ])('%s, with exit code 2', async (_, octets, args, message) => {
    fake('openFPGALoader');
    writeFileSync(bit, octets());
    const { exitCode, stdout, stderr } = await flash(bit, '--by', 'openfpgaloader', ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(existsSync(join(folder, 'args'))).toBe(false);
  });

  it('a file that is not there', async () => {
    const { exitCode, stderr } = await flash(join(folder, 'nowhere.bit'));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('nowhere.bit: no such file or folder');
  });
});
