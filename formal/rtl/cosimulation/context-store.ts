/** What the contexts of relations must come to, from the rules and an order of service: requests that come and wait at random, pins, resets. */
import { Random } from '../../../hdl-gen/sim/random.ts';
import { RelationEvent } from '../../../hw/station/step.ts';
import type { StoreOptions } from '../../../hw/station/store.ts';
import { type KeyId, wireKeyId } from '../../../spec/key-id.ts';
import type { Cycle, Run, Values } from './cosimulate.ts';
import {
  contextValues,
  type Frame,
  type Relation,
  randomFrame,
  randomKeyId,
  relationWithout,
  stepped,
  type What,
} from './relation-step.ts';

export const REQUESTS = ['transmit', 'verdict', 'erase', 'cancel', 'push', 'inspect'] as const;
export type Request = (typeof REQUESTS)[number];
const COMMANDS = ['erase', 'cancel', 'push'] as const;
/** Behind the frames, each in its turn. */
const IN_TURN = [...COMMANDS, 'visit'] as const;
type Served = Request | 'visit';

/** Cycles. */
const EARLY = 1000;
const TIMEOUTS = [0, 1, 2, 7, 60, 2 ** 31 - 1];

/** What is asked in a cycle; a request stays, with what belongs to it. */
export interface Asked {
  /** whose, where one is made */
  readonly requests: Readonly<Partial<Record<Request, number>>>;
  readonly frame: Frame;
  readonly pushKeyId: KeyId;
  readonly obsoleteTimeout: number;
  readonly pinned: boolean;
  readonly pinnedRelation: number;
}

/** What happens in a cycle. */
export interface Happening {
  /** undefined: time passes, of one relation in every cycle */
  readonly served: Served | undefined;
  readonly relation: number;
  readonly before: Relation;
  readonly after: Relation;
  readonly said: ReturnType<typeof stepped>['outputs'];
}

export interface StoreCycle {
  readonly ready: boolean;
  readonly commanded: boolean;
  readonly now: number;
  readonly done: readonly Request[];
  readonly happening: Happening | undefined;
}

export class StoreModel {
  readonly relations: Relation[];
  #now: number;
  #cleared = 0;
  /** as it was asked for a cycle ago */
  #obsoleteTimeout = 0;
  #visiting = 0;
  /** the visit before was asked for */
  #walks = false;
  /** a key may be Obsolete; and one was, in an event since the walk began */
  #aging = false;
  #met = false;
  /** whose turn it is */
  #turn = 0;
  #chosen: { readonly served: Served; readonly relation: number } | undefined;

  constructor({ role, slots, relations }: StoreOptions, now = 0) {
    this.relations = Array.from({ length: relations }, () => relationWithout(role, slots, now));
    this.#now = now;
  }

