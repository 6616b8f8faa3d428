import { describe, expect, it } from 'vitest';
import { type Bits, bits, cat, input, module, output, u } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';

/** What a design that has one output made of one input does, constants apart. */
function nodesOf(name: string, width: number, make: (a: Bits<number>) => Bits<number>) {
  const { nodes } = lower(module(name, { a: input(bits(width)), y: output(bits(width)) }, (io) => io.y.set(make(io.a))).elaborate());
  const operations = nodes.filter(({ op }) => op !== 'constant');
  return operations.map((node) => ({ op: node.op, width: node.width, ...(node.op === 'slice' ? { low: node.low } : {}) }));
}

describe('a shift by a constant', () => {
  it.each([8, 128])('of %i bits only moves them: it is the concatenation that it could be written as', (width) => {
    const left = nodesOf('left', width, (a) => a.shl(3));
    expect(left).toEqual(nodesOf('left_by_parts', width, (a) => cat(a.bits(0, width - 3), u(3, 0)) as Bits<number>));
    const right = nodesOf('right', width, (a) => a.shr(3));
    expect(right).toEqual(nodesOf('right_by_parts', width, (a) => cat(u(3, 0), a.bits(3, width - 3)) as Bits<number>));
    for (const nodes of [left, right]) expect(nodes.some(({ op }) => op === 'shl' || op === 'shr')).toBe(false);
  });

  it('by nothing is the value, and by a signal stays a shift', () => {
    expect(nodesOf('by_nothing', 8, (a) => a.shl(0))).toEqual(nodesOf('itself', 8, (a) => a));
    expect(nodesOf('by_itself', 8, (a) => a.shl(a)).some(({ op }) => op === 'shl')).toBe(true);
  });
});
