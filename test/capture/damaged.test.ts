/** Whatever the file holds, the reader reads it or says why not: it never breaks. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureError } from '../../capture/capture.ts';
import { readCapture } from '../../capture/read.ts';
import { fileOf, pcapFile, pcapngBlocks } from './capture-files.ts';

const FRAMES = [Uint8Array.of(1, 2, 3, 4, 5), new Uint8Array(20).fill(7), Uint8Array.of(9)];

function pcapOf(littleEndian: boolean): Uint8Array {
  const records = FRAMES.map((data, seconds) => ({ seconds, fraction: 0, data, originalLength: data.length }));
  return pcapFile({ littleEndian, nanoseconds: true }, records);
}

function pcapngOf(littleEndian: boolean): Uint8Array {
  const { section, networkInterface, packet, simplePacket } = pcapngBlocks(littleEndian);
  const [first = new Uint8Array(), second = new Uint8Array(), third = new Uint8Array()] = FRAMES;
  const description = networkInterface({ name: 'eth7', resolution: 9 });
  return fileOf(section(), description, packet(0, 1n, first), simplePacket(second), packet(0, 2n, third));
}

const FILES = [
  { name: 'pcap, little endian', file: pcapOf(true) },
  { name: 'pcap, big endian', file: pcapOf(false) },
  { name: 'pcapng, little endian', file: pcapngOf(true) },
  { name: 'pcapng, big endian', file: pcapngOf(false) },
];

/** The packets, or the error; only a CaptureError counts as one. */
function attempt(file: Uint8Array): readonly Uint8Array[] | CaptureError {
  try {
    return readCapture(file).packets.map(({ data }) => data);
  } catch (error) {
    if (error instanceof CaptureError) return error;
    throw error;
  }
}

describe.each(FILES)('$name', ({ file }) => {
  it('is whole to begin with', () => {
    expect(attempt(file)).toEqual(FRAMES);
  });

  it('cut off anywhere: a CaptureError, or the packets before the cut', () => {
    const results = Array.from({ length: file.length }, (_, length) => attempt(file.subarray(0, length)));
    for (const [length, result] of results.entries()) {
      if (result instanceof CaptureError) expect(result.message, `cut at ${length}`).toMatch(/at octet \d+; /);
      else expect(result, `cut at ${length}`).toEqual(FRAMES.slice(0, Math.min(result.length, FRAMES.length - 1)));
    }
    // most cuts go through a header or a packet
    expect(results.filter((result) => result instanceof CaptureError).length).toBeGreaterThan(file.length - 8);
  });

  it('with any octets overwritten: a CaptureError, or packets that lie in the file', () => {
    const damage = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(damage, (places) => {
        const damaged = file.slice();
        for (const [at, octet] of places) damaged[at] = octet;
        const result = attempt(damaged);
        if (!(result instanceof CaptureError)) for (const data of result) expect(data.length).toBeLessThan(file.length);
      }),
      { numRuns: 2000 },
    );
  });
});

it('garbage behind any magic: a CaptureError, or packets', () => {
  const magics = FILES.map(({ file }) => file.subarray(0, 12));
  fc.assert(
    fc.property(fc.constantFrom(new Uint8Array(), ...magics), fc.uint8Array({ maxLength: 300 }), (magic, garbage) => {
      const result = attempt(fileOf(magic, garbage));
      expect(result instanceof CaptureError || Array.isArray(result)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

it.each([
  { what: 'an empty file', file: new Uint8Array(), message: 'the file is empty' },
  { what: 'three octets', file: Uint8Array.of(1, 2, 3), message: 'only 3 octets at octet 0' },
  { what: 'a text', file: new TextEncoder().encode('frames'), message: 'magic 0x6d617266 at octet 0; expected a pcap or a pcapng file' },
  {
    what: 'a packet longer than any frame',
    file: fileOf(pcapFile({ littleEndian: true, nanoseconds: true }, []), new Uint8Array(8), Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1)),
    message: 'a packet of 16777216 octets at octet 24; expected at most 262144',
  },
  {
    what: 'a packet of an interface that nobody described',
    file: fileOf(pcapngBlocks(true).section(), pcapngBlocks(true).packet(3, 0n, Uint8Array.of(1))),
    message: 'a packet of interface 3, but 0 are described',
  },
  {
    what: 'a simple packet block without room for its length',
    file: fileOf(
      pcapngBlocks(true).section(),
      pcapngBlocks(true).networkInterface(),
      pcapngBlocks(true).block(3, (file) => file),
    ),
    message: 'a simple packet block of 12 octets',
  },
])('$what is refused, and the message says what was found', ({ file, message }) => {
  const result = attempt(file);
  expect(result).toBeInstanceOf(CaptureError);
  expect(String(result)).toContain(message);
});
