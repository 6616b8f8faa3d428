/** Reads pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng), either octet order, any resolution. */
import { type Capture, type CapturedPacket, CaptureError, LINK_TYPE_ETHERNET } from './capture.ts';

const MEND_TRUNCATED = 'the file is cut off: copy it again, or repair it with a capture tool';
const MEND_LINK = 'record on an Ethernet interface';

/** @throws CaptureError */
export function readCapture(octets: Uint8Array): Capture {
  // a Buffer's slice would share its memory
  const file = new Uint8Array(octets.buffer, octets.byteOffset, octets.byteLength);
  if (file.length === 0) throw new CaptureError('the file is empty', 0, 'record it again');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 4) throw new CaptureError(`only ${file.length} octets`, 0, MEND_TRUNCATED);
  const magic = view.getUint32(0, true);
  if (magic === SECTION_HEADER) return readPcapng(file, view);
  for (const [known, littleEndian, nsPerUnit] of PCAP_MAGICS) if (magic === known) return readPcap(file, view, littleEndian, nsPerUnit);
  throw new CaptureError(`magic 0x${magic.toString(16).padStart(8, '0')}`, 0, 'expected a pcap or a pcapng file');
}

/** Magic as read little-endian, the file's octet order, ns of a fraction unit. */
const PCAP_MAGICS = [
  [0xa1b2c3d4, true, 1000n],
  [0xd4c3b2a1, false, 1000n],
  [0xa1b23c4d, true, 1n],
  [0x4d3cb2a1, false, 1n],
] as const;
const PCAP_HEADER = 24;
const PCAP_RECORD = 16;
/** No frame is longer; a larger length is a broken file, not a jumbo frame. */
const LONGEST_PACKET = 262144;

function readPcap(file: Uint8Array, view: DataView, littleEndian: boolean, nsPerUnit: bigint): Capture {
  if (file.length < PCAP_HEADER) throw new CaptureError('the file header is cut off', file.length, MEND_TRUNCATED);
  const linkType = view.getUint32(20, littleEndian) & 0xffff;
  if (linkType !== LINK_TYPE_ETHERNET) throw new CaptureError(`link type ${linkType}, expected Ethernet (1)`, 20, MEND_LINK);
  const packets: CapturedPacket[] = [];
  for (let at = PCAP_HEADER; at < file.length; ) {
    if (at + PCAP_RECORD > file.length) throw new CaptureError('a packet header is cut off', at, MEND_TRUNCATED);
    const seconds = BigInt(view.getUint32(at, littleEndian));
    const fraction = BigInt(view.getUint32(at + 4, littleEndian));
    const length = view.getUint32(at + 8, littleEndian);
    const originalLength = view.getUint32(at + 12, littleEndian);
    const start = at + PCAP_RECORD;
    checkPacket(file, at, start, length);
    packets.push({
      interface: 0,
      timestampNs: seconds * 1_000_000_000n + fraction * nsPerUnit,
      data: file.slice(start, start + length),
      originalLength,
    });
    at = start + length;
  }
  return { format: 'pcap', interfaces: [{ name: 'eth0' }], packets };
}

function checkPacket(file: Uint8Array, at: number, start: number, length: number): void {
  if (length > LONGEST_PACKET)
    throw new CaptureError(`a packet of ${length} octets`, at, `expected at most ${LONGEST_PACKET}: the file is damaged`);
  if (start + length > file.length)
    throw new CaptureError(`a packet of ${length} octets, but ${file.length - start} are left`, at, MEND_TRUNCATED);
}

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const BYTE_ORDER = 0x1a2b3c4d;
const OPTION_NAME = 2;
const OPTION_RESOLUTION = 9;

interface Interface {
  readonly name: string;
  readonly ethernet: boolean;
  readonly snapLength: number;
  readonly toNs: (units: bigint) => bigint;
}

