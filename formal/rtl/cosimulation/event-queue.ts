/** What the queue of events must say, from a list of relations and a set of events for each: random events, takes and resets. */
import { Random } from '../../../hdl-gen/sim/random.ts';
import type { Cycle, Values } from './cosimulate.ts';

/** Cycles from an event until its relation shows, when nothing is before it: the event's, then those of the bits and of the queue. */
const SHOWS_AFTER = 2;
const NOTHING = { taken: 0, taken_events: 0, taken_relation: 0 };

/** Of a cycle; `raised` is 0 where nothing happens. */
interface Raised {
  readonly raised: number;
  readonly relation: number;
  readonly take: boolean;
}

export class EventQueueModel {
  readonly #events: number[];
  #queue: { readonly relation: number; readonly shows: number }[] = [];
  #cycle = 0;
  #answer: typeof NOTHING | undefined;

  constructor(relations: number) {
    this.#events = Array.from({ length: relations }, () => 0);
  }

  /** A cycle since the reset: what it shows, before what happens in it. */
  cycle({ raised, relation, take }: Raised): Values & { readonly taken: number } {
    const events = this.#events;
    const ready = this.#cycle >= events.length;
    const [first] = this.#queue;
    const waiting = first !== undefined && first.shows <= this.#cycle;
    const answer = this.#answer;
    const outputs = { ready: Number(ready), waiting: Number(waiting), ...NOTHING, ...answer };

    if (answer !== undefined) {
      this.#answer = undefined;
    } else if (take && ready && raised === 0) {
      this.#answer = { taken: 1, taken_events: 0, taken_relation: 0 };
      if (waiting && first !== undefined) {
        this.#answer = { taken: 1, taken_events: events[first.relation] ?? 0, taken_relation: first.relation };
        events[first.relation] = 0;
        this.#queue = this.#queue.slice(1);
      }
    }
    if (raised !== 0 && ready) {
      if (events[relation] === 0) this.#queue.push({ relation, shows: this.#cycle + SHOWS_AFTER });
      events[relation] = (events[relation] ?? 0) | raised;
    }
    this.#cycle++;
    return outputs;
  }
}

/** @param count cycles */
export function eventQueueCycles(relations: number, kinds: number, seed: number, count: number): Cycle[] {
  const random = new Random(seed);
  let model = new EventQueueModel(relations);
  let take = false;
  let busy = false;

  return Array.from({ length: count }, (_, cycle): Cycle => {
    const rst = cycle > 0 && random.chance(0.002);
    if (random.chance(0.02)) busy = !busy;
    const raised = !rst && random.chance(busy ? 0.9 : 0.2) ? 1 + random.below(2 ** kinds - 1) : 0;
    const relation = random.below(random.chance(0.5) ? relations : Math.min(2, relations));
    take ||= random.chance(0.4);
    const inputs = { rst: Number(rst), raised, relation, take: Number(take) };
    const outputs = model.cycle({ raised, relation, take });
    if (outputs.taken === 1) take = false;
    if (rst) model = new EventQueueModel(relations);
    return { inputs, outputs };
  });
}
