/** The queue of events beside a list of relations. */
import { describe, expect, it } from 'vitest';
import { cosimulate } from '../../../formal/rtl/cosimulation/cosimulate.ts';
import { eventQueueCycles } from '../../../formal/rtl/cosimulation/event-queue.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { eventQueue } from '../../../hw/station/event-queue.ts';
import { Bench, compiled } from '../bench.ts';

const SEED = Number(process.env['EVENTS_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `EVENTS_SEED=${SEED} npx vitest run test/hw/station/event-queue.test.ts`;

describe('the queue of events', () => {
  it.each([
    [2, 3],
    [5, 6],
    [256, 6],
  ])(`of %i relations, %i kinds: each relation stands once, with all that happened to it (${REPLAY})`, (relations, kinds) => {
    cosimulate(lower(eventQueue(relations, kinds).elaborate()), { cycles: eventQueueCycles(relations, kinds, SEED, 5000) });
  });

  it('has room for all 256 relations, and gives them back in their order', () => {
    const bench = new Bench(compiled(eventQueue(256, 4)));
    while (bench.get('ready') === 0) bench.step();
    const order = Array.from({ length: 256 }, (_, index) => (index * 37) % 256);
    // each twice: the second time it stands there already
    for (const events of [1, 8])
      for (const relation of order) {
        bench.set({ raised: events, relation });
        bench.step();
      }
    bench.set({ raised: 0, take: 1 });
    const taken: number[] = [];
    for (let cycle = 0; cycle < 600; cycle++) {
      if (bench.get('taken') === 1 && bench.get('taken_events') !== 0) {
        expect(bench.get('taken_events')).toBe(9);
        taken.push(bench.get('taken_relation'));
      }
      bench.step();
    }
    expect(taken).toEqual(order);
  });
});
