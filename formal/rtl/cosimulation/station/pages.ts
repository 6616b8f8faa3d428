/** The pages of a station: what is where, whose it is, and how it is written. */
import assert from 'node:assert/strict';
import { IMAGE_REGISTERS } from '../../../../spec/image-registers.ts';
import { type Access, existingBits, type Register, wordsOf } from '../../../../spec/registers.ts';
import { PAGE_OCTETS, PAGE_REGISTERS, SHARED_REGISTERS, STATION_REGISTERS } from '../../../../spec/station-registers.ts';
import { SLVERR } from '../bus-bench.ts';
import { octets } from '../peer/frames.ts';
import { addressOf, RELATIONS, type StationBench } from './station-bench.ts';
import type { StationCheck } from './station-check.ts';

const MAP = new Map(
  PAGE_REGISTERS.flatMap((register) =>
    Array.from({ length: wordsOf(register, 'xor') }, (_, index): [number, Register] => [register.offset + 4 * index, register]),
  ),
);
const OFFSETS = Array.from({ length: PAGE_OCTETS / 4 }, (_, index) => 4 * index);
const PAGES = [0, 2];
/** Pages that no relation has; of the first, the number fits into the bits of a relation's. */
const NO_PAGES = [RELATIONS, RELATIONS + 1, 2 ** 7 + 1, 255];
const OF_THE_STATION: readonly string[] = [...SHARED_REGISTERS, 'frameIdBase'];
/** Those of images are asked for in `provider-images.ts`. */
const OF_IMAGES: ReadonlySet<Register> = new Set(Object.values(IMAGE_REGISTERS));
const BOTH_WAYS = PAGE_REGISTERS.filter((register) => register.access === 'rw' && !OF_IMAGES.has(register));

/** Without images their registers read 0, and take nothing. */
function accessOf(station: StationBench, register: Register | undefined): Access | undefined {
  if (register === undefined || station.imageWords > 0 || !OF_IMAGES.has(register)) return register?.access;
  return register.access === 'wo' ? undefined : 'ro';
}

const where = (page: number, offset: number): string => `0x${offset.toString(16)} of page ${page}`;

function readable(station: StationBench, page: number): number[] {
  return [...MAP].flatMap(([offset, { access }]) => (access === 'wo' ? [] : [station.read(page, offset)]));
}

/** A word for a register, another one for each page. */
function wordFor(page: number, { offset }: Register): number {
  return octets(4, offset + 0x1000 * page).reduce((sum, octet) => sum * 256 + octet, 0);
}

function kept(register: Register, value: number): number {
  return Number(BigInt(value) & BigInt(existingBits(register)));
}

