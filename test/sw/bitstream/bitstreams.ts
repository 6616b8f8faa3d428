/** Bitstreams after the tables of UG470 (chapter 5): header, dummy words, bus width, sync, then packets. */

export const Z20 = { name: 'xc7z020clg400-1', idcode: 0x0372_7093 };
export const Z10 = { name: 'xc7z010clg400-1', idcode: 0x0372_2093 };

/** Words as a configuration has them, big-endian. */
export function assembled(...words: readonly number[]): Buffer {
  const octets = Buffer.alloc(4 * words.length);
  words.forEach((word, index) => octets.writeUInt32BE(word, 4 * index));
  return octets;
}

/** @param frames words of configuration data */
export function configuration(idcode: number, frames = 16): Buffer {
  return assembled(
    ...Array(8).fill(0xffff_ffff),
    0x0000_00bb, // bus width
    0x1122_0044,
    0xffff_ffff,
    0xffff_ffff,
    0xaa99_5566, // sync
    0x2000_0000, // NOOP
    0x3000_8001, // CMD
    0x0000_0007, // RCRC
    0x2000_0000,
    0x3001_8001, // IDCODE
    idcode,
    0x3000_2001, // FAR
    0x0000_0000,
    0x3000_4000, // FDRI, none here
    0x5000_0000 + frames, // type 2, so many words, which may look like anything
    ...Array.from({ length: frames }, (_, index) => (0xaa99_5566 + 0x0101_0101 * index) >>> 0),
    0x3000_8001,
    0x0000_000d, // DESYNC
    0x2000_0000,
  );
}

export const DESIGN = 'top;UserID=0XFFFFFFFF;Version=2024.2';

/** Written here octet by octet, not by the code under test. */
export function bitFile(part: string, payload: Uint8Array, design = DESIGN): Buffer {
  const field = (letter: string, text: string): string => {
    const length = text.length + 1;
    return `${letter}${String.fromCharCode(length >> 8, length & 0xff)}${text}\0`;
  };
  const length = Buffer.alloc(4);
  length.writeUInt32BE(payload.length);
  return Buffer.concat([
    Buffer.from('00090ff00ff00ff00ff0000001', 'hex'),
    Buffer.from(`${field('a', design)}${field('b', part)}${field('c', '2026/11/25')}${field('d', '12:00:01')}e`, 'latin1'),
    length,
    payload,
  ]);
}
