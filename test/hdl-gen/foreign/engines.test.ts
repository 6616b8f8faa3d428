/** Designs with foreign modules in every engine: with models, with their own Verilog, or played by a test bench. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ModelMissing } from '../../../hdl-gen/errors/foreign-errors.ts';
import { prove } from '../../../hdl-gen/formal/prove.ts';
import { bits, bool, clockDomain, clocked, clockInput, external, input, module, output } from '../../../hdl-gen/index.ts';
import { interfaceOf } from '../../../hdl-gen/ir/interface.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { buildWithIcarus } from '../../../hdl-gen/sim/icarus/build.ts';
import { simulateIcarus } from '../../../hdl-gen/sim/icarus/simulator.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import { lockstep } from '../../../hdl-gen/sim/lockstep.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import type { Simulator } from '../../../hdl-gen/sim/simulator.ts';
import { buildWithVerilator } from '../../../hdl-gen/sim/verilator/build.ts';
import { simulateVerilator } from '../../../hdl-gen/sim/verilator/simulator.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { testbench } from '../../../hdl-gen/testbench/index.ts';
import { into, out, set } from '../sim/contract.ts';
import { isInstalled } from '../verilog/tools.ts';
import { board, managed } from './board.ts';

const SEED = Number(process.env['FOREIGN_SEED'] ?? Date.now() % 2 ** 31);
const folder = mkdtempSync(join(tmpdir(), 'hdl-gen-foreign-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Random inputs, and edges of the clocks in random order. */
function exercise(simulator: Simulator, clocks: readonly string[], cycles: number): void {
  const random = new Random(SEED);
  // in reset: by the processor's pin, or by the clock manager's
  for (const port of simulator.inputs.values()) port.big = port.name === 'stop' || port.name === 'rst' ? 1n : 0n;
  for (const clock of [...clocks, ...clocks, ...clocks]) simulator.step(1, clock);
  for (let cycle = 0; cycle < cycles; cycle++) {
    const values = [...simulator.inputs.values()].map((port) => ({ port, value: random.bits(port.width) }));
    // mostly out of reset; each port is set once, since a reset of an instant acts where it is asynchronous
    const inReset = random.chance(0.05);
    for (const { port, value } of values) {
      const resets = port.name === 'stop' || port.name === 'rst';
      port.big = inReset ? value : resets ? 0n : port.name.endsWith('ps7_FCLKRESETN') ? value | 1n : value;
    }
    simulator.step(1, clocks[random.below(clocks.length)] ?? '');
  }
}

describe.each([board, managed])('$name', (design) => {
  const ir = design.elaborate();
  const netlist = lower(ir);
  const named = `FOREIGN_SEED=${SEED}`;

  it('has in WebAssembly the outputs of the interpreter', () => {
    const [first, second] = [interpret(netlist), simulateWasm(netlist)];
    const history = (simulator: Simulator): string[] => {
      const lines: string[] = [];
      const watched = { ...simulator, inputs: simulator.inputs };
      exercise(
        {
          ...watched,
          step: (cycles, clock) => {
            simulator.step(cycles, clock);
            lines.push([...simulator.outputs.values()].map((port) => `${port.big} ${port.sampledBig}`).join(', '));
          },
        } as Simulator,
        netlist.clocks,
        300,
      );
      return lines;
    };
    const wanted = history(first);
    expect(new Set(wanted).size, named).toBeGreaterThan(10);
    expect(history(second), named).toEqual(wanted);
  });

  it.skipIf(!isInstalled('iverilog'))('has the same outputs in Icarus (skipped where it is not installed)', async () => {
    const other = await simulateIcarus(await buildWithIcarus(ir, netlist, folder));
    const both = lockstep(simulateWasm(netlist), other, netlist, 3 * netlist.clocks.length);
    exercise(both, netlist.clocks, 500);
    both.flush();
    expect(both.bits.compared, named).toBeGreaterThan(20 * both.bits.unknown);
    both.close();
  });
});

