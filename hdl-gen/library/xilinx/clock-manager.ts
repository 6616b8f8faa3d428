/** The clock manager (UG472): clocks at other rates. Its input and its outputs are clocks of their own to a simulation. */
import { asynchronous, bits, bool, clockInput, clockOutput, external, input, module, output } from '../../index.ts';

const made = clockOutput({ derivedFrom: 'CLKIN1' });

/** Locked at once, unless it is held in reset or off. */
const model = module(
  'mmcm_model',
  { RST: input(bool, asynchronous), PWRDWN: input(bool, asynchronous), LOCKED: output(bool, asynchronous) },
  (io) => io.LOCKED.set(io.RST.or(io.PWRDWN).not()),
);

/**
 * The frequency of `CLKOUT0` is that of `CLKIN1` times CLKFBOUT_MULT_F, divided by DIVCLK_DIVIDE and CLKOUT0_DIVIDE_F.
 * `CLKFBOUT` goes to `CLKFBIN`, through a BUFG where the phase matters.
 */
export const MMCME2_BASE = external(
  'MMCME2_BASE',
  {
    CLKIN1: clockInput(),
    CLKFBIN: clockInput(),
    RST: input(bits(1, { fallback: 0 }), asynchronous),
    PWRDWN: input(bits(1, { fallback: 0 }), asynchronous),
    LOCKED: output(bool, asynchronous),
    CLKFBOUT: made,
    CLKFBOUTB: made,
    CLKOUT0: made,
    CLKOUT0B: made,
    CLKOUT1: made,
    CLKOUT1B: made,
    CLKOUT2: made,
    CLKOUT2B: made,
    CLKOUT3: made,
    CLKOUT3B: made,
    CLKOUT4: made,
    CLKOUT5: made,
    CLKOUT6: made,
  },
  {
    parameters: {
      BANDWIDTH: ['OPTIMIZED', 'HIGH', 'LOW'],
      CLKFBOUT_MULT_F: 5,
      CLKFBOUT_PHASE: 0,
      CLKIN1_PERIOD: 0,
      CLKOUT0_DIVIDE_F: 1,
      CLKOUT0_DUTY_CYCLE: 0.5,
      CLKOUT0_PHASE: 0,
      ...Object.fromEntries(
        [1, 2, 3, 4, 5, 6].flatMap((index) => [
          [`CLKOUT${index}_DIVIDE`, 1],
          [`CLKOUT${index}_DUTY_CYCLE`, 0.5],
          [`CLKOUT${index}_PHASE`, 0],
        ]),
      ),
      CLKOUT4_CASCADE: ['FALSE', 'TRUE'],
      DIVCLK_DIVIDE: 1,
      REF_JITTER1: 0.01,
      STARTUP_WAIT: ['FALSE', 'TRUE'],
    },
    model,
  },
);
