import { describe, expect, it } from 'vitest';
import { bits, input, module, output } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { canonical } from '../../../hdl-gen/sim/wasm/canonical.ts';
import { sunk } from '../../../hdl-gen/sim/wasm/sinking.ts';
import { supportOf } from '../../../hdl-gen/sim/wasm/support.ts';

const PORTS = {
  a: input(bits(40)),
  b: input(bits(40)),
  c: input(bits(40)),
  sum: output(bits(40)),
  other: output(bits(40)),
} as const;

/** Where the product of `a` with itself is evaluated, and what else depends on what. */
function evaluated(other: 'a' | 'c' | 'product') {
  const design = module('square', PORTS, (io, m) => {
    const { product } = m.let({ product: io.a.mul(io.a).take(40) });
    io.sum.set(product.add(io.b));
    io.other.set({ a: io.a.not(), c: product.xor(io.c), product }[other]);
    m.unused(io.c);
  });
  const graph = canonical(lower(design.elaborate()));
  const before = supportOf(graph);
  const bits = Object.fromEntries(graph.inputs.map(({ name, node }) => [name, before.ofNode[node] ?? 0n]));
  const product = graph.nodes.findIndex(({ op }) => op === 'mul');
  return { before: before.ofNode[product], after: sunk(graph, before).ofNode[product], bits };
}

describe('what depends on less than what needs it', () => {
  it('is evaluated there, where nothing else does', () => {
    const { before, after, bits } = evaluated('a');
    expect(before).toBe(bits['a']);
    expect(after).toBe((bits['a'] ?? 0n) | (bits['b'] ?? 0n));
  });

  it.each(['c', 'product'] as const)('is evaluated by itself, where something else needs it: %s', (other) => {
    const { before, after, bits } = evaluated(other);
    expect(before).toBe(bits['a']);
    expect(after).toBe(bits['a']);
  });
});
