/** Which property is told of when several fail in one cycle, and when each is alone. */
import { describe, expect, it } from 'vitest';
import { bool, input, module } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';

/** Each on what one interface says, so that each is evaluated by itself; the last one on all of it. */
const watched = module('watched', { a_ok: input(bool), b_ok: input(bool), c_ok: input(bool) }, (io, m) => {
  m.assert('b_holds', io.b_ok);
  m.assert('a_holds', io.a_ok);
  m.assume('c_holds', io.c_ok);
  m.assert('one_holds', io.a_ok.or(io.b_ok).or(io.c_ok));
});

describe.each([
  ['interpreter', interpret],
  ['wasm', simulateWasm],
] as const)('%s', (_, simulate) => {
  it.each([
    [{ a: 1, b: 0, c: 1 }, 'b_holds'],
    [{ a: 0, b: 1, c: 1 }, 'a_holds'],
    [{ a: 1, b: 1, c: 0 }, 'c_holds'],
    [{ a: 0, b: 0, c: 0 }, 'b_holds'],
    [{ a: 0, b: 1, c: 0 }, 'a_holds'],
  ])('%o fails first of %s', (values, name) => {
    const simulator = simulate(lower(watched.elaborate()));
    const give = (wanted: Readonly<Record<string, number>>): void => {
      for (const [port, value] of Object.entries(wanted)) Object.assign(simulator.inputs.get(`${port}_ok`) ?? {}, { value });
    };
    give({ a: 1, b: 1, c: 1 });
    simulator.step(3);
    give(values);
    expect(() => simulator.step(2)).toThrow(name);
    // it still does not hold, and nothing has changed
    expect(() => simulator.step()).toThrow(name);
    give({ a: 1, b: 1, c: 1 });
    simulator.step(2);
  });
});
