import { describe, expect, it } from 'vitest';
import { bits, input, module, output, type Payload, parametric, struct } from '../../hdl-gen/index.ts';
import { lower } from '../../hdl-gen/ir/lower.ts';
import { simulateWasm } from '../../hdl-gen/sim/wasm/simulator.ts';

const shift = parametric((width: number, { by = 1 }: { readonly by?: number } = {}) => {
  if (by > width) throw new RangeError(`by ${by} of ${width} bits`);
  return module(`shift_${width}_${by}`, { a: input(bits(width)), y: output(bits(width)) }, (io) => io.y.set(io.a.shl(by)));
});

describe('a parametric module', () => {
  it('is one module for the same parameters, and another for others', () => {
    expect(shift(8, { by: 2 })).toBe(shift(8, { by: 2 }));
    expect(new Set([shift(8), shift(9), shift(8, { by: 2 }), shift(8, { by: 3 })]).size).toBe(4);
  });

  it('is elaborated once, however many instances it has in however many designs', () => {
    let bodies = 0;
    const inverter = parametric((width: number) =>
      module(`inverter_${width}`, { a: input(bits(width)), y: output(bits(width)) }, (io) => {
        bodies++;
        io.y.set(io.a.not());
      }),
    );
    const chain = (name: string) =>
      module(name, { a: input(bits(4)), y: output(bits(4)) }, (io, m) => {
        const [first, second] = [m.instance('first', inverter(4)), m.instance('second', inverter(4))];
        first.a.set(io.a);
        second.a.set(first.y);
        io.y.set(second.y);
      });
    const [one, other] = [chain('one').elaborate(), chain('other').elaborate()];
    expect(bodies).toBe(1);
    expect(new Set([...one.instances, ...other.instances].map((instance) => instance.module)).size).toBe(1);
    const simulation = simulateWasm(lower(other));
    const a = simulation.inputs.get('a');
    if (a === undefined) throw new Error('no input a');
    a.value = 5;
    expect(simulation.outputs.get('y')?.value).toBe(5);
  });

  it('keeps apart payloads whose fields have another order: it is that of their bits', () => {
    const word = parametric((payload: Payload) => module('word', { y: output(struct(payload)) }, () => {}));
    const [a, b] = [bits(1), bits(2)];
    expect(word({ a, b })).toBe(word({ a, b }));
    expect(word({ b, a })).not.toBe(word({ a, b }));
    expect(word({ a: bits(1), b })).not.toBe(word({ a, b }));
  });

  it('does not take the properties of an object for parameters of their own', () => {
    const of = parametric((...parameters: readonly unknown[]) => ({ parameters }));
    const seen = [of({ a: 1 }), of('a', 1), of({ a: 1, b: 2 }), of({ a: 1 }, { b: 2 }), of({ a: 1 }, 'b', 2), of(), of(undefined), of({})];
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('keeps no mistake: the message comes each time', () => {
    expect(() => shift(2, { by: 3 })).toThrow('by 3 of 2 bits');
    expect(() => shift(2, { by: 3 })).toThrow('by 3 of 2 bits');
  });
});
