/** The slots of the relations of a station, as each change of them shows, beside those of its model. */
import { formatView, SLOT_STATES, type View } from '../spec/slot-machine.ts';
import type { ReferenceStation } from '../sw/reference-model/station.ts';
import type { StationTrace, TracedSlots } from './station-trace.ts';

/** Cycles from one visit of the contexts to the next one at the most, while a key is Obsolete, where frames and commands go first. */
const VISIT_CYCLES = 26;

export interface SlotScoreboardOptions {
  readonly trace: StationTrace;
  readonly model: ReferenceStation;
  /** of each relation */
  readonly slots: number;
  readonly relations: number;
  /** ends the run where the two differ */
  readonly compare: (what: string, found: unknown, expected: unknown) => void;
  /** slots may have changed */
  readonly onSlots?: (relation: number) => void;
  /** and the hardware has shown that they have */
  readonly onSlotsShown?: (relation: number) => void;
}

/**
 * What an event has left shows in the cycle behind it. What has run out is seen by the model at once, by the hardware when a visit comes to
 * it: within a round of visits.
 */
export class SlotScoreboard {
  readonly #options: SlotScoreboardOptions;
  /** as the hardware showed them last, and as it must in the next cycle */
  #shown: TracedSlots = { relation: 0, provider: 0, consumer: 0 };
  #mustShow: TracedSlots | undefined;
  /** relations in which a key has run out, with the cycle by which the hardware must have come to it */
  readonly #runOut = new Map<number, number>();

  constructor(options: SlotScoreboardOptions) {
    this.#options = options;
  }

  /** Cycles from that one on in which nothing comes of it that the trace is as it was. */
  quietFor(cycle: number): number {
    if (this.#mustShow !== undefined) return 1;
    // asked in every step, and hardly ever has one run out
    if (this.#runOut.size === 0) return Number.POSITIVE_INFINITY;
    return Math.min(...[...this.#runOut.values()].map((by) => Math.max(1, by - cycle)));
  }

  /** Whether the hardware shows slots that have changed. */
  get shows(): boolean {
    return this.#options.trace.hasChangedSince(this.#shown);
  }

  /** Those of the model. */
  modelled(relation: number): TracedSlots {
    const { providerView, consumerView } = this.#options.model.relation(relation);
    return { relation, provider: viewCode(providerView), consumer: viewCode(consumerView) };
  }

  /** Looks at the trace as the edge of that cycle caught it, before the model is told of the cycle. */
  sample(cycle: number): void {
    const { trace, compare, onSlotsShown } = this.#options;
    const mustShow = this.#mustShow;
    this.#mustShow = undefined;
    for (const [relation, by] of this.#runOut) if (cycle > by) compare(`slots of relation ${relation}`, 'as they were', 'run out');
    if (mustShow === undefined && !this.shows) return;
    this.#shown = trace.changed;
    const { relation } = this.#shown;
    this.#runOut.delete(relation);
    onSlotsShown?.(relation);
    compare('relation whose slots changed', relation, mustShow?.relation ?? relation);
    compare(`slots of relation ${relation}`, this.#texts(this.#shown), this.#texts(mustShow ?? this.modelled(relation)));
  }

  /** A key of the model has run out in that cycle. */
  runsOut(relation: number, cycle: number): void {
    // of one relation two are visited
    this.#runOut.set(relation, cycle + VISIT_CYCLES * Math.max(2, this.#options.relations));
    this.#options.onSlots?.(relation);
  }

  /** Something has happened to a relation, whose slots were like that before it. */
  happened(before: TracedSlots): void {
    const after = this.modelled(before.relation);
    if (after.provider !== before.provider || after.consumer !== before.consumer) this.#mustShow = after;
    this.#options.onSlots?.(before.relation);
  }

  #texts({ provider, consumer }: TracedSlots): Readonly<Record<'provider' | 'consumer', string>> {
    const { slots } = this.#options;
    return { provider: viewText(provider, slots), consumer: viewText(consumer, slots) };
  }
}

function viewCode(view: View): number {
  return view.reduce((code, state, slot) => code | (SLOT_STATES.indexOf(state) << (2 * slot)), 0);
}

function viewText(code: number, slots: number): string {
  return formatView(Array.from({ length: slots }, (_, slot) => SLOT_STATES[(code >> (2 * slot)) & 3] ?? 'Unused'));
}
