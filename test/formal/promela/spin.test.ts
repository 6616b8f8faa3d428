/** The Promela model, whose rules are written anew: SPIN must find what the explorer finds, and count what it counts. */
import { afterEach, describe, expect, it } from 'vitest';
import { breaking, config, NAIVE, SEAMLESS } from '../../../formal/explore/configurations.ts';
import { PROPERTIES, type PropertyId } from '../../../formal/explore/properties.ts';
import { explore } from '../../../formal/explore/search.ts';
import { promelaModel } from '../../../formal/promela/model.ts';
import { SPIN_EXTRA, spin } from '../../../formal/promela/spin.ts';
import { SLOT_TRANSITIONS, type SlotState } from '../../../spec/slot-machine.ts';
import { isInstalled } from '../../hdl-gen/verilog/tools.ts';

const short = SEAMLESS.filter(({ long }) => long !== true);
const SPIN = ['spin', 'tcc', 'gcc'].every(isInstalled);

/** Enough of the naive readings to break each property in each way; `prove-protocol.ts` has SPIN break them all. */
const BREAKING: Readonly<Record<PropertyId, readonly string[]>> = {
  S1: ['C9', 'C24'],
  S2: ['C2', 'C25', 'C27'],
  S3: ['C6', 'C21'],
  S4: ['C19', 'C20'],
  S5: ['C12'],
  S6: ['C3', 'C23'],
  S7: ['C13', 'C22'],
  S8: ['C29'],
  S9: ['C28', 'C30'],
  L1: ['C18', 'C26'],
};

describe.skipIf(!SPIN)('SPIN, on the generated Promela (skipped where SPIN, tcc or gcc is not installed)', () => {
  // those with one kind of rekey are parts of those with both
  it.each(
    short.filter(
      ({ config: { attacks, kinds, slots, window } }) =>
        attacks.length === 0 && (kinds.length === 2 || slots.initiator > 2 || window !== undefined),
    ),
  )('$name: the same verdict, as many states, as many transitions', async ({ config: subject }) => {
    const [explored, found] = [explore(subject, { liveness: false }), await spin(subject)];
    expect({ ...found, seconds: 0 }).toEqual({
      states: explored.states + SPIN_EXTRA.states,
      transitions: explored.transitions + SPIN_EXTRA.transitions,
      seconds: 0,
      breach: undefined,
    });
  });

  it('the same without symmetry', async () => {
    const explored = explore(config(2, 2), { symmetry: false });
    const found = await spin(config(2, 2), { symmetry: false });
    expect(found.states - explored.states).toBe(SPIN_EXTRA.states);
    expect(found.transitions - explored.transitions).toBe(SPIN_EXTRA.transitions);
  });

  it('finds that all settles under weak fairness', async () => {
    expect((await spin(config(2, 2, { agreementFails: true }), { liveness: true })).breach).toBeUndefined();
  });

  it.each(NAIVE.flatMap(breaking).filter(({ id, breaks }) => BREAKING[breaks].includes(id)))(
    '$breaks is broken by $id: $reading',
    async ({ config: subject, breaks }) => {
      expect((await spin(subject, { only: breaks })).breach).toBe(breaks);
    },
  );
});

describe('one entry of the transition table changed by hand', () => {
  const demote = SLOT_TRANSITIONS.find(({ event }) => event === 'demote') as { to: SlotState };
  afterEach(() => {
    demote.to = 'Obsolete';
  });

  it.skipIf(!SPIN)('is refused by SPIN (skipped where SPIN, tcc or gcc is not installed)', async () => {
    demote.to = 'Unused';
    expect(promelaModel(config(2, 2), { symmetry: true })).toContain('#define DEMOTE_TO UNUSED');
    expect((await spin(config(2, 2))).breach).toBeDefined();
  });
});

describe('the model', () => {
  it('asserts every property, or the one that is asked for alone', () => {
    const asserted = (only?: PropertyId): string[] => {
      const assertions = promelaModel(config(2, 2, { window: 2 }), { symmetry: true, only }).match(/(?<=assert\()\w+/g) ?? [];
      return [...new Set(assertions)].sort();
    };
    expect([...asserted(), 'L1'].sort()).toEqual(Object.keys(PROPERTIES).sort());
    expect(asserted('S4')).toEqual(['S4']);
    expect(asserted('L1')).toEqual([]);
  });
});
