import { expect, it } from 'vitest';
import { mutantsOf } from '../../../formal/rtl/mutation/mutants.ts';
import type { ProofOptions } from '../../../hdl-gen/formal/prove.ts';
import { questionDigest } from '../../../hdl-gen/formal/record.ts';
import { bits, bool, input, module, output } from '../../../hdl-gen/index.ts';

const bounded: ProofOptions = { mode: 'bounded', depth: 4 };

function counter(name: string) {
  return module(name, { enable: input(bool), full: output(bool) }, (io, m) => {
    const { count } = m.registers({ count: bits(4) });
    m.when(io.enable.and(io.full.not()), () => count.next(count.add(1)));
    io.full.set(count.eq(9));
    m.assert('a_not_over', count.le(9));
  }).elaborate();
}

it('each small fault of a design is another question, and so is each other depth and mode', () => {
  const design = counter('counter');
  const mutants = mutantsOf(design).map((mutant) => questionDigest(mutant.module, bounded));
  const asked = [
    { ...bounded, depth: 5 },
    { ...bounded, from: 1 },
    { ...bounded, mode: 'induction' as const },
  ].map((options) => questionDigest(design, options));
  const all = [questionDigest(design, bounded), ...mutants, ...asked];
  expect(mutants.length).toBeGreaterThan(10);
  expect(new Set(all).size).toBe(all.length);
});

it('an assertion that is not there any more makes another question', () => {
  const design = counter('counter');
  expect(questionDigest({ ...design, properties: [] }, bounded)).not.toBe(questionDigest(design, bounded));
});

it('a line that has moved does not', () => {
  const moved = module('counter', { enable: input(bool), full: output(bool) }, (io, m) => {
    const { count } = m.registers({ count: bits(4) });
    m.when(io.enable.and(io.full.not()), () => count.next(count.add(1)));
    io.full.set(count.eq(9));
    m.assert('a_not_over', count.le(9));
  }).elaborate();
  expect(questionDigest(moved, bounded)).toBe(questionDigest(counter('counter'), bounded));
});
