/** The contexts of many relations in hardware, beside one peer of the rules for each. */
import { describe, expect, it } from 'vitest';
import { answerBounds } from '../../../formal/rtl/store-answers.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { contextStore } from '../../../hw/station/store.ts';
import { canCancel, canPush, initialState, type PeerState, step } from '../../../spec/peer-rules.ts';
import { SLOT_STATE_CODE } from '../../../spec/slot-machine.ts';
import { Bench, compiled } from '../bench.ts';

const SEED = Number(process.env['STORE_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `STORE_SEED=${SEED} npx vitest run test/hw/station/store.test.ts`;
const SLOTS = 3;
const OPTIONS = { obsoleteTimeout: 0 };
const ASKED = ['transmit', 'erase', 'cancel', 'push'] as const;
type Asked = (typeof ASKED)[number];

interface Relation {
  readonly peer: PeerState;
  readonly sent: number;
}

const EMPTY: Relation = { peer: initialState('initiator', SLOTS), sent: 0 };

/** Every context of it has been made empty. */
function benchOf(relations: number): Bench {
  const bench = new Bench(compiled(contextStore({ role: 'initiator', slots: SLOTS, relations })));
  for (let cycle = 0; bench.get('ready') === 0; cycle++) {
    expect(cycle).toBeLessThanOrEqual(relations);
    bench.step();
  }
  return bench;
}

/** What the rules make of it; undefined where they refuse. */
function after({ peer, sent }: Relation, asked: Asked, wire: number): Relation | undefined {
  const keyId = { master: wire >> 2, communication: wire & 3 };
  const holdsKey = peer.slots.some(({ provider }) => provider === 'Active');
  switch (asked) {
    case 'transmit':
      return holdsKey ? { peer, sent: sent + 1 } : undefined;
    case 'erase':
      return EMPTY;
    case 'cancel':
      return canCancel(peer) ? { peer: step(peer, { kind: 'cancel' }, OPTIONS), sent } : undefined;
    case 'push':
      return canPush(peer, keyId) ? { peer: step(peer, { kind: 'push', keyId }, OPTIONS), sent: holdsKey ? sent : 0 } : undefined;
  }
}

describe('a store of contexts', () => {
  it.each([1, 5, 256])(`of %i: each relation does what its own events make of it, and no other one's (${REPLAY})`, (relations) => {
    const random = new Random(SEED);
    const bench = benchOf(relations);
    const known = Array.from({ length: relations }, () => EMPTY);
    const outcomes = new Set<string>();
    const bounds = answerBounds(relations);
    for (let events = 0; events < 2500; events++) {
      const asked = ASKED[random.chance(0.05) ? 1 : ([0, 2, 3][random.below(3)] ?? 0)] ?? 'push';
      const relation = random.below(Math.min(relations, 9)) * Math.max(1, Math.floor(relations / 9));
      const before = known[relation] ?? EMPTY;
      const wire = random.below(16);
      bench.set({ [`${asked}_request`]: 1, [`${asked}_relation`]: relation, push_key_id: wire });
      for (let waited = 1; bench.get(`${asked}_done`) === 0; waited++) {
        expect(waited).toBeLessThan(bounds.push);
        bench.step();
      }
      const next = after(before, asked, wire);
      const { peer, sent } = next ?? before;
      known[relation] = { peer, sent };
      outcomes.add(`${asked} ${next !== undefined}`);
      expect([bench.get('relation'), bench.get('next_sent')]).toEqual([relation, sent]);
      if (asked !== 'erase') expect(bench.get('accepted')).toBe(Number(next !== undefined));
      peer.slots.forEach(({ provider, consumer, keyId }, slot) => {
        const field = (name: string): number => bench.get(`next_slots_${slot}_${name}`);
        const wireOfKey = keyId === undefined ? 0 : keyId.master * 4 + keyId.communication;
        expect([field('provider'), field('consumer'), field('key_id')]).toEqual([
          SLOT_STATE_CODE[provider],
          SLOT_STATE_CODE[consumer],
          wireOfKey,
        ]);
      });
      bench.step();
      bench.set({ [`${asked}_request`]: 0 });
      if (random.chance(0.5)) bench.step();
    }
    expect(outcomes).toEqual(
      new Set(ASKED.flatMap((asked) => (asked === 'erase' ? [`${asked} true`] : [`${asked} true`, `${asked} false`]))),
    );
  });

  it.each([1, 4])('of %i: an erase goes before a Push that waits with it, and refuses it; of another relation it does not', (relations) => {
    const settled = (eraseRelation: number): string[] => {
      const bench = benchOf(relations);
      // behind a cancel it is the turn of a Push
      bench.set({ cancel_request: 1 });
      while (bench.get('cancel_done') === 0) bench.step();
      bench.step();
      bench.set({ cancel_request: 0, erase_request: 1, erase_relation: eraseRelation, push_request: 1, push_relation: 0, push_key_id: 3 });
      const order: string[] = [];
      for (let cycle = 0; cycle < 40; cycle++) {
        const done = ['erase', 'push'].filter((name) => bench.get(`${name}_done`) === 1);
        if (done.length > 0) order.push(`${done.join('+')} ${bench.get('accepted')}`);
        bench.step();
        bench.set(Object.fromEntries(done.map((name) => [`${name}_request`, 0])));
      }
      return order;
    };
    expect(settled(0)).toEqual(['erase+push 0']);
    if (relations > 1) expect(settled(1).toSorted()).toEqual(['erase 0', 'push 1']);
  });

  it('visits every relation in turn, and asks for no pause of anybody', () => {
    const bench = benchOf(4);
    const visited: number[] = [];
    for (let cycle = 0; cycle < 40; cycle++) {
      if (bench.get('happens') === 1) visited.push(bench.get('relation'));
      bench.step();
    }
    expect(visited.slice(0, 9)).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0]);
  });
});
