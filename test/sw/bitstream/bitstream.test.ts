import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitstreamError, parseBit, printBit } from '../../../sw/bitstream/bit-file.ts';
import { checkPart, readBitstream, swapped } from '../../../sw/bitstream/bitstream.ts';
import { bitFile, configuration, Z10, Z20 } from './bitstreams.ts';

const payload = configuration(Z20.idcode);
const file = bitFile('7z020clg400', payload);

describe('a .bit file', () => {
  it('is read: header, data, and the part that the configuration itself names', () => {
    const { header, payload: data, idcode } = readBitstream(file, 'x.bit');
    expect(header).toEqual({ design: 'top;UserID=0XFFFFFFFF;Version=2024.2', part: '7z020clg400', date: '2026/11/25', time: '12:00:01' });
    expect(Buffer.from(data)).toEqual(payload);
    expect(idcode).toBe(Z20.idcode);
  });

  it('is written octet by octet as it was read', () => {
    expect(Buffer.from(printBit(parseBit(file, 'x.bit')))).toEqual(file);
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
      return error as BitstreamError;
    }
    throw new Error(`${octets.length} octets were taken for a bitstream`);
  };

  it('cut short anywhere is refused, as .bit', () => {
    for (let length = 0; length < file.length; length++) expect(refused(file.subarray(0, length)).message).toMatch(/^x: /);
  });

  it('cut short anywhere before the end of the configuration is refused, as .bin', () => {
    const bin = swapped(payload);
    // one NOOP stands behind the end
    for (let length = 0; length < bin.length; length++) if (length !== bin.length - 4) refused(bin.subarray(0, length));
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
    ['nothing', Buffer.alloc(0), 'x: is empty'],
    ['a text', Buffer.from('-- nothing of the kind --'.repeat(20)), 'is no bitstream: it has neither the header of a .bit nor a sync word'],
    [
      'a .bin that is not swapped',
      payload,
      'is a .bin whose words are not byte-swapped, as Vivado -bin_file writes it: give the .bit file',
    ],
    ['a .bit with something behind it', Buffer.concat([file, Buffer.from([0])]), 'has 1 octets behind its end'],
    ['a .bit without a configuration', bitFile('7z020clg400', Buffer.alloc(64)), 'has no sync word'],
    ['a .bit with half a word', bitFile('7z020clg400', Buffer.concat([payload, Buffer.alloc(2)])), 'not whole words'],
    [
      'no packet after the sync word',
      bitFile('7z020clg400', Buffer.concat([payload.subarray(0, 52), Buffer.alloc(64)])),
      'has no packet at octet 52',
    ],
  ])('%s is refused, and the message says what it is', (_, octets, message) => {
    expect(refused(octets).message).toContain(message);
  });
});

describe('the part', () => {
  it.each(['7z020clg400', 'xc7z020clg400-1', 'XC7Z020CLG400-2'])('of a header that says %s is that of the board', (name) => {
    expect(() => checkPart(readBitstream(bitFile(name, payload), 'x'), Z20, 'x')).not.toThrow();
  });

  it('may be of another revision of the silicon', () => {
    const revised = readBitstream(bitFile('7z020clg400', configuration(0x2372_7093)), 'x');
    expect(() => checkPart(revised, Z20, 'x')).not.toThrow();
  });

  it('is checked in the header and in the configuration', () => {
    expect(() => checkPart(readBitstream(file, 'x'), Z10, 'x')).toThrow('x: is for the part 7z020clg400, expected 7z010clg400');
    const mislabelled = readBitstream(bitFile('7z010clg400', payload), 'x');
    expect(() => checkPart(mislabelled, Z10, 'x')).toThrow(
      'configures a part with IDCODE 0x03727093, expected 0x03722093 (xc7z010clg400-1)',
    );
    expect(() => checkPart(readBitstream(swapped(payload), 'x'), Z10, 'x')).toThrow(BitstreamError);
  });
});
