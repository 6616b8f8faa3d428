/** Names that the user gives, on their way into the Verilog: all of them one way. */
import { describe, expect, it } from 'vitest';
import { type Build, bits, bool, input, module, output } from '../../../hdl-gen/index.ts';
import { verilogText } from '../../../hdl-gen/verilog/design.ts';

const states = (...names: readonly string[]) => ({
  reset: names[0] as string,
  states: Object.fromEntries(names.map((name) => [name, () => {}])),
});
const build = (body: (m: Build) => void) =>
  module('named', { y: output(bool) }, (io, m) => {
    io.y.set(0);
    body(m);
  }).elaborate();

describe('a name that Verilog can not spell is refused', () => {
  it.each([
    ['wait-ack', (m: Build) => m.fsm('state', states('idle', 'wait-ack'))],
    ['prêt', (m: Build) => m.fsm('state', states('idle', 'prêt'))],
    ['it is ok!', (m: Build) => m.assert('it is ok!', m.registers({ a: bool }).a)],
    ['go before', (m: Build) => m.past('go before', m.registers({ a: bool }).a)],
    ['a b', (m: Build) => m.wires({ 'a b': bits(1) })],
    ['1st', (m: Build) => m.memory('1st', bits(4), 2)],
  ])('%s', (_name, body) => {
    expect(() => build(body)).toThrow(/^HG007 .*can't be a name/);
  });
});

describe('two that are one in the Verilog are refused', () => {
  it.each([
    ['states of one machine', (m: Build) => m.fsm('state', states('fooBar', 'foo_bar')), 'STATE_FOO_BAR'],
    [
      'states of two machines',
      (m: Build) => {
        m.fsm('a_b', states('c', 'd'));
        m.fsm('a', states('b_c', 'e'));
      },
      'A_B_C',
    ],
    [
      'a property and a register',
      (m: Build) => {
        const { a } = m.registers({ a: bool, a_held: bool });
        m.assert('held', a);
      },
      'a_held',
    ],
  ])('%s', (_what, body, name) => {
    expect(() => build(body)).toThrow(`HG006 the name ${name} is used twice`);
  });
});

describe('a word of C++, which Verilator makes of the Verilog,', () => {
  it('is refused as a port, and a name inside steps aside', () => {
    expect(() => module('eraser', { delete: input(bool), y: output(bool) }, (io) => io.y.set(io.delete)).elaborate()).toThrow(
      "HG007 delete can't be a name: it is a word of C++",
    );
    const inside = module('eraser', { y: output(bits(2)) }, (io, m) => {
      const r = m.registers({ delete: bits(2) });
      r.delete.next(1);
      io.y.set(r.delete);
    });
    expect(verilogText(inside.elaborate())).toContain('delete_q');
  });
});
