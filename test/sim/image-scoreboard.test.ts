/** What a station may send of an image and when, and which payloads are an image's: by hand, with units of 4 cycles from cycle 100 on. */
import { beforeEach, expect, it } from 'vitest';
import { ImageScoreboard } from '../../sim/image-scoreboard.ts';

const BEGUN = 100;
const UNIT = 4;
const cycleOf = (unit: number): number => BEGUN + UNIT * unit;
const IMAGE = Uint8Array.of(1, 2, 3);
/** Every fourth unit, the second of it. */
const TIMING = { sendClockFactor: 2, reductionRatio: 2, phase: 2 };

let images: ImageScoreboard;
const publish = (relation: number, image = IMAGE): void => {
  images.publishing(relation, image, 0x35);
  images.published(relation);
};
beforeEach(() => {
  images = new ImageScoreboard(2, UNIT * 32_000, BEGUN);
  images.schedule(1, TIMING);
});

it('sends what was published last, at its ticks', () => {
  publish(1, Uint8Array.of(9));
  publish(1);
  images.publishing(1, Uint8Array.of(7), 0);
  publish(0, Uint8Array.of(8));
  const payload = { cSdu: IMAGE, apduStatus: Uint8Array.of(0, 6, 0x35, 0) };
  expect(images.taken(1, 6, cycleOf(6) + UNIT - 1)).toEqual({ relation: 1, tickAt: cycleOf(6), payload });
});

it.each([
  ['in no unit of its phase', 5, 5, 'no tick of relation 1 in unit 5'],
  ['two periods late', 14, 6, 'unit 6 of relation 1 in unit 14'],
  ['before its unit', 5, 6, 'no tick of relation 1 in unit -65530'],
])('sends none %s', (_, now, said, wrong) => {
  publish(1);
  expect(images.taken(1, said, cycleOf(now))).toBe(wrong);
});

it('may be late by less than two periods, and numbers units modulo 2^16', () => {
  publish(1);
  expect(images.taken(1, 6, cycleOf(14) - 1)).toMatchObject({ tickAt: cycleOf(6) });
  expect(images.taken(1, 2, cycleOf(2 ** 16 + 2))).toMatchObject({ tickAt: cycleOf(2 ** 16 + 2), payload: { cSdu: IMAGE } });
  // the unit before that of the tick is one of 65,534
  expect(images.taken(1, 0xfffe, cycleOf(2 ** 17 + 1))).toMatchObject({ tickAt: cycleOf(2 ** 17 - 2) });
});

it('sends none twice, and none behind a later one', () => {
  publish(1);
  images.taken(1, 10, cycleOf(10));
  expect(images.taken(1, 10, cycleOf(11))).toBe('unit 10 of relation 1 behind unit 10');
  expect(images.taken(1, 6, cycleOf(12))).toBe('unit 6 of relation 1 behind unit 10');
});

it('sends none of a relation that has no schedule, or has published nothing', () => {
  publish(0);
  expect(images.taken(0, 2, cycleOf(2))).toBe('no tick of relation 0 in unit 2');
  expect(images.taken(1, 2, cycleOf(2))).toBe('nothing published of relation 1');
});

it('says what the unit of a tick is where that does not begin with a cycle', () => {
  const odd = new ImageScoreboard(1, 2.5 * 32_000, BEGUN);
  odd.schedule(0, { sendClockFactor: 1, reductionRatio: 1, phase: 1 });
  odd.publishing(0, IMAGE, 0);
  odd.published(0);
  // unit 3 is cycles 107.5 to 110
  expect(odd.taken(0, 3, 108)).toMatchObject({ tickAt: 108 });
});

it('takes payloads of just its length for those of an image, and holds the newest that the hardware has published', () => {
  const payload = (first: number, length = 3) => ({ cSdu: new Uint8Array(length).fill(first), apduStatus: new Uint8Array(4) });
  images.expect(1, 3);
  expect(images.deliver(0, payload(1))).toBe(false);
  expect(images.deliver(1, payload(1, 4))).toBe(false);
  expect([images.came(), images.acquired(1), images.acquired(0)]).toEqual([undefined, undefined, undefined]);
  expect([images.deliver(1, payload(1)), images.deliver(1, payload(2))]).toEqual([true, true]);
  expect(images.acquired(1)).toBeUndefined();
  expect(images.came()).toBe(1);
  expect(images.acquired(1)).toEqual({ payload: payload(1), fresh: true });
  expect(images.acquired(1)).toEqual({ payload: payload(1), fresh: false });
  expect(images.came()).toBe(1);
  expect(images.acquired(1)).toEqual({ payload: payload(2), fresh: true });
});
