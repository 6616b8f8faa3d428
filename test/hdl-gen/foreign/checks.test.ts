/** What elaboration sees of foreign modules: crossings and loops through them, clocks, pads, parameters. */
import { describe, expect, it } from 'vitest';
import { ElaborationFailure } from '../../../hdl-gen/errors/check-errors.ts';
import {
  asynchronous,
  type Build,
  bits,
  bool,
  clockDomain,
  clocked,
  clockInput,
  clockOutput,
  external,
  input,
  module,
  output,
  u,
} from '../../../hdl-gen/index.ts';
import { BUFG, IBUF } from '../../../hdl-gen/library/xilinx/index.ts';
import { verilogText } from '../../../hdl-gen/verilog/design.ts';

/** Codes of what elaboration finds wrong. */
function codes(body: (m: Build) => void): readonly string[] {
  try {
    module('subject', {}, (_io, m) => body(m)).elaborate();
    return [];
  } catch (error) {
    if (error instanceof ElaborationFailure) return error.errors.map(({ code, message }) => `${code} ${message.split('\n')[0]?.slice(6)}`);
    return [(error as Error).message.split('\n')[0] ?? ''];
  }
}

const other = clockDomain('other', { reset: 'none' });

describe('a crossing', () => {
  it('is seen through an IBUF: a pad is no value of a clock', () => {
    const design = (safe: boolean) =>
      module('read', { pad: input(bool, asynchronous), seen: output(bool) }, (io, m) => {
        const buffer = m.external('buffer', IBUF);
        buffer.I.set(io.pad);
        const r = m.registers({ taken: bits(1) });
        r.taken.next(safe ? m.unsafeCross('arriving', buffer.O, 'a test') : buffer.O);
        io.seen.set(r.taken);
      });
    expect(() => design(false).elaborate()).toThrow(
      /clock crossing: taken reads buffer_o reads buffer_i reads pad, but taken belongs to clk/,
    );
    expect(() => design(true).elaborate()).not.toThrow();
  });

  it('is none between a clock and its other name, and is one before and after a buffer', () => {
    const between = (make: (m: Build) => typeof other) =>
      codes((m) => {
        const { from } = m.in(other, () => m.registers({ from: bits(1) }));
        from.next(from.not());
        const { to } = m.in(make(m), () => m.registers({ to: bits(1) }));
        to.next(from);
        m.unused(to);
      });
    expect(between((m) => m.clock('alias', other))).toEqual([]);
    expect(between((m) => m.external('buffer', BUFG, { clocks: { I: other } }).O)).toEqual([
      'HG028 clock crossing: to reads from, but to belongs to buffer_o and from to other_clk',
    ]);
  });

  it('is seen at a pin of another clock', () => {
    const TWO = external('TWO', {
      A: clockInput(),
      B: clockInput(),
      ...clocked('A', { D: input(bool) }),
      ...clocked('B', { Q: output(bool) }),
    });
    const wired = (clocks: { readonly A: typeof other; readonly B: typeof other }) =>
      codes((m) => {
        const two = m.external('two', TWO, { clocks });
        two.D.set(two.Q);
      });
    const third = clockDomain('third', { reset: 'none' });
    expect(wired({ A: other, B: other })).toEqual([]);
    expect(wired({ A: other, B: third })).toEqual([
      'HG028 clock crossing: two_d reads two_q, but two_d belongs to other_clk and two_q to third_clk',
    ]);
  });
});

it('a loop is seen through pins without a clock, and ends at pins with one', () => {
  const LOGIC = external('LOGIC', { A: input(bool), Y: output(bool) });
  const STATE = external('STATE', { C: clockInput(), ...clocked('C', { A: input(bool), Y: output(bool) }) });
  const looped = (part: typeof LOGIC) =>
    codes((m) => {
      const one = m.external('one', part);
      one.A.set(one.Y.not());
    });
  expect(looped(LOGIC)).toEqual(['HG021 combinational loop: one_a reads one_y reads one_a']);
  expect(looped(STATE as unknown as typeof LOGIC)).toEqual([]);
});

it('a pin that is left open is written as its fallback, one without is refused', () => {
  const MANY = external('MANY', { A: input(bits(4, { fallback: 9 })), B: input(bool), Y: output(bits(4)), C: clockInput({ open: 1 }) });
  const open = (both: boolean) =>
    module('open', {}, (_io, m) => {
      const many = m.external('many', MANY);
      if (both) many.B.set(1);
    });
  expect(() => open(false).elaborate()).toThrow(/HG022 instance input many_b is never assigned/);
  expect(verilogText(open(true).elaborate())).toMatch(/\.C \(1'b1\),\n +\.A \(4'd9\),\n +\.B \(1'd1\),\n +\.Y \(\)\n/);
});

it.each([
  [{ N: 2 ** 31 }, /N of PARTS is 2147483648, expected a number of 32 bits/],
  [{ N: 'one' }, /N of PARTS is one, expected a number/],
  [{ L: 3 }, /L of PARTS is 3, expected a literal of 4 bits/],
  [{ L: u(5, 3) }, /L of PARTS is a literal of 5 bits, expected a literal of 4 bits/],
  [{ T: 'a "quoted" text' }, /T of PARTS is a "quoted" text, expected printable text/],
  [{ ONE: 'MIDDLE' }, /ONE of PARTS is MIDDLE, expected one of HIGH, LOW/],
  [{ NONE: 1 }, /NONE of PARTS is 1, expected one of N, L, T, ONE/],
])('parameters %o are refused', (parameters, message) => {
  const PARTS = external(
    'PARTS',
    { A: input(bits(1, { fallback: 0 })) },
    { parameters: { N: 1, L: u(4, 0), T: '', ONE: ['HIGH', 'LOW'] } },
  );
  const design = module('parts', {}, (_io, m) => void m.external('parts', PARTS, { parameters: parameters as never }));
  expect(() => design.elaborate()).toThrow(message);
});

it('two foreign modules of one name with other pins are refused, with the same pins taken', () => {
  const both = (width: number) =>
    module('both', {}, (_io, m) => {
      m.external('one', external('SAME', { A: input(bits(4, { fallback: 0 })), O: clockOutput() }));
      m.external('two', external('SAME', { A: input(bits(width, { fallback: 0 })), O: clockOutput() }));
    });
  expect(() => verilogText(both(4).elaborate())).not.toThrow();
  expect(() => verilogText(both(5).elaborate())).toThrow(/HG011 two different modules are called SAME/);
});

it('a clock that comes from itself has no source', () => {
  expect(
    codes((m) => {
      const [one, two] = [m.clock('one'), m.clock('two')];
      m.clockFrom(one, two);
      m.clockFrom(two, one);
    }),
  ).toEqual(['HG046 clock one_clk has no source', 'HG046 clock two_clk has no source']);
});
