import { afterEach, describe, expect, it } from 'vitest';
import { breaking, config, NAIVE, SEAMLESS } from '../../../formal/explore/configurations.ts';
import { connected } from '../../../formal/explore/connection.ts';
import { neverSettles } from '../../../formal/explore/fairness.ts';
import { PROPERTIES } from '../../../formal/explore/properties.ts';
import { explore } from '../../../formal/explore/search.ts';
import { RULES, type RuleId } from '../../../spec/rules.ts';
import { SLOT_TRANSITIONS, type SlotState } from '../../../spec/slot-machine.ts';

const short = SEAMLESS.filter(({ long }) => long !== true);

describe('every world that the shipped rules can reach', () => {
  it.each(short)('$name: safe and live', ({ config: subject, safeOnly }) => {
    const { breach, states, depth } = explore(subject, { liveness: safeOnly !== true });
    expect(breach).toBeUndefined();
    // many rekeys deep: the wire KeyIds come round several times
    expect(depth).toBeGreaterThan(20);
    expect(states).toBeGreaterThan(50);
  });

  it.each(NAIVE.flatMap(breaking))('$breaks is broken by $id: $reading', ({ config: subject, breaks }) => {
    const { breach } = explore(subject, { only: breaks });
    expect(breach).toMatchObject({ property: breaks });
    expect(breach?.trace[0]?.act).toBeUndefined();
    expect(breach?.trace.at(-1)?.act).toBeDefined();
  });

  it('every property is broken by a naive reading, and every rule prevents those that do without it', () => {
    const broken = new Set(NAIVE.flatMap(breaking).map(({ breaks }) => breaks));
    expect([...broken].sort()).toEqual(Object.keys(PROPERTIES).sort());
    for (const { id, config: subject } of NAIVE) {
      const without = [...subject.without].map((rule) => /^M\d+/.exec(rule)?.[0] as RuleId);
      // where a reading breaks two rules, one of them prevents it
      if (without.length > 0)
        expect(
          without.some((rule) => RULES[rule].prevents.includes(id)),
          id,
        ).toBe(true);
    }
    expect(NAIVE.map(({ id }) => id)).toEqual(NAIVE.map((_, index) => `C${index + 1}`));
  });

  it('symmetry changes the number of worlds, and no verdict', () => {
    const subjects = [...short.slice(0, 4), ...NAIVE.filter(({ id }) => ['C3', 'C7', 'C12'].includes(id))];
    for (const naive of subjects) {
      const { config: subject } = naive;
      const only = 'breaks' in naive ? naive.breaks : undefined;
      const [with_, without] = [explore(subject, { only }), explore(subject, { only, symmetry: false })];
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
});
