/** What must be in order before a board can be used, each with what to do about it. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Board } from '../boards/schema.ts';
import { ADDRESS_BITS } from '../spec/registers.ts';
import { RelationDriver } from '../sw/control-plane/driver.ts';
import { UIO_NAME } from '../sw/register-map/device-tree.ts';
import { libc } from '../sw/register-target/libc.ts';
import { findUio, uioTarget } from '../sw/register-target/uio.ts';
import { fclkEnabled, fpgaState, kernelFile, kernelFolder } from '../sw/register-target/zynq.ts';
import { hardwareText } from './regs-text.ts';

/** `unknown`: it can't be told from here, which is no fault. */
export type State = 'good' | 'bad' | 'unknown';

export interface Finding {
  readonly what: string;
  readonly state: State;
  readonly found: string;
  /** what to do; empty where all is good */
  readonly remedy: string;
}

export interface Surroundings {
  readonly board: Board;
  /** the root of the file system */
  readonly root: string;
}

/** The oldest Node that runs this. */
const NODE = [20, 19] as const;
const TOOL_PATIENCE_MS = 20_000;

/** Whether this runs on a Zynq, by its device tree. */
export function isOnBoard(root: string): boolean {
  return (kernelFile(root, 'proc/device-tree/compatible') ?? '').includes('xlnx,zynq-7000');
}

const good = (what: string, found: string): Finding => ({ what, state: 'good', found, remedy: '' });
const bad = (what: string, found: string, remedy: string): Finding => ({ what, state: 'bad', found, remedy });
const unknown = (what: string, found: string, remedy: string): Finding => ({ what, state: 'unknown', found, remedy });
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function checkNode(version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const recent = major > NODE[0] || (major === NODE[0] && minor >= NODE[1]);
  return recent ? good('Node', version) : bad('Node', version, `install Node ${NODE.join('.')} or newer`);
}

export async function checkKoffi(): Promise<Finding> {
  try {
    await libc();
    return good('koffi', 'loads: registers can be mapped');
  } catch (error) {
    return bad('koffi', messageOf(error), 'npm ci --include=optional');
  }
}

/** What a tool says of its version; undefined where it can't be run. */
async function version(tool: string, flag: string): Promise<string | undefined> {
  const { stdout, stderr, exitCode } = await execa(tool, [flag], { reject: false, timeout: TOOL_PATIENCE_MS, stdin: 'ignore' });
  if (exitCode === undefined) return undefined;
  return `${stdout}\n${stderr}`.trim().split('\n')[0] ?? '';
}

/** One of the two loads bitstreams from a host. */
export async function checkLoaders(): Promise<Finding> {
  const loaders = [await version('openFPGALoader', '--Version'), await version('vivado', '-version')].filter(
    (found) => found !== undefined,
  );
  return loaders.length > 0
    ? good('loader', loaders.join(', '))
    : bad('loader', 'neither openFPGALoader nor vivado', 'apt-get install openfpgaloader, or run the settings64.sh of Vivado');
}

/** Tools that make or check a bitstream: none is needed to use a board. */
export async function checkTools(): Promise<readonly Finding[]> {
  const tools = [
    ['yosys', '-V', 'synthesis without Vivado: apt-get install yosys'],
    ['verilator', '--version', 'the second simulator: apt-get install verilator'],
    ['dtc', '--version', 'device-tree overlays: apt-get install device-tree-compiler'],
  ] as const;
  return Promise.all(
    tools.map(async ([tool, flag, remedy]) => {
      const found = await version(tool, flag);
      return found === undefined ? unknown(tool, 'not installed', remedy) : good(tool, found);
    }),
  );
}

