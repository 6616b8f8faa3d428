import { describe, expect, it } from 'vitest';
import { type AnyBits, type Bits, bits, cat, input, module, mux, output, repeat, u } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { canonical } from '../../../hdl-gen/sim/wasm/canonical.ts';
import { compileToWasm } from '../../../hdl-gen/sim/wasm/compile.ts';

const PORTS = { a: input(bits(128)), on: input(bits(1)), y: output(bits(128)) } as const;

function codeOf(make: (a: Bits<128>, on: Bits<1>) => AnyBits): Uint8Array {
  const design = module('styled', PORTS, (io) => io.y.set(make(io.a, io.on) as Bits<128>));
  return compileToWasm(lower(design.elaborate())).bytes;
}

describe('what is written in several ways is compiled to one', () => {
  const zero = u(128, 0);
  it.each([
    [
      'a mask of copies of a bit, and a choice',
      (a: Bits<128>, on: Bits<1>) => a.and(repeat(on, 128)),
      (a: Bits<128>, on: Bits<1>) => mux(on, a, zero),
    ],
    ['a shift, and a join of slices', (a: Bits<128>) => a.shl(8), (a: Bits<128>) => cat(a.bits(0, 120), u(8, 0))],
    [
      'octets one by one, and two parts',
      (a: Bits<128>) => cat(...Array.from({ length: 16 }, (_, i) => a.byte((i + 3) % 16)).reverse()),
      (a: Bits<128>) => cat(a.bits(0, 24), a.bits(24, 104)),
    ],
    [
      'a choice of a bit, and the bit',
      (a: Bits<128>, on: Bits<1>) => cat(a.bits(0, 127), mux(on, u(1, 1), u(1, 0))),
      (a: Bits<128>, on: Bits<1>) => cat(a.bits(0, 127), on),
    ],
  ] as const)('%s', (_, one, other) => {
    expect(codeOf(one)).toEqual(codeOf(other));
  });

  it('bits come from where they first stood', () => {
    const design = module('moved', PORTS, (io) => io.y.set(cat(io.a.shr(5).bits(0, 64), io.a.shl(3).bits(64, 64)) as AnyBits as Bits<128>));
    const graph = canonical(lower(design.elaborate()));
    const result = graph.nodes[graph.outputs[0]?.node ?? -1];
    expect(result?.op === 'move' && result.pieces.map(({ source }) => graph.nodes[source]?.op)).toEqual(['input', 'input']);
  });
});
