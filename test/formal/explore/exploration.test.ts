import { afterEach, describe, expect, it } from 'vitest';
import { NAIVE, SEAMLESS } from '../../../formal/explore/configurations.ts';
import { explore } from '../../../formal/explore/search.ts';
import { SLOT_TRANSITIONS, type SlotState } from '../../../spec/slot-machine.ts';

describe('every world that the shipped rules can reach', () => {
  it.each(SEAMLESS.filter(({ long }) => long !== true))('$name: safe and live', ({ config }) => {
    const { breach, states, depth } = explore(config);
    expect(breach).toBeUndefined();
    // many rekeys deep: the wire KeyIds come round several times
    expect(depth).toBeGreaterThan(20);
    expect(states).toBeGreaterThan(50);
  });

  it.each(NAIVE)('$id: $reading: breaks $breaks', ({ config, breaks }) => {
    const { breach } = explore(config);
    expect(breach).toMatchObject({ property: breaks });
    expect(breach?.trace.at(-1)).toBe(breach?.text);
  });

  it('timing, paper VIII: seamless exactly when each timeout is at least the delay towards its peer (E1)', () => {
    for (const delay of [0, 1, 2]) {
      for (const initiator of [0, 1, 2, 3]) {
        for (const follower of [0, 1, 2, 3]) {
          const { breach } = explore({
            ...SEAMLESS[2]?.config,
            slots: { initiator: 2, follower: 2 },
            delay: { toFollower: delay, toInitiator: delay },
            obsoleteTimeout: { initiator, follower },
            kinds: ['0-RTT'],
            attacks: [],
            without: new Set(),
          });
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

describe('one entry of the transition table changed by hand', () => {
  const demote = SLOT_TRANSITIONS.find(({ event }) => event === 'demote') as { to: SlotState };
  afterEach(() => {
    demote.to = 'Obsolete';
  });

  it('is refused by the exploration', () => {
    demote.to = 'Unused';
    expect(explore(SEAMLESS[2]?.config as (typeof SEAMLESS)[number]['config']).breach).toBeDefined();
  });
});
