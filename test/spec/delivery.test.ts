/** The verdict on authentic frames, beside a set of what was delivered. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../hdl-gen/sim/random.ts';
import { type Delivered, type Delivery, NOTHING_DELIVERED, verdictOn, WINDOW } from '../../spec/delivery.ts';
import type { SlotState } from '../../spec/slot-machine.ts';

const SEED = Number(process.env['DELIVERY_SEED'] ?? Date.now() % 2 ** 31);

/** A key in use, under which these counters came one after another. @returns those that were delivered */
function deliveredOf(counters: readonly number[], delivery: Delivery, state: SlotState = 'Active', before = NOTHING_DELIVERED): number[] {
  let held: Delivered = before;
  return counters.filter((counter) => {
    const { delivered, after } = verdictOn(counter, state, held, delivery);
    held = after;
    return delivered;
  });
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe('delivery `window`', () => {
  it('reaches 64 counters behind the newest, and no further', () => {
    expect(WINDOW).toBe(64);
    for (const [behind, delivered] of [
      [63, true],
      [64, true],
      [65, false],
      [66, false],
    ] as const)
      expect([behind, deliveredOf([1000, 1000 - behind], 'window').length === 2]).toEqual([behind, delivered]);
  });

  it('delivers each counter of the window once, in whatever order they come, and the newest once', () => {
    const window = Array.from({ length: 65 }, (_, behind) => 500 - behind);
    expect(deliveredOf([500, ...window, ...window.toReversed(), ...window], 'window')).toEqual(window);
  });

  it('what was delivered stays delivered while the window moves over it, by each number of steps', () => {
    for (let steps = 1; steps <= 66; steps++)
      expect(deliveredOf([100, 98, 100 + steps, 100, 99, 98, 98], 'window')).toEqual([100, 98, 100 + steps, ...(steps <= 63 ? [99] : [])]);
  });

  it('has nothing before the first frame of a key, and nothing left behind a jump beyond it, however far', () => {
    const movedBy = (counter: number, before: Delivered): Delivered => verdictOn(counter, 'Active', before, 'window').after;
    for (const counter of [3, 2 ** 32 - 1]) expect(movedBy(counter, NOTHING_DELIVERED)).toEqual({ newest: counter, before: 0n });
    for (const [steps, left] of [
      [64, 1n << 63n],
      [65, 0n],
      [2 ** 32 - 11, 0n],
    ] as const)
      expect(movedBy(10 + steps, { newest: 10, before: 5n })).toEqual({ newest: 10 + steps, before: left });
  });

  it('delivers under an Obsolete key too, a newer one than any of it among them, and obeys none of these', () => {
    let held: Delivered = { newest: 10, before: 0n };
    for (const [counter, delivered] of [
      [9, true],
      [9, false],
      [12, true],
      [11, true],
      [12, false],
      [10, false],
    ] as const) {
      const verdict = verdictOn(counter, 'Obsolete', held, 'window');
      expect([counter, verdict.delivered, verdict.newest]).toEqual([counter, delivered, false]);
      held = verdict.after;
    }
  });

  it('obeys the newest frame alone', () => {
    const held: Delivered = { newest: 10, before: 0n };
    expect(verdictOn(11, 'Active', held, 'window')).toMatchObject({ delivered: true, newest: true });
    expect(verdictOn(9, 'Active', held, 'window')).toMatchObject({ delivered: true, newest: false });
    expect(verdictOn(1, 'Pending', NOTHING_DELIVERED, 'window')).toMatchObject({ delivered: true, newest: true });
  });

  it('counter 0 is nobody’s', () => {
    expect(deliveredOf([0, 3, 0], 'window')).toEqual([3]);
    expect(deliveredOf([0, 3, 0], 'newest')).toEqual([3]);
  });

  it(`no counter twice, and none that a set would not have too (DELIVERY_SEED=${SEED} npx vitest run test/spec/delivery.test.ts)`, () => {
    const random = new Random(SEED);
    for (let run = 0; run < 20; run++) {
      const seen = new Set<number>();
      let held = NOTHING_DELIVERED;
      let newest = 0;
      let at = 1 + random.below(1000);
      const verdicts = Array.from({ length: 400 }, () => {
        at += random.chance(0.1) ? random.below(200) : random.below(3);
        const counter = Math.max(0, at - random.below(random.chance(0.5) ? 4 : 90));
        const verdict = verdictOn(counter, 'Active', held, 'window');
        const expected = [counter, counter > 0 && !seen.has(counter) && counter >= newest - 64, counter > newest];
        held = verdict.after;
        seen.add(counter);
        newest = Math.max(newest, counter);
        return [[counter, verdict.delivered, verdict.newest], expected];
      });
      expect(verdicts.map(([found]) => found)).toEqual(verdicts.map(([, expected]) => expected));
    }
  });
});

describe('delivery `newest`', () => {
  it('drops what was overtaken, and delivers nothing under an Obsolete key', () => {
    expect(deliveredOf([1, 3, 2, 4, 4], 'newest')).toEqual([1, 3, 4]);
    expect(deliveredOf([9, 11, 12], 'newest', 'Obsolete', { newest: 10, before: 0n })).toEqual([]);
  });

  it('notes what it delivers, so that a change to `window` delivers nothing again', () => {
    let held = NOTHING_DELIVERED;
    for (const counter of [1, 2, 5]) held = verdictOn(counter, 'Active', held, 'newest').after;
    expect(deliveredOf([...upTo(5), ...upTo(5)], 'window', 'Active', held)).toEqual([3, 4]);
  });
});
