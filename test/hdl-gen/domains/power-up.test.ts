import { describe } from 'vitest';
import { bits, clockDomain, enumeration, module, output, signed, struct } from '../../../hdl-gen/index.ts';
import { inEveryEngine } from '../every-engine.ts';

const held = clockDomain('held', { reset: 'async', active: 'low' });
const Mode = enumeration('mode', ['idle', 'busy', 'done']);

/** Nothing is ever reset: each register goes on from its power-up value. */
const design = module(
  'power_up',
  {
    count: output(bits(4)),
    level: output(signed(5)),
    mode: output(Mode),
    wide: output(bits(70)),
    state: output(bits(2)),
    kept: output(bits(4), held),
  },
  (io, m) => {
    const r = m.registers(
      {
        count: bits(4, { init: 9 }),
        pair: struct({ level: signed(5, { init: -3 }), mode: Mode }),
        wide: bits(70, { init: 2n ** 69n + 5n }),
      },
      '_q',
    );
    r.count.next(r.count.add(1));
    r.pair.level.next(r.pair.level.add(1));
    r.pair.mode.next('done');
    r.wide.next(r.wide.add(1));
    const walk = m.fsm('walk', {
      reset: 'second',
      states: { first: () => {}, second: (f) => f.goto('third'), third: (f) => f.goto('first') },
    });
    const q = m.in(held, () => m.registers({ kept: bits(4, { init: 6 }) }, '_q'));
    q.kept.next(q.kept.add(1));
    io.count.set(r.count);
    io.level.set(r.pair.level);
    io.mode.set(r.pair.mode);
    io.wide.set(r.wide);
    io.state.set(walk.is('first').zext(2).or(walk.is('third').zext(2).shl(1)));
    io.kept.set(q.kept);
  },
);

describe('a design that never resets', () => {
  const level = (value: number): number => value & 31;
  inEveryEngine(
    'begins with the initial values of its registers, from the first cycle on',
    () => design,
    [{ set: { rst: 0, held_rst_n: 1 } }, {}, { clock: 'held_clk' }, {}],
    [
      { count: 9, level: level(-3), mode: 0, wide: 2n ** 69n + 5n, state: 0, kept: 6 },
      { count: 10, level: level(-2), mode: 2, wide: 2n ** 69n + 6n, state: 2, kept: 6 },
      { count: 11, level: level(-1), mode: 2, state: 1, kept: 6 },
      { count: 11, kept: 7 },
    ],
  );
});
