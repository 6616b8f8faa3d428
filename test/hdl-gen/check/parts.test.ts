import { describe, expect, it } from 'vitest';
import { bits, bool, input, module, output } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { errorsOf, marks } from './expectations.ts';

const at = marks(import.meta.url);
const ports = { go: input(bool), a: input(bits(4)), y: output(bits(8)) };

describe('a signal that is assigned in parts', () => {
  it('takes each of them where it belongs, the later one where they overlap', () => {
    const design = module('parts', { go: input(bool), a: input(bits(4)), y: output(bits(8)), z: output(bits(8)) }, (io, m) => {
      const r = m.registers({ held: bits(16, { init: 0xabcd }) });
      r.held.byte(0).next(io.y);
      m.when(io.go, () => r.held.byte(1).bits(0, 4).next(io.a)).otherwise(() => r.held.bit(15).next(0));
      r.held.bits(12, 3).next(r.held.bits(12, 3).add(1));
      io.y.take(4).set(io.a);
      io.y.bits(4, 4).set(io.a.not());
      io.z.set(r.held.byte(1));
      m.when(io.go, () => io.z.bit(0).set(r.held.bit(0)));
    });
    const { inputs, outputs, step } = simulateWasm(lower(design.elaborate()));
    const set = (name: string, value: number) => Object.assign(inputs.get(name) ?? {}, { value });
    set('a', 0x6);
    expect(outputs.get('y')?.value).toBe(0x96);
    expect(outputs.get('z')?.value).toBe(0xab);
    set('go', 1);
    expect(outputs.get('z')?.value).toBe(0xab);
    step();
    // 15 stays, 14..12 count on, 11..8 are a, 7..0 are y; then bit 0 of z is bit 0 of y
    expect(outputs.get('z')?.value).toBe(0xb6);
    set('go', 0);
    step();
    expect(outputs.get('z')?.value).toBe(0x46);
  });

  it('names the bits that never take a value', () => {
    const bad = module('bad', ports, (io, m) => {
      const r = m.registers({ count: bits(8) }); // register
      r.count.bits(2, 3).next(io.a.take(3));
      io.y.bits(0, 4).set(r.count.take(4));
    });
    expect(errorsOf(bad)).toEqual([
      expect.stringMatching(/^HG022 output y\[7:4\] is never assigned\n/),
      `HG022 register count[1:0], count[7:5] is never assigned
  declared: ${at('register')}
  advice: assign it with next(), or use a constant instead`,
    ]);
  });

  it('names the bits that some path leaves without a value, those with the same gaps together', () => {
    const bad = module('bad', ports, (io, m) => {
      m.when(io.go, () => {
        io.y.bits(0, 2).set(0); // when
        io.y.bits(2, 2).set(1);
      });
      io.y.bits(4, 4).set(io.a);
    });
    expect(errorsOf(bad)).toEqual([expect.stringMatching(/^HG020 y\[1:0\], y\[3:2\] is not assigned on every path/)]);
  });

  it('may be assigned whole and then in part; what is overruled bit by bit is refused', () => {
    const good = module('good', ports, (io) => {
      io.y.set(0);
      io.y.bits(4, 4).set(io.a);
    });
    expect(errorsOf(good)).toEqual([]);
    const bad = module('bad', ports, (io) => {
      io.y.bits(2, 4).set(io.a); // hidden
      io.y.bits(0, 4).set(io.a); // later
      io.y.bits(4, 4).set(io.a);
    });
    expect(errorsOf(bad)).toEqual([
      `HG023 an assignment to y[5:2] has no effect, since a later one always overrules it
  without effect: ${at('hidden')}
  overruled: ${at('later')}
  advice: remove the first, or put a condition around the second`,
    ]);
  });

  it('still depends on itself when one part of it reads another: loops are found between signals', () => {
    const bad = module('bad', ports, (io) => {
      io.y.bits(0, 4).set(io.a);
      io.y.bits(4, 4).set(io.y.take(4));
    });
    expect(errorsOf(bad)).toEqual([expect.stringMatching(/^HG021 /)]);
  });

  it('refuses bits that are not there, and the wrong verb, by their names', () => {
    const body = (wrong: (io: { y: unknown; r: unknown }) => void) =>
      module('bad', ports, (io, m) => wrong({ y: io.y, r: m.registers({ count: bits(8) }).count }));
    expect(() => body(({ y }) => (y as { bits(low: number, n: number): { set(v: number): void } }).bits(6, 4).set(1)).elaborate()).toThrow(
      /^HG003 bits 9..6 do not exist in a value of 8 bits/,
    );
    expect(() => body(({ r }) => (r as { bit(n: number): { set(v: number): void } }).bit(3).set(1)).elaborate()).toThrow(
      /^HG009 set on count\[3\], which is a register/,
    );
  });
});
