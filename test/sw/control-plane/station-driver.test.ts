/** The driver of a station, over registers in memory: pages, FrameIDs, events, and keys that are never mixed. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FIRST_KEY_ID } from '../../../spec/key-id.ts';
import { IDENTIFICATION } from '../../../spec/registers.ts';
import { RegisterError, type RegisterSpace } from '../../../sw/control-plane/register-space.ts';
import { FrameIdError, StationDriver } from '../../../sw/control-plane/station-driver.ts';
import type { SlotMaterial } from '../../../sw/keys/material.ts';

const PAGE = 0x1000;
/** Two slots, an initiator, the dummy engine, three relations. */
const CAPABILITIES = 0x0201_0002;
const PUSH = 0x07c;
const PUSH_RESULT = 0x080;
const RECEIVE_RELATION = 0x0a8;
const EVENT = 0x0ac;

/** Each access takes its turn, so that what is not exclusive gets mixed. */
class Pages implements RegisterSpace {
  readonly values = new Map<number, number>();
  readonly writes: (readonly [address: number, value: number])[] = [];

  async read32(address: number): Promise<number> {
    await Promise.resolve();
    return this.values.get(address) ?? 0;
  }

  async write32(address: number, value: number): Promise<void> {
    await Promise.resolve();
    this.writes.push([address, value]);
  }
}

const SETTINGS = {
  encrypt: true,
  vlanTci: undefined,
  source: Uint8Array.of(2, 0, 0, 0, 0, 1),
  destination: Uint8Array.of(2, 0, 0, 0, 0, 2),
  transmitFrameId: 0x8400,
  passReceived: true,
  obsoleteTimeout: 100,
};
const material = (octet: number): SlotMaterial => {
  const direction = { key: new Uint8Array(16).fill(octet), iv: new Uint8Array(12).fill(octet) };
  return { transmit: direction, receive: direction };
};

let space: Pages;
let driver: StationDriver;
beforeEach(async () => {
  space = new Pages();
  for (const page of [0, PAGE, 2 * PAGE]) {
    space.values.set(page, IDENTIFICATION);
    space.values.set(page + 0x004, CAPABILITIES);
    space.values.set(page + 0x0f0, 0x0004_0000);
    space.values.set(page + PUSH_RESULT, 1);
  }
  space.values.set(0x0b0, 0x8000);
  driver = new StationDriver(space);
  expect((await driver.identify({ allowInsecure: true })).relations).toBe(3);
});

