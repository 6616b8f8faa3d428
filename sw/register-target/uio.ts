/** Registers and interrupt of a UIO device of Linux (Documentation/driver-api/uio-howto.rst). */
import { constants, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { lineOf, PAGE_OCTETS, type PageName } from '../../spec/pages.ts';
import { PAGE_MAPS } from '../../spec/register-maps.ts';
import { STATION_REGISTERS } from '../../spec/station-registers.ts';
import type { RegisterSpace } from '../control-plane/register-space.ts';
import { UIO_NAME, uioNameOf } from '../register-map/device-tree.ts';
import { libc } from './libc.ts';
import { mapRegisters } from './mapped.ts';
import { openRegisters } from './open-file.ts';
import { passTime, type RegisterTarget, TargetUnavailable, WindowError } from './target.ts';
import { checkLogic, kernelFile, kernelFolder, type Root } from './zynq.ts';

/** How long one wait in a worker thread may last: an end of the process must not wait for an interrupt. */
const SLICE_MS = 100;

export interface UioDevice {
  /** `uio0` */
  readonly device: string;
  readonly name: string;
}

/** Of a mailbox: an interrupt is on its way while a bit is set in both. */
const INTERRUPT_WORDS = ['interruptStatus', 'interruptEnable'];

/** Every UIO device of the system. */
export function uioDevices(root: Root): readonly UioDevice[] {
  return kernelFolder(root, 'sys/class/uio').map((device) => ({ device, name: kernelFile(root, 'sys/class/uio', device, 'name') ?? '' }));
}

/** The one device with this name, or of this number. @throws TargetUnavailable */
export function findUio(root: Root, wanted: string = UIO_NAME): UioDevice {
  const devices = uioDevices(root);
  const [found, ...others] = devices.filter(({ device, name }) => name === wanted || device === wanted);
  const there = devices.map(({ device, name }) => `${device} (${name})`).join(', ');
  if (found === undefined)
    throw new TargetUnavailable(
      `there is no UIO device called ${wanted}${there === '' ? '' : `, only ${there}`}`,
      'apply the device-tree overlay and start Linux with uio_pdrv_genirq.of_id=generic-uio; elsewhere than on the board use --target sim or --target file',
    );
  if (others.length > 0)
    throw new TargetUnavailable(
      `there are ${1 + others.length} UIO devices called ${wanted}: ${there}`,
      `choose one with --device, as --device ${found.device}`,
    );
  return found;
}

/** @throws TargetUnavailable, NoPermission, WindowError */
export async function uioTarget({
  page = 'peer',
  device: wanted = uioNameOf(page),
  size,
  root,
}: {
  /** default: that of the relations */
  readonly page?: PageName;
  /** name or number of the device; default: that of the page */
  readonly device?: string;
  readonly size: number;
  readonly root: Root;
}): Promise<RegisterTarget> {
  const { device, name } = findUio(root, wanted);
  const attribute = (file: string): number => Number(kernelFile(root, 'sys/class/uio', device, 'maps/map0', file) ?? Number.NaN);
  const [address, mapSize, skip] = [attribute('addr'), attribute('size'), attribute('offset') || 0];
  const path = join(root, 'dev', device);
  if (Number.isNaN(address) || !(mapSize >= size))
    throw new WindowError(
      path,
      Number.isNaN(mapSize) ? 'has no memory to map' : `maps ${mapSize} octets`,
      `${size} are needed: check reg in the device tree`,
    );
  checkLogic(root);
  const { map } = await libc();
  const file = openRegisters(
    'device',
    path,
    constants.O_SYNC,
    'give your group access with a udev rule, as SUBSYSTEM=="uio", GROUP="keyturn", MODE="0660"',
  );
  const registers = mapRegisters(map, file, path, 0, size, skip);
  const interrupts = uioInterrupts(file.descriptor);
  const line = page === 'peer' ? lineOfEvents(registers) : lineOfStatus(registers, page);
  return {
    ...registers,
    read32: line.read32,
    description: `${name} at 0x${address.toString(16)} through ${path}`,
    async waitForInterrupt(milliseconds, signal) {
      if (lineOf(page) === undefined) return passTime(milliseconds, signal);
      if (await line.mayArm()) interrupts.arm();
      return interrupts.wait(milliseconds, signal);
    },
  };
}

/** The line of an interrupt, a level: armed while it is high, the interrupt would be there again at once. */
interface Line extends Pick<RegisterSpace, 'read32'> {
  mayArm(): Promise<boolean>;
}

function lineOfStatus({ read32 }: RegisterSpace, page: PageName): Line {
  const words = PAGE_MAPS[page].registers.filter(({ name }) => INTERRUPT_WORDS.includes(name));
  const mayArm = async (): Promise<boolean> => {
    let pending = 0xffff_ffff;
    for (const { offset } of words) pending &= await read32(offset);
    return pending === 0;
  };
  return { read32, mayArm };
}

/** Of a station it is high while events wait, which nothing shows but a read that takes one: it is armed once for each such read. */
function lineOfEvents({ read32 }: RegisterSpace): Line {
  let isTaken = true;
  return {
    read32(offset) {
      if (offset % PAGE_OCTETS === STATION_REGISTERS.event.offset) isTaken = true;
      return read32(offset);
    },
    async mayArm() {
      const may = isTaken;
      isTaken = false;
      return may;
    },
  };
}

/** The interrupt of a UIO device: one is delivered each time it is armed. */
export function uioInterrupts(descriptor: number): {
  readonly arm: () => void;
  readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<boolean>;
} {
  const word = Buffer.alloc(4);
  return {
    arm: () => {
      word.writeUInt32LE(1);
      writeSync(descriptor, word, 0, 4);
    },
    async wait(milliseconds, signal) {
      const { poll } = await libc();
      for (let left = milliseconds; left > 0 && signal?.aborted !== true; left -= SLICE_MS) {
        if (!(await poll(descriptor, Math.min(left, SLICE_MS)))) continue;
        // takes the count of interrupts, which is not needed
        readSync(descriptor, word, 0, 4, null);
        return true;
      }
      return false;
    },
  };
}
