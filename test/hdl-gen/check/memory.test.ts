import { describe, expect, it } from 'vitest';
import { bits, input, module, output } from '../../../hdl-gen/index.ts';
import { errorsOf, marks } from './expectations.ts';

const at = marks(import.meta.url);

describe('a memory', () => {
  it('without contents and without a write is refused', () => {
    const bad = module('bad', { a: input(bits(2)), y: output(bits(8)) }, (io, m) => {
      const memory = m.memory('table', bits(8), 4); // memory
      io.y.set(memory.read(io.a));
    });
    expect(errorsOf(bad)).toEqual([
      `HG027 memory table_q is never written and has no initial contents
  declared: ${at('memory')}
  advice: write to it, or give it init`,
    ]);
  });

  it('that is to be block RAM is refused an asynchronous read, and gets LUTs for one where nothing is said', () => {
    const reading = (style?: 'block') =>
      module('reading', { a: input(bits(8)), y: output(bits(8)) }, (io, m) => {
        const memory = m.memory('store', bits(8), 256, style === undefined ? {} : { style }); // block
        memory.write(io.a, io.a);
        io.y.set(memory.read(io.a)); // at once
      });
    expect(() => reading('block').elaborate()).toThrow(
      `HG014 read() of memory store, which is to be block RAM: that has registered reads only
  use: ${at('at once')}
  declared: ${at('block')}
  advice: read it with readSync(), or leave its style away or 'distributed'`,
    );
    expect(
      reading()
        .elaborate()
        .memories.map(({ style }) => style),
    ).toEqual(['distributed']);
  });

  it.each([
    [64, 'distributed'],
    [65, 'block'],
  ] as const)('of %i words is %s where nothing is said', (depth, style) => {
    const plain = module('plain', { a: input(bits(8)), y: output(bits(8)) }, (io, m) => {
      const memory = m.memory('store', bits(8), depth);
      memory.write(io.a, io.a);
      io.y.set(memory.readSync('word', io.a, { onCollision: 'old' }));
    });
    expect(plain.elaborate().memories.map((memory) => memory.style)).toEqual([style]);
  });

  it('passes with either', () => {
    const good = module('good', { a: input(bits(2)), y: output(bits(8)) }, (io, m) => {
      const rom = m.memory('rom', bits(8), 4, { init: [1, 2, 3, 4] });
      const ram = m.memory('ram', bits(8), 4);
      m.when(io.a.eq(0), () => m.when(io.a.eq(1), () => ram.write(io.a, 1)));
      io.y.set(rom.read(io.a).xor(ram.read(io.a)));
    });
    expect(errorsOf(good)).toEqual([]);
  });
});
