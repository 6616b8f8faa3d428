/** Whatever the file holds, the reader reads it or says why not: it never breaks. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureError } from '../../capture/capture.ts';
import { captureOf, fileOf, pcapFile, pcapngBlocks, readAll } from './capture-files.ts';

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
  { name: 'pcap, little endian', file: pcapOf(true), boundaries: 3 },
  { name: 'pcap, big endian', file: pcapOf(false), boundaries: 3 },
  { name: 'pcapng, little endian', file: pcapngOf(true), boundaries: 4 },
  { name: 'pcapng, big endian', file: pcapngOf(false), boundaries: 4 },
];

const CUT = 'packets cut off by the end of the file: 1';

/** The packets, or the error; only a CaptureError counts as one. */
async function attempt(file: Uint8Array): Promise<readonly Uint8Array[] | CaptureError> {
  try {
    return (await readAll(captureOf(file))).packets.map(({ data }) => data);
  } catch (error) {
    if (error instanceof CaptureError) return error;
    throw error;
  }
}

describe.each(FILES)('$name', ({ file, boundaries }) => {
  it('is whole to begin with', async () => {
    expect(await attempt(file)).toEqual(FRAMES);
  });

  it('N8: cut off anywhere: the packets before the cut, and the one that is cut is said; without a whole header, a CaptureError', async () => {
    let longest = 0;
    let inSilence = 0;
    for (let length = 0; length < file.length; length++) {
      try {
        const { packets, leftOut } = await readAll(captureOf(file.subarray(0, length)));
        expect(packets.length, `cut at ${length}`).toBeGreaterThanOrEqual(longest);
        longest = packets.length;
        expect(
          packets.map(({ data }) => data),
          `cut at ${length}`,
        ).toEqual(FRAMES.slice(0, Math.min(longest, FRAMES.length - 1)));
        if (leftOut === '') inSilence++;
        else expect(leftOut).toBe(CUT);
      } catch (error) {
        expect(error).toBeInstanceOf(CaptureError);
        expect(String(error), `cut at ${length}`).toMatch(/line\.pcapng: .* at octet \d+; /);
        expect(longest).toBe(0);
      }
    }
    expect(longest).toBe(FRAMES.length - 1);
    // a cut between two packets, or two blocks, can't be seen
    expect(inSilence).toBe(boundaries);
  });

  it('with any octets overwritten: a CaptureError, or packets that lie in the file', async () => {
    const damage = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(damage, async (places) => {
        const damaged = file.slice();
        for (const [at, octet] of places) damaged[at] = octet;
        const result = await attempt(damaged);
        if (!(result instanceof CaptureError)) for (const data of result) expect(data.length).toBeLessThan(file.length);
      }),
      { numRuns: 1000 },
    );
  });
});

it('garbage behind any magic: a CaptureError, or packets', async () => {
  const magics = FILES.map(({ file }) => file.subarray(0, 12));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(new Uint8Array(), ...magics), fc.uint8Array({ maxLength: 300 }), async (magic, garbage) => {
      const result = await attempt(fileOf(magic, garbage));
      expect(result instanceof CaptureError || Array.isArray(result)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

it.each([
  { what: 'an empty file', file: new Uint8Array(), message: 'line.pcapng: not a usable capture: the file is empty' },
  { what: 'three octets', file: Uint8Array.of(1, 2, 3), message: 'only 3 octets at octet 0' },
  { what: 'a text', file: new TextEncoder().encode('frames'), message: 'magic 0x6d617266 at octet 0; expected a pcap or a pcapng file' },
  {
    what: 'N8: a Git LFS pointer',
    file: new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n'),
    message: 'it is a Git LFS pointer, which stands for the capture at octet 0; fetch the file itself: git lfs pull',
  },
  {
    what: 'zstd',
    file: Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 4, 0),
    message: 'it is compressed by zstd at octet 0; decompress it first: zstd -d',
  },
  {
    what: 'a block that ends with another length',
    file: fileOf(pcapngBlocks(true).section(), Uint8Array.of(6, 0, 0, 0, 32, 0, 0, 0), new Uint8Array(20), Uint8Array.of(36, 0, 0, 0)),
    message: 'a block of 32 octets that ends as one of 36 at octet 28',
  },
  {
    what: 'a packet block too long for memory',
    file: fileOf(pcapngBlocks(true).section(), Uint8Array.of(6, 0, 0, 0, 0, 0, 0, 0x70, 0, 0, 0, 0)),
    message: 'a block of 1879048192 octets',
  },
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
    message: 'a block of 12 octets at octet 56; expected a multiple of 4, at least 16',
  },
])('$what is refused, and the message says what was found', async ({ file, message }) => {
  const result = await attempt(file);
  expect(result).toBeInstanceOf(CaptureError);
  expect(String(result)).toContain(message);
});
