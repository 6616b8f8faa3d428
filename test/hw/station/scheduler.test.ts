/** The scheduler beside the arithmetic of its schedules. */
import { describe, expect, it } from 'vitest';
import { cosimulate } from '../../../formal/rtl/cosimulation/cosimulate.ts';
import { schedulerCycles } from '../../../formal/rtl/cosimulation/scheduler.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { scheduler, unitOf } from '../../../hw/station/scheduler.ts';
import { UNITS_PER_SECOND } from '../../../spec/cyclic.ts';
import { Bench, compiled } from '../bench.ts';

/** Units of 100.25 cycles. */
const FAST = 100 * 32_000 + 8000;
const UNIT = 100.25;
const RELATIONS = 3;
const DESIGN = compiled(scheduler(RELATIONS, FAST));

const SEED = Number(process.env['SCHEDULER_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `SCHEDULER_SEED=${SEED} npx vitest run test/hw/station/scheduler.test.ts`;

interface Timing {
  readonly sends: boolean;
  readonly clock: number;
  readonly reduction: number;
  /** counted from 0 */
  readonly phase: number;
}

interface Job {
  readonly relation: number;
  readonly unit: number;
  /** cycles since `ready` in which it was offered first */
  readonly at: number;
}

/** Software and the sender beside the scheduler; jobs wait `busy` cycles. */
class SchedulerBench extends Bench {
  readonly jobs: Job[] = [];
  busy = (): number => 0;
  since = 0;
  #wait: number | undefined;

  constructor(design = DESIGN) {
    super(design);
    while (this.get('ready') === 0) super.step();
  }

  override step(): void {
    if (this.get('job_valid') === 1 && this.#wait === undefined) {
      this.jobs.push({ relation: this.get('job_relation'), unit: this.get('job_unit'), at: this.since });
      this.#wait = this.busy();
    }
    const takes = this.#wait === 0;
    this.set({ job_taken: takes });
    if (this.#wait !== undefined) this.#wait = takes ? undefined : this.#wait - 1;
    super.step();
    this.set({ job_taken: 0 });
    this.since++;
  }

  access(relation: number, written?: Timing): void {
    const { sends = false, clock = 0, reduction = 0, phase = 0 } = written ?? {};
    const schedule = { schedule_sends: sends, schedule_send_clock_exponent: clock };
    this.set({ access: 1, is_write: written !== undefined, relation, ...schedule });
    this.set({ schedule_reduction_exponent: reduction, schedule_phase: phase });
    for (let waited = 0; this.get('done') === 0; waited++) {
      expect(waited, 'cycles that software waits').toBeLessThan(3 * RELATIONS + 4);
      this.step();
    }
  }

  write(relation: number, timing: Timing): void {
    this.access(relation, timing);
    this.step();
    this.set({ access: 0 });
  }

  read(relation: number): Timing & { readonly late: number } {
    this.access(relation);
    const found = {
      sends: this.get('found_sends') === 1,
      clock: this.get('found_send_clock_exponent'),
      reduction: this.get('found_reduction_exponent'),
      phase: this.get('found_phase'),
      late: this.get('late'),
    };
    this.step();
    this.set({ access: 0 });
    return found;
  }

  untilUnit(unit: number): void {
    while (this.get('unit') < unit) this.step();
  }
}

const isDue = ({ sends, clock, reduction, phase }: Timing, unit: number): boolean =>
  sends && unit % (2 ** clock * 2 ** reduction) === phase * 2 ** clock;

function dueIn(timings: readonly Timing[], from: number, to: number): { readonly relation: number; readonly unit: number }[] {
  return Array.from({ length: to - from }, (_, index) => from + index).flatMap((unit) =>
    timings.flatMap((timing, relation) => (isDue(timing, unit) ? [{ relation, unit }] : [])),
  );
}

const named = ({ relation, unit }: Job): { readonly relation: number; readonly unit: number } => ({ relation, unit });

describe('the scheduler', () => {
  it('counts 4 units in 15,625 cycles at 125 MHz, each begun less than a cycle behind its time', () => {
    expect(unitOf(125_000_000)).toEqual({ cycles: 15_625, units: 4 });
    const bench = new SchedulerBench(compiled(scheduler(2, 125_000_000)));
    const begun: number[] = [];
    for (let unit = 1; unit <= 9; unit++) {
      bench.untilUnit(unit);
      begun.push(bench.since);
    }
    expect(begun).toEqual([3907, 7813, 11_719, 15_625, 19_532, 23_438, 27_344, 31_250, 35_157]);
  });

  it(`has a job at each tick of each relation, in their order, and always as far behind it (${REPLAY})`, () => {
    const random = new Random(SEED);
    for (let round = 0; round < 6; round++) {
      const bench = new SchedulerBench();
      const timings = Array.from({ length: RELATIONS }, (): Timing => {
        const reduction = random.below(4);
        return { sends: random.chance(0.8), clock: random.below(3), reduction, phase: random.below(2 ** reduction) };
      });
      for (const [relation, timing] of timings.entries()) bench.write(relation, timing);
      expect(timings.map((_, relation) => bench.read(relation))).toEqual(timings.map((timing) => ({ ...timing, late: 0 })));
      bench.untilUnit(80);
      expect(bench.jobs.map(named)).toEqual(dueIn(timings, 1, 80));
      for (const { relation, unit, at } of bench.jobs) {
        const before = bench.jobs.filter((other) => other.unit === unit && other.relation < relation).length;
        expect(at - Math.ceil(unit * UNIT), `relation ${relation}, unit ${unit}`).toBe(4 + 3 * relation + before);
      }
    }
  });

  it('lets a job wait, and counts the ticks of a relation that come too late: none has two', () => {
    const bench = new SchedulerBench();
    const [often, seldom] = [
      { sends: true, clock: 0, reduction: 0, phase: 0 },
      { sends: true, clock: 1, reduction: 1, phase: 1 },
    ];
    bench.write(0, often);
    bench.write(2, seldom);
    // units 2 and 6 are relation 2's; the job of unit 3 is taken in unit 8
    bench.busy = () => (bench.get('job_unit') === 3 ? 520 : 0);
    bench.untilUnit(12);
    expect(bench.jobs.map(named)).toEqual([
      ...[1, 2].map((unit) => ({ relation: 0, unit })),
      { relation: 2, unit: 2 },
      { relation: 0, unit: 3 },
      { relation: 2, unit: 6 },
      ...[8, 9, 10].map((unit) => ({ relation: 0, unit })),
      { relation: 2, unit: 10 },
      { relation: 0, unit: 11 },
    ]);
    expect([0, 1, 2].map((relation) => bench.read(relation).late)).toEqual([4, 0, 0]);
  });

  it('answers software while a job waits for ever', () => {
    const bench = new SchedulerBench();
    bench.write(1, { sends: true, clock: 0, reduction: 0, phase: 0 });
    bench.busy = () => Number.POSITIVE_INFINITY;
    bench.untilUnit(3);
    bench.write(0, { sends: true, clock: 7, reduction: 9, phase: 511 });
    expect(bench.read(0)).toEqual({ sends: true, clock: 7, reduction: 9, phase: 511, late: 0 });
    expect(bench.jobs.map(named)).toEqual([{ relation: 1, unit: 1 }]);
  });

  it('goes on where the CycleCounter comes round', () => {
    const bench = new SchedulerBench(compiled(scheduler(2, 14 * 32_000)));
    bench.simulator.step(65_533 * 14);
    bench.write(1, { sends: true, clock: 1, reduction: 0, phase: 0 });
    bench.jobs.length = 0;
    for (let cycle = 0; cycle < 90; cycle++) bench.step();
    expect(bench.jobs.map(({ unit }) => unit)).toEqual([65_534, 0, 2]);
    expect(bench.read(1).late).toBe(0);
  });

  it.each([2, 3, 5])(`of %i relations has the jobs that the rule says, while schedules change and jobs wait (${REPLAY})`, (relations) => {
    const netlist = lower(scheduler(relations, 27.25 * UNITS_PER_SECOND).elaborate());
    cosimulate(netlist, { cycles: schedulerCycles(relations, 27.25, SEED, 5000) });
    const start = { current: 65_400n, walked: 65_400n };
    cosimulate(netlist, { start, cycles: schedulerCycles(relations, 27.25, SEED, 5000, 65_400) });
  });

  it('refuses a clock that no unit can be counted with, and units too short for its relations', () => {
    expect(() => unitOf(31_999)).toThrow('clock of 31999 Hz: expected whole hertz, at least 32000');
    expect(() => unitOf(1e8 + 0.5)).toThrow('expected whole hertz');
    expect(() => scheduler(256, FAST)).toThrow('256 relations in units of 100.25 cycles: expected a faster clock, or fewer relations');
  });
});
