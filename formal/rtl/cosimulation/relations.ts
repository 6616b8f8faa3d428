/** What many relations must show, from the rules, a table of keys and a queue of events: random requests, look-ups, takes, resets. */
import { Random } from '../../../hdl-gen/sim/random.ts';
import { NONCE_BITS } from '../../../hw/aead/aead.ts';
import type { StoreOptions } from '../../../hw/station/store.ts';
import { type Delivered, NOTHING_DELIVERED, verdictOn } from '../../../spec/delivery.ts';
import { announcedKeyId, currentKeyId, openingSlot, type PeerState } from '../../../spec/peer-rules.ts';
import { type Asked, doneOutputs, type Happening, Requester, requestInputs, StoreModel } from './context-store.ts';
import type { Cycle, Values } from './cosimulate.ts';
import { EventQueueModel } from './event-queue.ts';
import { type Relation, relationWithout } from './relation-step.ts';
import { later, prefixed, statusOf } from './relation-view.ts';

const EVENTS = { received: 1, request: 2, slots: 4, counter: 8, watchdog: 16 } as const;
/** Cycles behind a reset in which keys are looked for that were there before. */
const AFTERWARDS = 20;

interface Place {
  readonly relation: number;
  readonly slot: number;
}

/** Slots whose keys are in one memory, which zeroes one in a cycle. */
const BANK_SLOTS = 2;
/** Cycles from the event of a key to that in which it may show. */
const KEY_SHOWS_AFTER = 3;

/** A word of a slot that is written: both directions, that which seals in the lower half. */
interface KeyWrite extends Place {
  /** of its event */
  readonly from: number;
  readonly cycle: number;
  readonly key: bigint;
}

interface LookUp {
  readonly relation: number;
  readonly keyId: number;
  readonly context: Relation;
}

class RelationsModel {
  readonly store: StoreModel;
  readonly #queue: EventQueueModel;
  readonly #options: StoreOptions;
  readonly #wordBits: bigint;
  readonly #materialBits: bigint;
  /** by relation and slot, of hardware with windows */
  readonly #delivered: Delivered[][];
  #cycle = 0;
  readonly #keys: bigint[][];
  #writes: KeyWrite[] = [];
  /** contexts as the look-up has them: those of the cycle before */
  #copies: readonly Relation[];
  /** of the cycle before */
  #lookedUp: LookUp | undefined;
  #opened: Place | undefined;
  #hit = false;
  /** whose slots changed last, and what they are since */
  #changed: Values = { relation: 0, provider_states: 0, consumer_states: 0, current_key_id: 0, next_key_id: 0 };
  /** of the frame that was accepted last */
  #sealed: (Place & { readonly after: Relation; readonly cycle: number }) | undefined;

  constructor(options: StoreOptions, materialBits: number) {
    const { relations, slots } = options;
    this.store = new StoreModel(options);
    this.#queue = new EventQueueModel(relations);
    this.#options = options;
    this.#materialBits = BigInt(materialBits);
    this.#wordBits = BigInt(materialBits + NONCE_BITS);
    this.#keys = Array.from({ length: relations }, () => Array.from({ length: slots }, () => 0n));
    this.#delivered = this.#keys.map((ofSlots) => ofSlots.map(() => NOTHING_DELIVERED));
    this.#copies = [...this.store.relations];
  }

  /** The counter of the last frame shows for the first time. */
  get sealsNow(): boolean {
    return this.#sealed?.cycle === this.#cycle - 1;
  }

  get ready(): boolean {
    return this.#cycle > this.#options.relations * BANK_SLOTS;
  }