describe('a clock that comes out of a foreign module', () => {
  it('is stepped by the name of its pin, and drives what is behind buffers and names', () => {
    const netlist = lower(board.elaborate());
    expect(netlist.clocks).toEqual(['sysclk', 'ps7_fclkclk_0']);
    const sim = simulateWasm(netlist);
    set(sim, 'ps7_FCLKRESETN', 1);
    set(sim, 'ps7_MAXIGP0ARVALID', 1);
    into(sim, 'ps7_MAXIGP0ARADDR').value = 0xabc0;
    sim.step(4, 'sysclk');
    expect([out(sim, 'ticks').value, out(sim, 'ps7_MAXIGP0RVALID').value]).toEqual([254, 0]);
    // two edges for the reset to end, one for the answer
    sim.step(3, 'ps7_fclkclk_0');
    expect([out(sim, 'ticks').value, out(sim, 'ps7_MAXIGP0RVALID').value, out(sim, 'ps7_MAXIGP0RDATA').value]).toEqual([254, 1, 0xabc0]);
  });

  it('of a clock manager has its own name, and its feedback is none', () => {
    expect(lower(managed.elaborate()).clocks).toEqual(['sysclk', 'mmcm_clkout0']);
  });
});

describe('an inout port', () => {
  it('is three ports of the bench: what it drives, what the design drives, and where', () =>
    testbench(
      board,
      async (bench, io) => {
        set(bench.simulator, 'ps7_FCLKRESETN', 1);
        io.i2c.in.set(0b11);
        io.sw.set(0b10);
        await bench.tick(4, 'ps7_fclkclk_0');
        // bit 1 is pulled low; bit 0 is what comes from outside
        expect([io.i2c.drives.value, io.i2c.out.value & io.i2c.drives.value, io.LED.value & 3]).toEqual([0b10, 0, 0b01]);
        io.sw.set(0);
        await bench.tick(1, 'ps7_fclkclk_0');
        expect([io.i2c.drives.value, io.LED.value & 3]).toEqual([0, 0b11]);
      },
      { reset: 1 },
    ));
});

/** Counts in Gray code; its Verilog is somebody else's. */
const grayPins = {
  aclk: clockInput({ reset: { pin: 'aresetn', active: 'low' } }),
  ...clocked('aclk', { go: input(bool), GRAY: output(bits(4)) }),
};
const GRAY_TEXT = `module gray_counter #(parameter START = 0) (input wire aclk, input wire aresetn, input wire go, output wire [3:0] GRAY);
  reg [3:0] count;
  always @(posedge aclk) if (!aresetn) count <= START[3:0]; else if (go) count <= count + 4'd1;
  assign GRAY = count ^ (count >> 1);
endmodule
`;

/** @param extra what stands for the counter in a simulation */
const counting = (extra: Parameters<typeof external>[2]) => {
  const counter = external('gray_counter', grayPins, { parameters: { START: 0 }, ...extra });
  return module('counting', { go: input(bool), gray: output(bits(4)) }, (io, m) => {
    const u = m.external('u_counter', counter, { parameters: { START: 5 } });
    u.go.set(io.go);
    io.gray.set(u.GRAY);
  });
};

