import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventQueue } from '../../../sim/relations/event-queue.ts';

it('gives events by their time, those of one time as they came, whatever comes between', () => {
  const turns = fc.array(fc.oneof(fc.record({ put: fc.nat(9) }), fc.constant('take' as const)));
  fc.assert(
    fc.property(turns, (list) => {
      const queue = new EventQueue<number>();
      const sorted: { at: number; event: number }[] = [];
      list.forEach((turn, event) => {
        if (turn === 'take') return expect(queue.take()).toEqual(sorted.length === 0 ? undefined : expect.objectContaining(sorted.shift()));
        queue.put(turn.put, event);
        sorted.push({ at: turn.put, event });
        sorted.sort((a, b) => a.at - b.at);
      });
      expect(queue.length).toBe(sorted.length);
    }),
  );
});