  cycle(asked: Asked, lookUp: { readonly relation: number; readonly keyId: number }, told: Told): Shown {
    const { ready } = this;
    // ---- keys whose time has come show
    for (const { relation, slot, key } of this.#writes.filter(({ cycle }) => cycle <= this.#cycle - KEY_SHOWS_AFTER)) {
      const slots = this.#keys[relation];
      if (slots !== undefined) slots[slot] = key;
    }
    this.#writes = this.#writes.filter(({ cycle }) => cycle > this.#cycle - KEY_SHOWS_AFTER);
    const sealedBefore = this.#sealed;
    const hit = this.#hit;
    const openedBefore = this.#opened;

    const { now, commanded, done, happening } = this.store.cycle(ready ? asked : { ...asked, requests: {} });
    const happens = ready ? happening : undefined;
    const fresh = happens !== undefined && this.#delivers(happens, asked, now, told.deliverLate);
    const newest = happens?.served === 'verdict' && happens.said.fresh === 1;
    const lapseTold = ready && told.lapsed !== undefined && !told.reached && happens === undefined;
    const raised =
      eventsOf(happens, fresh && !(told.intoImage && newest)) | (told.reached ? EVENTS.counter : 0) | (lapseTold ? EVENTS.watchdog : 0);
    const { ready: queueReady, ...queue } = this.#queue.cycle({
      raised: raised & told.enabled,
      relation: (told.reached ? sealedBefore?.relation : (happens?.relation ?? told.lapsed)) ?? 0,
      take: told.take,
    });
    const outputs: Values = {
      ...{ ready: Number(ready), commanded: Number(commanded), lapse_done: Number(lapseTold) },
      ...doneOutputs(done),
      fresh: Number(fresh),
      newest: Number(newest),
      ...(done.some((name) => ['transmit', 'cancel', 'push'].includes(name)) ? { accepted: happening?.said.accepted ?? 0 } : {}),
      ...(done.includes('inspect') && happening !== undefined ? prefixed('inspected', statusOf(happening.after)) : {}),
      ...(ready ? { look_up_hit: Number(hit) } : {}),
      ...(hit && openedBefore !== undefined ? this.#shown('look_up', openedBefore) : {}),
      ...(sealedBefore === undefined
        ? {}
        : { ...this.#shown('seal', sealedBefore), ...sealValues(sealedBefore.after), seal_counter: sealedBefore.after.sent }),
      ...(queueReady === 1 ? eventOutputs(queue) : {}),
      ...prefixed('changed', this.#changed),
    };

    // ---- a frame to be opened: its context, then its slot, then its key
    const { role, slots } = this.#options;
    const context = this.#lookedUp?.context ?? relationWithout(role, slots, now);
    const slot = this.#lookedUp === undefined ? undefined : openingSlot(later(context, now).peer, this.#lookedUp.keyId);
    this.#hit = slot !== undefined;
    if (slot !== undefined) this.#opened = { relation: this.#lookedUp?.relation ?? 0, slot };
    const copy = this.#copies[lookUp.relation];
    this.#lookedUp = copy === undefined ? undefined : { ...lookUp, context: copy };
    this.#copies = [...this.store.relations];

    // ---- what the event leaves
    if (changes(happens)) {
      const { provider_states = 0, consumer_states = 0, current_key_id = 0, next_key_id = 0 } = statusOf(happens.after);
      this.#changed = { relation: happens.relation, provider_states, consumer_states, current_key_id, next_key_id };
    }
    if (happens !== undefined) this.#settle(happens, told.pushMaterial);
    this.#cycle++;
    return { outputs, done, commanded };
  }

  /** Whether the event is a verdict that delivers a payload. */
  #delivers({ served, relation, before, said }: Happening, { frame }: Asked, now: number, deliverLate: boolean): boolean {
    const delivered = this.#delivered[relation] ?? [];
    delivered.forEach((_, slot) => {
      if (((said.filled >> slot) & 1) === 1) delivered[slot] = NOTHING_DELIVERED;
    });
    if (served !== 'verdict') return false;
    if (this.#options.windows !== true) return said.fresh === 1;
    const { peer } = later(before, now);
    const slot = openingSlot(peer, frame.frame_key_id);
    const [consumer, ofKey] = [peer.slots[slot ?? -1]?.consumer, delivered[slot ?? -1]];
    if (frame.authentic === 0 || slot === undefined || consumer === undefined || ofKey === undefined) return false;
    const verdict = verdictOn(frame.counter, consumer, ofKey, deliverLate ? 'window' : 'newest');
    delivered[slot] = verdict.after;
    return verdict.delivered;
  }

  #settle({ served, relation, after, said }: Happening, pushMaterial: bigint): void {
    const bits = (mask: number): number[] => after.peer.slots.flatMap((_, slot) => (((mask >> slot) & 1) === 1 ? [slot] : []));
    const [filled] = bits(said.filled);
    if (filled !== undefined) this.#writes.push({ relation, slot: filled, key: pushMaterial, from: this.#cycle, cycle: this.#cycle });
    const bankOf = (slot: number): number => Math.floor(slot / BANK_SLOTS);
    for (const slot of bits(said.emptied & ~said.filled)) {
      const before = this.#writes.filter((write) => write.from === this.#cycle && bankOf(write.slot) === bankOf(slot)).length;
      this.#writes.push({ relation, slot, key: 0n, from: this.#cycle, cycle: this.#cycle + before });
    }
    if (served === 'transmit' && said.accepted === 1) {
      const slot = after.peer.slots.findIndex(({ provider }) => provider === 'Active');
      this.#sealed = { relation, slot, after, cycle: this.#cycle };
    }
  }

  #shown(side: 'seal' | 'look_up', { relation, slot }: Place): Values {
    const both = this.#keys[relation]?.[slot] ?? 0n;
    const word = side === 'look_up' ? both >> this.#wordBits : both & ((1n << this.#wordBits) - 1n);
    const material = word & ((1n << this.#materialBits) - 1n);
    return { [`${side}_material`]: material, [`${side}_iv`]: word >> this.#materialBits };
  }
}

function eventOutputs({ waiting = 0, taken = 0, taken_events = 0, taken_relation = 0 }: Values): Values {
  return { event_waits: waiting, event_taken: taken, event_events: taken_events, event_relation: taken_relation };
}

/** What else comes in a cycle. */
interface Told {
  readonly pushMaterial: bigint;
  readonly reached: boolean;
  readonly intoImage: boolean;
  /** the relation whose image has expired */
  readonly lapsed: number | undefined;
  readonly enabled: number;
  readonly take: boolean;
  readonly deliverLate: boolean;
}

interface Shown {
  readonly outputs: Values;
  readonly done: readonly (keyof Asked['requests'])[];
  readonly commanded: boolean;
}

function eventsOf(happening: Happening | undefined, fresh: boolean): number {
  if (happening === undefined) return 0;
  return (fresh ? EVENTS.received : 0) | (happening.said.requested && EVENTS.request) | (changes(happening) ? EVENTS.slots : 0);
}

/** Whether slots are other ones, by their states, behind an event. */
function changes(happening: Happening | undefined): happening is Happening {
  const states = ({ slots }: PeerState): string => slots.map(({ provider, consumer }) => `${provider} ${consumer}`).join();
  return happening !== undefined && states(happening.before.peer) !== states(happening.after.peer);
}

function sealValues({ peer }: Relation): Values {
  const current = currentKeyId(peer) ?? 0;
  return { seal_key_id: current, seal_next_key_id: announcedKeyId(peer) ?? current };
}

/** @param count cycles */
export function relationsCycles(options: StoreOptions, materialBits: number, seed: number, count: number): Cycle[] {
  const random = new Random(seed);
  const { relations, windows = false } = options;
  let model = new RelationsModel(options, materialBits);
  let requester = new Requester(random, relations);
  let pushMaterial = 0n;
  let pushes = false;
  let enabled = 0x1f;
  let lapsed: number | undefined;
  let take = false;
  /** before the reset, in its cycle */
  let lost: { readonly relations: readonly Relation[]; readonly at: number } = { relations: [], at: 0 };
  return Array.from({ length: count }, (_, cycle): Cycle => {
    const rst = cycle > 0 && random.chance(0.003);
    const known = model.store.relations;
    const asked = requester.next(known);
    if (!pushes && asked.requests.push !== undefined) pushMaterial = random.bits(2 * (materialBits + NONCE_BITS));
    pushes = asked.requests.push !== undefined;
    const relation = random.below(relations);
    const looked = cycle < lost.at + AFTERWARDS ? lost.relations : known;
    const held = looked[relation]?.peer.slots[random.below(options.slots)]?.keyId;
    const keyId = held !== undefined && random.chance(0.7) ? 4 * held.master + held.communication : random.below(16);
    if (random.chance(0.02)) enabled = random.below(32);
    take ||= random.chance(0.1);
    const reached = model.sealsNow && random.chance(0.3);
    const intoImage = random.chance(0.3);
    lapsed ??= random.chance(0.1) ? random.below(relations) : undefined;
    const deliverLate = windows && random.chance(0.7);
    const told = { pushMaterial, reached, intoImage, lapsed, enabled, take, deliverLate };
    const { outputs, done, commanded } = model.cycle(asked, { relation, keyId }, told);
    requester.settle({ done, commanded });
    if (done.includes('push')) pushes = false;
    if (outputs['event_taken'] === 1) take = false;
    const inputs = {
      ...{ rst: Number(rst), ...requestInputs(asked), push_material: pushMaterial },
      ...{ open_relation: relation, look_up_key_id: keyId, reached: Number(reached), event_enable: enabled, event_take: Number(take) },
      ...{ into_image: Number(intoImage), lapse_request: Number(lapsed !== undefined), lapse_relation: lapsed ?? 0 },
      ...(windows ? { deliver_late: Number(deliverLate) } : {}),
    };
    if (outputs['lapse_done'] === 1) lapsed = undefined;
    if (rst) {
      lost = { relations: [...known], at: cycle };
      model = new RelationsModel(options, materialBits);
      requester = new Requester(random, relations);
    }
    return { inputs, outputs };
  });
}
