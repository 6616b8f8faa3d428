/** What Linux shows, in files of a folder that plays the root. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TargetUnavailable } from '../../../sw/register-target/target.ts';
import { checkLogic, fclkEnabled, fpgaState, kernelFile, kernelFolder } from '../../../sw/register-target/zynq.ts';
import { writeFiles } from './windows.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
});
afterEach(() => rmSync(root, { recursive: true }));

it('a file is its text without the newline, a 0 between texts a blank; none is undefined', () => {
  writeFiles(root, { 'proc/compatible': 'digilent,zynq-zybo\0xlnx,zynq-7000\0' });
  expect(kernelFile(root, 'proc/compatible')).toBe('digilent,zynq-zybo xlnx,zynq-7000');
  expect(kernelFile(root, 'proc/none')).toBeUndefined();
});

it('a folder is its names, by their numbers; none is empty', () => {
  writeFiles(root, { 'uio/uio10/name': '', 'uio/uio2/name': '', 'uio/uio1/name': '' });
  expect(kernelFolder(root, 'uio')).toEqual(['uio1', 'uio2', 'uio10']);
  expect(kernelFolder(root, 'none')).toEqual([]);
});

it('the state of the logic is that of the first manager, where there is one', () => {
  expect(fpgaState(root)).toBeUndefined();
  writeFiles(root, { 'sys/class/fpga_manager/fpga1/state': 'unknown', 'sys/class/fpga_manager/fpga0/state': 'operating' });
  expect(fpgaState(root)).toBe('operating');
});

it('a clock is on or off, or not known', () => {
  writeFiles(root, { 'sys/kernel/debug/clk/fclk1/clk_enable_count': '2', 'sys/kernel/debug/clk/fclk2/clk_enable_count': '0' });
  expect([0, 1, 2].map((fclk) => fclkEnabled(root, fclk))).toEqual([undefined, true, false]);
});

it('logic is refused only where Linux says that it is not there or has no clock', () => {
  expect(() => checkLogic(root)).not.toThrow();
  writeFiles(root, { 'sys/class/fpga_manager/fpga0/state': 'power off', 'sys/kernel/debug/clk/fclk0/clk_enable_count': '0' });
  expect(() => checkLogic(root)).toThrow(
    new TargetUnavailable('the fpga_manager is in the state "power off", expected "operating"', 'load the bitstream first (keyturn flash)'),
  );
  writeFiles(root, { 'sys/class/fpga_manager/fpga0/state': 'operating' });
  expect(() => checkLogic(root)).toThrow(
    new TargetUnavailable(
      'the clock fclk0 of the logic is switched off',
      'start Linux with clk_ignore_unused, or with fclk-enable in its device tree (see the overlay)',
    ),
  );
  expect(() => checkLogic(root, 1)).not.toThrow();
});
