/** The AXI4-Lite master of the simulation, on the slave of the hardware, at once and hesitating. */
import { describe, expect, it } from 'vitest';
import { bits, bool, input as inputPort, module } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import type { Simulator } from '../../../hdl-gen/sim/simulator.ts';
import { Clock } from '../../../hdl-gen/sim/testbench.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { axiLiteSlave } from '../../../hw/axi-lite-slave.ts';
import { AxiLiteMaster, BusError, portOf } from '../../../sim/bus/axi-lite-master.ts';

const PATIENCE = 1000;

/** The slave behind a gate: nothing is transferred on any channel while it is shut. */
const gatedSlave = module('gated_slave', { ...axiLiteSlave.ports, open: inputPort(bool) }, (io, m) => {
  const slave = m.instance('slave', axiLiteSlave);
  slave.sAxiAwvalid.set(io.sAxiAwvalid.and(io.open));
  io.sAxiAwready.set(slave.sAxiAwready.and(io.open));
  slave.sAxiAwaddr.set(io.sAxiAwaddr);
  // the data are taken later than the address
  const { openBefore } = m.registers({ openBefore: bits(1) });
  openBefore.next(io.open);
  slave.sAxiWvalid.set(io.sAxiWvalid.and(openBefore));
  io.sAxiWready.set(slave.sAxiWready.and(openBefore));
  slave.sAxiWdata.set(io.sAxiWdata);
  slave.sAxiWstrb.set(io.sAxiWstrb);
  io.sAxiBvalid.set(slave.sAxiBvalid.and(io.open));
  slave.sAxiBready.set(io.sAxiBready.and(io.open));
  io.sAxiBresp.set(slave.sAxiBresp);
  slave.sAxiArvalid.set(io.sAxiArvalid.and(io.open));
  io.sAxiArready.set(slave.sAxiArready.and(io.open));
  slave.sAxiAraddr.set(io.sAxiAraddr);
  io.sAxiRvalid.set(slave.sAxiRvalid.and(io.open));
  slave.sAxiRready.set(io.sAxiRready.and(io.open));
  io.sAxiRdata.set(slave.sAxiRdata);
  io.sAxiRresp.set(slave.sAxiRresp);
  io.writeAddress.set(slave.writeAddress);
  io.writeData.set(slave.writeData);
  io.write.set(slave.write);
  slave.writeError.set(io.writeError);
  io.readAddress.set(slave.readAddress);
  io.read.set(slave.read);
  slave.readData.set(io.readData);
  slave.readError.set(io.readError);
});
const netlist = lower(gatedSlave.elaborate());

interface Registers {
  readonly words: Map<number, number>;
  /** accesses in the order in which they reached the registers */
  readonly accesses: string[];
}

/** Runs a task against registers at the offsets 0x00, 0x04 and 0x08; everything else is an error. */
async function run(opensEvery: number, task: (master: AxiLiteMaster) => Promise<void>): Promise<Registers> {
  const simulator: Simulator = simulateWasm(netlist);
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
    const [write, read] = [output('write_address').value, output('read_address').value];
    input('write_error').value = registers.words.has(write) ? 0 : 1;
    input('read_error').value = registers.words.has(read) ? 0 : 1;
    input('read_data').value = registers.words.get(read) ?? 0;
    if (output('write').value === 1) {
      registers.accesses.push(`write ${write}`);
      if (registers.words.has(write)) registers.words.set(write, output('write_data').value);
    }
    if (output('read').value === 1) registers.accesses.push(`read ${read}`);
    simulator.step();
    master.sample();
    clock.advance();
    if (clock.mustSettle) await clock.settle();
  }
  return registers;
}

describe.each([
  { slave: 'is ready at once', opensEvery: 1 },
  { slave: 'is ready once in five cycles', opensEvery: 5 },
])('AXI4-Lite master, when the slave $slave', ({ opensEvery }) => {
  it('writes and reads all 32 bits', async () => {
    const read: number[] = [];
    const { words } = await run(opensEvery, async (master) => {
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
    const { accesses } = await run(opensEvery, async (master) => {
      await Promise.all([master.write32(0, 1), master.read32(4), master.write32(8, 2), master.read32(0)]);
    });
    expect(accesses).toEqual(['write 0', 'read 4', 'write 8', 'read 0']);
  });

  it('reports SLVERR as an error that names the access, and goes on after it', async () => {
    const seen: unknown[] = [];
    await run(opensEvery, async (master) => {
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
