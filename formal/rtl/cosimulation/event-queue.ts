/** What the queue of events must say, from a list of relations and a set of events for each: random events, takes and resets. */
import { Random } from '../../../hdl-gen/sim/random.ts';
import type { Cycle, Values } from './cosimulate.ts';

/** Cycles from an event until its relation shows, when nothing is before it: the event's, then those of the bits and of the queue. */
const SHOWS_AFTER = 3;
const NOTHING: Values = { taken: 0, taken_events: 0, taken_relation: 0 };

/** @param count cycles */
export function eventQueueCycles(relations: number, kinds: number, seed: number, count: number): Cycle[] {
  const random = new Random(seed);
  const events = Array.from({ length: relations }, () => 0);
  let queue: { readonly relation: number; readonly shows: number }[] = [];
  let readyAt = relations;
  let answer: Values | undefined;
  let take = false;
  let busy = false;

  return Array.from({ length: count }, (_, cycle): Cycle => {
    const ready = cycle >= readyAt;
    const rst = cycle > 0 && random.chance(0.002);
    if (random.chance(0.02)) busy = !busy;
    const raised = !rst && random.chance(busy ? 0.9 : 0.2) ? 1 + random.below(2 ** kinds - 1) : 0;
    const relation = random.below(random.chance(0.5) ? relations : Math.min(2, relations));
    take ||= random.chance(0.4);
    const [first] = queue;
    const waiting = first !== undefined && first.shows <= cycle;
    const outputs = { ready: Number(ready), waiting: Number(waiting), ...(answer ?? NOTHING) };
    const inputs = { rst: Number(rst), raised, relation, take: Number(take) };

    if (answer !== undefined) {
      [answer, take] = [undefined, false];
    } else if (take && ready && raised === 0) {
      answer = { taken: 1, taken_events: 0, taken_relation: 0 };
      if (waiting && first !== undefined) {
        answer = { taken: 1, taken_events: events[first.relation] ?? 0, taken_relation: first.relation };
        events[first.relation] = 0;
        queue = queue.slice(1);
      }
    }
    if (raised !== 0 && ready) {
      if (events[relation] === 0) queue.push({ relation, shows: cycle + SHOWS_AFTER });
      events[relation] = (events[relation] ?? 0) | raised;
    }
    if (rst) {
      events.fill(0);
      [queue, answer, readyAt] = [[], undefined, cycle + 1 + relations];
    }
    return { inputs, outputs };
  });
}
