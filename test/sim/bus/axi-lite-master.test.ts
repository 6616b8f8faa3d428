/** The AXI4-Lite master of the simulation, on the slave of the hardware, at once and hesitating. */
import { describe, expect, it } from 'vitest';
import { bits, bool, input as inputPort, module } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import type { Simulator } from '../../../hdl-gen/sim/simulator.ts';
import { Clock } from '../../../hdl-gen/sim/testbench.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { axiLiteSlave } from '../../../hw/axi-lite-slave.ts';
import { AxiLiteMaster, BusError, portOf } from '../../../sim/bus/axi-lite-master.ts';

const PATIENCE = 1000;

/** The slave behind a gate: nothing is transferred on any channel while it is shut. */
const gatedSlave = module('gated_slave', { ...axiLiteSlave.ports, open: inputPort(bool) }, (io, m) => {
  const slave = m.instance('slave', axiLiteSlave);
  slave.sAxi.aw.valid.set(io.sAxi.aw.valid.and(io.open));
  io.sAxi.aw.ready.set(slave.sAxi.aw.ready.and(io.open));
  slave.sAxi.aw.addr.set(io.sAxi.aw.addr);
  // the data are taken later than the address
  const { openBefore } = m.registers({ openBefore: bits(1) });
  openBefore.next(io.open);
  slave.sAxi.w.valid.set(io.sAxi.w.valid.and(openBefore));
  io.sAxi.w.ready.set(slave.sAxi.w.ready.and(openBefore));
  slave.sAxi.w.data.set(io.sAxi.w.data);
  slave.sAxi.w.strb.set(io.sAxi.w.strb);
  io.sAxi.b.valid.set(slave.sAxi.b.valid.and(io.open));
  slave.sAxi.b.ready.set(io.sAxi.b.ready.and(io.open));
  io.sAxi.b.resp.set(slave.sAxi.b.resp);
  slave.sAxi.ar.valid.set(io.sAxi.ar.valid.and(io.open));
  io.sAxi.ar.ready.set(slave.sAxi.ar.ready.and(io.open));
  slave.sAxi.ar.addr.set(io.sAxi.ar.addr);
  io.sAxi.r.valid.set(slave.sAxi.r.valid.and(io.open));
  slave.sAxi.r.ready.set(io.sAxi.r.ready.and(io.open));
  io.sAxi.r.data.set(slave.sAxi.r.data);
  io.sAxi.r.resp.set(slave.sAxi.r.resp);
  m.connect(slave.access, io.access);
});
const netlist = lower(gatedSlave.elaborate());

/** Where the handshakes are done a cycle at a time, and where the simulation does them. */
const SIMULATORS = { interpreter: interpret, wasm: simulateWasm };

interface Registers {
  readonly words: Map<number, number>;
  /** accesses in the order in which they reached the registers */
  readonly accesses: string[];
}

/** Runs a task against registers at the offsets 0x00, 0x04 and 0x08; everything else is an error. */
async function run(
  simulate: (of: typeof netlist) => Simulator,
  opensEvery: number,
  task: (master: AxiLiteMaster) => Promise<void>,
): Promise<Registers> {
  const simulator = simulate(netlist);
  const input = (name: string) => portOf(simulator.inputs, name);
  const output = (name: string) => portOf(simulator.outputs, name);
  const clock = new Clock();
  const master = new AxiLiteMaster(simulator, clock);
  const registers: Registers = { words: new Map([0, 4, 8].map((offset) => [offset, 100 + offset])), accesses: [] };
  input('rst').value = 1;
  simulator.step(2);
  input('rst').value = 0;
  let ended = false;
  clock.fork(async () => {
    try {
      await task(master);
    } finally {
      ended = true;
    }
  });
  await clock.settle();
  while (!ended) {
    if (clock.cycle === PATIENCE) throw new Error(`the task did not end within ${PATIENCE} cycles`);
    input('open').value = clock.cycle % opensEvery === 0 ? 1 : 0;
    master.drive();
    const [write, read] = [output('access_write_address').value, output('access_read_address').value];
    input('access_write_error').value = registers.words.has(write) ? 0 : 1;
    input('access_read_error').value = registers.words.has(read) ? 0 : 1;
    input('access_read_data').value = registers.words.get(read) ?? 0;
    if (output('access_write').value === 1) {
      registers.accesses.push(`write ${write}`);
      if (registers.words.has(write)) registers.words.set(write, output('access_write_data').value);
    }
    if (output('access_read').value === 1) registers.accesses.push(`read ${read}`);
    simulator.step();
    master.sample();
    clock.advance();
    if (clock.mustSettle) await clock.settle();
  }
  return registers;
}

describe.each(
  Object.entries(SIMULATORS).flatMap(([name, simulate]) => [
    { slave: 'is ready at once', opensEvery: 1, name, simulate },
    { slave: 'is ready once in five cycles', opensEvery: 5, name, simulate },
  ]),
)('AXI4-Lite master on $name, when the slave $slave', ({ opensEvery, simulate }) => {
  it('writes and reads all 32 bits', async () => {
    const read: number[] = [];
    const { words } = await run(simulate, opensEvery, async (master) => {
      await master.write32(4, 0xffff_ffff);
      await master.write32(8, 0x8000_0001);
      read.push(await master.read32(4), await master.read32(8), await master.read32(0));
    });
    expect(read).toEqual([0xffff_ffff, 0x8000_0001, 100]);
    expect([...words]).toEqual([
      [0, 100],
      [4, 0xffff_ffff],
      [8, 0x8000_0001],
    ]);
  });

  it('serves several askers in the order in which they asked, each access once', async () => {
    const { accesses } = await run(simulate, opensEvery, async (master) => {
      await Promise.all([master.write32(0, 1), master.read32(4), master.write32(8, 2), master.read32(0)]);
    });
    expect(accesses).toEqual(['write 0', 'read 4', 'write 8', 'read 0']);
  });

  it('reports SLVERR as an error that names the access, and goes on after it', async () => {
    const seen: unknown[] = [];
    await run(simulate, opensEvery, async (master) => {
      seen.push(await master.read32(0x10).catch((error: unknown) => error));
      seen.push(await master.write32(0xffc, 5).catch((error: unknown) => error));
      seen.push(await master.read32(8));
    });
    expect(seen[0]).toBeInstanceOf(BusError);
    expect(String(seen[0])).toContain('AXI4-Lite read at 0x010 was answered with SLVERR');
    expect(String(seen[1])).toContain('AXI4-Lite write at 0xffc was answered with SLVERR');
    expect(seen[2]).toBe(108);
  });
});

it('says which ports there are when one is missing', () => {
  expect(() => portOf(new Map([['clk', 1]]), 's_axi_awaddr')).toThrow('the design has no port s_axi_awaddr; it has clk');
});

it('a port that a design does not have is named, with those that it has', () => {
  const ports = new Map([
    ['one', 1],
    ['two', 2],
  ]);
  expect(portOf(ports, 'two')).toBe(2);
  expect(() => portOf(ports, 'three')).toThrow(new RangeError('the design has no port three; it has one, two'));
});
