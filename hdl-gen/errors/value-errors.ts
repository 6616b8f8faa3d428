/** Mistakes with values and operators. */
import { HdlError, here } from './hdl-error.ts';

/** Zero, or something that is no constant. */
export class BadDivisor extends HdlError {
  static override readonly code = 'HG036';
  static override readonly meaning = 'A value is divided by zero, or by something that is no constant.';
  static override readonly example = `
const design = module('average', { sum: input(bits(8)), y: output(bits(8)) }, (io) => {
  io.y.set(io.sum.div(0));
});
`;
  static override readonly mended = ['div(0)', 'div(3)'] as const;

  constructor(found: string) {
    super(
      `division by ${found}, expected a constant from 1 upwards`,
      here('division'),
      'a divisor that changes needs a divider of several cycles',
    );
  }
}
