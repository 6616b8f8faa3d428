import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkNode } from '../../cli/doctor-checks.ts';
import { writeBoard, writeFiles, writeWindow } from '../sw/register-target/windows.ts';
import { keyturn } from './in-process.ts';

let folder: string;
let root: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
  root = join(folder, 'root');
  mkdirSync(join(folder, 'bin'));
  mkdirSync(root);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
const doctor = (...args: readonly string[]) => keyturn('doctor', '--root', root, ...args);

/** A tool that answers `--detect` in one way and a question for its version in another. */
function fake(tool: string, version: string, detect = '', exitCode = 0): void {
  const path = join(folder, 'bin', tool);
  writeFileSync(path, `#!/bin/sh\ncase "$*" in *--detect*) echo '${detect}'; exit ${exitCode};; esac\necho '${version}'\n`);
  chmodSync(path, 0o755);
}
/** No tool but those that are faked. */
function onlyFakes(): void {
  vi.stubEnv('PATH', [join(folder, 'bin'), '/nowhere'].join(delimiter));
}
const stateOf = (json: string, what: string): unknown =>
  JSON.parse(json).findings.find((finding: { what: string }) => finding.what === what);

describe('keyturn doctor on the board', () => {
  beforeEach(() => {
    writeBoard(root);
    writeFiles(root, {
      'proc/device-tree/compatible': 'digilent,zynq-zyboz7\0xlnx,zynq-7000\0',
      'proc/device-tree/model': 'Digilent Zybo Z7\0',
      'proc/device-tree/axi/keyturn@43c00000/reg': '',
    });
  });

  it('finds everything in order, down to the registers, and ends with 0', async () => {
    const { stdout, exitCode } = await doctor();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ok {2}board +Digilent Zybo Z7$/m);
    expect(stdout).toMatch(/^ok {2}FCLK_CLK0 +running$/m);
    expect(stdout).toMatch(/^ok {2}registers +follower, 3 slots, xor \(protects nothing\); map 4\.0, build 0xc0de1234$/m);
    expect(stdout).toMatch(/\nthe board can be used from here\n$/);
    expect(stdout).not.toContain('->');
  });

  it.each([
    ['no overlay', 'device tree', () => rmSync(join(root, 'proc/device-tree/axi'), { recursive: true }), 'apply the overlay'],
    ['no bitstream', 'fpga_manager', () => writeFiles(root, { 'sys/class/fpga_manager/fpga0/state': 'power up' }), 'keyturn flash FILE'],
    ['no clock', 'FCLK_CLK0', () => writeFiles(root, { 'sys/kernel/debug/clk/fclk0/clk_enable_count': '0' }), 'clk_ignore_unused'],
    ['no UIO device', 'UIO', () => rmSync(join(root, 'sys/class/uio/uio1'), { recursive: true }), 'uio_pdrv_genirq.of_id=generic-uio'],
    ['no device file', 'UIO', () => rmSync(join(root, 'dev/uio1')), 'udev rule'],
  ])('%s: names the remedy, does not touch the registers, ends with 1', async (_, what, spoil, remedy) => {
    spoil();
    const { stdout, exitCode } = await doctor('--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).usable).toBe(false);
    expect(stateOf(stdout, what)).toMatchObject({ state: 'bad', remedy: expect.stringContaining(remedy) });
    expect(stateOf(stdout, 'registers')).toMatchObject({ state: 'bad', found: `not touched, because of: ${what}` });
    expect((await doctor()).stdout).toMatch(new RegExp(`^NO  ${what} `, 'm'));
  });

  it('the registers of another design are a fault, with both sides named', async () => {
    writeWindow(join(root, 'dev/uio1'), { identification: 0x1234_5678 });
    const { stdout, exitCode } = await doctor();
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^NO {2}registers +identification register is 0x12345678, expected 0x4b545231/m);
  });

  it('what can not be seen is no fault', async () => {
    rmSync(join(root, 'sys/kernel'), { recursive: true });
    rmSync(join(root, 'sys/class/fpga_manager'), { recursive: true });
    const { stdout, exitCode } = await doctor();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\? {3}FCLK_CLK0 +can not be seen\n +-> mount debugfs/m);
  });
});

describe('keyturn doctor elsewhere', () => {
  it('finds a tool and the board behind the cable, and ends with 0', async () => {
    fake('openFPGALoader', 'openFPGALoader v0.10.0', 'idcode 0x3727093');
    onlyFakes();
    const { stdout, exitCode } = await doctor();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ok {2}loader +openFPGALoader v0\.10\.0$/m);
    expect(stdout).toMatch(/^ok {2}board on JTAG +xc7z020clg400-1$/m);
    expect(stdout).toMatch(/^\? {3}verilator +not installed\n +-> the second simulator/m);
  });

  it('another board than the one named is a fault', async () => {
    fake('openFPGALoader', 'v', 'idcode 0x3727093');
    onlyFakes();
    const { stdout, exitCode } = await doctor('--board', 'zybo-z7-10');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('0x3727093, expected 0x3722093 (xc7z010clg400-1)');
  });

  it('no cable, and no tool at all, are faults with a remedy', async () => {
    fake('openFPGALoader', 'v', 'JTAG init failed with: unable to open ftdi device', 1);
    onlyFakes();
    const without = await doctor();
    expect(without.exitCode).toBe(1);
    expect(without.stdout).toMatch(/^NO {2}board on JTAG +JTAG init failed.*\n +-> connect the USB port/m);
    rmSync(join(folder, 'bin/openFPGALoader'));
    const bare = await doctor();
    expect(bare.exitCode).toBe(1);
    expect(bare.stdout).toMatch(/^NO {2}loader +neither openFPGALoader nor vivado\n +-> apt-get install openfpgaloader/m);
  });

  it('an unknown board ends with 2', async () => {
    const { stdout, stderr, exitCode } = await doctor('--board', 'zybo');
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain('there is no board zybo');
  });
});

it.each([
  ['18.20.4', 'bad'],
  ['20.18.3', 'bad'],
  ['20.19.0', 'good'],
  ['22.0.0', 'good'],
])('Node %s is %s', (version, state) => {
  expect(checkNode(version).state).toBe(state);
});
