/** Relations to which something happened that software wants to know, each at most once, and what happened to each. */
import { bits, bool, input, module, mux, output, parametric, u } from '../../hdl-gen/index.ts';
import { syncFifo } from '../../hdl-gen/library/index.ts';
import { relationBits } from './store.ts';
import { styleOf } from './wide-memory.ts';

/**
 * What happens to a relation is a bit each, kept with those before until software takes them. A relation joins the queue with the
 * first of its bits and leaves it with all of them, so the queue has room for every relation and can't overflow; what happens after
 * that puts it in again, behind the others.
 *
 * An event is always taken, one in a cycle. A take is answered in the cycle behind the first without an event; software that finds
 * nothing is told so. A relation shows two cycles after its event when nothing is before it. Reset empties all, one
 * relation a cycle.
 * @param relations 2 to 256
 * @param kinds of events
 */
export const eventQueue = parametric((relations: number, kinds: number) => {
  const number = bits(relationBits(relations));
  const Events = bits(kinds);
  return module(
    `event_queue_${relations}x${kinds}`,
    {
      /** all events are gone since the reset; before, what happens is lost */
      ready: output(bool),
      /** what happens now, and to which relation; none is 0 */
      raised: input(Events),
      relation: input(number),
      /** a relation is to be taken from the queue: stays until the cycle of `taken` */
      take: input(bool),
      taken: output(bool),
      /** with `taken`: what has happened to the relation; 0 where none waited */
      takenEvents: output(Events),
      takenRelation: output(number),
      /** a relation waits */
      waiting: output(bool),
    },
    (io, m) => {
      const r = m.registers({
        cleared: bits(1),
        toClear: number,
        /** an event, or a take that found a relation, is under way */
        changing: bits(1),
        taking: bits(1),
        of: number,
        adds: Events,
        /** the bits were written in the cycle in which they were read */
        forwards: bits(1),
        wrote: Events,
      });
      const queue = m.instance('queue', syncFifo({ relation: number }, 2 ** number.width, { last: false }));
      const events = m.memory('happened', Events, relations, { style: styleOf(kinds, relations) });
      m.when(r.cleared.not(), () => r.toClear.next(r.toClear.add(1)));
      m.when(r.toClear.eq(relations - 1), () => r.cleared.next(1));
      io.ready.set(r.cleared);

      // ---- an event goes first
      const { raises } = m.let({ raises: io.raised.any().and(r.cleared) });
      const { takes } = m.let({ takes: io.take.and(raises.not()).and(r.taking.not()).and(r.cleared) });
      const { found } = m.let({ found: takes.and(queue.to.valid) });
      const { chosen } = m.let({ chosen: mux(raises, io.relation, queue.to.relation) });
      const stored = events.readSync('read_events', chosen, { onCollision: 'old' });
      r.changing.next(raises.or(found));
      r.taking.next(takes);
      r.of.next(chosen);
      r.adds.next(io.raised);
      queue.to.ready.set(found);
      io.waiting.set(queue.to.valid);

      // ---- what comes of it
      const { before } = m.let({ before: mux(r.changing, mux(r.forwards, r.wrote, stored), u(kinds, 0)) });
      const { after } = m.let({ after: mux(r.taking.or(r.cleared.not()), u(kinds, 0), before.or(r.adds)) });
      m.when(r.changing.or(r.cleared.not()), () => events.write(mux(r.cleared, r.of, r.toClear), after));
      r.wrote.next(after);
      r.forwards.next(r.changing.and(r.of.eq(chosen)));
      const { joins } = m.let({ joins: r.changing.and(r.taking.not()).and(before.any().not()) });
      queue.from.valid.set(joins);
      queue.from.relation.set(r.of);
      io.taken.set(r.taking);
      io.takenEvents.set(mux(r.taking, before, u(kinds, 0)));
      io.takenRelation.set(mux(r.taking.and(r.changing), r.of, u(relationBits(relations), 0)));
      m.unused(queue.level);

      m.assert('has_room_for_every_relation', joins.and(queue.from.ready.not()).not());
      m.assert('something_happened_to_what_is_taken', r.taking.and(r.changing).not().or(before.any()));
    },
    'Relations to which something happened, each at most once.',
  );
});
