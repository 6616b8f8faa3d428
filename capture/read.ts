/** Reads captures as a stream: pcap and pcapng, compressed by gzip or not, of any length. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { type CapturedPacket, CaptureError, type CaptureInterface, MEND_CUT, MEND_DAMAGED } from './capture.ts';
import { type Findings, LeftOut } from './left-out.ts';
import { OctetStream } from './octet-stream.ts';
import { pcapFormat, pcapPackets } from './pcap.ts';
import { pcapngPackets, SECTION_HEADER } from './pcapng.ts';

/**
 * The packets of a capture, one after another: `for await (const packet of captureFile(path))`. Every loop reads from the
 * beginning. A file that ends within a packet gives those before, and counts the last as left out.
 */
export class Capture implements AsyncIterable<CapturedPacket> {
  /** for messages */
  readonly name: string;
  readonly #open: () => AsyncIterable<Uint8Array>;
  readonly #findings: Findings = { interfaces: [], leftOut: new LeftOut() };

  /** @param open the octets of the file, from the beginning on each call */
  constructor(name: string, open: () => AsyncIterable<Uint8Array>) {
    this.name = name;
    this.#open = open;
  }

  /** Those described so far in the loop that runs, or all of them after it; pcap has one, without a name. */
  get interfaces(): readonly CaptureInterface[] {
    return this.#findings.interfaces;
  }

  /** What that loop passed over: packets of other link types, and one that is not all there. */
  get leftOut(): LeftOut {
    return this.#findings.leftOut;
  }

  /** @throws CaptureError, and what reading the file throws */
  async *[Symbol.asyncIterator](): AsyncGenerator<CapturedPacket> {
    this.#findings.interfaces.length = 0;
    this.#findings.leftOut.clear();
    const stream = new OctetStream(decompressed(this.name, this.#open()));
    try {
      yield* packets(this.name, stream, this.#findings);
    } finally {
      await stream.close();
    }
  }
}

/** A capture on disk. */
export function captureFile(path: string): Capture {
  return new Capture(basename(path), () => octetsOf(path));
}

async function* octetsOf(path: string): AsyncGenerator<Uint8Array> {
  const facts = await stat(path);
  if (!facts.isFile() && !facts.isDirectory())
    throw new CaptureError(basename(path), 'it is a pipe or a device', 0, 'save it as a file first: a capture is read more than once');
  yield* createReadStream(path, { highWaterMark: 1 << 20 });
}

async function* packets(name: string, stream: OctetStream, findings: Findings): AsyncGenerator<CapturedPacket> {
  if (!(await stream.hold(4))) {
    if (stream.held === 0) throw new CaptureError(name, 'the file is empty', 0, 'record it again');
    throw new CaptureError(name, `only ${stream.held} octets`, 0, MEND_CUT);
  }
  const format = pcapFormat(stream);
  if (format !== undefined) return yield* pcapPackets(name, stream, format, findings);
  if (stream.u32(0, true) === SECTION_HEADER) return yield* pcapngPackets(name, stream, findings);
  await stream.hold(LONGEST_BEGINNING);
  const beginning = Buffer.from(stream.octets(0, LONGEST_BEGINNING)).toString('latin1');
  const known = NO_CAPTURES.find(({ begins }) => beginning.startsWith(begins));
  if (known !== undefined) throw new CaptureError(name, `it is ${known.what}`, 0, known.mend);
  const magic = stream.u32(0, true).toString(16).padStart(8, '0');
  throw new CaptureError(name, `magic 0x${magic}`, 0, 'expected a pcap or a pcapng file; editcap -F pcapng IN OUT makes one of others');
}

/** Files that are met where a capture is expected, and what to do with them. */
const NO_CAPTURES = [
  {
    begins: 'version https://git-lfs',
    what: 'a Git LFS pointer, which stands for the capture',
    mend: 'fetch the file itself: git lfs pull',
  },
  { begins: '\x28\xb5\x2f\xfd', what: 'compressed by zstd', mend: 'decompress it first: zstd -d' },
  { begins: '\x04\x22\x4d\x18', what: 'compressed by lz4', mend: 'decompress it first: lz4 -d' },
  { begins: '\xfd7zXZ', what: 'compressed by xz', mend: 'decompress it first: xz -d' },
  { begins: 'BZh', what: 'compressed by bzip2', mend: 'decompress it first: bzip2 -d' },
  { begins: 'PK\x03\x04', what: 'a zip archive', mend: 'take the capture out of it first' },
];
const LONGEST_BEGINNING = Math.max(...NO_CAPTURES.map(({ begins }) => begins.length));

/** The octets as they are, or out of gzip (RFC 1952). A gzip file that is cut off gives what it still holds. */
async function* decompressed(name: string, octets: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = octets[Symbol.asyncIterator]();
  try {
    const beginning: Uint8Array[] = [];
    for (let length = 0; length < 2; ) {
      const { value, done } = await iterator.next();
      if (done === true) break;
      beginning.push(value);
      length += value.length;
    }
    const all = (async function* () {
      yield* beginning;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    })();
    const [first, second] = Buffer.concat(beginning);
    if (first === 0x1f && second === 0x8b) yield* gunzipped(name, all);
    else yield* all;
  } finally {
    await iterator.return?.();
  }
}

async function* gunzipped(name: string, octets: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  let written = 0;
  pipeline(Readable.from(octets, { objectMode: false }), gunzip, () => {});
  try {
    for await (const piece of gunzip as AsyncIterable<Uint8Array>) {
      written += piece.length;
      yield piece;
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_') !== true) throw error;
    throw new CaptureError(name, `gzip data that gunzip refuses ("${message}") after what is`, written, MEND_DAMAGED);
  }
}
