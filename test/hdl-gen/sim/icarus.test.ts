/** What goes wrong with Icarus in a process of its own, and what only a simulator of four values can say. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bits, bool, input, module, output } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { buildTextWithIcarus, buildWithIcarus, type IcarusBuild } from '../../../hdl-gen/sim/icarus/build.ts';
import { simulateIcarus } from '../../../hdl-gen/sim/icarus/simulator.ts';
import { lockstep } from '../../../hdl-gen/sim/lockstep.ts';
import { LockstepMismatch, SimulatorClosed, SimulatorDied, ToolFailed, ToolMissing } from '../../../hdl-gen/sim/process-failures.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { verilogText } from '../../../hdl-gen/verilog/design.ts';
import { isInstalled } from '../verilog/tools.ts';
import { into, out, set } from './contract.ts';

/** A running sum, and two words of memory that nothing initialises. */
const design = module(
  'sums_and_words',
  { a: input(bits(8)), write: input(bool), at: input(bits(1)), sum: output(bits(100)), word: output(bits(40)) },
  (io, m) => {
    const r = m.registers({ total: bits(100) });
    r.total.next(r.total.add(io.a.zext(100)));
    io.sum.set(r.total);
    const words = m.memory('words', bits(40), 2, { style: 'distributed' });
    m.when(io.write, () => words.write(io.at, r.total.take(40)));
    io.word.set(words.read(io.at));
  },
).elaborate();
const netlist = lower(design);

const leftovers = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith(`hdl-gen-${process.pid}-`));
const exists = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe.skipIf(!isInstalled('iverilog'))('Icarus (skipped where iverilog is not installed)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hdl-gen-build-'));
  let build: IcarusBuild;
  beforeAll(async () => {
    build = await buildWithIcarus(design, netlist, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('keeps a build by its sources', async () => {
    const before = readdirSync(folder);
    expect(await buildWithIcarus(design, netlist, folder, { signal: AbortSignal.abort() })).toEqual(build);
    expect(readdirSync(folder)).toEqual(before);
    expect(before).toHaveLength(1);
  });

  it('agrees with the WebAssembly simulator over several batches, and leaves no file and no process behind', async () => {
    const icarus = await simulateIcarus(build);
    const both = lockstep(simulateWasm(netlist), icarus, netlist, 1);
    const random = new Random(3);
    set(both, 'rst', 1);
    both.step();
    set(both, 'rst', 0);
    for (let cycle = 0; cycle < 6000; cycle++) {
      set(both, 'a', random.below(256));
      set(both, 'write', random.below(2));
      set(both, 'at', random.below(2));
      both.step();
    }
    expect(leftovers()).toHaveLength(1);
    both.close();
    expect(leftovers()).toEqual([]);
    // gone from the process table: ended, and waited for
    await vi.waitFor(() => expect(exists(icarus.pid)).toBe(false), { timeout: 2 ** 31 - 1 });
  });

  it('says which bits have no value: what has no initial value and was not written', async () => {
    const simulator = await simulateIcarus(build);
    try {
      expect(simulator.unknown('sum')).toBe(0n);
      set(simulator, 'rst', 1);
      set(simulator, 'at', 1);
      simulator.step();
      set(simulator, 'rst', 0);
      expect([simulator.unknown('sum'), simulator.unknown('word')]).toEqual([0n, (1n << 40n) - 1n]);
      expect(out(simulator, 'word').big).toBe(0n);
      set(simulator, 'write', 1);
      simulator.step();
      expect(simulator.unknown('word')).toBe(0n);
      expect(() => simulator.unknown('nothing')).toThrow(/sums_and_words has no output nothing/);
    } finally {
      simulator.close();
    }
  });

  it('is compared by what the text does: another text is found in its first wrong cycle', async () => {
    const text = verilogText(design);
    const wrong = text.replace('total + {', 'total - {');
    expect(wrong).not.toBe(text);
    const both = lockstep(simulateWasm(netlist), await simulateIcarus(await buildTextWithIcarus(wrong, netlist, folder)), netlist, 1);
    set(both, 'rst', 1);
    both.step();
    set(both, 'rst', 0);
    both.step(4);
    set(both, 'a', 1);
    both.step(2);
    expect(() => both.flush()).toThrow(LockstepMismatch);
    expect(() => both.close()).toThrow(`output sum differs in cycle 6: wasm 0x1, icarus 0x${'f'.repeat(25)}`);
    expect(leftovers()).toEqual([]);
  });

  it('is named with its cycle when its process is killed', async () => {
    const simulator = await simulateIcarus(build);
    simulator.step(3);
    process.kill(simulator.pid, 'SIGKILL');
    const failing = () => simulator.step();
    expect(failing).toThrow(SimulatorDied);
    expect(failing).toThrow(/^Icarus ended by itself in cycle 3/);
    simulator.close();
    expect(leftovers()).toEqual([]);
    await vi.waitFor(() => expect(exists(simulator.pid)).toBe(false), { timeout: 2 ** 31 - 1 });
  });

  it('says so when it was closed', async () => {
    const simulator = await simulateIcarus(build);
    simulator.close();
    simulator.close();
    expect(() => simulator.step()).toThrow(SimulatorClosed);
    into(simulator, 'a').value = 1;
    expect(() => out(simulator, 'sum').big).toThrow(SimulatorClosed);
  });

  it('is reported with its words when it can not run what was built', async () => {
    const simulating = simulateIcarus({ program: join(folder, 'nothing.vvp'), netlist });
    await expect(simulating).rejects.toThrow(SimulatorDied);
    await expect(simulating).rejects.toThrow(/Icarus ended by itself in cycle 0, saying:\n.*nothing\.vvp/);
    expect(leftovers()).toEqual([]);
  });

  it('reports what it refuses, and keeps nothing of it', async () => {
    const before = readdirSync(folder);
    const building = buildTextWithIcarus('module sums_and_words (); nonsense', netlist, folder);
    await expect(building).rejects.toThrow(ToolFailed);
    await expect(building).rejects.toThrow(/syntax error/);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('names the package to install where it is missing', async () => {
    const place = mkdtempSync(join(tmpdir(), 'hdl-gen-missing-'));
    const path = process.env['PATH'];
    try {
      process.env['PATH'] = place;
      const building = buildWithIcarus(design, netlist, place);
      await expect(building).rejects.toThrow(ToolMissing);
      await expect(building).rejects.toThrow(/Icarus is not installed: run `sudo apt-get install iverilog`/);
      expect(readdirSync(place)).toEqual([]);
    } finally {
      process.env['PATH'] = path;
      rmSync(place, { recursive: true });
    }
  });
});
