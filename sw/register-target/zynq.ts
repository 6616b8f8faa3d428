/** What Linux on a Zynq says about the programmable logic. An access to logic that is not there, or has no clock, hangs the processor. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TargetUnavailable } from './target.ts';

/** The root of the file system, `/` unless a test or a chroot has another. */
export type Root = string;

/** Text of a file of the kernel, without its newline; undefined where it is not there or not for us. */
export function kernelFile(...path: readonly string[]): string | undefined {
  try {
    return readFileSync(join(...path), 'utf8')
      .replaceAll('\0', ' ')
      .trim();
  } catch {
    return undefined;
  }
}

/** Names in a folder of the kernel, in order; none where it is not there. */
export function kernelFolder(...path: readonly string[]): readonly string[] {
  try {
    return readdirSync(join(...path)).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

/** State of the first fpga_manager: `operating` when logic is loaded (Documentation/ABI/testing/sysfs-class-fpga-manager). */
export function fpgaState(root: Root): string | undefined {
  const managers = kernelFolder(root, 'sys/class/fpga_manager');
  return managers.map((manager) => kernelFile(root, 'sys/class/fpga_manager', manager, 'state'))[0];
}

/** Whether Linux has a clock of the logic enabled; undefined where debugfs is not readable. */
export function fclkEnabled(root: Root, fclk: number): boolean | undefined {
  const count = kernelFile(root, `sys/kernel/debug/clk/fclk${fclk}/clk_enable_count`);
  return count === undefined ? undefined : Number(count) > 0;
}

/** Refuses registers that would hang the processor, as far as Linux tells. @throws TargetUnavailable */
export function checkLogic(root: Root, fclk = 0): void {
  const state = fpgaState(root);
  if (state !== undefined && state !== 'operating')
    throw new TargetUnavailable(
      `the fpga_manager is in the state "${state}", expected "operating"`,
      'load the bitstream first (keyturn flash)',
    );
  if (fclkEnabled(root, fclk) === false)
    throw new TargetUnavailable(
      `the clock fclk${fclk} of the logic is switched off`,
      'start Linux with clk_ignore_unused, or with fclk-enable in its device tree (see the overlay)',
    );
}
