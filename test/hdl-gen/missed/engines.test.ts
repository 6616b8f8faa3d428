/** What users of other builders missed most, in every engine. */
import { describe, expect, it } from 'vitest';
import { bits, bool, cat, clockDomain, input, module, mux, output, s, signed } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { cellCounts, synthesiseForXilinx } from '../../../hdl-gen/synthesis/xilinx.ts';
import { verilogText } from '../../../hdl-gen/verilog/design.ts';
import { inEveryEngine } from '../every-engine.ts';
import { isInstalled } from '../verilog/tools.ts';

const other = clockDomain('other');

const design = module(
  'missed',
  {
    at: input(bits(2)),
    data: input(bits(16)),
    lanes: input(bits(2)),
    otherAt: input(bits(2), other),
    otherData: input(bits(16), other),
    a: input(signed(6)),
    b: input(bits(10)),
    word: output(bits(16)),
    newest: output(bits(16)),
    kind: output(bits(2)),
    second: output(bool),
    product: output(signed(12)),
    tenth: output(bits(10)),
    digit: output(bits(10)),
    joined: output(bits(16)),
    larger: output(signed(6)),
    remembered: output(signed(6)),
  },
  (io, m) => {
    const words = m.memory('words', bits(16), 4, { init: [0, 0, 0, 0], second: other, crossing: 'the test lets time pass' });
    words.write(io.at, io.data, { lanes: io.lanes });
    m.in(other, () => words.write(io.otherAt, io.otherData));
    io.word.set(
      m
        .memory('octets', bits(16), 4, { init: [1, 2, 3, 4] })
        .read(io.at)
        .xor(words.readSync('word_read', io.at, { onCollision: 'old' })),
    );
    const kept = m.memory('kept', bits(16), 4, { init: [0xaaaa, 0xbbbb, 0xcccc, 0xdddd] });
    kept.write(io.at, io.data, { lanes: io.lanes });
    io.newest.set(kept.readSync('kept_read', io.at, { onCollision: 'new' }));
    io.second.set(0);
    m.switch(
      io.b.take(4),
      new Map([
        ['1??0', () => io.kind.set(1)],
        [
          '10_1?',
          () => {
            io.kind.set(2);
            io.second.set(1);
          },
        ],
        ['0001', () => io.kind.set(3)],
      ]),
      () => io.kind.set(0),
    );
    io.product.set(io.a.mul(s(6, -7)));
    io.tenth.set(io.b.div(10));
    io.digit.set(io.b.mod(10));
    io.joined.set(cat(io.a, io.b));
    io.larger.set(mux(io.a.gt(-3), io.a, -3));
    const numbers = m.memory('numbers', signed(6), 2, { init: [-5, 31] });
    numbers.write(io.at.take(1), io.a);
    io.remembered.set(numbers.read(io.at.take(1)));
  },
);

describe('lanes, a second write port, patterns, products, quotients, signed numbers', () => {
  const low = (value: number, width: number): number => value & (2 ** width - 1);
  inEveryEngine(
    'are what they say',
    () => design,
    [
      { set: { rst: 0, other_rst: 0, at: 1, data: 0x1234, lanes: 0b01, other_at: 2, other_data: 0x5678, a: low(-3, 6), b: 0b1010 } },
      { set: { data: 0x9abc, lanes: 0b10, a: low(-32, 6), b: 999 } },
      { clock: 'other_clk', set: { lanes: 0, a: 31, b: 1 } },
      { set: { at: 2, b: 0b1111 } },
      { set: { b: 1023 } },
      { set: { b: 0b1011 } },
    ],
    [
      { kind: 1, second: 0, product: low(21, 12), tenth: 1, digit: 0, joined: (low(-3, 6) << 10) | 10, larger: low(-3, 6), remembered: 31 },
      { newest: 0xbb34, kind: 0, product: low(224, 12), tenth: 99, digit: 9, larger: low(-3, 6), remembered: low(-3, 6) },
      { word: 0x0034 ^ 2, newest: 0x9a34, kind: 3, product: low(-217, 12), tenth: 0, digit: 1, larger: 31, remembered: low(-32, 6) },
      { word: 0x0034 ^ 3, kind: 0, tenth: 1, digit: 5, remembered: low(-5, 6) },
      { word: 0x5678 ^ 3, newest: 0xcccc, tenth: 102, digit: 3, remembered: 31 },
      { kind: 2, second: 1 },
    ],
  );
});

describe('a state machine of three states', () => {
  const machine = module('recovers', { go: input(bool), state: output(bits(2)) }, (io, m) => {
    const walk = m.fsm('walk', {
      reset: 'second',
      states: { first: (f) => m.when(io.go, () => f.goto('second')), second: (f) => f.goto('third'), third: (f) => f.goto('first') },
    });
    io.state.set(cat(walk.is('second'), walk.is('third')));
  });
  const netlist = lower(machine.elaborate());
  /** As an upset would leave it. */
  const illegal = { ...netlist, registers: netlist.registers.map((register) => ({ ...register, init: 3n })) };

  it.each([
    ['the interpreter', interpret],
    ['WebAssembly', simulateWasm],
  ] as const)('returns to its reset state from the fourth code: %s', (_, start) => {
    const simulator = start(illegal);
    expect(simulator.outputs.get('state')?.value).toBe(0);
    simulator.step();
    expect(simulator.outputs.get('state')?.value).toBe(0b10);
  });

  it('does so in the Verilog', () => {
    expect(verilogText(machine.elaborate()).replace(/\s+/g, ' ')).toContain('default: begin walk <= WALK_SECOND; end');
  });
});

it.skipIf(!isInstalled('yosys'))(
  'a product is one DSP48, of 17 unsigned bits and of 18 signed ones (skipped where yosys is not installed)',
  async () => {
    const multiplier = module(
      'multiplier',
      { a: input(bits(17)), b: input(bits(17)), c: input(signed(18)), d: input(signed(18)), y: output(bits(34)), z: output(signed(36)) },
      (io, m) => {
        const r = m.registers({ product: bits(34), balance: signed(36) });
        r.product.next(io.a.mul(io.b));
        r.balance.next(io.c.mul(io.d));
        io.y.set(r.product);
        io.z.set(r.balance);
      },
    );
    const counts = cellCounts((await synthesiseForXilinx(multiplier.elaborate())).cells);
    expect([counts.get('DSP48E1'), counts.get('CARRY4')]).toEqual([2, undefined]);
  },
);
