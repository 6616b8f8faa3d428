import { expect, it } from 'vitest';
import { bits, enumeration, input, type Module, module, type Ports, signed, struct } from '../../../hdl-gen/index.ts';
import { marks } from './expectations.ts';

const at = marks(import.meta.url);
const ports = {
  a: input(bits(4)),
  n: input(signed(4)),
  mode: input(enumeration('mode', ['off', 'on'])),
  pair: input(struct({ x: bits(2) })),
};

/** What the compiler would refuse, JavaScript hands over. */
const asked = (question: (io: Record<keyof typeof ports, number>) => unknown): Module<Ports> =>
  module('asked', ports, (io) => {
    question(io as unknown as Record<keyof typeof ports, number>);
  });

it.each<[string, string, (io: Record<keyof typeof ports, number>) => unknown]>([
  ['4 bits', 'number', (io) => io.a < 3],
  ['4 bits', 'number', (io) => io.a + 1],
  ['4 bits', 'text', (io) => `${io.a}`],
  ['4 bits', 'number', (io) => [10, 20][io.a * 1]],
  ['a signed number of 4 bits', 'number', (io) => -io.n],
  ['the enumeration mode', 'number', (io) => io.mode >= 1],
  ['the structure {x}', 'text', (io) => String(io.pair)],
])('%s is no %s of the program: %s', (value, taken, question) => {
  const problem = `HG037 ${value} is taken for a ${taken}, which no signal is while the hardware is described`;
  expect(() => asked(question).elaborate()).toThrow(problem);
});

it('the line is named', () => {
  const wrong = asked((io) => io.a > 1); // asked
  expect(() => wrong.elaborate()).toThrow(`expression: ${at('asked')}`);
});

it('what only is true is not seen', () => {
  expect(() => asked((io) => (io.a ? 1 : 2)).elaborate()).not.toThrow(/HG037/);
});
