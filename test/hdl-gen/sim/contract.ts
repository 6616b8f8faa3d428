/** What every simulator owes its user, whichever it is. */
import { expect, it } from 'vitest';
import { bits, input, module, output } from '../../../hdl-gen/index.ts';
import type { InputPort, OutputPort, Simulator } from '../../../hdl-gen/sim/simulator.ts';

/** Ports on both sides of each border of the representations: 1, 32, 33, 64, 65, 100 bits. */
export const subject = module(
  'contract_subject',
  {
    add: input(bits(8)),
    single: input(bits(1)),
    word: input(bits(32)),
    odd: input(bits(33)),
    exact64: input(bits(64)),
    above64: input(bits(65)),
    wide: input(bits(100)),
    total: output(bits(8)),
    singleback: output(bits(1)),
    wordback: output(bits(32)),
    oddback: output(bits(33)),
    exact64back: output(bits(64)),
    above64back: output(bits(65)),
    wideback: output(bits(100)),
    held: output(bits(100)),
  },
  (io, m) => {
    const r = m.registers({ sum: bits(8), kept: bits(100) });
    r.sum.next(r.sum.add(io.add));
    r.kept.next(io.wide);
    io.total.set(r.sum);
    io.singleback.set(io.single.not());
    io.wordback.set(io.word.not());
    io.oddback.set(io.odd.not());
    io.exact64back.set(io.exact64.not());
    io.above64back.set(io.above64.not());
    io.wideback.set(io.wide.not());
    io.held.set(r.kept);
  },
);

/** Registers the contract's tests; `start` gives a new simulator of `subject` at power-up. */
export function keepsTheContract(start: () => Promise<Simulator>): void {
  const during = async (body: (simulator: Simulator) => void): Promise<void> => {
    const simulator = await start();
    try {
      set(simulator, 'rst', 1);
      simulator.step();
      set(simulator, 'rst', 0);
      body(simulator);
    } finally {
      simulator.close();
    }
  };

  it('behind a reset, registers take again what has stood at their inputs all the while', () =>
    during((simulator) => {
      into(simulator, 'wide').big = 0x1234n;
      simulator.step(2);
      set(simulator, 'rst', 1);
      simulator.step(2);
      expect(simulator.outputs.get('held')?.big).toBe(0n);
      set(simulator, 'rst', 0);
      simulator.step();
      expect(simulator.outputs.get('held')?.big).toBe(0x1234n);
    }));

  it('has the ports of the design, without the clock', () =>
    during(({ inputs, outputs }) => {
      expect([...inputs.keys()].toSorted()).toEqual(['above64', 'add', 'exact64', 'odd', 'rst', 'single', 'wide', 'word']);
      expect(outputs.get('held')).toMatchObject({ name: 'held', width: 100 });
    }));

  it('shows the settled present as value, and what the last edge caught as sampled', () =>
    during((simulator) => {
      set(simulator, 'add', 5);
      const total = out(simulator, 'total');
      simulator.step();
      expect([total.value, total.sampled]).toEqual([5, 0]);
      simulator.step();
      expect([total.value, total.sampled]).toEqual([10, 5]);
    }));

  it('settles combinational outputs after a change of inputs, without an edge', () =>
    during((simulator) => {
      const { cycle } = simulator;
      set(simulator, 'word', 0x12345678);
      expect(out(simulator, 'wordback').value).toBe(0xedcba987);
      set(simulator, 'word', 0xffffffff);
      expect(out(simulator, 'wordback').value).toBe(0);
      expect(simulator.cycle).toBe(cycle);
    }));

  it('runs many cycles in one step, wraps at the width, and counts cycles', () =>
    during((simulator) => {
      const { cycle } = simulator;
      set(simulator, 'add', 1);
      simulator.step(300);
      expect(simulator.cycle).toBe(cycle + 300);
      expect([out(simulator, 'total').value, out(simulator, 'total').sampled]).toEqual([300 % 256, 299 % 256]);
      simulator.step(0);
      expect(simulator.cycle).toBe(cycle + 300);
    }));

  it('carries every bit of every width, both ways', () =>
    during((simulator) => {
      for (const name of ['single', 'word', 'odd', 'exact64', 'above64', 'wide']) {
        const [port, back] = [into(simulator, name), out(simulator, `${name}back`)];
        const ones = (1n << BigInt(port.width)) - 1n;
        for (const value of [0n, 1n, ones, 1n << BigInt(port.width - 1), 0x123456789abcdef0fedcba987n & ones]) {
          port.big = value;
          expect(port.big, name).toBe(value);
          expect(back.big, name).toBe(ones ^ value);
          simulator.step();
          expect(back.sampledBig, name).toBe(ones ^ value);
        }
      }
    }));

  it('keeps a wide register', () =>
    during((simulator) => {
      into(simulator, 'wide').big = 0xfedcba9876543210abcdef012n;
      simulator.step();
      expect([out(simulator, 'held').big, out(simulator, 'held').sampledBig]).toEqual([0xfedcba9876543210abcdef012n, 0n]);
    }));

  it('refuses values that do not fit, and numbers for wide ports, by name', () =>
    during((simulator) => {
      const add = into(simulator, 'add');
      for (const value of [256, -1, 2.7, Number.NaN, true, '3', undefined, null, 3n] as number[])
        expect(() => {
          add.value = value;
        }).toThrow(/port add has 8 bits/);
      for (const value of [256n, -1n, 3, '3', true, undefined] as bigint[])
        expect(() => {
          add.big = value;
        }).toThrow(RangeError);
      expect(() => {
        into(simulator, 'odd').value = 1;
      }).toThrow(/port odd has 33 bits/);
      expect(() => out(simulator, 'held').value).toThrow(/port held has 100 bits: use `big`/);
      expect(() => out(simulator, 'held').sampled).toThrow(RangeError);
      expect(add.value).toBe(0);
    }));

  it('refuses a clock that it does not have', () =>
    during((simulator) => {
      simulator.step(1, 'clk');
      expect(() => simulator.step(1, 'clk_b')).toThrow(/no clock clk_b/);
      expect(() => simulator.step(1, 'clk_b')).toThrow(RangeError);
    }));
}

export function into(simulator: Simulator, name: string): InputPort {
  const port = simulator.inputs.get(name);
  if (port === undefined) throw new RangeError(`no input ${name}`);
  return port;
}

export function out(simulator: Simulator, name: string): OutputPort {
  const port = simulator.outputs.get(name);
  if (port === undefined) throw new RangeError(`no output ${name}`);
  return port;
}

export function set(simulator: Simulator, name: string, value: number): void {
  into(simulator, name).value = value;
}