export const PAGE_CHECKS: readonly StationCheck[] = [
  {
    claim: 'answers at each offset of a page as the map says, and with SLVERR where there is nothing to read or to write',
    run: (open) => {
      const station = open();
      for (const page of PAGES) {
        const before = readable(station, page);
        for (const offset of OFFSETS) {
          const access = accessOf(station, MAP.get(offset));
          const { response, value } = station.readAt(addressOf(page, offset));
          const isThere = access !== undefined && access !== 'wo';
          assert.equal(response, isThere ? 0 : SLVERR, `read of ${where(page, offset)}`);
          if (!isThere) assert.equal(value, 0, `read of ${where(page, offset)}`);
          if (access === 'ro' || access === undefined)
            assert.equal(station.tryWrite(page, offset, 0xffff_ffff), SLVERR, `write of ${where(page, offset)}`);
        }
        assert.deepEqual(readable(station, page), before);
      }
    },
  },
  {
    claim: 'answers with SLVERR in each page that is no relation’s, and changes nothing by it',
    run: (open) => {
      const station = open();
      const before = [0, 1, 2].map((page) => readable(station, page));
      for (const page of NO_PAGES)
        for (const offset of MAP.keys()) {
          assert.deepEqual(station.readAt(addressOf(page, offset)), { response: SLVERR, value: 0 }, `read of ${where(page, offset)}`);
          assert.equal(station.tryWrite(page, offset, 1), SLVERR, `write of ${where(page, offset)}`);
        }
      assert.deepEqual(
        [0, 1, 2].map((page) => readable(station, page)),
        before,
      );
      assert.equal(station.staged, 0n);
    },
  },
  {
    claim: 'reads in each page after the reset what the map says',
    run: (open) => {
      const station = open();
      const generated: Readonly<Record<string, number>> = {
        capabilities: 0x0201_0002 + (station.role === 'follower' ? 0x10 : 0),
        buildId: 0,
        transmitSpace: 1024,
        imageCapacity: station.imageWords,
      };
      for (let page = 0; page < RELATIONS; page++)
        for (const [offset, { name, access, afterReset = 0 }] of MAP) {
          if (access === 'wo') continue;
          assert.equal(station.read(page, offset), afterReset === 'generated' ? generated[name] : afterReset, `${name} of page ${page}`);
        }
      assert.equal(station.irq, 0);
    },
  },
  {
    claim: 'keeps each bit that there is in the registers of both ways, alone, and nothing in a reserved one',
    run: (open) => {
      const station = open();
      const page = 2;
      for (const register of BOTH_WAYS) {
        const reads = (written: number): number => {
          station.write(page, register.offset, written);
          return station.read(page, register.offset);
        };
        assert.equal(reads(0xffff_ffff), existingBits(register), `${register.name}, all ones`);
        for (let bit = 0; bit < 32; bit++) assert.equal(reads(2 ** bit), kept(register, 2 ** bit), `${register.name}, bit ${bit}`);
      }
    },
  },
  {
    claim: 'has the registers of a relation in its page alone, and those of the station in every page',
    run: (open) => {
      const station = open();
      for (const register of BOTH_WAYS)
        for (let page = 0; page < RELATIONS; page++) station.write(page, register.offset, wordFor(page, register));
      for (const register of BOTH_WAYS)
        for (let page = 0; page < RELATIONS; page++) {
          const writer = OF_THE_STATION.includes(register.name) ? RELATIONS - 1 : page;
          assert.equal(station.read(page, register.offset), kept(register, wordFor(writer, register)), `${register.name} of page ${page}`);
        }
    },
  },
  {
    claim: 'takes whole words only',
    run: (open) => {
      const station = open();
      for (const register of BOTH_WAYS) station.write(1, register.offset, wordFor(1, register));
      const before = readable(station, 1);
      for (const strobe of [0, 0b0001, 0b0111, 0b1110])
        for (const [offset, { access }] of MAP) {
          if (access === 'ro') continue;
          assert.equal(station.tryWrite(1, offset, 0x5a5a_5a5a, strobe), SLVERR, `strobes ${strobe}, ${where(1, offset)}`);
        }
      assert.deepEqual(readable(station, 1), before);
      assert.equal(station.staged, 0n);
    },
  },
  {
    claim: 'answers a read and a write that come at once, of one page or of two, of what has to be waited for and of what has not',
    run: (open) => {
      const station = open();
      const names = ['destinationLow', 'counterThreshold', 'receiveFrameId', 'sourceLow'] as const;
      const registers = BOTH_WAYS.filter(({ name }) => (names as readonly string[]).includes(name));
      for (const register of registers)
        for (let page = 0; page < RELATIONS; page++) station.write(page, register.offset, wordFor(page, register));
      const last = new Map(
        registers.flatMap((register) =>
          Array.from({ length: RELATIONS }, (_, page): [number, number] => [
            addressOf(page, register.offset),
            kept(register, wordFor(OF_THE_STATION.includes(register.name) ? RELATIONS - 1 : page, register)),
          ]),
        ),
      );
      for (const written of registers)
        for (const read of registers)
          for (const [from, to] of [
            [0, 2],
            [1, 1],
          ] as const) {
            const [readAt, writeAt] = [addressOf(from, read.offset), addressOf(to, written.offset)];
            const value = kept(written, wordFor(to + readAt, written));
            const before = last.get(readAt);
            const same = written === read && (from === to || OF_THE_STATION.includes(read.name));
            const answer = station.readAndWriteAt(readAt, writeAt, value);
            assert.deepEqual([answer.written, answer.read.response], [0, 0]);
            // where it is the same word, either is right
            if (!same || answer.read.value !== value) assert.equal(answer.read.value, before, `${read.name} beside ${written.name}`);
            const pages = OF_THE_STATION.includes(written.name) ? [0, 1, 2] : [to];
            for (const page of pages) last.set(addressOf(page, written.offset), value);
          }
      for (const [address, value] of last) assert.equal(station.readAt(address).value, value);
      assert.equal(station.read(0, STATION_REGISTERS.framesRefused.offset), 0);
    },
  },
];
