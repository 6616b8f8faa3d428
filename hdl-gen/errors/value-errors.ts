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

/** Seen where JavaScript asks for a number or a text; what it only takes for true, nobody can see while it runs. */
export class HostCoercion extends HdlError {
  static override readonly code = 'HG037';
  static override readonly meaning = 'The program takes a value of the hardware for a number or a text of its own.';
  static override readonly example = `
const design = module('smaller', { a: input(bits(4)), b: input(bits(4)), y: output(bits(4)) }, (io) => {
  io.y.set(io.a < io.b ? io.a : io.b);
});
`;
  static override readonly mended = ['io.a < io.b ? io.a : io.b', 'mux(io.a.lt(io.b), io.a, io.b)'] as const;

  constructor(value: string, hint: string) {
    super(
      `${value} is taken for a ${hint === 'string' ? 'text' : 'number'}, which no signal is while the hardware is described`,
      here('expression'),
      'operators of the hardware are methods, as add(), lt() and eq(); a choice is mux() or m.when()',
    );
  }
}
