/** When each relation must have a job, from `isDue` in `spec/cyclic.ts`: schedules that change, and jobs that wait. */
import { Random } from '../../../hdl-gen/sim/random.ts';
import { CYCLE_COUNTER_BITS, isDue, periodOf, type SendTiming } from '../../../spec/cyclic.ts';
import type { Cycle, Values } from './cosimulate.ts';

/** Cycles that the walk looks at a relation. */
const LOOK_CYCLES = 3;
const UNITS = 2 ** CYCLE_COUNTER_BITS;

/** A relation without one doesn't send. */
interface Schedule extends SendTiming {
  readonly sends: boolean;
}

interface Inputs {
  /** software asks, until it is answered; and what it writes, where it does */
  readonly access?: { readonly relation: number; readonly written?: Schedule };
  readonly taken: boolean;
}

const NEVER: Schedule = { sends: false, sendClockFactor: 1, reductionRatio: 1, phase: 1 };
/** Of the walk: it rests, looks at a relation for so many more cycles, or offers a job. */
type Walk = 'rests' | 'offers' | number;

class SchedulerModel {
  readonly #unitCycles: number;
  readonly #schedules: Schedule[];
  readonly #late: number[];
  readonly #first: number;
  #cycle = 0;
  #walk: Walk = 'rests';
  #walked: number;
  #at = 0;
  /** as it was looked at */
  #seen = NEVER;
  #answer: Values | undefined;

  /** @param first the unit with which it begins */
  constructor(relations: number, unitCycles: number, first: number) {
    this.#unitCycles = unitCycles;
    this.#schedules = Array.from({ length: relations }, () => NEVER);
    this.#late = Array.from({ length: relations }, () => 0);
    this.#first = first;
    this.#walked = first;
  }

  /** Units since the beginning, uncut. */
  get unit(): number {
    return this.#first + Math.max(0, Math.floor((this.#cycle - this.#schedules.length) / this.#unitCycles));
  }

  get offers(): boolean {
    return this.#walk === 'offers';
  }

  /** A cycle since the reset: what it shows, before what happens in it. */
  cycle({ access, taken }: Inputs): Values {
    const { unit, offers } = this;
    const ready = this.#cycle >= this.#schedules.length;
    const outputs = {
      ...{ ready: Number(ready), unit: unit % UNITS, done: Number(this.#answer !== undefined), ...this.#answer },
      ...{ job_valid: Number(offers), job_relation: offers ? this.#at : 0, job_unit: offers ? (this.#walked + 1) % UNITS : 0 },
    };
    const serves = ready && access !== undefined && this.#answer === undefined && typeof this.#walk === 'string';
    this.#answer = serves ? this.#serve(access) : undefined;
    this.#goOn(unit, taken);
    this.#cycle++;
    return outputs;
  }

  #serve({ relation, written }: NonNullable<Inputs['access']>): Values {
    const { sends, ...timing } = this.#schedules[relation] ?? NEVER;
    if (written !== undefined) {
      this.#schedules[relation] = written;
      return {};
    }
    const found = scheduleValues({ sends, ...timing }, 'found');
    return { ...found, late: this.#late[relation] ?? 0 };
  }

  #goOn(unit: number, taken: boolean): void {
    if (this.#walk === 'rests') {
      if (unit !== this.#walked) this.#walk = LOOK_CYCLES;
    } else if (this.#walk === 'offers') {
      if (taken) this.#next();
    } else {
      if (this.#walk === LOOK_CYCLES) this.#seen = this.#schedules[this.#at] ?? NEVER;
      this.#walk--;
      if (this.#walk === 0) this.#judge(unit);
    }
  }

  #judge(unit: number): void {
    const tick = this.#walked + 1;
    const due = this.#seen.sends && isDue(this.#seen, tick);
    const isLate = unit - tick >= periodOf(this.#seen);
    if (due && !isLate) {
      this.#walk = 'offers';
      return;
    }
    if (due) this.#late[this.#at] = (this.#late[this.#at] ?? 0) + 1;
    this.#next();
  }

  #next(): void {
    const isLast = this.#at === this.#schedules.length - 1;
    this.#at = isLast ? 0 : this.#at + 1;
    if (isLast) this.#walked++;
    this.#walk = isLast ? 'rests' : LOOK_CYCLES;
  }
}

/** @param first the unit with which it begins, @param count cycles */
export function schedulerCycles(relations: number, unitCycles: number, seed: number, count: number, first = 0): Cycle[] {
  const random = new Random(seed);
  let model = new SchedulerModel(relations, unitCycles, first);
  let access: Inputs['access'];
  let busy = false;
  return Array.from({ length: count }, (_, cycle): Cycle => {
    const rst = cycle > 0 && random.chance(first === 0 ? 0.0005 : 0);
    if (random.chance(0.01)) busy = !busy;
    if (access === undefined && random.chance(0.1)) {
      const relation = random.below(relations);
      access = random.chance(0.9) ? { relation } : { relation, written: scheduleSoon(random, model.unit) };
    }
    const taken = model.offers && random.chance(busy ? 0.01 : 0.7);
    const written = access?.written ?? NEVER;
    const inputs = {
      ...{ rst: Number(rst), access: Number(access !== undefined), is_write: Number(access?.written !== undefined) },
      ...{ relation: access?.relation ?? random.below(relations), job_taken: Number(taken), ...scheduleValues(written, 'schedule') },
    };
    const outputs = model.cycle({ ...(access === undefined ? {} : { access }), taken });
    if (outputs['done'] === 1) access = undefined;
    if (rst) [model, access] = [new SchedulerModel(relations, unitCycles, first), undefined];
    return { inputs, outputs };
  });
}

/** Mostly of short periods; a tick of it is near. */
function scheduleSoon(random: Random, unit: number): Schedule {
  const isShort = random.chance(0.5);
  const sendClockFactor = 2 ** random.below(isShort ? 3 : 8);
  const reductionRatio = 2 ** random.below(isShort ? 4 : 10);
  const soon = Math.floor(unit / sendClockFactor) + 1 + random.below(2);
  return { sends: random.chance(0.8), sendClockFactor, reductionRatio, phase: 1 + (soon % reductionRatio) };
}

function scheduleValues({ sends, sendClockFactor, reductionRatio, phase }: Schedule, name: 'schedule' | 'found'): Values {
  return {
    [`${name}_sends`]: Number(sends),
    [`${name}_send_clock_exponent`]: Math.log2(sendClockFactor),
    [`${name}_reduction_exponent`]: Math.log2(reductionRatio),
    [`${name}_phase`]: phase - 1,
  };
}
