import { describe, expect, it } from 'vitest';
import { elaborationWarnings } from '../../../hdl-gen/check/check.ts';
import { bits, bool, input, type Module, module, output, type Ports } from '../../../hdl-gen/index.ts';
import { marks } from './expectations.ts';

const at = marks(import.meta.url);
const warningsOf = (subject: Module<Ports>) => elaborationWarnings(subject.elaborate()).map(({ message }) => message);

const child = module('child', { a: input(bits(8)), y: output(bits(8)) }, (io) => io.y.set(io.a));

describe('a signal that nothing reads', () => {
  it('is a warning: input, register, wire, instance output, memory read port', () => {
    // biome-ignore format: the mark belongs to the line of the call
    const idle = module('idle', { a: input(bits(8)) }, (_io, m) => { // module
      const r = m.registers({ count: bits(8) }); // register
      m.let({ sum: r.count.add(1) }); // wire
      const u = m.instance('u', child); // instance
      u.a.set(1);
      const memory = m.memory('words', bits(8), 2, { init: [1, 2] });
      memory.readSync('word', u.a.bit(0), { onCollision: 'old' }); // read port
      r.count.next(0);
    });
    const advice = 'advice: remove it, or say that this is meant with m.unused()';
    expect(warningsOf(idle)).toEqual([
      `HG024 input a is never read\n  declared: ${at('module')}\n  ${advice}`,
      `HG024 wire sum is never read\n  declared: ${at('wire')}\n  ${advice}`,
      `HG024 instance output u_y is never read\n  declared: ${at('instance')}\n  ${advice}`,
      `HG024 memory read port word is never read\n  declared: ${at('read port')}\n  ${advice}`,
    ]);
  });

  it('may be declared unused, or be read by a property alone', () => {
    const quiet = module('quiet', { a: input(bits(8)), b: input(bits(8)), c: input(bits(8)) }, (io, m) => {
      m.unused(io.a);
      m.assert('b_small', io.b.lt(9));
      m.assert('c_was_small', m.past('c', io.c).lt(9));
    });
    expect(warningsOf(quiet)).toEqual([]);
  });
});

describe('a when that does nothing', () => {
  it('is a warning, a when that does something is none', () => {
    const idle = module('idle', { go: input(bool), y: output(bits(8)) }, (io, m) => {
      io.y.set(0);
      m.when(io.go, () => {
        m.when(io.y.eq(1), () => {}); // empty
        io.y.set(1);
      });
    });
    const messages = warningsOf(idle);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(`HG026 a when has an empty body\n  when: ${at('empty')}\n`);
  });
});
