/** pcapng (draft-ietf-opsawg-pcapng), in either octet order, with any resolution of time. */
import {
  type CapturedPacket,
  CaptureError,
  type CaptureInterface,
  LINK_TYPE_ETHERNET,
  LONGEST_PACKET,
  MEND_CUT,
  MEND_DAMAGED,
  MEND_LINK,
  withoutFcs,
} from './capture.ts';
import { CUT_PACKETS, type Findings } from './left-out.ts';
import type { OctetStream } from './octet-stream.ts';

export const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
/** Obsolete, but still written by old tools. */
const PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const BYTE_ORDER = 0x1a2b3c4d;

/** Fewest octets of a block with its frame: type, length, fixed fields, length again. Blocks of other types are passed over. */
const SHORTEST: Readonly<Record<number, number>> = {
  [SECTION_HEADER]: 28,
  [INTERFACE_DESCRIPTION]: 20,
  [PACKET]: 32,
  [SIMPLE_PACKET]: 16,
  [ENHANCED_PACKET]: 32,
};
/** A frame with its comments is never longer: such a length is damage, and not worth the memory. */
const LONGEST_BLOCK = 1 << 24;

const OPTION_COMMENT = 1;
const OPTION_INTERFACE_NAME = 2;
const OPTION_PACKET_FLAGS = 2;
const OPTION_RESOLUTION = 9;
const OPTION_FCS_LENGTH = 13;
const OPTION_TIME_OFFSET = 14;

interface Interface extends CaptureInterface {
  readonly snapLength: number;
  readonly fcsOctets: number;
  readonly toNs: (units: bigint) => bigint;
}

/** One block in memory, and where it stands. */
interface Block {
  readonly file: string;
  readonly offset: number;
  readonly type: number;
  readonly view: DataView;
  readonly littleEndian: boolean;
}

/** @throws CaptureError */
export async function* pcapngPackets(file: string, stream: OctetStream, { interfaces, leftOut }: Findings): AsyncGenerator<CapturedPacket> {
  let littleEndian = true;
  // interface numbers begin anew in each section
  let section: Interface[] = [];
  let base = 0;
  while (stream.held > 0 || (await stream.hold(1))) {
    if (stream.held < 12 && !(await stream.hold(12))) return leftOut.add(CUT_PACKETS);
    const type = stream.u32(0, littleEndian);
    if (type === SECTION_HEADER) {
      littleEndian = octetOrder(file, stream);
      base = interfaces.length;
      section = [];
    }
    const length = stream.u32(4, littleEndian);
    const shortest = SHORTEST[type];
    if (length < (shortest ?? 12) || length % 4 !== 0 || (shortest !== undefined && length > LONGEST_BLOCK)) {
      const expected = `expected a multiple of 4, at least ${shortest ?? 12}`;
      throw new CaptureError(file, `a block of ${length} octets`, stream.offset + 4, `${expected}: ${MEND_DAMAGED}`);
    }
    if (shortest === undefined) {
      if (!(await stream.skip(length))) return leftOut.add(CUT_PACKETS);
      continue;
    }
    if (stream.held < length && !(await stream.hold(length))) {
      if (interfaces.length === 0) throw new CaptureError(file, 'the first blocks are cut off', stream.offset, MEND_CUT);
      return leftOut.add(CUT_PACKETS);
    }
    const octets = stream.octets(0, length);
    const view = new DataView(octets.buffer, octets.byteOffset, length);
    const block: Block = { file, offset: stream.offset, type, view, littleEndian };
    const again = block.view.getUint32(length - 4, littleEndian);
    if (again !== length) throw damaged(block, `a block of ${length} octets that ends as one of ${again}`);
    stream.take(length);
    if (type === INTERFACE_DESCRIPTION) {
      const description = interfaceOf(block);
      section.push(description);
      interfaces.push({ name: description.name, linkType: description.linkType });
    } else if (type !== SECTION_HEADER) {
      const packet = packetOf(block, section);
      if (packet.from.linkType === LINK_TYPE_ETHERNET) yield { interface: base + packet.index, ...packet.content };
      else leftOut.add(`packets of link type ${packet.from.linkType}, which is not Ethernet`);
    }
  }
  if (interfaces.length > 0 && !interfaces.some(({ linkType }) => linkType === LINK_TYPE_ETHERNET))
    throw new CaptureError(file, 'no Ethernet interface', 0, MEND_LINK);
}

