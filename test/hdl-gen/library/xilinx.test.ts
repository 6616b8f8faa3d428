/** Models of primitives, against Yosys' models of the cells and against what UG471 says of both clock edges. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bits, bool, inout, input, module, output } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { IBUF, IDDR, IOBUF, OBUF, ODDR, PS7 } from '../../../hdl-gen/library/xilinx/index.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { cellModels } from '../../../hdl-gen/synthesis/xilinx.ts';
import { verilogText } from '../../../hdl-gen/verilog/design.ts';
import { into, out, set } from '../sim/contract.ts';
import { inTemporaryDirectory, isInstalled, run } from '../verilog/tools.ts';

const SEED = Number(process.env['XILINX_SEED'] ?? Date.now() % 2 ** 31);

/** What Icarus prints of the design, with other modules beside it, under a testbench. */
function inIcarus(design: string, testbench: string, libraries: readonly string[] = []): Promise<string[]> {
  return inTemporaryDirectory(async (directory) => {
    await writeFile(join(directory, 'all.v'), `${design}\n${testbench}`);
    // cells of Yosys have `specify` blocks that Icarus does without
    expect(run('iverilog', ['-g2012', '-s', 'testbench', '-o', 'all.vvp', 'all.v', ...libraries], directory)).toBe('');
    return run('vvp', ['-n', 'all.vvp'], directory).split('\n');
  });
}

const pads = module(
  'pads',
  { a: input(bool), i: input(bool), t: input(bool), line: inout(bool), read: output(bool), driven: output(bool), seen: output(bool) },
  (io, m) => {
    const [ibuf, obuf, iobuf] = [m.external('ibuf', IBUF), m.external('obuf', OBUF), m.external('iobuf', IOBUF)];
    ibuf.I.set(io.a);
    obuf.I.set(io.a);
    iobuf.I.set(io.i);
    iobuf.T.set(io.t);
    iobuf.IO.connect(io.line);
    io.read.set(ibuf.O);
    io.driven.set(obuf.O);
    io.seen.set(iobuf.O);
  },
);

it.skipIf(!isInstalled('iverilog') || !isInstalled('yosys'))(
  'buffers of pads pass on what the cells of Yosys do (skipped without Icarus or Yosys)',
  async () => {
    const cases = Array.from({ length: 16 }, (_, code) => [code & 1, (code >> 1) & 1, (code >> 2) & 1, code >> 3] as const);
    const sim = simulateWasm(lower(pads.elaborate()));
    const wanted = cases.map(([a, i, t, outside]) => {
      set(sim, 'a', a);
      set(sim, 'i', i);
      set(sim, 't', t);
      set(sim, 'line_in', outside);
      const line = out(sim, 'line_drives').value === 1 ? out(sim, 'line_out').value : outside;
      return [out(sim, 'read').value, out(sim, 'driven').value, out(sim, 'seen').value, line].join('');
    });
    const found = await inIcarus(
      verilogText(pads.elaborate()),
      `module testbench;
  reg a, i, t, outside;
  wire line, read, driven, seen;
  integer code;
  // the outside lets go where the design drives
  assign line = t ? outside : 1'bz;
  pads dut (.a(a), .i(i), .t(t), .line(line), .read(read), .driven(driven), .seen(seen));
  initial for (code = 0; code < 16; code = code + 1) begin
    {outside, t, i, a} = code[3:0];
    #1 $display("%b%b%b%b", read, driven, seen, line);
  end
endmodule`,
      [cellModels()],
    );
    expect(found).toEqual(wanted);
  },
);

/** UG471, figures of OLOGIC and ILOGIC: each edge for itself. The reset is the stronger one, and acts at both edges. */
const BOTH_EDGES = `module ODDR #(parameter DDR_CLK_EDGE = "OPPOSITE_EDGE", parameter INIT = 1'b0, parameter SRTYPE = "SYNC")
  (input C, input CE, input D1, input D2, input R, input S, output reg Q);
  reg second;
  initial begin Q = INIT; second = INIT; end
  always @(posedge C) if (R) begin Q <= 0; second <= 0; end else if (S) begin Q <= 1; second <= 1; end
    else if (CE) begin Q <= D1; second <= D2; end
  always @(negedge C) if (R) Q <= 0; else if (S) Q <= 1; else if (CE) Q <= second;
endmodule
module IDDR #(parameter DDR_CLK_EDGE = "OPPOSITE_EDGE", parameter INIT_Q1 = 1'b0, parameter INIT_Q2 = 1'b0, parameter SRTYPE = "SYNC")
  (input C, input CE, input D, input R, input S, output Q1, output Q2);
  reg rising, falling, rising_before, falling_before;
  initial begin rising = INIT_Q1; rising_before = INIT_Q1; falling = INIT_Q2; falling_before = INIT_Q2; end
  always @(posedge C) if (R) {rising, rising_before, falling_before} <= 0; else if (S) {rising, rising_before, falling_before} <= 7;
    else if (CE) begin rising <= D; rising_before <= rising; falling_before <= falling; end
  always @(negedge C) if (R) falling <= 0; else if (S) falling <= 1; else if (CE) falling <= D;
  assign Q1 = DDR_CLK_EDGE == "SAME_EDGE_PIPELINED" ? rising_before : rising;
  assign Q2 = DDR_CLK_EDGE == "OPPOSITE_EDGE" ? falling : falling_before;
endmodule
`;

