/** Windows of delivery in hardware, of one relation in registers and of many in block RAM, beside `verdictOn` in `spec/delivery.ts`. */
import { describe, expect, it } from 'vitest';
import { cosimulate } from '../../../formal/rtl/cosimulation/cosimulate.ts';
import { deliveryWindowsCycles } from '../../../formal/rtl/cosimulation/delivery-windows.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { deliveryWindows } from '../../../hw/station/windows.ts';
import { WINDOW } from '../../../spec/delivery.ts';

const SEED = Number(process.env['WINDOWS_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `WINDOWS_SEED=${SEED} npx vitest run test/hw/station/windows.test.ts`;

describe('windows of delivery', () => {
  it.each([
    [2, 1],
    [4, 1],
    [2, 2],
    [2, 5],
    [2, 256],
  ])(`of %i slots and %i relations say of each frame what the rule says (${REPLAY})`, (slots, relations) => {
    cosimulate(lower(deliveryWindows(slots, relations).elaborate()), { cycles: deliveryWindowsCycles(slots, relations, SEED, 4000) });
  });

  it.each([1, 3])('the walk comes by every verdict, of %i relations', (relations) => {
    const all = deliveryWindowsCycles(2, relations, 1, 4000);
    const has = (newest: number, late: number): boolean =>
      all.some(({ outputs }) => outputs['newest'] === newest && outputs['late'] === late);
    expect([has(0, 0), has(1, 0), has(0, 1)]).toEqual([true, true, true]);
    expect(WINDOW).toBe(64);
  });
});
