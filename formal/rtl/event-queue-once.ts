/**
 * The queue of events, whatever happens and whoever takes: nothing that happened is lost, invented or told twice, each relation
 * stands in the queue once while something waits to be told of it, so that there is room for all, and a take is answered.
 */
import { type Bits, bits, bool, input, module, mux, vec } from '../../hdl-gen/index.ts';
import { eventQueue } from '../../hw/station/event-queue.ts';
import { relationBits } from '../../hw/station/store.ts';
import { implies } from './conditions.ts';
import { at } from './follow-word.ts';

const KINDS = 2;

export function eventQueueOnce(relations: number) {
  const number = bits(relationBits(relations));
  const width = relationBits(relations);
  const depth = 2 ** width;
  return module(
    `event_queue_once_${relations}`,
    { raised: input(bits(KINDS)), relation: input(number), take: input(bool) },
    (io, m) => {
      const dut = m.instance('dut', eventQueue(relations, KINDS));
      dut.raised.set(io.raised);
      dut.relation.set(io.relation);
      dut.take.set(io.take);
      const wide = (value: unknown): Bits<number> => value as Bits<number>;
      m.assume('a_relation_there_is', wide(io.relation).le(relations - 1));
      m.assume('a_take_stays', m.past('take_waited', io.take.and(dut.taken.not())).not().or(io.take));
      const inside = m.observe('dut', {
        happened: vec(bits(KINDS), relations),
        toClear: number,
        changing: bool,
        taking: bool,
        of: number,
        adds: bits(KINDS),
        before: bits(KINDS),
      });
      const queue = m.observe('dut.queue', {
        writeAddress: number,
        readAddress: number,
        words: bits(width * depth),
        level: bits(width + 1),
      });
      const stored = Array.from({ length: depth }, (_, index) => wide(queue.words).bits(width * index, width));
      const order = stored.map((_, place) => at(stored, wide(queue.readAddress).add(place)));
      const isIn = (place: number, relation: number) =>
        wide(queue.level)
          .gt(place)
          .and((order[place] as Bits<number>).eq(relation));
      const places = order.map((_, place) => place);
      for (let relation = 0; relation < relations; relation++) {
        // ---- what happened and was not told
        const { untold } = m.registers({ untold: bits(KINDS) }, `_${relation}`);
        const raises = io.raised.any().and(dut.ready).and(wide(io.relation).eq(relation));
        const told = dut.taken.and(dut.takenEvents.any()).and(wide(dut.takenRelation).eq(relation));
        m.when(told.and(raises), () => untold.next(io.raised))
          .elseWhen(told, () => untold.next(0))
          .elseWhen(raises, () => untold.next(untold.or(io.raised)));
        m.assert(`told_all_that_happened_${relation}`, implies(told, dut.takenEvents.eq(untold)));

        // ---- what makes it hold for ever: the memory behind the change that is under way, and the place in the queue
        const changed = inside.changing.and(wide(inside.of).eq(relation));
        const stored = wide(inside.happened.at(relation));
        const adding = changed.and(inside.taking.not());
        const known = mux(adding, stored.or(wide(inside.adds)), stored);
        m.assert(`keeps_what_was_not_told_${relation}`, implies(dut.ready, known.eq(untold)));
        m.assert(`reads_what_stands_there_${relation}`, implies(changed, wide(inside.before).eq(stored)));
        const count = places.map((place) => isIn(place, relation).zext(3)).reduce((a, b) => a.add(b));
        const stands = changed.and(inside.taking).not().and(stored.any());
        m.assert(`stands_in_the_queue_once_${relation}`, implies(dut.ready, count.eq(stands.zext(3))));
        m.assert(`has_no_events_before_it_is_ready_${relation}`, implies(dut.ready.not(), untold.any().not().and(changed.not())));
        const isPast = wide(inside.toClear).gt(relation);
        m.assert(`emptied_before_it_is_ready_${relation}`, implies(dut.ready.not().and(isPast), stored.any().not()));
        m.cover(`told_${relation}`, told.and(adding.not()));
      }
      const isRelation = (place: number) =>
        wide(queue.level)
          .gt(place)
          .not()
          .or((order[place] as Bits<number>).le(relations - 1));
      m.assert(
        'relations_there_are',
        places.map(isRelation).reduce((a, b) => a.and(b)),
      );
      m.assert('of_a_relation_there_is', implies(inside.changing, wide(inside.of).le(relations - 1)));
      m.assert('nothing_waits_before_it_is_ready', implies(dut.ready.not(), queue.level.any().not().and(inside.taking.not())));
      m.assert('clears_a_relation_there_is', implies(dut.ready.not(), wide(inside.toClear).le(relations - 1)));
      const behind = wide(queue.readAddress).add(wide(queue.level).take(width));
      m.assert('as_many_as_the_addresses_say', wide(queue.writeAddress).eq(behind).and(wide(queue.level).le(depth)));
      m.assert('adds_something', implies(inside.changing.and(inside.taking.not()), wide(inside.adds).any()));
      const quiet = io.take.and(io.raised.any().not()).and(dut.ready).and(dut.taken.not());
      m.assert('a_take_is_answered', implies(m.past('quiet', quiet), dut.taken));
      m.unused(dut.waiting);
    },
    'The queue of events beside what happened to each relation.',
  );
}
