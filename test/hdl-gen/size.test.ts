/** Designs larger and deeper than a stack is: what they are worth, and that their text does not explode. `bench/scale` measures. */
import { describe, expect, it } from 'vitest';
import { type Bits, bits, input, type Module, module, output, type Ports } from '../../hdl-gen/index.ts';
import { lower } from '../../hdl-gen/ir/lower.ts';
import { WasmLimitError } from '../../hdl-gen/sim/failures.ts';
import { interpret } from '../../hdl-gen/sim/interpreter.ts';
import { Code, encodeModule, I32, OP } from '../../hdl-gen/sim/wasm/encode.ts';
import { simulateWasm } from '../../hdl-gen/sim/wasm/simulator.ts';
import { verilogText } from '../../hdl-gen/verilog/design.ts';

/** The output `y` for some inputs, in WebAssembly. */
function worth(design: Module<Ports>, values: Readonly<Record<string, number>>): number | undefined {
  const { inputs, outputs } = simulateWasm(lower(design.elaborate()));
  for (const [name, value] of Object.entries(values)) Object.assign(inputs.get(name) ?? {}, { value });
  return outputs.get('y')?.value;
}

/** Wires on the right of an assignment, one a line, cut where a line begins. */
const longestLine = (design: Module<Ports>): number =>
  verilogText(design.elaborate())
    .split('\n')
    .reduce((longest, { length }) => Math.max(longest, length), 0);

