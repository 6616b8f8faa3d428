import { expect, it } from 'vitest';
import { u } from '../../../hdl-gen/index.ts';
import type { Expression } from '../../../hdl-gen/ir/module.ts';
import { folding } from '../../../hdl-gen/verilog/folded.ts';

type Binary = Extract<Expression, { kind: 'binary' }>;

/** By the definitions of the operators, on 2 bits; `x` is what the only word that is read holds. */
const DEFINED: Readonly<Partial<Record<Binary['op'], (a: number, b: number) => number>>> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  add: (a, b) => (a + b) % 4,
  sub: (a, b) => (a - b + 4) % 4,
  eq: (a, b) => Number(a === b),
  ne: (a, b) => Number(a !== b),
  lt: (a, b) => Number(a < b),
  le: (a, b) => Number(a <= b),
};

const worth = (expression: Expression, x: number): number => {
  if (expression.kind === 'constant') return Number(expression.value);
  if (expression.kind === 'read') return x;
  if (expression.kind === 'unary' && expression.op === 'not') return 2 ** expression.width - 1 - worth(expression.a, x);
  if (expression.kind === 'binary') return DEFINED[expression.op]?.(worth(expression.a, x), worth(expression.b, x)) ?? Number.NaN;
  return Number.NaN;
};

it('an operation on a constant is worth the same when it is folded, for every value', () => {
  const word = { kind: 'read', width: 2, memory: {}, address: u(1, 0).expression } as unknown as Expression;
  const operands = [word, ...[0, 1, 2, 3].map((value) => u(2, value).expression)];
  let simpler = 0;
  for (const op of Object.keys(DEFINED) as Binary['op'][]) {
    const width = ['eq', 'ne', 'lt', 'le'].includes(op) ? 1 : 2;
    for (const a of operands)
      for (const b of operands) {
        const plain: Expression = { kind: 'binary', op, width, a, b };
        const folded = folding()(plain);
        if (folded !== plain) simpler += 1;
        for (const x of [0, 1, 2, 3])
          expect([op, worth(a, x), worth(b, x), worth(folded, x)]).toEqual([op, worth(a, x), worth(b, x), worth(plain, x)]);
      }
  }
  expect(simpler).toBeGreaterThan(9 * 16); // all of two constants, and some of one
});