function readPcapng(file: Uint8Array, view: DataView): Capture {
  let littleEndian = true;
  // interface numbers begin anew in each section
  let section: Interface[] = [];
  let base = 0;
  const all: Interface[] = [];
  const packets: CapturedPacket[] = [];
  for (let at = 0; at < file.length; ) {
    if (at + 12 > file.length) throw new CaptureError('a block header is cut off', at, MEND_TRUNCATED);
    const type = view.getUint32(at, littleEndian);
    if (type === SECTION_HEADER) {
      const order = view.getUint32(at + 8, true);
      if (order !== BYTE_ORDER && swap32(order) !== BYTE_ORDER)
        throw new CaptureError(`byte-order magic 0x${order.toString(16)}`, at + 8, 'expected 0x1a2b3c4d: the file is damaged');
      littleEndian = order === BYTE_ORDER;
      base = all.length;
      section = [];
    }
    const length = view.getUint32(at + 4, littleEndian);
    if (length < 12 || length % 4 !== 0)
      throw new CaptureError(`a block of ${length} octets`, at + 4, 'expected a multiple of 4, at least 12: the file is damaged');
    if (at + length > file.length)
      throw new CaptureError(`a block of ${length} octets, but ${file.length - at} are left`, at, MEND_TRUNCATED);
    const block = new DataView(file.buffer, file.byteOffset + at, length);
    if (type === INTERFACE_DESCRIPTION) {
      const description = readInterface(block, littleEndian, at);
      section.push(description);
      all.push(description);
    } else if (type === ENHANCED_PACKET) {
      if (length < 32) throw new CaptureError(`a packet block of ${length} octets`, at, MEND_TRUNCATED);
      const source = block.getUint32(8, littleEndian);
      const captured = block.getUint32(20, littleEndian);
      const ticks = (BigInt(block.getUint32(12, littleEndian)) << 32n) | BigInt(block.getUint32(16, littleEndian));
      const from = interfaceAt(section, source, at);
      if (28 + captured + 4 > length)
        throw new CaptureError(`a packet of ${captured} octets in a block of ${length}`, at, 'the file is damaged');
      if (from.ethernet) {
        const data = file.slice(at + 28, at + 28 + captured);
        packets.push({ interface: base + source, timestampNs: from.toNs(ticks), data, originalLength: block.getUint32(24, littleEndian) });
      }
    } else if (type === SIMPLE_PACKET) {
      if (length < 16) throw new CaptureError(`a simple packet block of ${length} octets`, at, MEND_TRUNCATED);
      const originalLength = block.getUint32(8, littleEndian);
      const from = interfaceAt(section, 0, at);
      const captured = Math.min(originalLength, from.snapLength === 0 ? originalLength : from.snapLength, length - 16);
      if (from.ethernet) packets.push({ interface: base, timestampNs: 0n, data: file.slice(at + 12, at + 12 + captured), originalLength });
    }
    at += length;
  }
  if (all.length > 0 && !all.some((one) => one.ethernet)) throw new CaptureError('no Ethernet interface', 0, MEND_LINK);
  return { format: 'pcapng', interfaces: all.map(({ name }) => ({ name })), packets };
}

function interfaceAt(section: readonly Interface[], index: number, at: number): Interface {
  const found = section[index];
  if (found === undefined)
    throw new CaptureError(`a packet of interface ${index}, but ${section.length} are described`, at, 'the file is damaged');
  return found;
}

function readInterface(block: DataView, littleEndian: boolean, at: number): Interface {
  if (block.byteLength < 20) throw new CaptureError('an interface description is cut off', at, MEND_TRUNCATED);
  let name = '';
  let toNs = (units: bigint): bigint => units * 1000n;
  const end = block.byteLength - 4;
  for (let option = 16; option + 4 <= end; ) {
    const code = block.getUint16(option, littleEndian);
    const length = block.getUint16(option + 2, littleEndian);
    if (code === 0) break;
    if (option + 4 + length > end)
      throw new CaptureError(`an option of ${length} octets that leaves its block`, at + option, 'the file is damaged');
    if (code === OPTION_NAME) name = new TextDecoder().decode(new Uint8Array(block.buffer, block.byteOffset + option + 4, length));
    if (code === OPTION_RESOLUTION && length >= 1) toNs = resolution(block.getUint8(option + 4));
    option += 4 + Math.ceil(length / 4) * 4;
  }
  return { name, ethernet: block.getUint16(8, littleEndian) === LINK_TYPE_ETHERNET, snapLength: block.getUint32(12, littleEndian), toNs };
}

/** if_tsresol: a negative power of 10, or of 2 with the top bit set. */
function resolution(value: number): (units: bigint) => bigint {
  const exponent = BigInt(value & 0x7f);
  return (value & 0x80) === 0 ? (units) => (units * 1_000_000_000n) / 10n ** exponent : (units) => (units * 1_000_000_000n) >> exponent;
}

function swap32(value: number): number {
  return new DataView(Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24).buffer).getUint32(0);
}