describe('the driver of a station', () => {
  it('has a driver for each relation that there is, and says so of one that there is not', async () => {
    await driver.relation(2).eraseAll();
    expect(space.writes).toEqual([[2 * PAGE + 0x088, 0x4552_4153]]);
    expect(() => driver.relation(3)).toThrow(RegisterError);
    expect(() => driver.relation(3)).toThrow('there is no relation 3: the hardware has 3, numbered from 0');
    expect(() => new StationDriver(space).relation(0)).toThrow('there is no relation 0: the hardware has 0, numbered from 0');
  });

  it('does not ask again what it was told when it was identified', async () => {
    const read = vi.spyOn(space, 'read32');
    await driver.relation(0).status();
    expect(read.mock.calls).toEqual([[0x00c]]);
  });

  it('has the images of a relation in its page, the same ones whenever it is asked', async () => {
    space.values.set(2 * PAGE + 0x200, 96);
    expect(await driver.images(2).capacity()).toBe(96);
    expect(driver.images(2)).toBe(driver.images(2));
    expect(driver.images(1)).not.toBe(driver.images(2));
    expect(() => driver.images(3)).toThrow('there is no relation 3');
  });

  it('configures a relation in its page', async () => {
    await driver.configure(1, { ...SETTINGS, receiveFrameId: 0x8001 });
    expect(space.writes).toContainEqual([PAGE + 0x038, 0x8001]);
    expect(space.writes.every(([address]) => Math.floor(address / PAGE) === 1)).toBe(true);
  });

  it.each([
    [0x7fff, '0x7fff', '0x8000 to 0x87ff, as relation 1'],
    [0x8800, '0x8800', '0x8000 to 0x87ff, as relation 1'],
    [0, '0, which is none', 'another one'],
  ])('refuses a FrameID that is not among those of the others, and writes nothing: %i', async (receiveFrameId, found, expected) => {
    await driver.configure(1, { ...SETTINGS, receiveFrameId: 0x8003 });
    const before = space.writes.length;
    const refused = driver.configure(0, { ...SETTINGS, receiveFrameId });
    await expect(refused).rejects.toThrow(FrameIdError);
    await expect(refused).rejects.toMatchObject({ name: 'FrameIdError' });
    await expect(refused).rejects.toThrow(`relation 0: receiveFrameId is ${found}, expected ${expected}`);
    expect(space.writes).toHaveLength(before);
  });

  it('begins to receive where the FrameID of the first relation is, and takes from all what they had before', async () => {
    await driver.configure(2, { ...SETTINGS, receiveFrameId: 0xc0ff });
    expect(space.writes.slice(0, 4)).toEqual([
      [0x038, 0],
      [PAGE + 0x038, 0],
      [2 * PAGE + 0x038, 0],
      [0x0b0, 0xc000],
    ]);
    expect(space.writes).toContainEqual([2 * PAGE + 0x038, 0xc0ff]);
    const before = space.writes.length;
    await driver.configure(0, { ...SETTINGS, receiveFrameId: 0xc100 });
    expect(space.writes.slice(before).filter(([address]) => address % PAGE === 0x0b0 || address === 2 * PAGE + 0x038)).toEqual([]);
  });

  it('takes the first and the last FrameID of the window, and again for the same relation', async () => {
    for (const receiveFrameId of [0x8000, 0x87ff, 0x87ff]) await driver.configure(0, { ...SETTINGS, receiveFrameId });
    expect(space.writes.filter(([address]) => address === 0x038).map(([, value]) => value)).toEqual([0x8000, 0x87ff, 0x87ff]);
  });

  it('refuses a FrameID of another relation until that has another one', async () => {
    await driver.configure(0, { ...SETTINGS, receiveFrameId: 0x8005 });
    await driver.configure(1, { ...SETTINGS, receiveFrameId: 0x8004 });
    const before = space.writes.length;
    await expect(driver.configure(2, { ...SETTINGS, receiveFrameId: 0x8005 })).rejects.toThrow(
      "relation 2: receiveFrameId is 0x8005, relation 0's, expected one for each relation: assign another one",
    );
    expect(space.writes).toHaveLength(before);
    await driver.configure(0, { ...SETTINGS, receiveFrameId: 0x8006 });
    await driver.configure(2, { ...SETTINGS, receiveFrameId: 0x8005 });
    expect(space.writes).toContainEqual([2 * PAGE + 0x038, 0x8005]);
  });

  describe('takes away what an earlier program has left', () => {
    const CONTROL = 0x008;
    const FRAME_ID = 0x038;
    const WANTED = { destination: Uint8Array.of(2, 3, 4, 5, 6, 7), receiveFrameId: 0x8001 };
    /** A relation as an earlier program has left it. */
    const left = (relation: number, { high = 0x0203, low = 0x0405_0607, frameId = 0x8001 } = {}): void => {
      for (const [offset, value] of [
        [0x020, high],
        [0x024, low],
        [FRAME_ID, frameId],
      ] as const)
        space.values.set(relation * PAGE + offset, value);
    };
    /** It neither sends nor receives, has no FrameID, and then no key. */
    const gone = (relation: number) => [
      [relation * PAGE + CONTROL, 0],
      [relation * PAGE + FRAME_ID, 0],
      [relation * PAGE + 0x088, 0x4552_4153],
    ];

    it('where there are no settings for it; what is as they say goes on', async () => {
      for (const relation of [0, 1, 2]) left(relation);
      await driver.withdraw([WANTED]);
      expect(space.writes).toEqual([...gone(1), ...gone(2)]);
    });

    it.each([{ high: 0x0303 }, { low: 0x0405_0608 }, { frameId: 0x8002 }])(
      'where it is another partner’s, or has another FrameID: %j',
      async (other) => {
        left(0);
        left(1, other);
        left(2);
        await driver.withdraw([WANTED, WANTED, WANTED]);
        expect(space.writes).toEqual(gone(1));
      },
    );
  });

  it('stages the keys of one relation behind the Push of those of another', async () => {
    const pushes = [2, 0, 1].map((relation) => driver.relation(relation).pushKey(FIRST_KEY_ID, material(1 + relation)));
    expect(await Promise.all(pushes)).toEqual(['accepted', 'accepted', 'accepted']);
    const pages = [0, 15, 30].map((from) => space.writes.slice(from, from + 15).map(([address]) => Math.floor(address / PAGE)));
    for (const ofOne of pages) expect(new Set(ofOne).size).toBe(1);
    expect(pages.map(([page]) => page).sort()).toEqual([0, 1, 2]);
    expect([14, 29, 44].map((index) => (space.writes[index]?.[0] ?? 0) % PAGE)).toEqual([PUSH, PUSH, PUSH]);
  });

  it('goes on behind a Push that failed', async () => {
    const [read, fails] = [space.read32.bind(space), new Error('the bus is gone')];
    space.read32 = (address) => (address === PUSH_RESULT ? Promise.reject(fails) : read(address));
    const first = driver.relation(0).pushKey(FIRST_KEY_ID, material(1));
    const second = driver.relation(1).pushKey(FIRST_KEY_ID, material(2));
    await expect(first).rejects.toThrow(fails);
    expect(await second).toBe('accepted');
  });

  it('tells of an event, whose it is and what happened; and of none', async () => {
    expect(await driver.takeEvent()).toBeUndefined();
    space.values.set(EVENT, 0x0001_0902);
    const interrupts = { received: true, request: false, slots: false, counter: true, watchdog: false };
    expect(await driver.takeEvent()).toEqual({ relation: 2, interrupts });
    space.values.set(EVENT, 0x0001_16ff);
    expect(await driver.takeEvent()).toEqual({
      relation: 255,
      interrupts: { received: false, request: true, slots: true, counter: false, watchdog: true },
    });
  });

  it('hears of images that have expired where it is told to, whoever is configured behind that', async () => {
    const enabled = (): (readonly [number, number])[] => space.writes.filter(([address]) => address === 0x018 || address === PAGE + 0x018);
    space.values.set(0x018, 0x0000_000b);
    await driver.configure(1, { ...SETTINGS, receiveFrameId: 0x8001 });
    expect(enabled()).toEqual([[PAGE + 0x018, 0xf]]);
    await driver.watchImages();
    await driver.configure(1, { ...SETTINGS, receiveFrameId: 0x8001 });
    expect(enabled().slice(1)).toEqual([
      [0x018, 0x1b],
      [PAGE + 0x018, 0xf],
      [0x018, 0x1b],
    ]);
  });

  it('tells whose payload is the oldest; and of none', async () => {
    expect(await driver.receivingRelation()).toBeUndefined();
    space.values.set(RECEIVE_RELATION, 0x0001_0000);
    expect(await driver.receivingRelation()).toBe(0);
    space.values.set(RECEIVE_RELATION, 0x0001_0081);
    expect(await driver.receivingRelation()).toBe(0x81);
  });
});
