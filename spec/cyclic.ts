/**
 * When cyclic data are sent (IEC 61158-6-10): SendClockFactor is the units of 31.25 us in a send clock, ReductionRatio the send clocks in
 * a period, the phase that of them in which the frame leaves. The CycleCounter of the APDU status numbers the units modulo 2^16.
 */

/** Units of 31.25 us. */
export const UNITS_PER_SECOND = 32_000;
export const CYCLE_COUNTER_BITS = 16;
/** Exponents of two: a send clock has 1, 2, 4 to 128 units, a period 1, 2, 4 to 512 send clocks. */
export const SEND_CLOCK_EXPONENT_BITS = 3;
export const REDUCTION_EXPONENT_BITS = 4;
export const PHASE_BITS = 9;
