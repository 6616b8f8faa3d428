/** Send clocks and their exponents, written out again by hand. */
import { expect, it } from 'vitest';
import { dataHoldUnits, isDue, periodOf, scheduleOf } from '../../spec/cyclic.ts';

it('is told to the hardware in exponents, with a phase counted from 0', () => {
  expect(scheduleOf({ sendClockFactor: 32, reductionRatio: 1, phase: 1 })).toEqual({
    sendClockExponent: 5,
    reductionExponent: 0,
    phase: 0,
  });
  expect(scheduleOf({ sendClockFactor: 1, reductionRatio: 512, phase: 512 })).toEqual({
    ...{ sendClockExponent: 0, reductionExponent: 9, phase: 511 },
  });
  expect(scheduleOf({ sendClockFactor: 128, reductionRatio: 4, phase: 3 })).toEqual({
    sendClockExponent: 7,
    reductionExponent: 2,
    phase: 2,
  });
});

it.each([
  [{ sendClockFactor: 3, reductionRatio: 1, phase: 1 }, 'sendClockFactor is 3, expected a power of two from 1 to 128'],
  [{ sendClockFactor: 0, reductionRatio: 1, phase: 1 }, 'sendClockFactor is 0, expected a power of two from 1 to 128'],
  [{ sendClockFactor: 0.5, reductionRatio: 1, phase: 1 }, 'sendClockFactor is 0.5, expected a power of two from 1 to 128'],
  [{ sendClockFactor: 256, reductionRatio: 1, phase: 1 }, 'sendClockFactor is 256, expected a power of two from 1 to 128'],
  [{ sendClockFactor: 1, reductionRatio: 1024, phase: 1 }, 'reductionRatio is 1024, expected a power of two from 1 to 512'],
  [{ sendClockFactor: 1, reductionRatio: 4, phase: 0 }, 'phase is 0, expected 1 to 4, which is the reductionRatio'],
  [{ sendClockFactor: 1, reductionRatio: 4, phase: 5 }, 'phase is 5, expected 1 to 4, which is the reductionRatio'],
  [{ sendClockFactor: 1, reductionRatio: 4, phase: 1.5 }, 'phase is 1.5, expected 1 to 4, which is the reductionRatio'],
])('refuses %j', (timing, message) => {
  expect(() => scheduleOf(timing)).toThrow(new RangeError(message));
});

it('sends in one unit of each period: that with which the phase begins', () => {
  const timing = { sendClockFactor: 4, reductionRatio: 8, phase: 3 };
  expect(periodOf(timing)).toBe(32);
  expect(Array.from({ length: 80 }, (_, unit) => unit).filter((unit) => isDue(timing, unit))).toEqual([8, 40, 72]);
});

it('holds data for DataHoldFactor periods, and for 1.92 s at the most', () => {
  const timing = { sendClockFactor: 32, reductionRatio: 2, phase: 1 };
  expect(dataHoldUnits(timing, 3)).toBe(192);
  expect(dataHoldUnits(timing, 960)).toBe(61_440);
  expect(dataHoldUnits({ sendClockFactor: 1, reductionRatio: 1, phase: 1 }, 1)).toBe(1);
  for (const factor of [0, 961, 1.001, 1.5])
    expect(() => dataHoldUnits(timing, factor)).toThrow(
      new RangeError(`dataHoldFactor is ${factor}, expected 1 to 960 with a period of 64 units`),
    );
});
