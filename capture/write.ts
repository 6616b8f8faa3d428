/** Writes pcapng: little endian, timestamps in ns, one block after another as the frames come. */
import { LINK_TYPE_ETHERNET } from './capture.ts';

const NO_SECTION_LENGTH = 0xffff_ffff;
const OPTION_COMMENT = 1;
const OPTION_NAME = 2;
const OPTION_RESOLUTION = 9;
const NANOSECONDS = 9;

/** The blocks that a file begins with: the section, and a description of each interface. */
export function pcapngHeader(application: string, interfaces: readonly string[]): Uint8Array {
  const section = block(0x0a0d0d0a, [
    u32(0x1a2b3c4d),
    u16(1),
    u16(0),
    u32(NO_SECTION_LENGTH),
    u32(NO_SECTION_LENGTH),
    ...options([[4, text(application)]]),
  ]);
  const descriptions = interfaces.map((name) =>
    block(1, [
      u16(LINK_TYPE_ETHERNET),
      u16(0),
      u32(0),
      ...options([
        [OPTION_NAME, text(name)],
        [OPTION_RESOLUTION, Uint8Array.of(NANOSECONDS)],
      ]),
    ]),
  );
  return joined([section, ...descriptions]);
}

/** One frame. @param comment shown by capture tools beside it */
export function pcapngPacket(interfaceIndex: number, timestampNs: bigint, frame: Uint8Array, comment?: string): Uint8Array {
  const high = Number(timestampNs >> 32n);
  const low = Number(timestampNs & 0xffff_ffffn);
  return block(6, [
    u32(interfaceIndex),
    u32(high),
    u32(low),
    u32(frame.length),
    u32(frame.length),
    padded(frame),
    ...(comment === undefined ? [] : options([[OPTION_COMMENT, text(comment)]])),
  ]);
}

function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = 12 + parts.reduce((sum, part) => sum + part.length, 0);
  return joined([u32(type), u32(length), ...parts, u32(length)]);
}

function options(list: readonly (readonly [number, Uint8Array])[]): Uint8Array[] {
  return [...list.flatMap(([code, value]) => [u16(code), u16(value.length), padded(value)]), u16(0), u16(0)];
}

function padded(octets: Uint8Array): Uint8Array {
  const result = new Uint8Array(Math.ceil(octets.length / 4) * 4);
  result.set(octets);
  return result;
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8);
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
