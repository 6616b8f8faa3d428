/**
 * The `.bit` file of Xilinx' tools: a header that names design, part and time, then the configuration as it goes onto the bus. The
 * format is not published; this is what Vivado and openXC7 write: u16 9 and nine octets, u16 1, then fields with a letter each, `a`
 * to `d` with a u16 length and a text that ends with 0, `e` with a u32 length and the data. All lengths are big-endian.
 */

/** What was given is no bitstream that can be used. */
export class BitstreamError extends Error {
  constructor(source: string, problem: string, mend: string) {
    super(`${source}: ${problem}: ${mend}`);
    this.name = 'BitstreamError';
  }
}

export interface BitHeader {
  /** of field a, as `zybo_top;UserID=0XFFFFFFFF;Version=2024.2` */
  readonly design: string;
  /** of field b, as `7z020clg400` */
  readonly part: string;
  readonly date: string;
  readonly time: string;
}

export interface BitFile {
  readonly header: BitHeader;
  /** of field e: words of the configuration, big-endian */
  readonly payload: Uint8Array;
}

const PREAMBLE = Uint8Array.of(0, 9, 0x0f, 0xf0, 0x0f, 0xf0, 0x0f, 0xf0, 0x0f, 0xf0, 0, 0, 1);
const REGENERATE = 'generate it again';

/** Whether the file begins like one. */
export function isBitFile(octets: Uint8Array): boolean {
  return PREAMBLE.every((octet, index) => octets[index] === octet);
}

/** @throws BitstreamError for what is no `.bit`, is cut short, or has something behind its end */
export function parseBit(octets: Uint8Array, source: string): BitFile {
  if (!isBitFile(octets))
    throw new BitstreamError(source, 'has no header of a bitstream', 'give a .bit file as Vivado or openXC7 write it');
  let at = PREAMBLE.length;
  const take = (count: number): Uint8Array => {
    if (at + count > octets.length)
      throw new BitstreamError(
        source,
        `ends after ${octets.length} octets, within its header or data (${at + count} expected)`,
        REGENERATE,
      );
    at += count;
    return octets.subarray(at - count, at);
  };
  const number = (count: number): number => take(count).reduce((value, octet) => value * 256 + octet, 0);
  const key = (expected: string): void => {
    const found = String.fromCharCode(number(1));
    if (found !== expected)
      throw new BitstreamError(source, `its header has field ${JSON.stringify(found)} where "${expected}" belongs`, REGENERATE);
  };
  const text = (letter: string, name: keyof BitHeader): string => {
    key(letter);
    const octets = take(number(2));
    if (octets.at(-1) !== 0) throw new BitstreamError(source, `the ${name} in its header does not end with 0`, REGENERATE);
    return Buffer.from(octets.subarray(0, -1)).toString('latin1');
  };
  const header = { design: text('a', 'design'), part: text('b', 'part'), date: text('c', 'date'), time: text('d', 'time') };
  key('e');
  const payload = take(number(4));
  if (at !== octets.length) throw new BitstreamError(source, `has ${octets.length - at} octets behind its end`, REGENERATE);
  return { header, payload };
}

/** The file for a configuration. */
export function printBit({ header, payload }: BitFile): Uint8Array {
  const text = (letter: string, value: string): Buffer => {
    const octets = Buffer.from(`${value}\0`, 'latin1');
    const head = Buffer.from([letter.charCodeAt(0), 0, 0]);
    head.writeUInt16BE(octets.length, 1);
    return Buffer.concat([head, octets]);
  };
  const { design, part, date, time } = header;
  const length = Buffer.from([0x65, 0, 0, 0, 0]);
  length.writeUInt32BE(payload.length, 1);
  return Buffer.concat([PREAMBLE, text('a', design), text('b', part), text('c', date), text('d', time), length, payload]);
}
