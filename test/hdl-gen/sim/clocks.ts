/** What every simulator owes the user of several clocks. */
import { expect, it } from 'vitest';
import { bits, bool, clockDomain, input, module, output } from '../../../hdl-gen/index.ts';
import type { Simulator } from '../../../hdl-gen/sim/simulator.ts';
import { into, out, set } from './contract.ts';

const slow = clockDomain('slow', { reset: 'async', active: 'low' });

/** A child of one clock, used under another name of its clock. */
const counter = module('clocks_counter', { enable: input(bool), count: output(bits(8)) }, (io, m) => {
  const r = m.registers({ value: bits(8, { init: 7 }) });
  m.when(io.enable, () => r.value.next(r.value.add(1)));
  io.count.set(r.value);
});

export const clocksSubject = module(
  'clocks_subject',
  {
    word: input(bits(40)),
    fast: output(bits(8)),
    held: output(bits(40), slow),
    slowCount: output(bits(8), slow),
    stored: output(bits(40)),
  },
  (io, m) => {
    const r = m.registers({ count: bits(8) });
    r.count.next(r.count.add(1));
    io.fast.set(r.count);
    const q = m.in(slow, () => m.registers({ kept: bits(40, { init: 5 }) }));
    q.kept.next(m.in(slow, () => m.unsafeCross('word_there', io.word, 'the test holds it still')));
    io.held.set(q.kept);
    const u = m.in(slow, () => m.instance('u_count', counter));
    u.enable.set(1);
    io.slowCount.set(u.count);
    const words = m.in(slow, () => m.memory('words', bits(40), 4, { init: [0, 0, 0, 0], crossing: 'read long after' }));
    m.in(slow, () => words.write(u.count.take(2), q.kept));
    io.stored.set(words.readSync('word_back', r.count.take(2), { onCollision: 'old' }));
  },
);

/** Registers the tests; `start` gives a new simulator of `clocksSubject` at power-up. */
export function keepsClocksApart(start: () => Promise<Simulator>): void {
  const during = async (body: (simulator: Simulator) => void): Promise<void> => {
    const simulator = await start();
    try {
      set(simulator, 'rst', 1);
      // Verilog has an asynchronous reset act when it begins, so it must begin
      set(simulator, 'slow_rst_n', 1);
      simulator.step();
      set(simulator, 'slow_rst_n', 0);
      simulator.step();
      simulator.step(1, 'slow_clk');
      set(simulator, 'rst', 0);
      set(simulator, 'slow_rst_n', 1);
      body(simulator);
    } finally {
      simulator.close();
    }
  };

  it('takes the edges of the clock that is stepped, and no other', () =>
    during((simulator) => {
      const [fast, count] = [out(simulator, 'fast'), out(simulator, 'slow_count')];
      expect([fast.value, count.value]).toEqual([0, 7]);
      simulator.step(5);
      expect([fast.value, count.value]).toEqual([5, 7]);
      simulator.step(3, 'slow_clk');
      expect([fast.value, count.value]).toEqual([5, 10]);
    }));

  it('samples an output at the edges of its own clock, and counts the cycles of the first', () =>
    during((simulator) => {
      const [fast, count] = [out(simulator, 'fast'), out(simulator, 'slow_count')];
      const { cycle } = simulator;
      simulator.step(2);
      simulator.step(4, 'slow_clk');
      expect([fast.sampled, count.sampled]).toEqual([1, 10]);
      simulator.step(1);
      expect([fast.sampled, count.sampled]).toEqual([2, 10]);
      expect(simulator.cycle).toBe(cycle + 3);
    }));

  it('resets an asynchronous domain while its clock stands, and only at its level', () =>
    during((simulator) => {
      const held = out(simulator, 'held');
      const word = simulator.inputs.get('word');
      if (word !== undefined) word.big = 0x12_3456_789an;
      simulator.step(1, 'slow_clk');
      expect(held.big).toBe(0x12_3456_789an);
      set(simulator, 'slow_rst_n', 0);
      expect(held.big).toBe(5n);
      simulator.step();
      set(simulator, 'slow_rst_n', 1);
      simulator.step();
      expect(held.big).toBe(5n);
      simulator.step(1, 'slow_clk');
      expect(held.big).toBe(0x12_3456_789an);
    }));

  it.each([true, false])('keeps what a reset between two edges has done, whether an output is read meanwhile: %s', (isRead) =>
    during((simulator) => {
      const held = out(simulator, 'held');
      into(simulator, 'word').big = 0x12_3456_789an;
      simulator.step(1, 'slow_clk');
      set(simulator, 'slow_rst_n', 0);
      if (isRead) expect(held.big).toBe(5n);
      set(simulator, 'slow_rst_n', 1);
      expect(held.big).toBe(5n);
      simulator.step();
      expect(held.big).toBe(5n);
    }),
  );

  it('writes a memory with one clock and reads it with the other', () =>
    during((simulator) => {
      // the words at 3, 0 and 1: 5 from the reset, then what is held
      const word = simulator.inputs.get('word');
      if (word !== undefined) word.big = 0xff_0000_0001n;
      simulator.step(3, 'slow_clk');
      const stored = out(simulator, 'stored');
      const seen = new Map<number, bigint>();
      for (let index = 0; index < 4; index++) {
        const address = out(simulator, 'fast').value % 4;
        simulator.step();
        seen.set(address, stored.big);
      }
      expect([3, 0, 1].map((address) => seen.get(address))).toEqual([5n, 0xff_0000_0001n, 0xff_0000_0001n]);
    }));
}
