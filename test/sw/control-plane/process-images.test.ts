/** The driver of process images, over registers that remember what was written. */
import { beforeEach, expect, it } from 'vitest';
import { imageLayouts, ProcessImages } from '../../../sw/control-plane/process-images.ts';
import { RegisterError, type RegisterSpace } from '../../../sw/control-plane/register-space.ts';

const [CAPACITY, LAYOUT, SCHEDULE, PUBLISH, LATE, WORDS] = [0x200, 0x204, 0x208, 0x20c, 0x210, 0x400];
const [CONSUMER_LAYOUT, DATA_HOLD, ACQUIRE, RECEIVED] = [0x220, 0x224, 0x228, 0xa00];

class Page implements RegisterSpace {
  readonly reads = new Map<number, number[]>([[CAPACITY, [96]]]);
  readonly writes: (readonly [offset: number, value: number])[] = [];

  read32(offset: number): Promise<number> {
    const values = this.reads.get(offset) ?? [0];
    return Promise.resolve((values.length > 1 ? values.shift() : values[0]) ?? 0);
  }

  write32(offset: number, value: number): Promise<void> {
    this.writes.push([offset, value]);
    return Promise.resolve();
  }
}

let page: Page;
let images: ProcessImages;
beforeEach(() => {
  page = new Page();
  images = new ProcessImages(page);
});

it('lays an image out when no frame of it is under way any more, and takes it away', async () => {
  page.reads.set(LAYOUT, [0x8000_0000, 0x8000_0000, 0]);
  await images.layOutProvider({ offset: 12, length: 40 });
  expect(page.reads.get(LAYOUT)).toEqual([0]);
  expect(page.writes).toEqual([
    [SCHEDULE, 0],
    [LAYOUT, 40 * 2 ** 16 + 12],
  ]);
  await images.layOutProvider(undefined);
  expect(page.writes.at(-1)).toEqual([LAYOUT, 0]);
  await expect(images.publish(new Uint8Array(40), 0x35)).rejects.toThrow('an image of 40 octets, expected 0, as it was laid out');
});

it('publishes by one write behind the words, octet 0 the lowest', async () => {
  await images.layOutProvider({ offset: 0, length: 5 });
  page.writes.length = 0;
  await images.publish(Uint8Array.of(1, 2, 3, 0x84, 5), 0xb5);
  expect(page.writes).toEqual([
    [WORDS, 0x8403_0201],
    [WORDS + 4, 5],
    [PUBLISH, 0xb5],
  ]);
  await images.layOutProvider({ offset: 0, length: 4 });
  page.writes.length = 0;
  await images.publish(Uint8Array.of(1, 2, 3, 4), 0);
  expect(page.writes).toEqual([
    [WORDS, 0x0403_0201],
    [PUBLISH, 0],
  ]);
  await images.layOutProvider({ offset: 0, length: 5 });
  for (const length of [0, 4, 6])
    await expect(images.publish(new Uint8Array(length), 0x35)).rejects.toThrow(
      new RangeError(`an image of ${length} octets, expected 5, as it was laid out`),
    );
  await images.layOutProvider(undefined);
  await expect(images.publish(new Uint8Array(0), 0x35)).rejects.toThrow(RangeError);
});

it('says when the image is sent, in the standard’s words', async () => {
  await images.schedule({ sendClockFactor: 32, reductionRatio: 4, phase: 3 });
  await images.schedule(undefined);
  expect(page.writes).toEqual([
    [SCHEDULE, 2 ** 31 + 5 * 2 ** 16 + 2 * 2 ** 12 + 2],
    [SCHEDULE, 0],
  ]);
  await expect(images.schedule({ sendClockFactor: 3, reductionRatio: 4, phase: 3 })).rejects.toThrow('sendClockFactor is 3');
  page.reads.set(LATE, [7]);
  expect(await images.late()).toBe(7);
});

it.each([
  [{ offset: 66, length: 40 }, undefined],
  [{ offset: 67, length: 40 }, 'an image of 40 octets from word 67 on ends at word 97: the hardware has 96 words'],
  [{ offset: 66, length: 41 }, 'an image of 41 octets from word 66 on ends at word 99: the hardware has 96 words'],
  [{ offset: 0, length: 0 }, 'an image of 0 octets: expected 1 to 1440'],
  [{ offset: 0, length: 1441 }, 'an image of 1441 octets: expected 1 to 1440'],
  [{ offset: 0, length: 1.5 }, 'an image of 1.5 octets: expected 1 to 1440'],
])('finds room for %j or says why not', async (layout, message) => {
  const laidOut = images.layOutProvider(layout);
  if (message === undefined) return laidOut;
  await expect(laidOut).rejects.toThrow(new RegisterError(...(message.split(': ') as [string, string])));
  expect(page.writes).toEqual([[SCHEDULE, 0]]);
});

it.each([1, 1440])('takes an image of %i octets', async (length) => {
  page.reads.set(CAPACITY, [1080]);
  await images.layOutProvider({ offset: 0, length });
  expect(page.writes.at(-1)).toEqual([LAYOUT, length * 2 ** 16]);
});

it('knows hardware without images', async () => {
  page.reads.set(CAPACITY, [0]);
  await expect(images.layOutProvider({ offset: 0, length: 4 })).rejects.toThrow('the hardware was generated without images');
});

it('lays images out one behind the other, with three buffers each', () => {
  expect(imageLayouts([13, 0, 40, 1], 45)).toEqual([
    { offset: 0, length: 13 },
    undefined,
    { offset: 12, length: 40 },
    { offset: 42, length: 1 },
  ]);
  expect(() => imageLayouts([13, 0, 40, 1], 44)).toThrow('images take 45 words, with three buffers each: the hardware has 44');
});

it('acquires the newest image in one access, and reads the octets of just that', async () => {
  await images.layOutConsumer({ offset: 3, length: 5 }, 96);
  expect(page.writes).toEqual([
    [DATA_HOLD, 96],
    [CONSUMER_LAYOUT, 5 * 2 ** 16 + 3],
  ]);
  expect(await images.acquire()).toBeUndefined();
  page.reads.set(ACQUIRE, [0xabcd_3503]);
  expect(await images.acquire()).toEqual({ cycleCounter: 0xabcd, dataStatus: 0x35, fresh: true, expired: false, transferFault: false });
  page.reads.set(ACQUIRE, [0x0001_ff0d]);
  expect(await images.acquire()).toEqual({ cycleCounter: 1, dataStatus: 0xff, fresh: false, expired: true, transferFault: true });
  page.reads.set(RECEIVED, [0x8403_0201]);
  page.reads.set(RECEIVED + 4, [5]);
  expect(await images.octets()).toEqual(Uint8Array.of(1, 2, 3, 0x84, 5));
  await images.layOutConsumer(undefined);
  expect(page.writes.slice(2)).toEqual([
    [DATA_HOLD, 0],
    [CONSUMER_LAYOUT, 0],
  ]);
  expect(await images.octets()).toEqual(new Uint8Array(0));
});

it('writes nothing of a consumer image that has no room', async () => {
  await expect(images.layOutConsumer({ offset: 67, length: 40 }, 5)).rejects.toThrow('the hardware has 96 words');
  expect(page.writes).toEqual([]);
});
