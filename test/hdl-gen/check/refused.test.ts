/** What a program does that has no type to stop it, or that no type can see. */
import { describe, expect, it } from 'vitest';
import { type Arms, bits, bool, clockDomain, input, module, output, u } from '../../../hdl-gen/index.ts';
import { errorsOf, marks } from './expectations.ts';

const at = marks(import.meta.url);
const rx = clockDomain('rx');

describe('a value that is none', () => {
  it.each([undefined, null, '3', true, {}])('is refused: %s', (value) => {
    const wrong = module('wrong', { y: output(bits(4)) }, (io) => io.y.set(value as never)); // set
    expect(() => wrong.elaborate()).toThrow(/^HG050 assignment to y expects 4 bits, found .*\n {2}use: /);
    expect(() => wrong.elaborate()).toThrow(at('set'));
  });
});

describe('the arms of a switch', () => {
  const choose = (arms: Arms) =>
    module('choice', { id: input(bits(64)), y: output(bits(2)) }, (io, m) => {
      m.switch(io.id, arms, () => io.y.set(0)); // switch
    });

  it('are exact as bigints of a Map, and refused where JavaScript has rounded them', () => {
    const hit = module('hit', { id: input(bits(64)), y: output(bool) }, (io, m) => {
      m.switch(io.id, new Map([[2n ** 64n - 1n, () => io.y.set(1)]]), () => io.y.set(0));
    });
    expect(errorsOf(hit)).toEqual([]);
    expect(() => choose({ [2 ** 63]: () => {} }).elaborate()).toThrow(
      `HG034 arm 9223372036854776000 of a switch is above 2^53, where numbers are not exact\n  switch: ${at('switch')}`,
    );
    expect(() => choose(new Map([[2n ** 64n, () => {}]])).elaborate()).toThrow(/^HG002 literal 18446744073709551616 does not fit/);
  });

  it.each(['1', '?'.repeat(65), `${'0'.repeat(63)}x`])('fit the subject: %s', (pattern) => {
    expect(() => choose(new Map([[pattern, () => {}]])).elaborate()).toThrow(`HG033 the pattern ${pattern} of an arm`);
  });

  it('are taken at all', () => {
    const [some, none] = ['1'.padEnd(64, '?'), '10'.padEnd(64, '?')];
    expect(() =>
      choose(
        new Map([
          [some, () => {}],
          [none, () => {}],
        ]),
      ).elaborate(),
    ).toThrow(`HG035 arm ${none} of a switch is never taken, since ${some}`);
    expect(() =>
      choose(
        new Map<number | bigint, () => void>([
          [5, () => {}],
          [5n, () => {}],
        ]),
      ).elaborate(),
    ).toThrow('HG035 arm 5 of a switch');
  });
});

describe('patterns that leave nothing out', () => {
  const covering = (...patterns: readonly string[]) =>
    module('covering', { a: input(bits(40)), y: output(bits(3)) }, (io, m) => {
      m.switch(io.a, new Map(patterns.map((pattern, index) => [pattern.padEnd(40, '?'), () => io.y.set(index)])));
    });
  it('need no value for others', () => {
    expect(errorsOf(covering('1', '00', '01'))).toEqual([]);
    expect(errorsOf(covering('1', '000', '01'))).toEqual([
      expect.stringContaining(`no value for ${2n ** 37n} and others that no arm names`),
    ]);
  });
});

describe('a write to a memory', () => {
  const written = (options: { readonly second?: typeof rx }) =>
    module('mailbox', { at: input(bits(2), rx), y: output(bits(8)) }, (io, m) => {
      const words = m.memory('words', bits(8), 4, { crossing: 'the test holds it still', ...options }); // words
      m.in(rx, () => words.write(io.at, 1)); // write
      io.y.set(words.read(m.let({ first: u(2, 0) }).first));
    });

  it('belongs to the domain of the memory, or to its second one', () => {
    expect(() => written({}).elaborate()).toThrow(
      `HG061 memory words is written at the edges of clk, not of rx_clk\n  write: ${at('write')}\n  words is declared: ${at('words')}\n`,
    );
    expect(errorsOf(written({ second: rx }))).toEqual([]);
  });
});
