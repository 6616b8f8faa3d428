/** Faults in foreign modules, the clocks that come out of them, and what tools are told. */
import type { Fault } from './fault.ts';

const ENGINES = 'test/hdl-gen/foreign/engines.test.ts';
const TOOLS = 'test/hdl-gen/foreign/verilog.test.ts';
const PRIMITIVES = 'test/hdl-gen/library/xilinx.test.ts';

export const FOREIGN_FAULTS: readonly Fault[] = [
  {
    id: 'foreign-1',
    what: 'the reset pin of a clock pin is connected as it is, whatever the levels',
    file: 'hdl-gen/verilog/pins.ts',
    find: "port.reset.active === here.reset.active ? '' : '~'",
    replace: "''",
    seenBy: { file: ENGINES, test: 'is simulated by it, with its parameters, and the reset turned over' },
  },
  {
    id: 'foreign-2',
    what: 'parameters are lost on the way to the Verilog',
    file: 'hdl-gen/verilog/external.ts',
    find: 'const values = [...parameters]',
    replace: 'const values = [...parameters].slice(1)',
    seenBy: { file: ENGINES, test: 'is simulated by it, with its parameters, and the reset turned over' },
  },
  {
    id: 'foreign-3',
    what: 'the bits of an inout port come in the wrong order',
    file: 'hdl-gen/ir/simulated.ts',
    find: 'b.pad.low - a.pad.low',
    replace: 'a.pad.low - b.pad.low',
    seenBy: { file: ENGINES, test: 'is three ports of the bench' },
  },
  {
    id: 'foreign-4',
    what: 'an open-drain pad shows what it drives while it does not drive',
    file: 'hdl-gen/library/xilinx/buffers.ts',
    find: 'm.when(io.T, () => io.O.set(io.IO_in));',
    replace: 'm.when(io.T.and(io.I), () => io.O.set(io.IO_in));',
    seenBy: { file: PRIMITIVES, test: 'pass on what the cells of Yosys do' },
  },
  {
    id: 'foreign-5',
    what: 'the pipelined IDDR gives its falling edge a cycle late',
    file: 'hdl-gen/library/xilinx/ddr.ts',
    find: "io.Q1.set(way === 'SAME_EDGE_PIPELINED' ? r.before1 : r.first);",
    replace: "io.Q1.set(way === 'OPPOSITE_EDGE' ? r.first : r.before1);",
    seenBy: { file: PRIMITIVES, test: 'do once a cycle what both edges do' },
  },
  {
    id: 'foreign-6',
    what: 'a clock behind a buffer is taken for a clock of its own',
    file: 'hdl-gen/ir/external.ts',
    find: '      seen.add(netOf(module, followed.clock));',
    replace: '      return { instance, source, bit: given.bit };',
    seenBy: { file: TOOLS, test: 'define a clock at the pin that it comes out of' },
  },
  {
    id: 'foreign-7',
    what: 'a pad behind an IBUF counts as a value of the clock around it',
    file: 'hdl-gen/check/crossing.ts',
    find: "found?.direction !== 'out' || found.clock !== undefined",
    replace: "found?.direction !== 'out' || found.clock === undefined",
    seenBy: { file: 'test/hdl-gen/foreign/checks.test.ts', test: 'is seen through an IBUF' },
  },
  {
    id: 'foreign-8',
    what: 'a primitive is written with a pin that it does not have',
    file: 'hdl-gen/library/xilinx/ddr.ts',
    find: '      Q1: output(bool),\n      Q2: output(bool),\n    }),\n  },',
    replace: '      Q1: output(bool),\n      Q2: output(bool),\n      RESET: input(bits(1, { fallback: 0 })),\n    }),\n  },',
    seenBy: { file: TOOLS, test: 'has pins and parameters that Yosys knows of the primitives' },
  },
];