describe('registers of both edges', () => {
  const ways = ['OPPOSITE_EDGE', 'SAME_EDGE', 'SAME_EDGE_PIPELINED'] as const;
  const pins = { d: input(bits(2)), ce: input(bool), r: input(bool), s: input(bool) };
  const subject = module('two_edges', { ...pins, q: output(bool), q1: output(bits(3)), q2: output(bits(3)) }, (io, m) => {
    const oddr = m.external('oddr', ODDR, { parameters: { DDR_CLK_EDGE: 'SAME_EDGE' } });
    oddr.D1.set(io.d.bit(0));
    oddr.D2.set(io.d.bit(1));
    io.q.set(oddr.Q);
    const inputs = ways.map((way) => m.external(`iddr_${way.toLowerCase()}`, IDDR, { parameters: { DDR_CLK_EDGE: way } }));
    for (const iddr of inputs) iddr.D.set(io.d.bit(0));
    for (const ddr of [oddr, ...inputs]) {
      ddr.CE.set(io.ce);
      ddr.R.set(io.r);
      ddr.S.set(io.s);
    }
    const together = (values: readonly (typeof io.ce)[]) =>
      values.reduce((sum, bit, index) => sum.or(bit.zext(3).shl(index)), io.d.zext(3).and(0));
    io.q1.set(together(inputs.map(({ Q1 }) => Q1)));
    io.q2.set(together(inputs.map(({ Q2 }) => Q2)));
  });

  it.skipIf(!isInstalled('iverilog'))('do once a cycle what both edges do (skipped where Icarus is not installed)', async () => {
    const random = new Random(SEED);
    const rows = Array.from({ length: 400 }, () => ({
      d: random.below(4),
      ce: random.chance(0.8) ? 1 : 0,
      r: random.chance(0.1) ? 1 : 0,
      s: random.chance(0.1) ? 1 : 0,
    }));
    const sim = simulateWasm(lower(subject.elaborate()));
    const wanted = rows.map((row) => {
      for (const [name, value] of Object.entries(row)) into(sim, name).value = value;
      const line = ['q', 'q1', 'q2']
        .map((name) =>
          out(sim, name)
            .value.toString(2)
            .padStart(name === 'q' ? 1 : 3, '0'),
        )
        .join(' ');
      sim.step();
      return line;
    });
    const found = await inIcarus(
      `${BOTH_EDGES}${verilogText(subject.elaborate())}`,
      `module testbench;
  reg clk = 0, ce, r, s;
  reg [1:0] d;
  wire q;
  wire [2:0] q1, q2;
  two_edges dut (.clk(clk), .d(d), .ce(ce), .r(r), .s(s), .q(q), .q1(q1), .q2(q2));
  initial begin
${rows.map(({ d, ce, r, s }) => `    d = ${d}; ce = ${ce}; r = ${r}; s = ${s}; #1 $display("%b %b %b", q, q1, q2); clk = 1; #1 clk = 0; #1;`).join('\n')}
  end
endmodule`,
    );
    expect(found, `XILINX_SEED=${SEED}`).toEqual(wanted);
    expect(new Set(found).size).toBeGreaterThan(6);
  });

  it('have no model where an edge is looked at that a cycle does not have', () => {
    const falling = module('falling', { d: input(bool), q: output(bool) }, (io, m) => {
      const oddr = m.external('oddr', ODDR);
      oddr.D1.set(io.d);
      oddr.D2.set(io.d);
      io.q.set(oddr.Q);
    });
    expect(() => lower(falling.elaborate())).toThrow(/HG043 oddr is a foreign module ODDR without a model/);
  });
});

it.skipIf(!isInstalled('yosys'))(
  'the processing system has the pins that Yosys knows, and every input is there (skipped without Yosys)',
  () => {
    const [, body = ''] = readFileSync(cellModels().replace('cells_sim', 'cells_xtra'), 'utf8').split('module PS7 (');
    const known = new Map(
      [...(body.split('endmodule')[0] ?? '').matchAll(/(input|output|inout) (?:\[(\d+):0\] )?(\w+);/g)].map(([, way, high = '0', name]) => [
        name,
        `${way} ${Number(high) + 1}`,
      ]),
    );
    const ours = new Map([
      ...PS7.ir.pins.map(({ name, direction, width }) => [name, `${direction}put ${width}`] as const),
      ...PS7.ir.clockPins.map(({ name }) => [name, 'input 1'] as const),
      ...PS7.ir.clockSources.map(({ name, width = 1 }) => [name, `output ${width}`] as const),
    ]);
    expect(known.size).toBeGreaterThan(600);
    expect([...ours].filter(([name, pin]) => known.get(name) !== pin)).toEqual([]);
    expect([...known].filter(([name, pin]) => pin.startsWith('input') && !ours.has(name ?? ''))).toEqual([]);
  },
);
