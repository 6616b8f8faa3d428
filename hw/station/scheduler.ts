/** When each relation sends: a job at each of its ticks (`spec/cyclic.ts`). */
import { bits, bool, cat, input, module, mux, output, parametric, struct, u } from '../../hdl-gen/index.ts';
import { CYCLE_COUNTER_BITS, PHASE_BITS, REDUCTION_EXPONENT_BITS, SEND_CLOCK_EXPONENT_BITS, UNITS_PER_SECOND } from '../../spec/cyclic.ts';
import { relationBits } from './store.ts';

/** Of a relation; its phase is counted from 0. */
export const Schedule = struct({
  sends: bool,
  phase: bits(PHASE_BITS),
  reductionExponent: bits(REDUCTION_EXPONENT_BITS),
  sendClockExponent: bits(SEND_CLOCK_EXPONENT_BITS),
});

/** Cycles that a relation is looked at. */
const LOOK_CYCLES = 3;

/** Cycles and the units that they are, in lowest terms: 15,625 cycles are 4 units at 125 MHz. @throws RangeError */
export function unitOf(clockHz: number): { readonly cycles: number; readonly units: number } {
  if (!Number.isInteger(clockHz) || clockHz < UNITS_PER_SECOND)
    throw new RangeError(`clock of ${clockHz} Hz: expected whole hertz, at least ${UNITS_PER_SECOND}`);
  const common = greatestCommonDivisor(clockHz, UNITS_PER_SECOND);
  return { cycles: clockHz / common, units: UNITS_PER_SECOND / common };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/**
 * Counts units of 31.25 us, and walks through the relations once in each: a relation that is due has a job, which waits until it is
 * taken, and so does the walk. A unit is no whole number of cycles: each cycle counts as many parts as there are units in a whole number
 * of them, so that a unit begins less than a cycle behind its time, and none drifts.
 *
 * The walk follows the units in their order, however long a job waits; a relation whose next tick has come meanwhile has no job for the
 * one before, and is counted as late. So each relation has one job at a time, and where the wire is slower than the schedule the walk
 * leaves out what is too late, and catches up. Where nothing waits, a job comes the same number of cycles behind its tick each time.
 *
 * Software reads and writes the words of a relation where the walk doesn't look at one: at the most `LOOK_CYCLES` cycles a relation later.
 * After the reset, no relation sends, and units are counted from `ready` on.
 * @param relations 2 to 256
 * @throws RangeError for units too short to walk through the relations in
 */
export const scheduler = parametric((relations: number, clockHz: number) => {
  const { cycles, units } = unitOf(clockHz);
  if (cycles / units < LOOK_CYCLES * relations + 8)
    throw new RangeError(`${relations} relations in units of ${cycles / units} cycles: expected a faster clock, or fewer relations`);
  const number = bits(relationBits(relations));
  const Unit = bits(CYCLE_COUNTER_BITS);
  const partBits = Math.ceil(Math.log2(cycles + units));
  return module(
    `scheduler_of_${relations}_${clockHz}`,
    {
      ready: output(bool),
      /** the unit that has begun */
      unit: output(Unit),

      /** software: stays until the cycle of `done` */
      access: input(bool),
      isWrite: input(bool),
      relation: input(number),
      schedule: input(Schedule),
      done: output(bool),
      /** with `done` of a read: the schedule, and ticks that had no job, modulo 2^32 */
      found: output(Schedule),
      late: output(bits(32)),

      /** a job: stays until the cycle of `jobTaken` */
      jobValid: output(bool),
      jobRelation: output(number),
      /** unit of the tick */
      jobUnit: output(Unit),
      jobTaken: input(bool),
    },
    (io, m) => {
      const r = m.registers({
        cleared: bits(1),
        toClear: number,
        /** of the unit, in parts of a cycle */
        part: bits(partBits),
        current: Unit,
        /** the last unit whose walk has ended */
        walked: Unit,
        at: number,
        /** of the relation that is looked at */
        sends: bits(1),
        /** units of its period, less one */
        mask: Unit,
        place: Unit,
        /** what software asked for shows */
        shows: bits(1),
      });
      const schedules = m.memory('schedules', bits(Schedule.width), relations, { style: 'block' });
      const lates = m.memory('lates', bits(32), relations, { style: 'block' });
      const at = r.at;
      m.when(r.cleared.not(), () => r.toClear.next(r.toClear.add(1)));
      m.when(r.toClear.eq(relations - 1), () => r.cleared.next(1));
      io.ready.set(r.cleared);

      // ---- units
      const { ticks } = m.let({ ticks: r.part.ge(cycles - units) });
      m.when(r.cleared, () => {
        r.part.next(mux(ticks, r.part.sub(cycles - units), r.part.add(units)));
        m.when(ticks, () => r.current.next(r.current.add(1)));
      });
      io.unit.set(r.current);

      // ---- the walk
      const to = m.wires({
        looks: bits(1, { fallback: 0 }),
        rests: bits(1, { fallback: 0 }),
        offers: bits(1, { fallback: 0 }),
        isLate: bits(1, { fallback: 0 }),
      });
      const address = mux(to.looks, at, io.relation);
      const { reads } = m.let({ reads: io.access.and(to.rests).and(r.shows.not()).and(r.cleared) });
      const enable = to.looks.or(reads);
      const word = schedules.readSync('read_schedule', address, { enable, onCollision: 'old' }).as(Schedule);
      const late = lates.readSync('read_late', address, { enable, onCollision: 'old' });
      const { walking } = m.let({ walking: r.walked.add(1) });
      const { due, tooLate } = m.let({
        due: r.sends.and(walking.and(r.mask).eq(r.place)),
        tooLate: r.current.sub(walking).gt(r.mask),
      });
      const goOn = (f: { goto(state: 'rest' | 'look'): void }): void => {
        r.at.next(mux(at.eq(relations - 1), u(number.width, 0), at.add(1)));
        m.when(at.eq(relations - 1), () => {
          r.walked.next(walking);
          f.goto('rest');
        }).otherwise(() => f.goto('look'));
      };
      m.fsm('state', {
        reset: 'rest',
        states: {
          rest: (f) => {
            to.rests.set(1);
            m.when(r.current.ne(r.walked), () => f.goto('look'));
          },
          look: (f) => {
            to.looks.set(1);
            f.goto('weigh');
          },
          weigh: (f) => {
            const exponent = word.sendClockExponent.zext(5).add(word.reductionExponent.zext(5));
            r.sends.next(word.sends);
            r.mask.next(u(CYCLE_COUNTER_BITS, 1).shl(exponent).sub(1));
            r.place.next(word.phase.zext(CYCLE_COUNTER_BITS).shl(word.sendClockExponent));
            f.goto('judge');
          },
          judge: (f) => {
            to.isLate.set(due.and(tooLate));
            m.when(due.and(tooLate.not()), () => f.goto('offer')).otherwise(() => goOn(f));
          },
          offer: (f) => {
            to.rests.set(1);
            to.offers.set(1);
            m.when(io.jobTaken, () => goOn(f));
          },
        },
      });
      m.when(r.cleared.not().or(to.isLate), () => lates.write(mux(r.cleared, at, r.toClear), mux(r.cleared, late.add(1), 0)));
      io.jobValid.set(to.offers);
      io.jobRelation.set(mux(to.offers, at, u(number.width, 0)));
      io.jobUnit.set(mux(to.offers, walking, u(CYCLE_COUNTER_BITS, 0)));
      m.assume('takes_what_is_offered', io.jobTaken.not().or(io.jobValid));
      m.assert('looks_at_a_relation_there_is', at.le(relations - 1));
      const waited = m.past('job', cat(io.jobValid.and(io.jobTaken.not()), io.jobRelation, io.jobUnit));
      const job = cat(u(1, 1), io.jobRelation, io.jobUnit);
      m.assert(
        'a_job_stays',
        waited
          .bit(job.width - 1)
          .not()
          .or(io.jobValid.and(waited.eq(job))),
      );
      m.cover('a_job_that_is_taken', io.jobTaken);

      // ---- software
      r.shows.next(reads);
      m.when(r.cleared.not().or(reads.and(io.isWrite)), () =>
        schedules.write(mux(r.cleared, io.relation, r.toClear), mux(r.cleared, io.schedule.asBits(), 0)),
      );
      io.done.set(r.shows);
      io.found.set(word);
      io.late.set(late);
    },
    'Says when each relation sends.',
  );
});
