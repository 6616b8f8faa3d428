/** Designs with foreign modules: a processor that gives the clock and a bus, pads, two-edge registers, a clock manager. */
import {
  asynchronous,
  bits,
  bool,
  clockDomain,
  clocked,
  clockInput,
  clockOutput,
  external,
  inout,
  input,
  module,
  output,
  u,
} from '../../../hdl-gen/index.ts';
import { resetSide, resetSynchroniser } from '../../../hdl-gen/library/synchroniser.ts';
import { BUFG, IBUF, IBUF_OF_CLOCK, IDDR, IOBUF, MMCME2_BASE, OBUF, ODDR } from '../../../hdl-gen/library/xilinx/index.ts';

/** A few of the pins of the Zynq's processor (its primitive has hundreds). */
export const PROCESSOR = external(
  'PS7',
  {
    FCLKCLK: clockOutput({ width: 4 }),
    FCLKRESETN: output(bits(4), asynchronous),
    MAXIGP0ACLK: clockInput(),
    MAXIGP1ACLK: clockInput({ open: 0 }),
    ...clocked('MAXIGP0ACLK', {
      MAXIGP0ARADDR: output(bits(32)),
      MAXIGP0ARVALID: output(bool),
      MAXIGP0ARLEN: output(bits(4)),
      MAXIGP0RDATA: input(bits(32)),
      MAXIGP0RVALID: input(bool),
      MAXIGP0RRESP: input(bits(2, { fallback: 0 })),
    }),
    MIO: inout(bits(54, { fallback: 0 })),
  },
  { model: 'bench' },
);

const oscillator = clockDomain('sysclk', { clock: 'sysclk', reset: 'none' });

const NARROW_PADS = { lines: inout(bits(2)), low: input(bits(2), asynchronous), level: output(bits(2), asynchronous) };

/** Two pads that are only pulled low, below the top. */
const openDrain = module('open_drain', NARROW_PADS, (io, m) => {
  const pads = [0, 1].map((index) => {
    const pad = m.external(`pad${index}`, IOBUF);
    pad.IO.connect(io.lines.bit(index));
    pad.I.set(0);
    pad.T.set(io.low.bit(index).not());
    return pad.O;
  });
  io.level.set(
    (pads[1] ?? u(1, 0))
      .zext(2)
      .shl(1)
      .or((pads[0] ?? u(1, 0)).zext(2)),
  );
});

/** The clock of the processor through a buffer, its reset, and a register that its bus reads; pads beside it. */
export const board = module(
  'board',
  {
    sw: input(bits(2), asynchronous),
    LED: output(bits(3), asynchronous),
    i2c: inout(bits(2)),
    clockOut: output(bool, asynchronous),
    ticks: output(bits(8), asynchronous),
  },
  (io, m) => {
    const free = m.clock('bus');
    const ps7 = m.external('ps7', PROCESSOR, { clocks: { MAXIGP0ACLK: free } });
    const bufg = m.external('bufg', BUFG, { clocks: { I: ps7.FCLKCLK[0] } });
    m.clockFrom(free, bufg.O);
    const release = m.instance('u_release', resetSynchroniser, new Map([[resetSide, free]]));
    release.request.set(ps7.FCLKRESETN.bit(0).not());
    const bus = m.resetBy(free, release.reset, { reset: 'async', active: 'high' });
    m.in(bus, () => {
      const r = m.registers({ seen: bits(32), answered: bits(1), pulls: bits(2, { attributes: { IOB: true } }) });
      m.when(ps7.MAXIGP0ARVALID, () => r.seen.next(ps7.MAXIGP0ARADDR.xor(ps7.MAXIGP0ARLEN.zext(32))));
      r.answered.next(ps7.MAXIGP0ARVALID);
      ps7.MAXIGP0RDATA.set(r.seen);
      ps7.MAXIGP0RVALID.set(r.answered);
      const [left, right] = [m.external('sw_left', IBUF), m.external('sw_right', IBUF)];
      left.I.set(io.sw.bit(1));
      right.I.set(io.sw.bit(0));
      r.pulls.next(m.unsafeCross('pulled', left.O.zext(2).shl(1).or(right.O.zext(2)), 'a test holds it still'));
      const lines = m.instance('u_lines', openDrain);
      lines.lines.connect(io.i2c);
      lines.low.set(r.pulls);
      const led = m.external('led_pad', OBUF, { parameters: { DRIVE: 8, SLEW: 'FAST' } });
      led.I.set(r.seen.parity());
      io.LED.set(lines.level.zext(3).or(led.O.zext(3).shl(2)));
      const forwarded = m.external('forwarded', ODDR, { parameters: { DDR_CLK_EDGE: 'SAME_EDGE', INIT: u(1, 1) }, clocks: { C: bus } });
      forwarded.D1.set(1);
      forwarded.D2.set(r.answered);
      io.clockOut.set(forwarded.Q);
    });
    const pad = m.external('clock_pad', IBUF_OF_CLOCK, { clocks: { I: oscillator } });
    m.in(pad.O, () => {
      const r = m.registers({ count: bits(8, { init: 250 }) });
      r.count.next(r.count.add(1));
      io.ticks.set(r.count);
    });
  },
  'A processor, pads and clocks.',
);

/** A clock manager: its feedback, a clock of another rate, and a reset that ends with it. */
export const managed = module(
  'managed',
  { stop: input(bool, asynchronous), count: output(bits(4), asynchronous), data: input(bool, asynchronous) },
  (io, m) => {
    const feedback = m.clock('feedback');
    const pad = m.external('clock_pad', IBUF_OF_CLOCK, { clocks: { I: oscillator } });
    const parameters = { CLKFBOUT_MULT_F: 8, CLKIN1_PERIOD: 8, CLKOUT0_DIVIDE_F: 2.5, DIVCLK_DIVIDE: 1 };
    const mmcm = m.external('mmcm', MMCME2_BASE, { clocks: { CLKIN1: pad.O, CLKFBIN: feedback }, parameters });
    mmcm.RST.set(io.stop);
    m.clockFrom(feedback, mmcm.CLKFBOUT);
    const fast = m.clock('fast', m.external('fast_buffer', BUFG, { clocks: { I: mmcm.CLKOUT0 } }).O);
    const ending = m.instance('u_ending', resetSynchroniser, new Map([[resetSide, fast]]));
    ending.request.set(mmcm.LOCKED.not());
    const reset = m.resetBy(fast, ending.reset, { reset: 'async', active: 'high' });
    m.in(reset, () => {
      const r = m.registers({ seen: bits(4) });
      const ddr = m.external('ddr', IDDR, { parameters: { DDR_CLK_EDGE: 'SAME_EDGE_PIPELINED' }, clocks: { C: fast } });
      ddr.D.set(m.unsafeCross('arriving', io.data, 'source synchronous'));
      m.when(ddr.Q1.or(ddr.Q2), () => r.seen.next(r.seen.add(1)));
      io.count.set(r.seen);
    });
  },
);
