/** Frames over the registers of a mailbox, access for access: offsets and words written out by hand from docs/mailbox-registers.md. */
import { describe, expect, it } from 'vitest';
import { FrameMailbox, LONGEST_FRAME } from '../../../sw/control-plane/frame-mailbox.ts';
import { HardwareMismatch } from '../../../sw/control-plane/identify.ts';
import { mailboxPort } from '../../../sw/ethernet/mailbox-port.ts';

/** The mailbox as a register file: what is read is answered from lists, what is written is kept, in its order. */
function registers(answers: Readonly<Record<number, readonly number[]>>) {
  const left = new Map(Object.entries(answers).map(([offset, values]) => [Number(offset), [...values]]));
  const written: (readonly [number, number])[] = [];
  const waits: unknown[] = [];
  return {
    written,
    waits,
    unread: () => [...left.values()].flat(),
    read32: async (offset: number): Promise<number> => left.get(offset)?.shift() ?? expect.fail(`a read of 0x${offset.toString(16)}`),
    write32: async (offset: number, value: number): Promise<void> => void written.push([offset, value]),
    waitForInterrupt: async (milliseconds: number, signal?: AbortSignal): Promise<boolean> => waits.push([milliseconds, signal]) > 0,
  };
}
const IDENTITY = { 0: [0x4b54_4d31], 240: [0x0004_0000] };
const octets = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index + 1);

describe('a mailbox', () => {
  it('that is opened forgets what was half written and half read', async () => {
    const space = registers(IDENTITY);
    await new FrameMailbox(space).open();
    expect(space.written.map(([offset]) => offset)).toEqual([0x02c, 0x01c]);
    expect(space.unread()).toEqual([]);
  });

  it('that is none is refused, and nothing is written to it', async () => {
    const space = registers({ 0: [0x4b54_5231] });
    await expect(new FrameMailbox(space).open()).rejects.toThrow(HardwareMismatch);
    expect(space.written).toEqual([]);
  });

  it('hands out a frame by its words, the first octet lowest, and no octet behind its end', async () => {
    for (const [length, words] of [
      [4, [0x0403_0201]],
      [5, [0x0403_0201, 0x0000_0005]],
      [7, [0x0403_0201, 0x0007_0605]],
    ] as const) {
      const space = registers({ 20: [length], 16: words });
      expect(await new FrameMailbox(space).receive()).toEqual(octets(length));
      expect(space.unread()).toEqual([]);
    }
    expect(await new FrameMailbox(registers({ 20: [0] })).receive()).toBeUndefined();
  });

  it('takes a frame whose words fit, then its length; of one that does not fit nothing is written', async () => {
    const five = registers({ 40: [2] });
    expect(await new FrameMailbox(five).send(octets(5))).toBe(true);
    expect(five.written).toEqual([
      [0x020, 0x0403_0201],
      [0x020, 0x0000_0005],
      [0x024, 5],
    ]);
    const full = registers({ 40: [1] });
    expect(await new FrameMailbox(full).send(octets(5))).toBe(false);
    expect(full.written).toEqual([]);
    const four = registers({ 40: [1] });
    // within a buffer of which it is only a part
    expect(await new FrameMailbox(four).send(Uint8Array.of(9, 1, 2, 3, 4, 9).subarray(1, 5))).toBe(true);
    expect(four.written).toEqual([
      [0x020, 0x0403_0201],
      [0x024, 4],
    ]);
  });

  it('takes frames of 1 to 1518 octets, with the tag and without the FCS (IEEE 802.3, 3.2.7)', async () => {
    expect(LONGEST_FRAME).toBe(1518);
    for (const length of [1, 1518]) expect(await new FrameMailbox(registers({ 40: [380] })).send(octets(length))).toBe(true);
    for (const length of [0, 1519])
      await expect(new FrameMailbox(registers({})).send(octets(length))).rejects.toThrow(
        new RangeError(`a frame has 1 to 1518 octets, found ${length}`),
      );
  });

  it('has its interrupt for frames that wait, or none', async () => {
    const space = registers({});
    for (const on of [true, false]) await new FrameMailbox(space).interruptOnReceive(on);
    expect(space.written).toEqual([
      [0x034, 1],
      [0x034, 0],
    ]);
  });

  it('counts four things, each in its register', async () => {
    expect(await new FrameMailbox(registers({ 64: [11], 68: [12], 72: [13], 76: [14] })).statistics()).toEqual({
      framesReceived: 11,
      framesTransmitted: 12,
      framesReceiveDropped: 13,
      framesTransmitDropped: 14,
    });
  });
});

it('a mailbox as a port is opened, asks for the interrupt, and waits for that', async () => {
  const space = registers({ ...IDENTITY, 20: [4], 16: [0x0403_0201], 40: [1] });
  const port = await mailboxPort(space, 250);
  expect(space.written.splice(0)).toEqual([
    [0x02c, 0],
    [0x01c, 0],
    [0x034, 1],
  ]);
  expect(port.longest).toBe(1518);
  expect(await port.receive()).toEqual(octets(4));
  expect(await port.send(octets(4))).toBe(true);
  const { signal } = new AbortController();
  await port.wait(signal);
  expect(space.waits).toEqual([[250, signal]]);
});