/** Asks the JTAG chain which part is there. */
export async function checkCable({ board }: Surroundings): Promise<Finding> {
  const what = 'board on JTAG';
  const { all, exitCode } = await execa('openFPGALoader', ['-b', board.openFpgaLoaderBoard, '--detect'], {
    reject: false,
    all: true,
    timeout: TOOL_PATIENCE_MS,
    stdin: 'ignore',
  });
  if (exitCode === undefined) return unknown(what, 'not asked: openFPGALoader is not installed', 'apt-get install openfpgaloader');
  if (exitCode !== 0)
    return bad(
      what,
      all.trim().split('\n').at(-1) ?? '',
      'connect the USB port PROG/UART (J12), switch the board on, install the udev rules of openFPGALoader',
    );
  const idcodes = [...all.matchAll(/idcode\s+0x([0-9a-f]+)/gi)].map(([, digits = '']) => Number.parseInt(digits, 16));
  const expected = board.part.idcode & 0x0fff_ffff;
  if (idcodes.some((idcode) => (idcode & 0x0fff_ffff) === expected)) return good(what, board.part.name);
  const shown = idcodes.length === 0 ? 'no part' : idcodes.map((idcode) => `0x${idcode.toString(16)}`).join(', ');
  return bad(
    what,
    `${shown}, expected 0x${board.part.idcode.toString(16)} (${board.part.name})`,
    'connect this board, or name the other one with --board',
  );
}

export function checkDeviceTree({ root }: Surroundings): readonly Finding[] {
  const tree = 'proc/device-tree';
  const model = kernelFile(root, tree, 'model') ?? 'a Zynq-7000';
  const node = ['axi', 'amba']
    .flatMap((bus) => kernelFolder(root, tree, bus).map((name) => `${bus}/${name}`))
    .find((path) => path.includes(`/${UIO_NAME}@`));
  return [
    good('board', model),
    node === undefined
      ? bad(
          'device tree',
          `no node ${UIO_NAME}@…`,
          'apply the overlay (keyturn regs export --format device-tree), in U-Boot or by configfs',
        )
      : good('device tree', node),
  ];
}

export function checkLogicState({ root, board }: Surroundings): readonly Finding[] {
  const state = fpgaState(root);
  const { fclk } = board.registers;
  const clock = fclkEnabled(root, fclk);
  const manager = 'fpga_manager';
  return [
    state === undefined
      ? unknown(manager, 'none: it is not known whether the logic is loaded', 'use a kernel with CONFIG_FPGA_MGR_ZYNQ_FPGA')
      : state === 'operating'
        ? good(manager, state)
        : bad(manager, state, 'load the bitstream: keyturn flash FILE'),
    clock === undefined
      ? unknown(`FCLK_CLK${fclk}`, 'can not be seen', 'mount debugfs and run as root: mount -t debugfs none /sys/kernel/debug')
      : clock
        ? good(`FCLK_CLK${fclk}`, 'running')
        : bad(`FCLK_CLK${fclk}`, 'switched off', 'start Linux with clk_ignore_unused, or with fclk-enable in its device tree'),
  ];
}

export function checkUio({ root }: Surroundings): Finding {
  try {
    const { device, name } = findUio(root);
    const path = join(root, 'dev', device);
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
      return good('UIO', `${path} (${name})`);
    } catch {
      return bad(
        'UIO',
        `${path} (${name}) can't be read and written`,
        'add a udev rule, as SUBSYSTEM=="uio", GROUP="keyturn", MODE="0660"',
      );
    }
  } catch (error) {
    return bad('UIO', messageOf(error), 'start Linux with uio_pdrv_genirq.of_id=generic-uio');
  }
}

/** Reads the registers, unless something before says that this would hang the processor. */
export async function checkIdentification({ root }: Surroundings, before: readonly Finding[]): Promise<Finding> {
  const what = 'registers';
  const fault = before.find(({ state }) => state === 'bad');
  if (fault !== undefined) return bad(what, `not touched, because of: ${fault.what}`, 'mend that first');
  try {
    const target = await uioTarget({ size: 2 ** ADDRESS_BITS, root });
    try {
      return good(what, hardwareText(await new RelationDriver(target).identify({ allowInsecure: true })));
    } finally {
      target.close();
    }
  } catch (error) {
    return bad(what, messageOf(error), 'load the bitstream that belongs to this software: keyturn flash FILE');
  }
}
