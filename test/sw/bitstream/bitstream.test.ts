import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitstreamError, parseBit, printBit } from '../../../sw/bitstream/bit-file.ts';
import { checkPart, readBitstream, swapped } from '../../../sw/bitstream/bitstream.ts';
import { assembled, bitFile, configuration, DESIGN, Z10, Z20 } from './bitstreams.ts';

const payload = configuration(Z20.idcode);
const file = bitFile('7z020clg400', payload);

describe('a .bit file', () => {
  it('is read: header, data, and the part that the configuration itself names', () => {
    const { header, payload: data, idcode } = readBitstream(file, 'x.bit');
    expect(header).toEqual({ design: DESIGN, part: '7z020clg400', date: '2026/11/25', time: '12:00:01' });
    expect(Buffer.from(data)).toEqual(payload);
    expect(idcode).toBe(Z20.idcode);
  });

  it('is written octet by octet as it was read', () => {
    expect(Buffer.from(printBit(parseBit(file, 'x.bit')))).toEqual(file);
  });

  it('may have lengths and letters of more than 8 and 7 bits', () => {
    // 19000 words are more than a packet of type 1 can hold, and 0x128e4 octets and more
    const long = bitFile('7z020clg400', configuration(Z20.idcode, 19_000), `${'k'.repeat(300)}\u00fc`);
    const { header, payload: data, idcode } = readBitstream(long, 'x.bit');
    expect(header?.design).toBe(`${'k'.repeat(300)}ü`);
    expect(data).toHaveLength(4 * (configuration(0, 0).length / 4 + 19_000));
    expect(idcode).toBe(Z20.idcode);
    expect(Buffer.from(printBit(parseBit(long, 'x.bit')))).toEqual(long);
  });

  it('as we write it is one to file(1) too, with part, date and length', () => {
    const folder = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
    try {
      const header = { design: 'keyturn', part: '7z010clg400', date: '2026/01/02', time: '03:04:05' };
      writeFileSync(join(folder, 'x.bit'), printBit({ header, payload }));
      const said = execFileSync('file', ['--brief', join(folder, 'x.bit')], { encoding: 'utf8' });
      expect(said).toContain('Xilinx BIT data - from keyturn - for 7z010clg400 - built 2026/01/02(03:04:05)');
      expect(said).toContain(`data length 0x${payload.length.toString(16)}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a .bin file', () => {
  it('has the sync word where and as Linux looks for it', () => {
    const bin = swapped(payload);
    // zynq-fpga.c: "Must be a byte swapped .bin file", 66 55 99 AA
    expect([...bin.subarray(48, 52)]).toEqual([0x66, 0x55, 0x99, 0xaa]);
    expect(bin).toHaveLength(payload.length);
  });

  it('gives the configuration back, and its part', () => {
    const read = readBitstream(swapped(payload), 'x.bin');
    expect(Buffer.from(read.payload)).toEqual(payload);
    expect(read).toMatchObject({ header: undefined, idcode: Z20.idcode });
  });

  it('of any words is its own inverse, and the argument stays as it was', () => {
    void fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff_ffff }), { maxLength: 50 }), (words) => {
        const octets = Buffer.alloc(4 * words.length);
        words.forEach((word, index) => octets.writeUInt32BE(word, 4 * index));
        const other = swapped(octets);
        words.forEach((word, index) => expect(Buffer.from(other).readUInt32LE(4 * index)).toBe(word));
        expect(Buffer.from(swapped(other))).toEqual(octets);
      }),
    );
  });
});

describe('a damaged bitstream', () => {
  const refused = (octets: Uint8Array): BitstreamError => {
    try {
      readBitstream(octets, 'x');
    } catch (error) {
      expect(error).toBeInstanceOf(BitstreamError);
      expect(error).toHaveProperty('name', 'BitstreamError');
      return error as BitstreamError;
    }
    throw new Error(`${octets.length} octets were taken for a bitstream`);
  };

  it('cut short anywhere is refused, as .bit', () => {
    expect(refused(file.subarray(0, 0)).message).toMatch(/^x: is empty/);
    for (let length = 1; length < 13; length++) expect(refused(file.subarray(0, length)).message).toMatch(/^x: is no bitstream/);
    // a letter, a length and a text with the 0 at its end, four times; then the letter e, a length and the data
    const parts = [DESIGN, '7z020clg400', '2026/11/25', '12:00:01'].flatMap((text) => [1, 2, text.length + 1]);
    let end = 13;
    const ends = [...parts, 1, 4, payload.length].map((octets) => (end += octets));
    for (let length = 13; length < file.length; length++) {
      const needed = ends.find((octets) => octets > length);
      const message = `x: ends after ${length} octets, within its header or data (${needed} expected): generate it again`;
      expect(refused(file.subarray(0, length)).message).toBe(message);
    }
  });

  it('with another letter in its header, or a text without its end, is refused and named', () => {
    const changed = (at: number): string => {
      const octets = Buffer.from(file);
      octets[at] = 0x7a;
      return refused(octets).message;
    };
    const part = file.indexOf('7z020clg400');
    expect(changed(13)).toBe('x: its header has field "z" where "a" belongs: generate it again');
    expect(changed(part - 3)).toBe('x: its header has field "z" where "b" belongs: generate it again');
    expect(changed(file.indexOf('2026/') - 3)).toMatch('field "z" where "c" belongs');
    expect(changed(file.indexOf('12:00') - 3)).toMatch('field "z" where "d" belongs');
    expect(changed(file.length - payload.length - 5)).toMatch('field "z" where "e" belongs');
    expect(changed(13 + 3 + DESIGN.length)).toBe('x: the design in its header does not end with 0: generate it again');
    expect(changed(part + '7z020clg400'.length)).toMatch('x: the part in its header does not end with 0');
    expect(changed(file.indexOf('2026/') + 10)).toMatch('x: the date in its header does not end with 0');
    expect(changed(file.indexOf('12:00') + 8)).toMatch('x: the time in its header does not end with 0');
  });

  it('that is no .bit is refused where only a .bit will do', () => {
    expect(() => parseBit(swapped(payload), 'x')).toThrow(
      new BitstreamError('x', 'has no header of a bitstream', 'give a .bit file as Vivado or openXC7 write it'),
    );
  });

  it('cut short anywhere before the end of the configuration is refused, as .bin', () => {
    const bin = swapped(payload);
    // one NOOP stands behind the end
    for (let length = 52; length < bin.length; length++) {
      if (length === bin.length - 4) continue;
      const problem = length % 4 === 0 ? 'ends before its configuration does (no DESYNC command)' : `has ${length} octets, not whole words`;
      expect(refused(bin.subarray(0, length)).message).toBe(`x: ${problem}: it is cut short; generate or copy it again`);
    }
    for (let length = 0; length < 52; length++) refused(bin.subarray(0, length));
    expect(() => readBitstream(bin.subarray(0, -4), 'x')).not.toThrow();
  });

  it('with an octet changed in its header is refused, or differs only in the texts of the header', () => {
    const texts = file.indexOf('top;');
    const end = file.length - payload.length;
    for (let at = 0; at < end; at++) {
      const damaged = Buffer.from(file);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      try {
        const { payload: data } = readBitstream(damaged, 'x');
        expect(Buffer.from(data)).toEqual(payload);
        expect(at).toBeGreaterThanOrEqual(texts);
      } catch (error) {
        expect(error).toBeInstanceOf(BitstreamError);
      }
    }
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'is empty: generate it again'],
    [
      'a text',
      Buffer.from('-- nothing of the kind --'.repeat(20)),
      'is no bitstream: it has neither the header of a .bit nor a sync word: give a .bit file, or a byte-swapped .bin',
    ],
    [
      'a .bin that is not swapped',
      payload,
      'is a .bin whose words are not byte-swapped, as Vivado -bin_file writes it: give the .bit file instead',
    ],
    ['a .bit with something behind it', Buffer.concat([file, Buffer.from([0])]), 'has 1 octets behind its end: generate it again'],
    [
      'a .bit without a configuration',
      bitFile('7z020clg400', Buffer.alloc(64)),
      'has no sync word 0xaa995566 on a word: it is no configuration of a 7-series part; generate it again',
    ],
    [
      'a .bit with half a word',
      bitFile('7z020clg400', Buffer.concat([payload, Buffer.alloc(2)])),
      `has ${payload.length + 2} octets of configuration, not whole words: generate it again`,
    ],
    [
      'no packet after the sync word',
      bitFile('7z020clg400', Buffer.concat([payload.subarray(0, 52), Buffer.alloc(64)])),
      'has no packet at octet 52 of its configuration (0x00000000): it is damaged, or encrypted, which is not supported; generate it again',
    ],
  ])('%s is refused, and the message says what it is', (_, octets, message) => {
    expect(refused(octets).message).toBe(`x: ${message}`);
  });
});

/** Packets of UG470, tables 5-19 to 5-23, between the sync word and the DESYNC command. */
describe('a configuration', () => {
  const SYNC = 0xaa99_5566;
  const DESYNC = [0x3000_8001, 0x0000_000d];
  const idcodeOf = (...words: number[]): number | undefined => readBitstream(swapped(assembled(SYNC, ...words, ...DESYNC)), 'x.bin').idcode;
  const refusedWords = (...words: number[]): (() => unknown) => {
    return () => readBitstream(bitFile('7z020clg400', assembled(...words)), 'x.bit');
  };

  it('may say no part', () => {
    expect(idcodeOf(0x2000_0000)).toBeUndefined();
    expect(() => checkPart(readBitstream(swapped(assembled(SYNC, ...DESYNC)), 'x'), Z10, 'x')).not.toThrow();
  });

  it('has the part that is written to the register IDCODE, not what is written elsewhere or read from there', () => {
    const idcode = [0x3001_8001, Z20.idcode];
    // FAR = 13, the number of the command DESYNC, is no such command
    expect(idcodeOf(0x3000_2001, 13, ...idcode)).toBe(Z20.idcode);
    // a read of one word of IDCODE has no data in the stream
    expect(idcodeOf(...idcode, 0x2801_8001)).toBe(Z20.idcode);
    // nor has a write of no word
    expect(idcodeOf(...idcode, 0x3001_8000)).toBe(Z20.idcode);
  });

  it('goes on with the register of the last packet of type 1 in one of type 2', () => {
    expect(idcodeOf(0x3001_8000, 0x5000_0001, Z20.idcode)).toBe(Z20.idcode);
  });

  it('begins within 64 words', () => {
    const dummies = (count: number): number[] => Array(count).fill(0xffff_ffff);
    expect(refusedWords(...dummies(63), SYNC, ...DESYNC)).not.toThrow();
    expect(refusedWords(...dummies(64), SYNC, ...DESYNC)).toThrow('has no sync word');
  });

  it('that ends with the sync word has one, and nothing else', () => {
    expect(refusedWords(0xffff_ffff, SYNC)).toThrow('ends before its configuration does (no DESYNC command)');
  });
});

describe('the part', () => {
  it.each(['7z020clg400', 'xc7z020clg400-1', 'XC7Z020CLG400-1LI'])('of a header that says %s is that of the board', (name) => {
    expect(() => checkPart(readBitstream(bitFile(name, payload), 'x'), Z20, 'x')).not.toThrow();
  });

  it('may be of another revision of the silicon', () => {
    const revised = readBitstream(bitFile('7z020clg400', configuration(0x2372_7093)), 'x');
    expect(() => checkPart(revised, Z20, 'x')).not.toThrow();
  });

  it('is checked in the header and in the configuration', () => {
    expect(() => checkPart(readBitstream(file, 'x'), Z10, 'x')).toThrow(
      'x: is for the part 7z020clg400, expected 7z010clg400: generate it for this board, or name the other one with --board',
    );
    // xc is left out at the beginning alone
    expect(() => checkPart(readBitstream(bitFile('7zxc020clg400', payload), 'x'), Z20, 'x')).toThrow('is for the part 7zxc020clg400');
    const mislabelled = readBitstream(bitFile('7z010clg400', payload), 'x');
    expect(() => checkPart(mislabelled, Z10, 'x')).toThrow(
      'configures a part with IDCODE 0x03727093, expected 0x03722093 (xc7z010clg400-1)',
    );
    expect(() => checkPart(readBitstream(swapped(payload), 'x'), Z10, 'x')).toThrow(BitstreamError);
  });
});
