/** The contexts of many relations in hardware, beside one peer of the rules for each. */
import { describe, expect, it } from 'vitest';
import { contextStoreRun } from '../../../formal/rtl/cosimulation/context-store.ts';
import { cosimulate } from '../../../formal/rtl/cosimulation/cosimulate.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { contextStore } from '../../../hw/station/store.ts';
import { Bench, compiled } from '../bench.ts';

const SEED = Number(process.env['STORE_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `STORE_SEED=${SEED} npx vitest run test/hw/station/store.test.ts`;
const SLOTS = 3;

/** Every context of it has been made empty. */
function benchOf(relations: number): Bench {
  const bench = new Bench(compiled(contextStore({ role: 'initiator', slots: SLOTS, relations })));
  for (let cycle = 0; bench.get('ready') === 0; cycle++) {
    expect(cycle).toBeLessThanOrEqual(relations);
    bench.step();
  }
  return bench;
}

describe('a store of contexts', () => {
  it.each([
    { role: 'initiator', slots: 3, relations: 1 },
    { role: 'follower', slots: 2, relations: 5 },
    { role: 'initiator', slots: 3, relations: 256 },
  ] as const)(
    `of $relations, $role: each relation does what its own events make of it, and no other one's, in their order (${REPLAY})`,
    (options) => {
      cosimulate(lower(contextStore(options).elaborate()), contextStoreRun(options, SEED, 3000));
    },
  );

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

  it('visits every relation in turn while a key is Obsolete, and none where nothing runs out', () => {
    const bench = benchOf(4);
    const visited = (cycles: number): number[] =>
      Array.from({ length: cycles }, () => {
        const happens = bench.get('happens') === 1 ? [bench.get('relation')] : [];
        bench.step();
        return happens;
      }).flat();
    const ask = (name: string, inputs: Readonly<Record<string, number>>): void => {
      bench.set({ ...inputs, [`${name}_request`]: 1, [`${name}_relation`]: 2 });
      while (bench.get(`${name}_done`) === 0) bench.step();
      bench.step();
      bench.set({ [`${name}_request`]: 0 });
    };
    expect(visited(40)).toEqual([]);
    // a first key, and a second one that the partner uses: the first is Obsolete for so many cycles
    bench.set({ obsolete_timeout: 60 });
    ask('push', { push_key_id: 1 });
    ask('push', { push_key_id: 2 });
    expect(visited(40)).toEqual([]);
    ask('verdict', { frame_authentic: 1, frame_key_id: 2, frame_next_key_id: 2, frame_counter: 1 });
    const walk = visited(200);
    expect(walk.slice(0, 9)).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0]);
    // until it has run out, and the round after that: an event takes two cycles
    expect(walk.length).toBeGreaterThanOrEqual(60 / 2);
    expect(walk.length).toBeLessThanOrEqual(60 / 2 + 2 * 4);
  });
});
