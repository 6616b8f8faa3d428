/**
 * When cyclic data are sent (IEC 61158-6-10): SendClockFactor is the units of 31.25 us in a send clock, ReductionRatio the send clocks in
 * a period, the phase that of them in which the frame leaves. The CycleCounter of the APDU status numbers the units modulo 2^16.
 */

/** Units of 31.25 us. */
export const UNITS_PER_SECOND = 32_000;
export const CYCLE_COUNTER_BITS = 16;
/** DataHoldTime is 1.92 s at the most: units for which a consumer takes its data for valid without a new frame. */
export const DATA_HOLD_UNITS_MAX = 61_440;
/** Of the logic where it takes an octet of 1 Gb/s in each cycle. */
export const CLOCK_HZ = 125_000_000;
/** Exponents of two: a send clock has 1, 2, 4 to 128 units, a period 1, 2, 4 to 512 send clocks. */
export const SEND_CLOCK_EXPONENT_BITS = 3;
export const REDUCTION_EXPONENT_BITS = 4;
export const PHASE_BITS = 9;

const SEND_CLOCK_FACTOR_MAX = 128;
const REDUCTION_RATIO_MAX = 512;

/** When a provider sends, in the standard's words; `phase` is counted from 1. */
export interface SendTiming {
  readonly sendClockFactor: number;
  readonly reductionRatio: number;
  readonly phase: number;
}

/** The same as the hardware has it: exponents of two, and a phase counted from 0. @throws RangeError */
export function scheduleOf({ sendClockFactor, reductionRatio, phase }: SendTiming): {
  readonly sendClockExponent: number;
  readonly reductionExponent: number;
  readonly phase: number;
} {
  const sendClockExponent = exponentOf('sendClockFactor', sendClockFactor, SEND_CLOCK_FACTOR_MAX);
  const reductionExponent = exponentOf('reductionRatio', reductionRatio, REDUCTION_RATIO_MAX);
  if (!Number.isInteger(phase) || phase < 1 || phase > reductionRatio)
    throw new RangeError(`phase is ${phase}, expected 1 to ${reductionRatio}, which is the reductionRatio`);
  return { sendClockExponent, reductionExponent, phase: phase - 1 };
}

function exponentOf(name: string, value: number, most: number): number {
  const exponent = Math.log2(value);
  if (!Number.isInteger(exponent) || exponent < 0 || value > most)
    throw new RangeError(`${name} is ${value}, expected a power of two from 1 to ${most}`);
  return exponent;
}

/** Units from one frame to the next. */
export function periodOf({ sendClockFactor, reductionRatio }: SendTiming): number {
  return sendClockFactor * reductionRatio;
}

/** Whether a frame leaves in that unit. */
export function isDue(timing: SendTiming, unit: number): boolean {
  return unit % periodOf(timing) === (timing.phase - 1) * timing.sendClockFactor;
}

/** Units for which a consumer takes its data for valid: DataHoldFactor periods of its provider. @throws RangeError */
export function dataHoldUnits(timing: SendTiming, dataHoldFactor: number): number {
  const units = dataHoldFactor * periodOf(timing);
  if (!Number.isInteger(dataHoldFactor) || units < 1 || units > DATA_HOLD_UNITS_MAX)
    throw new RangeError(
      `dataHoldFactor is ${dataHoldFactor}, expected 1 to ${Math.floor(DATA_HOLD_UNITS_MAX / periodOf(timing))} with a period of ${periodOf(timing)} units`,
    );
  return units;
}
