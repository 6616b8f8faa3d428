/** The options that say whose registers are meant, and the target that they name. */
import { type Command, Option } from 'commander';
import { ADDRESS_BITS } from '../spec/registers.ts';
import { type Capabilities, RelationDriver } from '../sw/control-plane/driver.ts';
import { checkedRegisters, RegisterError } from '../sw/control-plane/register-space.ts';
import { UIO_NAME } from '../sw/register-map/device-tree.ts';
import { devmemTarget } from '../sw/register-target/devmem.ts';
import { fileTarget } from '../sw/register-target/file.ts';
import type { RegisterTarget } from '../sw/register-target/target.ts';
import { uioTarget } from '../sw/register-target/uio.ts';

const WINDOW = 2 ** ADDRESS_BITS;

export interface TargetFlags {
  readonly target: 'uio' | 'devmem' | 'file' | 'sim';
  readonly device: string;
  readonly base?: string;
  readonly file?: string;
  readonly offset: string;
  readonly role: 'initiator' | 'follower';
  readonly slots: string;
  readonly buildId?: string;
  readonly root: string;
}

export interface OpenTarget {
  readonly target: RegisterTarget;
  readonly hardware: Capabilities;
}

export function addTargetOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--target <kind>', 'whose registers: a UIO device or physical memory of the board, a file, or a fresh simulated peer')
        .choices(['uio', 'devmem', 'file', 'sim'])
        .default('uio'),
    )
    .option('--device <name>', 'uio: name or number of the device', UIO_NAME)
    .option('--base <address>', 'devmem: physical address of the registers, as 0x43c00000 (default: none)')
    .option('--file <path>', 'file: the file that holds the registers, as /dev/shm/keyturn (default: none)')
    .option('--offset <octets>', 'file: octets before the first register', '0')
    .addOption(new Option('--role <role>', 'sim: role of the peer').choices(['initiator', 'follower']).default('initiator'))
    .addOption(new Option('--slots <count>', 'sim: key slots of the peer').choices(['2', '3', '4']).default('2'))
    .option('--build-id <id>', 'refuse hardware with another build id (default: any)')
    .option('--root <folder>', 'uio, devmem: where sys and dev are', '/');
}

/**
 * Opens the target, and makes sure that registers of ours are behind it before any other is touched.
 * @param allowInsecure whether hardware that protects nothing will do
 * @throws RegisterError, WindowError, NoPermission, TargetUnavailable, HardwareMismatch
 */
export async function openTarget(flags: TargetFlags, allowInsecure: boolean): Promise<OpenTarget> {
  const buildId = flags.buildId === undefined ? undefined : wordOption('--build-id', flags.buildId);
  const target = await named(flags);
  const checked = { ...target, ...checkedRegisters(target, WINDOW) };
  try {
    const hardware = await new RelationDriver(target).identify({ allowInsecure, ...(buildId === undefined ? {} : { buildId }) });
    return { target: checked, hardware };
  } catch (error) {
    target.close();
    throw error;
  }
}

async function named(flags: TargetFlags): Promise<RegisterTarget> {
  const { target, device, base, file, root } = flags;
  switch (target) {
    case 'sim': {
      // loaded where it is wanted: a board has nothing to simulate
      const { simulatedTarget } = await import('../sim/register-target.ts');
      return simulatedTarget({ role: flags.role, slots: Number(flags.slots) });
    }
    case 'file':
      if (file === undefined) throw new RegisterError('--target file needs a file', 'name it with --file');
      return fileTarget({ path: file, offset: wordOption('--offset', flags.offset), size: WINDOW });
    case 'devmem':
      if (base === undefined)
        throw new RegisterError(
          '--target devmem needs the address of the registers',
          'give it with --base; the device-tree overlay has it in reg',
        );
      return devmemTarget({ base: wordOption('--base', base), size: WINDOW, root });
    case 'uio':
      return uioTarget({ device, size: WINDOW, root });
  }
}

/** @throws RegisterError */
export function wordOption(option: string, text: string): number {
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 0xffff_ffff)) throw new RegisterError(`${option} ${text} is no number of 32 bits`, 'expected one like 4096 or 0x1000');
  return value;
}
