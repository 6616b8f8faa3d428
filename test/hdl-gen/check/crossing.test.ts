import { describe, expect, it } from 'vitest';
import { asynchronous, bits, bool, clockDomain, defaultDomain, input, module, output } from '../../../hdl-gen/index.ts';
import { errorsOf, marks } from './expectations.ts';

const at = marks(import.meta.url);
const rx = clockDomain('rx');

describe('a clock crossing', () => {
  it('is refused, with both clocks and the wires between', () => {
    const bad = module('bad', { y: output(bits(8)) }, (io, m) => {
      const r = m.in(rx, () => m.registers({ count: bits(8) })); // declared
      r.count.next(r.count.add(1));
      const { more } = m.let({ more: r.count.add(1) });
      const s = m.registers({ copy: bits(8) });
      s.copy.next(more); // taken
      io.y.set(s.copy);
    });
    expect(errorsOf(bad)).toEqual([
      `HG028 clock crossing: copy reads more reads count, but copy belongs to clk and count to rx_clk
  copy takes it: ${at('taken')}
  count is declared: ${at('declared')}
  advice: take one bit through a synchroniser, a pulse through a pulse synchroniser, words through an asynchronous FIFO; where something else makes it safe, say what with m.unsafeCross()`,
    ]);
  });

  it('is found in conditions, in ports, in instances, in memories and at pins', () => {
    const inner = module('inner', { a: input(bool, rx), y: output(bool, rx) }, (io) => io.y.set(io.a.not()));
    const bad = module('bad', { pin: input(bool, asynchronous), go: input(bool), y: output(bool, rx) }, (io, m) => {
      const r = m.in(rx, () => m.registers({ slow: bits(8) }));
      m.when(io.go, () => r.slow.next(1));
      const s = m.registers({ fast: bits(8) });
      s.fast.next(io.pin.zext(8));
      const words = m.memory('words', bits(8), 16);
      m.when(io.go, () => words.write(r.slow.take(4), s.fast));
      const word = m.in(rx, () => words.readSync('word', r.slow.take(4), { onCollision: 'old' }));
      const u = m.instance('u', inner);
      u.a.set(s.fast.any());
      io.y.set(io.go.and(u.y).and(word.any()));
    });
    expect(errorsOf(bad).map((message) => message.split('\n')[0]?.replace(/, but .*/, ''))).toEqual([
      'HG028 clock crossing: slow reads go',
      'HG028 clock crossing: fast reads pin',
      'HG028 clock crossing: words reads slow',
      'HG028 clock crossing: u_a reads fast',
      'HG028 clock crossing: y reads go',
      'HG028 clock crossing: word reads words',
    ]);
  });

  it('is found behind a reset that acts at the edge, of a register and of an instance', () => {
    const inner = module('inner', { y: output(bool) }, (io, m) => {
      const r = m.registers({ lit: bits(1) });
      r.lit.next(1);
      io.y.set(r.lit);
    });
    const bad = module('bad', { y: output(bool) }, (io, m) => {
      const r = m.in(rx, () => m.registers({ stopped: bits(1) })); // stop
      r.stopped.next(1);
      const own = m.resetBy(defaultDomain, r.stopped);
      const s = m.in(own, () => m.registers({ held: bits(1) })); // held
      s.held.next(1);
      io.y.set(s.held.and(m.in(own, () => m.instance('u', inner)).y));
    });
    const [first, second, ...others] = errorsOf(bad);
    expect(first).toContain(
      `HG028 clock crossing: the reset of held reads stopped, but the reset of held belongs to clk and stopped to rx_clk
  the reset of held takes it: ${at('held')}
  stopped is declared: ${at('stop')}
`,
    );
    expect(second).toContain('HG028 clock crossing: the reset of u reads stopped,');
    expect(others).toEqual([]);
  });

  it('is found where a second domain writes what this one reads, in either way of reading', () => {
    const shared = (onCollision: 'old' | 'new', crossing?: string) =>
      module('shared', { at: input(bits(2)), from: input(bits(2), rx), y: output(bits(4)), z: output(bits(4)) }, (io, m) => {
        const words = m.memory('words', bits(4), 4, { second: rx, ...(crossing === undefined ? {} : { crossing }) });
        words.write(io.at, 1);
        m.in(rx, () => words.write(io.from, 2));
        io.y.set(words.readSync('word', io.at, { onCollision }));
        io.z.set(words.read(io.at));
      });
    expect(errorsOf(shared('old')).map((message) => message.split(',')[0])).toEqual([
      'HG028 clock crossing: z reads words',
      'HG028 clock crossing: word reads words',
    ]);
    expect(errorsOf(shared('old', 'never at one time'))).toEqual([]);
    expect(errorsOf(shared('new', 'never at one time'))).toEqual([expect.stringMatching(/^HG060 /)]);
  });

  it('is no matter of promising the new word: a read of another clock has none, whatever says why it is safe', () => {
    const read = (onCollision: 'old' | 'new') =>
      module('mailbox', { y: output(bits(8), rx) }, (io, m) => {
        const s = m.registers({ at: bits(4) });
        s.at.next(s.at.add(1));
        const words = m.memory('words', bits(8), 16, { crossing: 'written long before' }); // words
        words.write(s.at, 1);
        const r = m.in(rx, () => m.registers({ from: bits(4) }));
        r.from.next(r.from.add(1));
        io.y.set(m.in(rx, () => words.readSync('word', r.from, { onCollision }))); // word
      });
    expect(errorsOf(read('old'))).toEqual([]);
    expect(errorsOf(read('new'))).toEqual([
      expect.stringContaining(`HG060 read port word of memory words is to give the new word, and the writes have another clock
  read: ${at('word')}
  words is declared: ${at('words')}
`),
    ]);
  });

  it('is allowed where something says why, inside a domain, and in properties', () => {
    const good = module('good', { pin: input(bool, asynchronous), y: output(bool, rx), z: output(bits(8), rx) }, (io, m) => {
      const r = m.in(rx, () =>
        m.registers({ first: bits(1, { attributes: { ASYNC_REG: true } }), second: bits(1, { attributes: { ASYNC_REG: true } }) }),
      );
      r.first.next(m.in(rx, () => m.unsafeCross('arriving', io.pin, 'two flip-flops follow')));
      r.second.next(r.first);
      const s = m.registers({ count: bits(4) });
      s.count.next(s.count.add(1));
      const words = m.memory('words', bits(8), 16, { crossing: 'written long before' });
      words.write(s.count, 1);
      io.z.set(m.in(rx, () => words.readSync('word', r.first.zext(4), { onCollision: 'old' })));
      io.y.set(r.second);
      m.assert('counts', s.count.ge(0).or(r.second));
    });
    expect(errorsOf(good)).toEqual([]);
  });
});

