/** Registers at a physical address, through /dev/mem; needs root. Without interrupts: whoever waits, polls. */
import { constants } from 'node:fs';
import { join } from 'node:path';
import { RegisterError } from '../control-plane/register-space.ts';
import { libc } from './libc.ts';
import { mapRegisters } from './mapped.ts';
import { openRegisters } from './open-file.ts';
import { passTime, type RegisterTarget } from './target.ts';
import { checkLogic, type Root } from './zynq.ts';

const PAGE = 4096;

/** @throws RegisterError, NoPermission, WindowError, TargetUnavailable */
export async function devmemTarget({
  base,
  size,
  root,
}: {
  readonly base: number;
  readonly size: number;
  readonly root: Root;
}): Promise<RegisterTarget> {
  const at = `0x${base.toString(16)}`;
  if (!Number.isInteger(base) || base < 0 || base + size > 2 ** 32)
    throw new RegisterError(`base address ${at} is no address of a Zynq`, 'expected 32 bits, as 0x43c00000');
  if (base % PAGE !== 0) throw new RegisterError(`base address ${at} is not on a page`, `expected a multiple of 0x${PAGE.toString(16)}`);
  checkLogic(root);
  const path = join(root, 'dev/mem');
  const { map } = await libc();
  // O_SYNC: uncached, so that every access reaches the bus
  const file = openRegisters('device', path, constants.O_SYNC, 'run as root, or use --target uio with a udev rule');
  const registers = mapRegisters(map, file, path, base, size);
  return { ...registers, description: `${at} through ${path}`, waitForInterrupt: passTime };
}
