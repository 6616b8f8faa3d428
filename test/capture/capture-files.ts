/** Capture files made by hand from the specifications, in either octet order: what `write.ts` never writes. */

/** Octets in one octet order. */
export class FileBuilder {
  readonly #octets: number[] = [];
  readonly #littleEndian: boolean;

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  u16(...values: number[]): this {
    for (const value of values) this.#number(value, 2);
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) this.#number(value, 4);
    return this;
  }

  octets(octets: Iterable<number>): this {
    this.#octets.push(...octets);
    return this;
  }

  /** Zeros up to a multiple of 4. */
  pad(): this {
    while (this.#octets.length % 4 !== 0) this.#octets.push(0);
    return this;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#octets);
  }

  #number(value: number, size: number): void {
    const octets = Array.from({ length: size }, (_, index) => Math.floor(value / 2 ** (8 * index)) % 256);
    this.#octets.push(...(this.#littleEndian ? octets : octets.reverse()));
  }
}

export interface PcapRecord {
  readonly seconds: number;
  /** of the file's unit */
  readonly fraction: number;
  readonly data: Uint8Array;
  readonly originalLength: number;
}

/** pcap (draft-ietf-opsawg-pcap). */
export function pcapFile(
  {
    littleEndian,
    nanoseconds,
    linkType = 1,
  }: { readonly littleEndian: boolean; readonly nanoseconds: boolean; readonly linkType?: number },
  records: readonly PcapRecord[],
): Uint8Array {
  const file = new FileBuilder(littleEndian);
  file
    .u32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4)
    .u16(2, 4)
    .u32(0, 0, 65535, linkType);
  for (const { seconds, fraction, data, originalLength } of records) file.u32(seconds, fraction, data.length, originalLength).octets(data);
  return file.done();
}

/** pcapng (draft-ietf-opsawg-pcapng), block by block. */
export function pcapngBlocks(littleEndian: boolean) {
  const block = (type: number, body: (file: FileBuilder) => FileBuilder): Uint8Array => {
    const inner = body(new FileBuilder(littleEndian)).pad().done();
    const length = 12 + inner.length;
    return new FileBuilder(littleEndian).u32(type, length).octets(inner).u32(length).done();
  };
  return {
    block,
    section: () => block(0x0a0d0d0a, (file) => file.u32(0x1a2b3c4d).u16(1, 0).u32(0xffff_ffff, 0xffff_ffff)),
    /** @param resolution if_tsresol; without it the unit is 1 µs */
    networkInterface: ({ name = '', resolution, linkType = 1, snapLength = 0 }: InterfaceSettings = {}) =>
      block(1, (file) => {
        file.u16(linkType, 0).u32(snapLength);
        if (name !== '') {
          const octets = new TextEncoder().encode(name);
          file.u16(2, octets.length).octets(octets).pad();
        }
        if (resolution !== undefined) file.u16(9, 1).octets([resolution]).pad();
        return file.u16(0, 0);
      }),
    packet: (from: number, units: bigint, data: Uint8Array, originalLength = data.length) =>
      block(6, (file) => file.u32(from, Number(units >> 32n), Number(units & 0xffff_ffffn), data.length, originalLength).octets(data)),
    simplePacket: (data: Uint8Array, originalLength = data.length) => block(3, (file) => file.u32(originalLength).octets(data)),
  };
}

interface InterfaceSettings {
  readonly name?: string;
  readonly resolution?: number;
  readonly linkType?: number;
  readonly snapLength?: number;
}

export function fileOf(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