describe('large designs', () => {
  it('a sum of 20,000 in one expression', () => {
    const sum = module('sum', { a: input(bits(32)), y: output(bits(32)) }, (io) => {
      let all: Bits<32> = io.a;
      for (let index = 1; index < 20_000; index++) all = all.add(index);
      io.y.set(all);
    });
    expect(worth(sum, { a: 7 })).toBe(7 + (19_999 * 20_000) / 2);
    expect(longestLine(sum)).toBeLessThan(20_000);
  });

  it('a value read twice at each of 64 levels', () => {
    const doubled = module('doubled', { a: input(bits(16)), y: output(bits(16)) }, (io) => {
      let value: Bits<16> = io.a;
      for (let index = 0; index < 64; index++) value = value.add(value.xor(index));
      io.y.set(value);
    });
    let wanted = 3;
    for (let index = 0; index < 64; index++) wanted = (wanted + (wanted ^ index)) % 65_536;
    expect(worth(doubled, { a: 3 })).toBe(wanted);
    expect(longestLine(doubled)).toBeLessThan(20_000);
  });

  it('a switch of 4,096 arms', () => {
    const arms = module('arms', { at: input(bits(16)), y: output(bits(16)) }, (io, m) => {
      const bodies = Array.from({ length: 4096 }, (_, index) => [index, () => io.y.set((index * 40_503) % 65_536)]);
      m.switch(io.at, Object.fromEntries(bodies), () => io.y.set(1));
    });
    expect(worth(arms, { at: 4095 })).toBe((4095 * 40_503) % 65_536);
    expect(worth(arms, { at: 4096 })).toBe(1);
  });

  it('a chain of 1,000 conditions', () => {
    const chain = module('chain', { at: input(bits(16)), y: output(bits(16)) }, (io, m) => {
      const first = m.when(io.at.eq(0), () => io.y.set(5));
      for (let index = 1; index < 1000; index++) first.elseWhen(io.at.eq(index), () => io.y.set(index + 5));
      first.otherwise(() => io.y.set(1));
    });
    expect(worth(chain, { at: 999 })).toBe(1004);
    expect(worth(chain, { at: 1000 })).toBe(1);
  });

  it('200,000 words of a memory, and 5,000 registers in a row', () => {
    const words = module('words', { at: input(bits(18)), y: output(bits(8)) }, (io, m) => {
      const stored = m.memory('words', bits(8), 200_000, { init: Array.from({ length: 200_000 }, (_, index) => index % 251) });
      io.y.set(stored.read(io.at));
    });
    expect(verilogText(words.elaborate())).toContain('words[199999] = ');
    expect(worth(words, { at: 199_999 })).toBe(199_999 % 251);
    const row = module('row', { a: input(bits(8)), y: output(bits(8)) }, (io, m) => {
      let before: Bits<8> = io.a;
      for (let index = 0; index < 5000; index++) {
        const { r } = m.registers({ r: bits(8) }, `_${index}`);
        r.next(before);
        before = r;
      }
      io.y.set(before);
    });
    const { inputs, outputs, step } = simulateWasm(lower(row.elaborate()));
    for (const [name, value] of [
      ['rst', 0],
      ['a', 9],
    ] as const)
      Object.assign(inputs.get(name) ?? {}, { value });
    step(4999);
    expect(outputs.get('y')?.value).toBe(0);
    step();
    expect(outputs.get('y')?.value).toBe(9);
  });

  it('a hierarchy 2,000 deep', () => {
    const level = (depth: number): Module<Ports> =>
      module(`level_${depth}`, { a: input(bits(16)), y: output(bits(16)) }, (io, m) => {
        const u = depth === 0 ? undefined : m.instance('u_inner', level(depth - 1) as unknown as typeof plain);
        u?.a.set(io.a.add(1));
        io.y.set(u?.y ?? io.a);
      }) as unknown as Module<Ports>;
    const plain = module('plain', { a: input(bits(16)), y: output(bits(16)) }, (io) => io.y.set(io.a));
    const top = level(2000);
    expect(worth(top, { a: 5 })).toBe(2005);
    expect(verilogText(top.elaborate()).match(/^endmodule$/gm)).toHaveLength(2001);
  });

  it('2,000 conditions inside each other', () => {
    const nested = module('nested', { at: input(bits(16)), y: output(bits(16)) }, (io, m) => {
      const inside = (depth: number): void => {
        if (depth === 2000) io.y.set(depth);
        else m.when(io.at.eq(depth), () => io.y.set(depth + 7)).otherwise(() => inside(depth + 1));
      };
      inside(0);
    });
    expect(worth(nested, { at: 1999 })).toBe(2006);
    expect(worth(nested, { at: 2000 })).toBe(2000);
    expect(verilogText(nested.elaborate()).match(/begin$/gm)).toHaveLength(4001);
  });

  it('wires in a row, the last one first', () => {
    const row = module('wires', { a: input(bits(16)), y: output(bits(16)) }, (io, m) => {
      const wires = Array.from({ length: 5000 }, (_, index) => m.wires({ w: bits(16) }, `_${index}`).w);
      io.y.set(wires[0] ?? 0);
      wires.forEach((wire, index) => wire.set((wires[index + 1] ?? io.a).add(1)));
    });
    expect(worth(row, { a: 3 })).toBe(5003);
  });

  it('more values at once than a function has room for', () => {
    const WIDTH = 448;
    const held = module('held', { a: input(bits(WIDTH)), y: output(bits(32)) }, (io) => {
      // each is used twice, with all others between: 7,500 of 7 words
      const values = Array.from({ length: 7500 }, (_, index) => io.a.xor(index + 1));
      let all: Bits<typeof WIDTH> = io.a;
      for (let turn = 0; turn < 2; turn++) for (const value of values) all = all.add(value);
      io.y.set(all.bits(100, 32));
    });
    const a = 5n << 98n;
    let sum = a;
    for (let index = 0n; index < 7500n; index++) sum += 2n * (a ^ (index + 1n));
    const { inputs, outputs } = simulateWasm(lower(held.elaborate()));
    Object.assign(inputs.get('a') ?? {}, { big: a });
    expect(outputs.get('y')?.big).toBe((sum >> 100n) & 0xffff_ffffn);
  });

  it('groups of logic beyond what stands in one function', () => {
    const groups = module('groups', { a_x: input(bits(256)), b_x: input(bits(256)), y: output(bits(32)) }, (io, m) => {
      const sum = (value: Bits<256>): Bits<256> => {
        let all = value;
        for (let index = 0; index < 2500; index++) all = all.add(value.xor(index));
        return all;
      };
      const { ofA, ofB } = m.let({ ofA: sum(io.a_x), ofB: sum(io.b_x) });
      io.y.set(ofA.xor(ofB).bits(100, 32));
    });
    const netlist = lower(groups.elaborate());
    const [expected, found] = [interpret(netlist), simulateWasm(netlist)].map(({ inputs, outputs }) => {
      const at = (name: string) => inputs.get(name) ?? expect.fail(name);
      return [1n, 2n, 3n].map((seed) => {
        at('a_x').big = seed << 99n;
        if (seed !== 2n) at('b_x').big = seed << 98n;
        return outputs.get('y')?.value;
      });
    });
    expect(found).toEqual(expected);
    expect(new Set(found).size).toBe(3);
  });
});

describe('a design beyond the limits of WebAssembly', () => {
  it('has more values at once than a function has locals', () => {
    const code = new Code(0);
    for (let index = 0; index < 50_001; index++) code.local(I32);
    const encoded = () => encodeModule('many', [{ name: 'settle', parameters: [], results: [], code }], 1);
    expect(encoded).toThrow(WasmLimitError);
    expect(encoded).toThrow(
      'the simulation of many has 50,001 values at once in one function, and WebAssembly engines take at most 50,000: put registers',
    );
  });

  it('has more code in a function than is compiled', () => {
    const code = new Code(0);
    while (code.bytes.length <= 7_654_321) code.op(OP.i32Const, 0, OP.drop);
    expect(() => encodeModule('long', [{ name: 'settle', parameters: [], results: [], code }], 1)).toThrow(
      'the simulation of long has 7,654,323 octets of code in one function, and WebAssembly engines take at most 7,654,321',
    );
  });

  it('has more memory than can be addressed', () => {
    expect(() => encodeModule('vast', [], 65_537)).toThrow(
      'the simulation of vast has 65,537 pages of memory, and WebAssembly engines take at most 65,536',
    );
  });
});
