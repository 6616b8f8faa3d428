import { describe, expect, it } from 'vitest';
import {
  allViews,
  formatView,
  IllegalTransition,
  isAllowed,
  isLegalView,
  SLOT_STATE_CODE,
  stepView,
  type View,
  viewEvents,
} from '../../spec/slot-machine.ts';

/** Every view that events lead to, from no key at all. */
function reachable(slots: number, keepsObsolete: boolean): string[] {
  const start: View = Array.from({ length: slots }, () => 'Unused' as const);
  const seen = new Map([[formatView(start), start]]);
  for (const view of seen.values()) {
    for (const event of viewEvents(slots)) {
      if (!isAllowed(view, event)) continue;
      const next = stepView(view, event, keepsObsolete);
      if (!seen.has(formatView(next))) seen.set(formatView(next), next);
    }
  }
  return [...seen.keys()].sort();
}

it('only a Pending key is withdrawn, and leaves the view as it was before its Push', () => {
  for (const view of allViews(3).filter(isLegalView)) {
    for (const [slot, state] of view.entries()) {
      const event = { kind: 'withdraw', slot } as const;
      expect(isAllowed(view, event)).toBe(state === 'Pending');
      if (state === 'Pending') expect(stepView(view, event, true)).toEqual(view.with(slot, 'Unused'));
    }
  }
});

describe('paper IV.B: "The remaining set of valid states is shown in Fig. 5"', () => {
  it('two slots have 16 combinations, of which nine "should not occur in practice"', () => {
    expect(allViews(2)).toHaveLength(16);
    expect(allViews(2).filter((view) => !isLegalView(view))).toHaveLength(9);
  });

  it('exactly UU AU AP OA UA PA AO are reached', () => {
    expect(reachable(2, true)).toEqual(['AO', 'AP', 'AU', 'OA', 'PA', 'UA', 'UU']);
    expect(reachable(2, true)).toEqual(allViews(2).filter(isLegalView).map(formatView).sort());
  });

  it('7, 25 and 81 legal states for 2, 3 and 4 slots, all of them reached', () => {
    for (const [slots, count] of [
      [2, 7],
      [3, 25],
      [4, 81],
    ] as const) {
      expect(allViews(slots).filter(isLegalView)).toHaveLength(count);
      expect(reachable(slots, true)).toHaveLength(count);
    }
  });

  it('a view that drops its old key at once never has an Obsolete one', () => {
    expect(reachable(2, false)).toEqual(['AP', 'AU', 'PA', 'UA', 'UU']);
  });

  it('"(a) Push … into a currently unused slot, (b) Switch … (c) a Timeout": anything else is refused by name', () => {
    expect(() => stepView(['Active', 'Obsolete'], { kind: 'push', slot: 1 }, true)).toThrow(IllegalTransition);
    expect(() => stepView(['Active', 'Unused'], { kind: 'switch', slot: 1 }, true)).toThrow(
      'slot machine: switch of slot B is not allowed in AU',
    );
    expect(() => stepView(['Active', 'Pending', 'Unused'], { kind: 'push', slot: 2 }, true)).toThrow(IllegalTransition);
  });

  it('before the first key nothing can be switched to or time out, and outside of the slots nothing happens', () => {
    const none: View = ['Unused', 'Unused'];
    expect(viewEvents(2).filter((event) => isAllowed(none, event))).toEqual([
      { kind: 'push', slot: 0 },
      { kind: 'push', slot: 1 },
    ]);
    expect(isAllowed(['Active', 'Pending'], { kind: 'switch', slot: 2 })).toBe(false);
    expect(() => stepView(none, { kind: 'switch', slot: 0 }, true)).toThrow(expect.objectContaining({ name: 'IllegalTransition' }));
  });
});

it('a slot that there is not can do nothing', () => {
  for (const kind of ['push', 'switch', 'withdraw', 'timeout'] as const)
    expect(isAllowed(['Unused', 'Unused'], { kind, slot: 2 })).toBe(false);
});

it('two bits of a register hold a state, 0 where there is no key, and then in the order of its life', () => {
  expect(SLOT_STATE_CODE).toEqual({ Unused: 0, Pending: 1, Active: 2, Obsolete: 3 });
});