describe('a foreign module with Verilog of its own', () => {
  const file = join(folder, 'gray_counter.v');
  writeFileSync(file, GRAY_TEXT);
  const design = counting({ verilog: [file] }).elaborate();
  const grayAfter = (edges: number): number => {
    const count = (5 + edges) % 16;
    return count ^ (count >> 1);
  };

  it.skipIf(!isInstalled('iverilog'))(
    'is simulated by it, with its parameters, and the reset turned over (skipped without Icarus)',
    async () => {
      const ports = interfaceOf(design);
      expect(ports.clocks).toEqual(['clk']);
      const simulator = await simulateIcarus(await buildWithIcarus(design, ports, folder));
      set(simulator, 'rst', 1);
      set(simulator, 'go', 1);
      simulator.step(2);
      set(simulator, 'rst', 0);
      expect(out(simulator, 'gray').value).toBe(grayAfter(0));
      simulator.step(7);
      expect(out(simulator, 'gray').value).toBe(grayAfter(7));
      simulator.close();
    },
  );

  it.skipIf(!isInstalled('verilator'))(
    'does in Verilator what its model does, beside a board below the top (skipped where it is not installed)',
    async () => {
      const axis = clockDomain('axis', { clock: 'aclk', resetPort: 'aresetn', active: 'low' });
      const model = module('gray_model', { go: input(bool, axis), GRAY: output(bits(4), axis) }, (io, m) => {
        const { count } = m.in(axis, () => m.registers({ count: bits(4, { init: 5 }) }));
        m.when(io.go, () => count.next(count.add(1)));
        io.GRAY.set(count.xor(count.shr(1)));
      });
      const ports = { ...board.ports, go: input(bool), gray: output(bits(4)) };
      const whole = module('whole', ports, (io, m) => {
        const u = m.external('u_counter', external('gray_counter', grayPins, { parameters: { START: 0 }, verilog: [file], model }), {
          parameters: { START: 5 },
        });
        u.go.set(io.go);
        io.gray.set(u.GRAY);
        const inner = m.instance('u_board', board);
        inner.sw.set(io.sw);
        inner.i2c.connect(io.i2c);
        io.LED.set(inner.LED);
        io.clockOut.set(inner.clockOut);
        io.ticks.set(inner.ticks);
      });
      const ir = whole.elaborate();
      const netlist = lower(ir);
      expect(netlist.clocks).toEqual(['clk', 'sysclk', 'u_board_ps7_fclkclk_0']);
      const other = await simulateVerilator(await buildWithVerilator(ir, netlist, folder));
      const both = lockstep(simulateWasm(netlist), other, netlist, 3 * netlist.clocks.length);
      exercise(both, netlist.clocks, 1000);
      both.close();
      expect(both.bits.compared, `FOREIGN_SEED=${SEED}`).toBeGreaterThan(1000);
    },
    300_000,
  );

  it('can not be lowered, which is said by its name', () => {
    expect(() => lower(design)).toThrow(ModelMissing);
    expect(() => lower(design)).toThrow(
      /HG043 u_counter is a foreign module gray_counter with Verilog only\n {2}instance: .*engines.test.ts:\d+/,
    );
    expect(() => lower(counting({}).elaborate())).toThrow(/u_counter is a foreign module gray_counter without a model/);
  });
});

describe.skipIf(!isInstalled('yosys') || !isInstalled('z3'))('a proof (skipped without Yosys or z3)', () => {
  const claimed = (limit: number) =>
    module('claimed', { go: input(bool), y: output(bool) }, (io, m) => {
      const counter = m.external('u_counter', external('gray_counter', grayPins, { model: 'bench' }));
      counter.go.set(io.go);
      const r = m.registers({ seen: bits(3) });
      m.when(counter.GRAY.bit(0).and(r.seen.lt(5)), () => r.seen.next(r.seen.add(1)));
      io.y.set(r.seen.eq(0));
      m.assert('stays_below', r.seen.le(limit));
    });

  it('holds for whatever a foreign module may do, and fails where it does not', async () => {
    await prove(claimed(5).elaborate(), { mode: 'induction', depth: 2 });
    await expect(prove(claimed(4).elaborate(), { mode: 'bounded', depth: 10 })).rejects.toThrow(/stays_below/);
  });

  it('sees the models, behind clocks that come out of foreign modules', async () => {
    const withClaim = managed.elaborate();
    const seen = withClaim.signals.find(({ name }) => name === 'seen');
    if (seen === undefined) throw new Error('no register seen');
    const read = { kind: 'signal', width: 4, signal: seen } as const;
    const below = (limit: bigint) => ({
      ...withClaim,
      properties: [
        {
          kind: 'assert' as const,
          name: 'a_below',
          condition: {
            kind: 'binary' as const,
            op: 'lt' as const,
            width: 1,
            a: read,
            b: { kind: 'constant' as const, width: 4, value: limit },
          },
          domain: seen.domain,
          location: withClaim.location,
        },
      ],
    });
    // reset for two edges, the pipeline of the pad for two, then one a cycle
    await prove(below(4n), { mode: 'bounded', depth: 6 });
    await expect(prove(below(1n), { mode: 'bounded', depth: 12 })).rejects.toThrow(/a_below/);
  });
});
