/** Windows of delivery in hardware, beside `verdictOn` in `spec/delivery.ts`: frames under two keys, near and far from the newest of each. */
import { describe, expect, it } from 'vitest';
import { type Cycle, cosimulate } from '../../../formal/rtl/cosimulation/cosimulate.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { deliveryWindows } from '../../../hw/station/windows.ts';
import { type Delivered, NOTHING_DELIVERED, verdictOn, WINDOW } from '../../../spec/delivery.ts';
import { COUNTER_LAST } from '../../../spec/header.ts';
import { SLOT_STATE_CODE, type SlotState } from '../../../spec/slot-machine.ts';

const SEED = Number(process.env['WINDOWS_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `WINDOWS_SEED=${SEED} npx vitest run test/hw/station/windows.test.ts`;

interface Key {
  readonly state: SlotState;
  readonly delivered: Delivered;
}

const NO_KEY: Key = { state: 'Unused', delivered: NOTHING_DELIVERED };
const DISTANCES = [1, 2, 62, 63, 64, 65, 66, 1000];

/** States change as they like: what a window makes of them is its own. */
function cycles(slots: number, seed: number, count: number): Cycle[] {
  const random = new Random(seed);
  let keys: readonly Key[] = Array.from({ length: slots }, () => NO_KEY);
  return Array.from({ length: count }, () => {
    const slot = random.below(slots);
    const { state, delivered: before } = keys[slot] ?? NO_KEY;
    const distance = random.chance(0.5) ? random.below(70) : (DISTANCES[random.below(DISTANCES.length)] ?? 0);
    const wanted = random.chance(0.7) ? 'window' : 'newest';
    const jump = random.chance(0.01) ? COUNTER_LAST - random.below(100) : before.newest + 1 + random.below(3);
    const counter = Math.min(COUNTER_LAST, random.chance(0.4) ? jump : Math.max(0, before.newest - distance));
    const isTrusted = random.chance(0.9);
    const verdict =
      isTrusted && state !== 'Unused' ? verdictOn(counter, state, before, wanted) : { delivered: false, newest: false, after: before };
    const next = keys.map((key, index): Key => {
      const delivered = index === slot ? verdict.after : key.delivered;
      if (key.state === 'Unused') return random.chance(0.1) ? { state: 'Active', delivered } : NO_KEY;
      if (random.chance(0.005)) return NO_KEY;
      return random.chance(0.02) ? { state: key.state === 'Active' ? 'Obsolete' : 'Active', delivered } : { ...key, delivered };
    });
    const inputs = {
      ...contextValues('context', keys),
      ...contextValues('next', next),
      now: 5,
      wanted: Number(wanted === 'window'),
      verdict: 1,
      authentic: Number(isTrusted),
      frame_key_id: slot + 1,
      counter,
    };
    keys = next;
    return { inputs, outputs: { newest: Number(verdict.newest), late: Number(verdict.delivered && !verdict.newest) } };
  });
}

function contextValues(name: string, keys: readonly Key[]): Record<string, number> {
  return Object.assign(
    {},
    ...keys.map(({ state }, index) => ({
      [`${name}_slots_${index}_provider`]: 0,
      [`${name}_slots_${index}_consumer`]: SLOT_STATE_CODE[state],
      [`${name}_slots_${index}_key_id`]: index + 1,
      [`${name}_slots_${index}_until`]: state === 'Obsolete' ? 1000 : 0,
    })),
    ...['newest', 'sent', 'request_valid', 'request_key_id', 'withdrawn_valid', 'withdrawn_key_id'].map((field) => ({
      [`${name}_${field}`]: 0,
    })),
  );
}

describe('windows of delivery', () => {
  it.each([2, 3, 4])(`of %i slots say of each frame what the rule says (${REPLAY})`, (slots) => {
    cosimulate(lower(deliveryWindows(slots).elaborate()), { cycles: cycles(slots, SEED, 4000) });
  });

  it('the walk comes by every verdict, at the edges of the window too', () => {
    const all = cycles(2, 1, 4000);
    const has = (newest: number, late: number): boolean =>
      all.some(({ outputs }) => outputs['newest'] === newest && outputs['late'] === late);
    expect([has(0, 0), has(1, 0), has(0, 1)]).toEqual([true, true, true]);
    expect(WINDOW).toBe(64);
  });
});