describe('a reset made of logic', () => {
  it('is refused where it acts asynchronously, and a register, a port or a registered output is not', () => {
    const held = clockDomain('held', { reset: 'async' });
    const made = (choose: 'logic' | 'register' | 'port' | 'instance' | 'behind') =>
      module(`reset_${choose}`, { a: input(bool, held), b: input(bool, held), y: output(bool, held) }, (io, m) => {
        const r = m.in(held, () => m.registers({ stopped: bits(1), seen: bits(1) }));
        r.stopped.next(io.a);
        const child = (registered: boolean) =>
          module(`child_${registered}`, { d: input(bool, held), q: output(bool, held) }, (inner, n) => {
            const s = n.in(held, () => n.registers({ kept: bits(1) }));
            s.kept.next(inner.d);
            inner.q.set(registered ? s.kept : s.kept.and(inner.d));
          });
        const u = m.instance('u', child(choose === 'instance'));
        u.d.set(io.b);
        m.unused(u.q, r.stopped);
        const source = { logic: io.a.and(r.stopped), register: r.stopped, port: io.a, instance: u.q, behind: u.q }[choose];
        const own = m.resetBy(held, source); // reset
        const seen = m.in(own, () => m.registers({ own: bits(1) }));
        seen.own.next(1);
        r.seen.next(seen.own);
        io.y.set(r.seen);
      });
    for (const choose of ['register', 'port', 'instance'] as const) expect(errorsOf(made(choose)), choose).toEqual([]);
    expect(() => made('behind').elaborate()).toThrow(/HG013 the reset of domain held_clk is the wire u_q, expected a register or a port/);
    expect(() => made('logic').elaborate()).toThrow(
      `HG013 the reset of domain held_clk is an expression, expected a register or a port
  use: ${at('reset')}
  advice: let a register take the value and give that; a reset synchroniser ends in one`,
    );
  });
});
