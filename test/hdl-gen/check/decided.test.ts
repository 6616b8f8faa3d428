import { expect, it } from 'vitest';
import { bits, input, module, output, signed, warnings } from '../../../hdl-gen/index.ts';
import { verilogText } from '../../../hdl-gen/verilog/design.ts';
import { marks } from './expectations.ts';

const at = marks(import.meta.url);

/** The last four are no such comparisons. */
const design = module('ends', { a: input(bits(4)), s: input(signed(4)), y: output(bits(12)) }, (io) => {
  const { a, s } = io;
  const bitsOf = [a.lt(0), a.ge(0), a.le(15), a.gt(15), s.lt(-8), s.ge(-8), s.le(7), s.gt(7), a.lt(1), a.le(14), s.lt(-7), s.gt(6)];
  bitsOf.forEach((bit, index) => io.y.bit(index).set(bit)); // used
});

it('a comparison with the end of its range is a constant in the Verilog, and a warning', () => {
  const text = verilogText(design.elaborate());
  expect(text.match(/1'd[01]/g)).toEqual(["1'd0", "1'd1", "1'd1", "1'd0", "1'd0", "1'd1", "1'd1", "1'd0"].toReversed());
  expect(warnings(design.elaborate()).map(({ message }) => message.split('\n').slice(0, 2).join(' '))).toEqual(
    [0, 1, 1, 0, 0, 1, 1, 0].map(
      (value) => `HG032 a comparison with the smallest or the largest number of its width is always ${value}   used: ${at('used')}`,
    ),
  );
});