/** Whether the section that begins here is little endian. */
function octetOrder(file: string, stream: OctetStream): boolean {
  for (const littleEndian of [true, false]) if (stream.u32(8, littleEndian) === BYTE_ORDER) return littleEndian;
  const found = stream.u32(8, true).toString(16);
  throw new CaptureError(file, `byte-order magic 0x${found}`, stream.offset + 8, `expected 0x1a2b3c4d: ${MEND_DAMAGED}`);
}

function interfaceOf(block: Block): Interface {
  const { view, littleEndian } = block;
  let name = '';
  let fcsOctets = 0;
  let offset = 0n;
  let toNs = resolution(6);
  for (const { code, value } of optionsOf(block, 16)) {
    if (code === OPTION_INTERFACE_NAME) name = text(value);
    if (code === OPTION_RESOLUTION && value.byteLength >= 1) toNs = resolution(value.getUint8(0));
    if (code === OPTION_FCS_LENGTH && value.byteLength >= 1) fcsOctets = value.getUint8(0);
    if (code === OPTION_TIME_OFFSET && value.byteLength >= 8) offset = value.getBigInt64(0, littleEndian) * 1_000_000_000n;
  }
  return {
    name,
    linkType: view.getUint16(8, littleEndian),
    snapLength: view.getUint32(12, littleEndian),
    fcsOctets,
    toNs: (units) => toNs(units) + offset,
  };
}

function packetOf(
  block: Block,
  section: readonly Interface[],
): { readonly index: number; readonly from: Interface; readonly content: Omit<CapturedPacket, 'interface'> } {
  const { type, view, littleEndian } = block;
  const length = view.byteLength;
  if (type === SIMPLE_PACKET) {
    const from = interfaceAt(block, section, 0);
    const onWire = view.getUint32(8, littleEndian);
    const captured = Math.min(onWire, from.snapLength === 0 ? onWire : from.snapLength, length - 16);
    return {
      index: 0,
      from,
      content: { timestampNs: 0n, ...withoutFcs(octets(view, 12, captured), onWire, from.fcsOctets), comments: [] },
    };
  }
  const index = type === PACKET ? view.getUint16(8, littleEndian) : view.getUint32(8, littleEndian);
  const from = interfaceAt(block, section, index);
  const ticks = (BigInt(view.getUint32(12, littleEndian)) << 32n) | BigInt(view.getUint32(16, littleEndian));
  const captured = view.getUint32(20, littleEndian);
  const onWire = view.getUint32(24, littleEndian);
  if (captured > LONGEST_PACKET || 28 + captured + 4 > length)
    throw damaged(block, `a packet of ${captured} octets in a block of ${length}`);
  const comments: string[] = [];
  let { fcsOctets } = from;
  for (const { code, value } of optionsOf(block, 28 + padded(captured))) {
    if (code === OPTION_COMMENT) comments.push(text(value));
    // bits 5 to 8: the length of the FCS of this packet, 0 where it is not known
    if (code === OPTION_PACKET_FLAGS && value.byteLength === 4) fcsOctets = (value.getUint32(0, littleEndian) >>> 5) & 0xf || fcsOctets;
  }
  return {
    index,
    from,
    content: { timestampNs: from.toNs(ticks), ...withoutFcs(octets(view, 28, captured), onWire, fcsOctets), comments },
  };
}

function interfaceAt(block: Block, section: readonly Interface[], index: number): Interface {
  const found = section[index];
  if (found === undefined) throw damaged(block, `a packet of interface ${index}, but ${section.length} are described`);
  return found;
}

/** The options from octet `start` of a block to its end, or to their end mark. */
function* optionsOf(block: Block, start: number): Generator<{ readonly code: number; readonly value: DataView }> {
  const { view, littleEndian } = block;
  const end = view.byteLength - 4;
  for (let at = start; at + 4 <= end; ) {
    const code = view.getUint16(at, littleEndian);
    const length = view.getUint16(at + 2, littleEndian);
    if (code === 0) return;
    if (at + 4 + length > end) throw damaged(block, `an option of ${length} octets that leaves its block`);
    yield { code, value: new DataView(view.buffer, view.byteOffset + at + 4, length) };
    at += 4 + padded(length);
  }
}

/** if_tsresol: a negative power of 10, or of 2 with the top bit set. */
function resolution(value: number): (units: bigint) => bigint {
  const exponent = BigInt(value & 0x7f);
  return (value & 0x80) === 0 ? (units) => (units * 1_000_000_000n) / 10n ** exponent : (units) => (units * 1_000_000_000n) >> exponent;
}

function damaged({ file, offset }: Block, problem: string): CaptureError {
  return new CaptureError(file, problem, offset, MEND_DAMAGED);
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function octets(view: DataView, at: number, count: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, count);
}

function text(value: DataView): string {
  return new TextDecoder().decode(value);
}