  /** A cycle since the reset. */
  cycle(asked: Asked): StoreCycle {
    const now = this.#now;
    const obsoleteTimeout = this.#obsoleteTimeout;
    this.#obsoleteTimeout = asked.obsoleteTimeout;
    const isOne = this.relations.length === 1;
    const ready = isOne || this.#cleared === this.relations.length;
    const commanded = COMMANDS.some((name) => asked.requests[name] === asked.pinnedRelation);
    const takes = ready && this.#chosen === undefined;
    const next = this.#choose(asked, takes);
    const serving = isOne ? next : this.#chosen;
    this.#chosen = takes && !isOne ? next : undefined;
    if (!ready) this.#cleared++;
    this.#now = (now + 1) % 2 ** 32;
    if (serving === undefined && !isOne) return { ready, commanded, now, done: [], happening: undefined };

    // ---- an event
    const { served, relation } = serving ?? { served: undefined, relation: 0 };
    const before = this.relations[relation];
    if (before === undefined) throw new RangeError(`${served} of relation ${relation}, which there is not`);
    const what: What = served === 'inspect' || served === undefined ? 'visit' : served;
    const { frame, pushKeyId } = asked;
    const { after, outputs } = stepped(before, { what, now, obsoleteTimeout, frame, pushKeyId });
    this.relations[relation] = after;
    if (served === 'inspect') this.#walks = true;
    if (served === 'visit') {
      this.#walks = false;
      this.#visiting = (this.#visiting + 1) % this.relations.length;
    }
    const isObsolete = after.peer.slots.some(({ consumer }) => consumer === 'Obsolete');
    if (served === 'visit' && this.#visiting === 0) [this.#aging, this.#met] = [this.#met || isObsolete, false];
    else if (isObsolete) [this.#aging, this.#met] = [true, true];
    const takesPush = served === 'erase' && asked.requests.push === relation;
    const done = served === 'visit' || served === undefined ? [] : takesPush ? (['erase', 'push'] as const) : [served];
    return { ready, commanded, now, done, happening: { served, relation, before, after, said: outputs } };
  }

  #choose({ requests, pinned, pinnedRelation }: Asked, takes: boolean): { readonly served: Served; readonly relation: number } | undefined {
    for (const frame of ['transmit', 'verdict'] as const) {
      const relation = requests[frame];
      if (relation !== undefined) return { served: frame, relation };
    }
    const may = (name: (typeof IN_TURN)[number]): boolean => {
      if (name === 'visit') return this.#aging || requests.inspect !== undefined;
      if (requests[name] === undefined || (pinned && requests[name] === pinnedRelation)) return false;
      return name !== 'push' || requests.push !== requests.erase;
    };
    const order = IN_TURN.map((_, index) => (this.#turn + index) % IN_TURN.length);
    const granted = order.find((index) => may(IN_TURN[index] ?? 'visit'));
    if (granted === undefined) return undefined;
    this.#turn = granted + Number(takes);
    const served = IN_TURN[granted] ?? 'visit';
    if (served !== 'visit') return { served, relation: requests[served] ?? 0 };
    if (requests.inspect !== undefined && !(this.#walks && this.#aging)) return { served: 'inspect', relation: requests.inspect };
    return { served, relation: this.#visiting };
  }
}

/** Requests that come and stay. */
export class Requester {
  readonly #random: Random;
  readonly #relations: number;
  #asked: Asked;
  #commanded = true;
  /** many are made, or few */
  #busy = false;

  constructor(random: Random, relations: number) {
    this.#random = random;
    this.#relations = relations;
    const frame = { authentic: 0, frame_key_id: 0, next_key_id: 0, counter: 0 };
    const pushKeyId = { master: 0, communication: 0 };
    this.#asked = { requests: {}, frame, pushKeyId, obsoleteTimeout: 0, pinned: false, pinnedRelation: 0 };
  }

  /** @param known what is held, so that some of what is asked makes sense */
  next(known: readonly Relation[]): Asked {
    const random = this.#random;
    const relation = (): number => random.below(this.#relations);
    const of = (index: number): Relation => known[index] as Relation;
    let { frame, pushKeyId, pinned, pinnedRelation, obsoleteTimeout } = this.#asked;
    const requests = { ...this.#asked.requests };
    if (random.chance(0.01)) this.#busy = !this.#busy;
    const chances = { transmit: 0.1, verdict: 0.2, erase: 0.004, cancel: 0.03, push: 0.1, inspect: 0.1 };
    for (const name of REQUESTS)
      if (requests[name] === undefined && random.chance(chances[name] * (this.#busy ? 4 : 1))) requests[name] = relation();
    const { verdict, push } = requests;
    if (verdict !== this.#asked.requests.verdict && verdict !== undefined) frame = randomFrame(random, of(verdict));
    if (push !== this.#asked.requests.push && push !== undefined) pushKeyId = randomKeyId(random, of(push).peer);
    // one request may be the first and the last of its kind at once: what it says changes with it alone
    if (random.chance(0.01)) obsoleteTimeout = TIMEOUTS[random.below(TIMEOUTS.length)] ?? 0;
    if (pinned) pinned = random.chance(0.9);
    else {
      const before = pinnedRelation;
      if (random.chance(0.3)) pinnedRelation = relation();
      pinned = before === pinnedRelation && !this.#commanded && random.chance(0.1);
    }
    this.#asked = { requests, frame, pushKeyId, obsoleteTimeout, pinned, pinnedRelation };
    return this.#asked;
  }

  settle({ done, commanded }: Pick<StoreCycle, 'done' | 'commanded'>): void {
    const requests = { ...this.#asked.requests };
    for (const name of done) delete requests[name];
    this.#asked = { ...this.#asked, requests };
    this.#commanded = commanded;
  }
}

export function requestInputs(asked: Asked): Values {
  const { authentic, frame_key_id, next_key_id, counter } = asked.frame;
  return {
    ...Object.fromEntries(
      REQUESTS.flatMap((name) => [
        [`${name}_request`, Number(asked.requests[name] !== undefined)],
        [`${name}_relation`, asked.requests[name] ?? 0],
      ]),
    ),
    ...{ frame_authentic: authentic, frame_key_id, frame_next_key_id: next_key_id, frame_counter: counter },
    ...{ push_key_id: wireKeyId(asked.pushKeyId), obsolete_timeout: asked.obsoleteTimeout },
    ...{ pinned: Number(asked.pinned), pinned_relation: asked.pinnedRelation },
  };
}

export function doneOutputs(done: readonly Request[]): Values {
  return Object.fromEntries(REQUESTS.map((name) => [`${name}_done`, Number(done.includes(name))]));
}

/** @param count cycles, the first `EARLY` before the time wraps */
export function contextStoreRun(options: StoreOptions, seed: number, count: number): Run {
  const random = new Random(seed);
  const time = 2 ** 32 - EARLY;
  let model = new StoreModel(options, time);
  let requester = new Requester(random, options.relations);
  const cycles = Array.from({ length: count }, (_, cycle): Cycle => {
    const rst = cycle > 0 && random.chance(0.001);
    const asked = requester.next(model.relations);
    const { ready, commanded, now, done, happening } = model.cycle(asked);
    requester.settle({ done, commanded });
    const happens: Values =
      happening === undefined
        ? {}
        : {
            what: RelationEvent.codes[happening.served === 'inspect' ? 'visit' : (happening.served ?? 'visit')],
            relation: happening.relation,
            ...happening.said,
            ...contextValues('current', happening.before),
            ...contextValues('next', happening.after),
          };
    const outputs = {
      ...{ ready: Number(ready), commanded: Number(commanded), now, happens: Number(happening !== undefined) },
      ...doneOutputs(done),
      ...happens,
    };
    if (rst) {
      model = new StoreModel(options);
      requester = new Requester(random, options.relations);
    }
    return { inputs: { rst: Number(rst), ...requestInputs(asked) }, outputs };
  });
  return { start: { elapsed: BigInt(time), past_next_time: BigInt(time) }, cycles };
}
