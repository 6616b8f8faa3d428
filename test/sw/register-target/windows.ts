/** A file that holds registers as hardware would show them, and a root folder of a board that has such a file as a device. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PageName } from '../../../spec/pages.ts';
import { ADDRESS_BITS, IDENTIFICATION, REGISTERS, type RegisterName } from '../../../spec/registers.ts';

export const WINDOW = 2 ** ADDRESS_BITS;
/** Those of 256 relations come first. */
export const PAGE_INDEX = { host: 256, network: 257, mac: 258 } as const;

/** A follower with 3 slots and the engine xor that accepts every Push. */
export const HARDWARE: Partial<Record<RegisterName, number>> = {
  identification: IDENTIFICATION,
  mapVersion: 0x0004_0000,
  buildId: 0xc0de_1234,
  capabilities: 0x0001_0013,
  status: 0x0156_0039,
  pushResult: 1,
  transmitSpace: 1024,
};

/** @param at octets of something else before the registers */
export function writeWindow(path: string, words: Partial<Record<RegisterName, number>> = {}, at = 0): void {
  const octets = Buffer.alloc(at + WINDOW, 0);
  for (const [name, word] of Object.entries({ ...HARDWARE, ...words }))
    octets.writeUInt32LE(word, at + REGISTERS[name as RegisterName].offset);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, octets);
}

/** All pages of a board in one file: a relation, both mailboxes, a MAC. What stands at an offset of a page other than its identification is told. */
export function writePages(
  path: string,
  words: Readonly<Partial<Record<Exclude<PageName, 'peer'>, Readonly<Record<number, number>>>>> = {},
): void {
  writeWindow(path);
  const octets = Buffer.alloc(259 * WINDOW);
  readFileSync(path).copy(octets);
  for (const page of ['host', 'network', 'mac'] as const) {
    const identification = Buffer.from(page === 'mac' ? '1ETK' : '1MTK').readUInt32LE();
    for (const [offset, word] of Object.entries({
      0: identification,
      [REGISTERS.mapVersion.offset]: HARDWARE.mapVersion ?? 0,
      ...words[page],
    }))
      octets.writeUInt32LE(word, PAGE_INDEX[page] * WINDOW + Number(offset));
  }
  writeFileSync(path, octets);
}

export function wordIn(path: string, name: RegisterName, index = 0, at = 0): number {
  return readFileSync(path).readUInt32LE(at + REGISTERS[name].offset + 4 * index);
}

/** Files of a root folder, by their paths. */
export function writeFiles(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
}

/** What Linux shows of a board with the registers at 0x43c00000 as uio1, beside another device. */
export function writeBoard(root: string): void {
  writeWindow(join(root, 'dev/uio1'));
  writeFiles(root, {
    'sys/class/uio/uio0/name': 'other',
    'sys/class/uio/uio1/name': 'keyturn',
    'sys/class/uio/uio1/maps/map0/addr': '0x43c00000',
    'sys/class/uio/uio1/maps/map0/size': '0x00001000',
    'sys/class/uio/uio1/maps/map0/offset': '0x0',
    'sys/class/fpga_manager/fpga0/state': 'operating',
    'sys/kernel/debug/clk/fclk0/clk_enable_count': '1',
  });
}

/** What a relation is set up with. */
export const SETTINGS = {
  encrypt: true,
  vlanTci: undefined,
  source: Uint8Array.of(1, 2, 3, 4, 5, 6),
  destination: Uint8Array.of(10, 11, 12, 13, 14, 15),
  transmitFrameId: 0x8000,
  receiveFrameId: 0x8001,
  obsoleteTimeout: 6000,
  passReceived: true,
};
