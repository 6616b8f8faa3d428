import { describe, expect, it } from 'vitest';
import { bits, input, module, output } from '../../../hdl-gen/index.ts';
import { errorsOf, marks } from './expectations.ts';

const at = marks(import.meta.url);

const child = module('child', { a: input(bits(8)), mode: input(bits(2, { fallback: 1 })), y: output(bits(8)) }, (io) =>
  io.y.set(io.a.xor(io.mode.zext(8))),
);

describe('a signal that is never assigned', () => {
  it('is refused: output, wire, register, instance input', () => {
    // biome-ignore format: the mark belongs to the line of the call
    const bad = module('bad', { y: output(bits(8)) }, (_io, m) => { // module
      m.registers({ count: bits(8) }); // register
      m.wires({ sum: bits(8) }); // wire
      m.instance('u', child); // instance
    });
    const advice = (verb: string) =>
      verb === 'set'
        ? 'advice: assign it with set(), or give its shape a fallback'
        : 'advice: assign it with next(), or use a constant instead';
    expect(errorsOf(bad)).toEqual([
      `HG022 output y is never assigned\n  declared: ${at('module')}\n  ${advice('set')}`,
      `HG022 register count is never assigned\n  declared: ${at('register')}\n  ${advice('next')}`,
      `HG022 wire sum is never assigned\n  declared: ${at('wire')}\n  ${advice('set')}`,
      `HG022 instance input u_a is never assigned\n  declared: ${at('instance')}\n  ${advice('set')}`,
    ]);
  });

  it('is told in one failure that names the module', () => {
    const bad = module('two_mistakes', { y: output(bits(8)), z: output(bits(8)) }, () => {});
    expect(() => bad.elaborate()).toThrow(/^2 errors in module two_mistakes\nHG022 output y .*[\s\S]*\nHG022 output z /);
  });

  it('may have a fallback instead', () => {
    const good = module('good', { y: output(bits(8)), z: output(bits(8, { fallback: 4 })) }, (io, m) => {
      const u = m.instance('u', child);
      u.a.set(3);
      io.y.set(u.y);
    });
    expect(errorsOf(good)).toEqual([]);
  });
});
