import { describe, expect, it } from 'vitest';
import { bits, bool, input, module, output } from '../../../hdl-gen/index.ts';
import { errorsOf, marks } from './expectations.ts';

const at = marks(import.meta.url);

describe('a wire without a value on some path', () => {
  it('is refused, and the branch is named', () => {
    const bad = module('bad', { go: input(bool), y: output(bits(8)) }, (io, m) => {
      const w = m.wires({ held: bits(8) }); // declared
      m.when(io.go, () => w.held.set(1)); // when
      io.y.set(w.held);
    });
    expect(errorsOf(bad)).toEqual([
      `HG020 held is not assigned on every path, expected a value on each
  declared: ${at('declared')}
  no value where this condition is 0: ${at('when')}
  advice: give its shape a fallback, assign it before the control flow, or assign it in the branches named`,
    ]);
  });

  it('names the inner branch, and the arm of a switch', () => {
    const bad = module('bad', { go: input(bool), sel: input(bits(2)), y: output(bits(8)) }, (io, m) => {
      m.when(io.go, () => {
        m.switch(io.sel, { 0: () => io.y.set(1), 1: () => {}, 3: () => io.y.set(2) }); // switch
      })
        .elseWhen(io.sel.eq(2), () => {}) // empty
        .otherwise(() => io.y.set(0));
    });
    const [message = ''] = errorsOf(bad);
    expect(message).toContain(`no value for 1: ${at('switch')}`);
    expect(message).toContain(`no value for 2 and others that no arm names: ${at('switch')}`);
    expect(message).toContain(`no value where this condition is 1: ${at('empty')}`);
    expect(message).not.toContain('condition is 0');
  });

  it('counts the value that no state of an FSM has', () => {
    const bad = module('bad', { y: output(bits(8)) }, (io, m) => {
      m.fsm('state', {
        reset: 'one',
        states: {
          one: (f) => {
            io.y.set(1);
            f.goto('two');
          },
          two: (f) => {
            io.y.set(2);
            f.goto('three');
          },
          three: () => io.y.set(3),
        },
      });
    });
    expect(errorsOf(bad).join()).toContain('no value for 3 and others that no arm names');
  });

  it('passes with a fallback, a value beforehand, or one in every branch', () => {
    const good = module(
      'good',
      { go: input(bool), sel: input(bits(1)), x: output(bits(8, { fallback: 0 })), y: output(bits(8)), z: output(bits(8)) },
      (io, m) => {
        io.y.set(9);
        m.when(io.go, () => {
          io.x.set(6);
          io.y.set(7);
        });
        m.when(io.go, () => m.switch(io.sel, { 0: () => io.z.set(1), 1: () => io.z.set(2) })).otherwise(() => io.z.set(3));
      },
    );
    expect(errorsOf(good)).toEqual([]);
  });
});
