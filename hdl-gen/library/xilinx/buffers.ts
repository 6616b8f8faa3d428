/** Buffers of pads and of clocks (UG471, UG472). The models say what they pass on; delays and standards of voltage are the tools' business. */
import { bool, clockInput, clockOutput, external, inout, input, module, output } from '../../index.ts';

/** A clock onto the global lines: what it drives has the edges of what goes in. */
export const BUFG = external('BUFG', { I: clockInput(), O: clockOutput({ follows: 'I' }) });

const passed = module('pad_buffer_model', { I: input(bool), O: output(bool) }, (io) => io.O.set(io.I));

/** A pad that is read. Of a pad that is a clock, `IBUF_OF_CLOCK`. */
export const IBUF = external('IBUF', { I: input(bool), O: output(bool) }, { parameters: { IOSTANDARD: 'DEFAULT' }, model: passed });

/** The same primitive where the pad is a clock. */
export const IBUF_OF_CLOCK = external(
  'IBUF',
  { I: clockInput(), O: clockOutput({ follows: 'I' }) },
  { parameters: { IOSTANDARD: 'DEFAULT' } },
);

const PAD_DRIVER = { DRIVE: 12, IOSTANDARD: 'DEFAULT', SLEW: ['SLOW', 'FAST'] } as const;

/** A pad that is driven. */
export const OBUF = external('OBUF', { I: input(bool), O: output(bool) }, { parameters: PAD_DRIVER, model: passed });

/** What is on the pad: `I` where it is driven, that is while `T` is 0, or what comes from outside. */
const padModel = module(
  'iobuf_model',
  { I: input(bool), T: input(bool), O: output(bool), IO_in: input(bool), IO_out: output(bool), IO_drives: output(bool) },
  (io, m) => {
    io.IO_out.set(io.I);
    io.IO_drives.set(io.T.not());
    io.O.set(io.I);
    m.when(io.T, () => io.O.set(io.IO_in));
  },
);

/** A pad in both directions: driven with `I` while `T` is 0. */
export const IOBUF = external(
  'IOBUF',
  { I: input(bool), T: input(bool), O: output(bool), IO: inout(bool) },
  { parameters: PAD_DRIVER, model: padModel },
);
