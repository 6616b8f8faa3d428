/**
 * What recvmsg leaves, written by hand as the kernel does: offsets of struct msghdr, iovec, cmsghdr and tpacket_auxdata as gcc lays
 * them out for 64-bit and for 32-bit Linux.
 */
import { describe, expect, it } from 'vitest';
import { ReceivedMessage } from '../../../sw/ethernet/received-message.ts';

const LAYOUTS = [
  { pointer: 8, iov: 16, iovlen: 24, control: 32, controllen: 40, flags: 48, iovLength: 8, level: 8, type: 12, data: 16 },
  { pointer: 4, iov: 8, iovlen: 12, control: 16, controllen: 20, flags: 24, iovLength: 4, level: 4, type: 8, data: 12 },
] as const;
/** Where the memory is said to stand. */
const AT = 0x7000_1000n;
const FRAME = Uint8Array.from({ length: 60 }, (_, index) => index + 1);
/** tpacket_auxdata: 20 octets, its tci at 16 and tpid at 18. */
const AUXDATA_OCTETS = 20;

function received({ pointer, ...at }: (typeof LAYOUTS)[number]) {
  let freed = 0;
  let memory = new ArrayBuffer();
  const message = new ReceivedMessage((size) => {
    memory = new ArrayBuffer(size);
    return { memory, address: AT, free: () => freed++ };
  }, pointer);
  const word = (offset: number): bigint => {
    const view = new DataView(memory);
    return pointer === 8 ? view.getBigUint64(offset, true) : BigInt(view.getUint32(offset, true));
  };
  const store = (offset: number, value: number): void => {
    if (pointer === 8) new DataView(memory).setBigUint64(offset, BigInt(value), true);
    else new DataView(memory).setUint32(offset, value, true);
  };
  const placeAt = (offset: number): number => Number(word(offset) - AT);
  return {
    message,
    word,
    freed: () => freed,
    size: () => memory.byteLength,
    placeAt,
    /** As the kernel receives a frame: its octets, and where it tells of a tag, a control message. */
    fill(
      frame: Uint8Array,
      aux: { readonly status: number; readonly tci?: number; readonly tpid?: number; readonly level?: number; readonly type?: number },
    ): Uint8Array {
      expect(message.reset()).toBe(AT);
      new Uint8Array(memory).set(frame, placeAt(placeAt(at.iov)));
      const control = placeAt(at.control);
      const view = new DataView(memory);
      const { status, tci = 0, tpid = 0, level = 263, type = 8 } = aux;
      store(control, at.data + AUXDATA_OCTETS);
      view.setInt32(control + at.level, level, true);
      view.setInt32(control + at.type, type, true);
      view.setUint32(control + at.data, status, true);
      view.setUint16(control + at.data + 16, tci, true);
      view.setUint16(control + at.data + 18, tpid, true);
      store(at.controllen, at.data + AUXDATA_OCTETS);
      return message.frame(frame.length);
    },
    /** The kernel told less than a whole auxdata. */
    tell(octets: number): void {
      store(at.controllen, octets);
    },
  };
}

const tagged = (...tag: readonly number[]): Uint8Array => Uint8Array.from([...FRAME.subarray(0, 12), ...tag, ...FRAME.subarray(12)]);

describe.each(LAYOUTS)('a message of recvmsg where a pointer has $pointer octets', (layout) => {
  it('has its header, one place for data and one for control, none over another, and is the same for each frame', () => {
    const { message, word, placeAt, size } = received(layout);
    for (const _ of [1, 2]) {
      expect(message.reset()).toBe(AT);
      expect([word(0), word(layout.iovlen), word(layout.controllen), word(layout.flags)]).toEqual([0n, 1n, 64n, 0n]);
      expect(word(layout.pointer) & 0xffff_ffffn, 'no name').toBe(0n);
      const [iov, control] = [placeAt(layout.iov), placeAt(layout.control)];
      const [data, length] = [placeAt(iov), Number(word(iov + layout.iovLength))];
      expect(length).toBe(65_536);
      const ranges = [
        [0, layout.flags + layout.pointer],
        [iov, iov + 2 * layout.pointer],
        [control, control + 64],
        [data, data + length],
      ].toSorted(([a = 0], [b = 0]) => a - b);
      ranges.forEach(([begin = 0, end = 0], index) => {
        expect(begin % layout.pointer, 'aligned').toBe(0);
        expect(end).toBeLessThanOrEqual(ranges[index + 1]?.[0] ?? size());
      });
      message.frame(60).fill(0xff);
    }
  });

  it('gives a frame with the tag that was taken out of it, of the TPID that is told, or of 802.1Q', () => {
    const { fill } = received(layout);
    expect(fill(FRAME, { status: 0x50, tci: 0xc005, tpid: 0x88a8 })).toEqual(tagged(0x88, 0xa8, 0xc0, 0x05));
    expect(fill(FRAME, { status: 0x10, tci: 0xc005, tpid: 0x88a8 })).toEqual(tagged(0x81, 0x00, 0xc0, 0x05));
    expect(fill(FRAME.subarray(0, 12), { status: 0x10, tci: 7 })).toEqual(tagged(0x81, 0x00, 0, 7).subarray(0, 16));
  });

  it('gives a frame as it is where no tag was taken out, or nothing is told of one', () => {
    const { fill, message, tell } = received(layout);
    const tag = { tci: 0xc005, tpid: 0x8100 };
    expect(fill(FRAME, { status: 0x41, ...tag })).toEqual(FRAME);
    expect(fill(FRAME, { status: 0x50, ...tag, level: 1 })).toEqual(FRAME);
    expect(fill(FRAME, { status: 0x50, ...tag, type: 5 })).toEqual(FRAME);
    expect(fill(FRAME.subarray(0, 11), { status: 0x50, ...tag })).toEqual(FRAME.subarray(0, 11));
    fill(FRAME, { status: 0x50, ...tag });
    tell(layout.data + AUXDATA_OCTETS - 1);
    expect(message.frame(60)).toEqual(FRAME);
  });

  it('gives a copy, which the next frame leaves as it is, and frees its memory once', () => {
    const { fill, message, freed } = received(layout);
    const first = fill(FRAME, { status: 0 });
    fill(FRAME.toReversed(), { status: 0 });
    expect(first).toEqual(FRAME);
    expect(freed()).toBe(0);
    message.free();
    expect(freed()).toBe(1);
  });
});
