/** Domains of whose edges only some count. */
import { describe, expect, it } from 'vitest';
import { bits, bool, clockDomain, defaultDomain, input, module, output } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { PropertyFailure } from '../../../hdl-gen/sim/failures.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import { verilogText } from '../../../hdl-gen/verilog/design.ts';
import { inEveryEngine } from '../every-engine.ts';

const enabled = module(
  'enabled',
  {
    tick: input(bool),
    also: input(bool),
    count: output(bits(4)),
    both: output(bits(4)),
    all: output(bits(4)),
    stored: output(bits(4)),
    read: output(bits(4)),
    steps: output(bits(2)),
  },
  (io, m) => {
    const ticking = m.enableBy(defaultDomain, io.tick);
    const rare = m.enableBy(ticking, io.also);
    const all = m.registers({ all: bits(4, { init: 1 }) }, '_q').all;
    const { count, state, words } = m.in(ticking, () => ({
      count: m.registers({ count: bits(4, { init: 2 }) }, '_q').count,
      state: m.fsm('walk', { reset: 'a', states: { a: (f) => f.goto('b'), b: (f) => f.goto('c'), c: (f) => f.goto('a') } }),
      words: m.memory('words', bits(4), 2, { init: [7, 8] }),
    }));
    const both = m.in(rare, () => m.registers({ both: bits(4, { init: 3 }) }, '_q').both);
    // one `when` drives registers of all three
    m.when(count.lt(15), () => {
      all.next(all.add(1));
      count.next(count.add(1));
      both.next(both.add(1));
    });
    m.in(ticking, () => words.write(count.take(1), count));
    const read = m.in(ticking, () => words.readSync('word', count.take(1), { onCollision: 'new' }));
    io.all.set(all);
    io.count.set(count);
    io.both.set(both);
    io.read.set(read);
    io.stored.set(words.read(count.take(1)));
    io.steps.set(state.is('b').zext(2).or(state.is('c').zext(2).shl(1)));
  },
);

describe('an enable of a domain', () => {
  inEveryEngine(
    'holds registers, memories and read ports, and nothing else',
    () => enabled,
    [
      { set: { rst: 1, tick: 0, also: 1 } },
      { set: { rst: 0 } },
      { set: { tick: 1, also: 0 } },
      { set: { also: 1 } },
      { set: { tick: 0 } },
      { set: { tick: 1 } },
      { set: { rst: 1, tick: 0 } },
      { set: { rst: 0 } },
    ],
    [
      {},
      // reset although no edge counted
      { all: 1, count: 2, both: 3, steps: 0, stored: 7 },
      { all: 2, count: 2, both: 3, steps: 0, stored: 7 },
      { all: 3, count: 3, both: 3, steps: 1, stored: 8, read: 2 },
      { all: 4, count: 4, both: 4, steps: 2, stored: 2, read: 3 },
      { all: 5, count: 4, both: 4, steps: 2, stored: 2, read: 3 },
      { all: 6, count: 5, both: 5, steps: 0, stored: 3, read: 4 },
      { all: 1, count: 2, both: 3, steps: 0 },
    ],
  );

  it('is one `if` in the Verilog', () => {
    expect(verilogText(enabled.elaborate()).match(/if \(tick\) begin/g)).toHaveLength(2);
    expect(verilogText(enabled.elaborate()).match(/if \(tick & also\) begin/g)).toHaveLength(1);
  });

  it('a property speaks of the edges that count, and `past` of those before', () => {
    const checked = module('checked', { tick: input(bool), at: input(bits(4)) }, (io, m) => {
      m.in(m.enableBy(defaultDomain, io.tick), () => m.assert('grows', m.past('before', io.at).le(io.at)));
    });
    const run = (values: readonly (readonly [tick: number, at: number])[]): void => {
      const { inputs, step } = interpret(lower(checked.elaborate()));
      for (const [name, value] of [
        ['rst', 1],
        ['tick', 0],
        ['at', 0],
      ] as const)
        Object.assign(inputs.get(name) ?? {}, { value });
      step();
      Object.assign(inputs.get('rst') ?? {}, { value: 0 });
      for (const [tick, value] of values) {
        Object.assign(inputs.get('tick') ?? {}, { value: tick });
        Object.assign(inputs.get('at') ?? {}, { value });
        step();
      }
    };
    expect(() =>
      run([
        [1, 3],
        [0, 9],
        [0, 1],
        [1, 4],
      ]),
    ).not.toThrow();
    expect(() =>
      run([
        [1, 3],
        [0, 9],
        [1, 2],
      ]),
    ).toThrow(PropertyFailure);
  });

  it('of another clock is a crossing', () => {
    const rx = clockDomain('rx');
    const wrong = module('wrong', { go: input(bool, rx), y: output(bits(2)) }, (io, m) => {
      const r = m.in(m.enableBy(defaultDomain, io.go), () => m.registers({ count: bits(2) }));
      r.count.next(r.count.add(1));
      io.y.set(r.count);
    });
    expect(() => wrong.elaborate()).toThrow(/HG028 [\s\S]*go/);
  });

  it('has one bit', () => {
    const wrong = module('wrong', { go: input(bits(2)) }, (io, m) => {
      m.enableBy(defaultDomain, io.go as never);
    });
    expect(() => wrong.elaborate()).toThrow(/HG001 width mismatch in enable of a domain/);
  });
});
