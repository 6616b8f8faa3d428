import { afterEach, describe, expect, it } from 'vitest';
import { config, NAIVE, SEAMLESS } from '../../../formal/explore/configurations.ts';
import { connected } from '../../../formal/explore/connection.ts';
import { neverSettles } from '../../../formal/explore/fairness.ts';
import { explore } from '../../../formal/explore/search.ts';
import { promelaModel } from '../../../formal/promela/model.ts';
import { SPIN_EXTRA, spin } from '../../../formal/promela/spin.ts';
import { SLOT_TRANSITIONS, type SlotState } from '../../../spec/slot-machine.ts';
import { isInstalled } from '../../hdl-gen/verilog/tools.ts';

const short = SEAMLESS.filter(({ long }) => long !== true);
const SPIN = isInstalled('spin') && isInstalled('gcc');

describe('every world that the shipped rules can reach', () => {
  it.each(short)('$name: safe and live', ({ config: subject, safeOnly }) => {
    const { breach, states, depth } = explore(subject, { liveness: safeOnly !== true });
    expect(breach).toBeUndefined();
    // many rekeys deep: the wire KeyIds come round several times
    expect(depth).toBeGreaterThan(20);
    expect(states).toBeGreaterThan(50);
  });

  it.each(NAIVE)('$id: $reading: breaks $breaks', ({ config: subject, breaks }) => {
    const { breach } = explore(subject);
    expect(breach).toMatchObject({ property: breaks });
    expect(breach?.trace[0]?.act).toBeUndefined();
    expect(breach?.trace.at(-1)?.act).toBeDefined();
  });

  it('C1 to C18 of the study are all among the naive readings', () => {
    expect(NAIVE.map(({ id }) => id)).toEqual(Array.from({ length: 18 }, (_, index) => `C${index + 1}`));
  });

  it('symmetry changes the number of worlds, and no verdict', () => {
    const subjects = [...short.slice(0, 4), ...NAIVE.filter(({ id }) => ['C3', 'C7', 'C12'].includes(id))];
    for (const { config: subject } of subjects) {
      const [with_, without] = [explore(subject), explore(subject, { symmetry: false })];
      expect(without.breach?.property).toBe(with_.breach?.property);
      expect(without.states).toBeGreaterThanOrEqual(with_.states);
    }
    expect(explore(config(2, 2), { symmetry: false }).states).toBeGreaterThan(2 * explore(config(2, 2)).states);
  });

  it('timing, paper VIII: seamless exactly when each timeout is at least the delay towards its peer (E1)', () => {
    for (const delay of [0, 1, 2]) {
      for (const initiator of [0, 1, 2, 3]) {
        for (const follower of [0, 1, 2, 3]) {
          const { breach } = explore(config(2, delay, { obsoleteTimeout: { initiator, follower }, kinds: ['0-RTT'] }));
          expect({ delay, initiator, follower, seamless: breach === undefined }).toEqual({
            delay,
            initiator,
            follower,
            seamless: initiator >= delay && follower >= delay,
          });
        }
      }
    }
  });
});

describe.skipIf(!SPIN)('SPIN, on the generated Promela (skipped where SPIN or gcc is not installed)', () => {
  it.each(short.filter(({ config: { attacks } }) => attacks.length === 0))(
    '$name: the same verdict, as many states, as many transitions',
    async ({ config: subject }) => {
      const [explored, found] = [explore(subject, { liveness: false }), await spin(subject)];
      expect({ ...found, seconds: 0 }).toEqual({
        states: explored.states + SPIN_EXTRA.states,
        transitions: explored.transitions + SPIN_EXTRA.transitions,
        seconds: 0,
        breach: undefined,
      });
    },
  );

  it('the same without symmetry', async () => {
    const explored = explore(config(2, 2), { symmetry: false });
    const found = await spin(config(2, 2), { symmetry: false });
    expect(found.states - explored.states).toBe(SPIN_EXTRA.states);
    expect(found.transitions - explored.transitions).toBe(SPIN_EXTRA.transitions);
  });

  it('finds that all settles under weak fairness', async () => {
    expect((await spin(config(2, 2, { agreementFails: true }), { liveness: true })).breach).toBeUndefined();
  });

  it.each(NAIVE.filter(({ id }) => ['C2', 'C6', 'C7', 'C9', 'C12', 'C13', 'C16'].includes(id)))(
    '$id: $reading: breaks $breaks',
    async ({ config: subject, breaks }) => {
      expect((await spin(subject, { only: breaks })).breach).toBe(breaks);
    },
  );
});

describe('weak fairness', () => {
  it('counts a way round only where all who can act do', () => {
    const world = (settled: boolean) => ({ ...connected(config(2, 1)), connected: settled });
    // from 0 the initiator goes on to 1; 1 and 2 are a way round, from which the follower could settle all the time
    const worlds = [world(false), world(false), world(false), world(true)];
    const edges = [
      [{ to: 1, process: 'initiator' as const }],
      [
        { to: 2, process: 'time' as const },
        { to: 3, process: 'follower' as const },
      ],
      [
        { to: 1, process: 'time' as const },
        { to: 3, process: 'follower' as const },
      ],
      [{ to: 3, process: 'time' as const }],
    ];
    expect(neverSettles(worlds, edges)).toBeUndefined();
    // where it can not act in one of the two, going round is fair
    expect(neverSettles(worlds, [edges[0] ?? [], edges[1] ?? [], (edges[2] ?? []).slice(0, 1), edges[3] ?? []])).toBe(1);
  });
});

describe('one entry of the transition table changed by hand', () => {
  const demote = SLOT_TRANSITIONS.find(({ event }) => event === 'demote') as { to: SlotState };
  afterEach(() => {
    demote.to = 'Obsolete';
  });

  it('is refused by the exploration', () => {
    demote.to = 'Unused';
    expect(explore(config(2, 2)).breach).toBeDefined();
  });

  it.skipIf(!SPIN)('is refused by SPIN (skipped where SPIN or gcc is not installed)', async () => {
    demote.to = 'Unused';
    expect(promelaModel(config(2, 2), { symmetry: true })).toContain('#define DEMOTE_TO UNUSED');
    expect((await spin(config(2, 2))).breach).toBeDefined();
  });
});
