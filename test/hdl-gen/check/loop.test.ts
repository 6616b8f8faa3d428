import { describe, expect, it } from 'vitest';
import { bits, bool, input, module, output } from '../../../hdl-gen/index.ts';
import { errorsOf, marks } from './expectations.ts';

const at = marks(import.meta.url);

const through = module('through', { a: input(bits(8)), held: input(bits(8)), y: output(bits(8)), z: output(bits(8)) }, (io, m) => {
  const r = m.registers({ kept: bits(8) });
  r.kept.next(io.held);
  io.y.set(io.a.not());
  io.z.set(r.kept);
});

describe('a combinational loop', () => {
  it('is refused, and its path is printed', () => {
    const bad = module('bad', { a: input(bool), y: output(bits(8)) }, (io, m) => {
      const w = m.wires({ one: bits(8), two: bits(8) });
      w.one.set(w.two.add(1)); // one
      w.two.set(0);
      m.when(io.a.and(w.one.eq(3)), () => w.two.set(5)); // two
      io.y.set(w.one);
    });
    expect(errorsOf(bad)).toEqual([
      `HG021 combinational loop: one reads two reads one
  one reads two: ${at('one')}
  two reads one: ${at('two')}
  advice: put a register into the loop, or let one of these signals not depend on the next`,
    ]);
  });

  it('is found in one wire, and through an instance', () => {
    const alone = module('alone', { y: output(bits(8)) }, (io) => io.y.set(io.y.add(1)));
    expect(errorsOf(alone).join()).toContain('combinational loop: y reads y\n');

    const around = module('around', { y: output(bits(8)) }, (io, m) => {
      const u = m.instance('u', through); // instance
      u.a.set(u.y.add(1)); // back
      u.held.set(0);
      io.y.set(u.z);
    });
    const [message = '', ...others] = errorsOf(around);
    expect(others).toEqual([]);
    expect(message).toContain('combinational loop: u_a reads u_y reads u_a\n');
    expect(message).toContain(`u_a reads u_y: ${at('back')}`);
    expect(message).toContain(`u_y reads u_a: ${at('instance')}`);
  });

  it('is reported once each, and without what only depends on it', () => {
    const bad = module('bad', { y: output(bits(8)) }, (io, m) => {
      const w = m.wires({ a: bits(8), b: bits(8), c: bits(8), after: bits(8) });
      w.a.set(w.b);
      w.b.set(w.a);
      w.c.set(w.c.not());
      w.after.set(w.a.xor(w.c));
      io.y.set(w.after);
    });
    expect(errorsOf(bad).map((message) => message.split('\n')[0])).toEqual([
      'HG021 combinational loop: a reads b reads a',
      'HG021 combinational loop: c reads c',
    ]);
  });

  it('ends at registers, memory words and unrelated ports of an instance', () => {
    const good = module('good', { go: input(bool), y: output(bits(8)) }, (io, m) => {
      const r = m.registers({ count: bits(8) });
      r.count.next(r.count.add(1));
      const memory = m.memory('words', bits(8), 256);
      const word = memory.readSync('word', r.count, { onCollision: 'old' });
      m.when(io.go, () => memory.write(word, word));
      const u = m.instance('u', through);
      u.a.set(u.z);
      u.held.set(u.y);
      io.y.set(u.y.xor(word));
    });
    expect(errorsOf(good)).toEqual([]);
  });
});
