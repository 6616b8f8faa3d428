/** Division of unsigned numbers, a bit of the quotient each cycle: streams of structures on both sides. */
import { bits, bool, cat, input, module, output, stream, struct } from '../index.ts';

/**
 * Divides unsigned numbers, a bit of the quotient each cycle.
 * @param width bits of both numbers, 2 to 64; a division takes that many cycles. By 0 the quotient is all ones.
 */
export const divider = (width: number) => {
  const Operands = struct({ dividend: bits(width), divisor: bits(width) });
  const Result = struct({ quotient: bits(width), remainder: bits(width) });
  return module(
    `divider_${width}`,
    {
      divide: input(stream({ operands: Operands }, { last: false })),
      divided: output(stream({ result: Result }, { last: false })),
    },
    (io, m) => {
      const r = m.registers({ result: Result, divisor: bits(width), left: bits(7), full: bool });
      const { result } = r;
      io.divide.ready.set(r.full.not());
      io.divided.valid.set(r.full.and(r.left.eq(0)));
      io.divided.result.set(result);

      // the dividend leaves the quotient at the top while the quotient enters it from below
      const { rest } = m.let({ rest: cat(result.remainder, result.quotient.bit(width - 1)).as(bits(width + 1)) });
      const { less } = m.let({ less: rest.sub(r.divisor.zext(width + 1)) });
      const { fits } = m.let({ fits: rest.ge(r.divisor.zext(width + 1)) });
      m.when(io.divide.fire, () => {
        result.next({ quotient: io.divide.operands.dividend, remainder: 0 });
        r.divisor.next(io.divide.operands.divisor);
        r.left.next(width);
        r.full.next(1);
      })
        .elseWhen(r.left.ne(0), () => {
          m.when(fits, () => result.remainder.next(less.trunc(width))).otherwise(() => result.remainder.next(rest.trunc(width)));
          result.quotient.next(cat(result.quotient.take(width - 1), fits).as(bits(width)));
          r.left.next(r.left.sub(1));
        })
        .elseWhen(io.divided.fire, () => r.full.next(0));
    },
    'Divides unsigned numbers, a bit each cycle.',
  );
};
