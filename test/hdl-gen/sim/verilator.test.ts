/** What goes wrong with a simulator in a process of its own, and what two simulators in lockstep disagree on. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bits, bits, input, module, output } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { lockstep } from '../../../hdl-gen/sim/lockstep.ts';
import { LockstepMismatch, SimulatorClosed, SimulatorDied, ToolFailed, ToolMissing } from '../../../hdl-gen/sim/process-failures.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { buildWithVerilator, type VerilatorBuild } from '../../../hdl-gen/sim/verilator/build.ts';
import { simulateVerilator, type VerilatorSimulator } from '../../../hdl-gen/sim/verilator/simulator.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { isInstalled } from '../verilog/tools.ts';
import { into, out, set } from './contract.ts';

/** Sums its input; `disturb` makes the sum of `wide` wrong in one bit, once. */
const sums = (disturb: (wide: Bits<100>, narrow: Bits<8>) => Bits<100>) =>
  module('sums', { a: input(bits(8)), narrow: output(bits(8)), wide: output(bits(100)) }, (io, m) => {
    const r = m.registers({ small: bits(8), large: bits(100) });
    r.small.next(r.small.add(io.a));
    r.large.next(r.large.add(io.a.zext(100)));
    io.narrow.set(r.small);
    io.wide.set(disturb(r.large, r.small));
  });
const right = sums((wide) => wide).elaborate();
const netlist = lower(right);
const wrong = lower(sums((wide, narrow) => wide.xor(narrow.eq(200).zext(100).shl(70))).elaborate());

const leftovers = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith(`hdl-gen-${process.pid}-`));

describe.skipIf(!isInstalled('verilator'))('Verilator (skipped where verilator is not installed)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hdl-gen-build-'));
  let build: VerilatorBuild;
  beforeAll(async () => {
    build = await buildWithVerilator(right, netlist, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const start = (): Promise<VerilatorSimulator> => simulateVerilator(build);

  it('keeps a build by its sources', async () => {
    const before = readdirSync(folder);
    expect(await buildWithVerilator(right, netlist, folder, AbortSignal.abort())).toEqual(build);
    expect(readdirSync(folder)).toEqual(before);
    expect(before).toHaveLength(1);
  });

  it('builds anew where its C++ is to be compiled in another way', async () => {
    await withEnvironment('MAKEFLAGS', 'OPT_FAST=-O1', async () => {
      await expect(buildWithVerilator(right, netlist, folder, AbortSignal.abort())).rejects.toThrow(ToolFailed);
    });
  });

  it('gives the outputs of each cycle of a batch', async () => {
    const simulator = await start();
    try {
      set(simulator, 'rst', 1);
      simulator.step();
      set(simulator, 'rst', 0);
      const names = [...simulator.inputs.keys()];
      const rows = [3, 4, 5].flatMap((a) => [0, ...names.map((name) => (name === 'a' ? a : 0))]);
      const results = simulator.runVectors(Uint32Array.from(rows), 3);
      const narrow = [...simulator.outputs.keys()].indexOf('narrow') === 0 ? 0 : 4;
      expect([0, 1, 2].map((cycle) => results[cycle * simulator.outputWords + narrow])).toEqual([0, 3, 7]);
      expect(simulator.cycle).toBe(4);
      expect(out(simulator, 'narrow').value).toBe(12);
    } finally {
      simulator.close();
    }
  });

  it('agrees with the WebAssembly simulator over several batches, and leaves nothing behind', async () => {
    const both = lockstep(simulateWasm(netlist), await start(), netlist, 1);
    const random = new Random(3);
    set(both, 'rst', 1);
    both.step();
    set(both, 'rst', 0);
    for (let cycle = 0; cycle < 10_000; cycle++) {
      set(both, 'a', random.below(256));
      both.step();
    }
    expect(leftovers()).toHaveLength(1);
    both.close();
    expect(leftovers()).toEqual([]);
  });

  it('names the first cycle and the port that differ, with both values', async () => {
    const both = lockstep(simulateWasm(wrong), await start(), netlist, 1);
    set(both, 'rst', 1);
    both.step();
    set(both, 'rst', 0);
    set(both, 'a', 2);
    both.step(120);
    expect(() => both.flush()).toThrow(LockstepMismatch);
    // reset ends after cycle 0; the sum is 200 a hundred cycles after
    expect(() => both.close()).toThrow(
      `output wide differs in cycle 101: wasm 0x${((1n << 70n) | 200n).toString(16)}, verilator 0x${200n.toString(16)}`,
    );
    expect(leftovers()).toEqual([]);
  });

  it('says so when it was closed', async () => {
    const simulator = await start();
    simulator.close();
    simulator.close();
    expect(() => simulator.step()).toThrow(SimulatorClosed);
    into(simulator, 'a').value = 1;
    expect(() => out(simulator, 'narrow').value).toThrow(SimulatorClosed);
  });

  it('is reported with its words when it ends before the first cycle', async () => {
    const place = join(folder, 'dying');
    mkdirSync(place);
    const executable = join(place, 'simulator');
    writeFileSync(executable, '#!/bin/sh\necho the licence has expired >&2\nexit 3\n', { mode: 0o755 });
    await expect(simulateVerilator({ executable, netlist })).rejects.toThrow(SimulatorDied);
    await expect(simulateVerilator({ executable, netlist })).rejects.toThrow(
      /ended by itself in cycle 0, saying:\nthe licence has expired/,
    );
    expect(leftovers()).toEqual([]);
    rmSync(place, { recursive: true });
  });
});

it('names the package to install where Verilator is missing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hdl-gen-missing-'));
  try {
    await withEnvironment('PATH', folder, async () => {
      const building = buildWithVerilator(right, netlist, folder);
      await expect(building).rejects.toThrow(ToolMissing);
      await expect(building).rejects.toThrow(/apt-get install verilator/);
    });
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.each([
  { makeFlags: '', compiler: ' OPT_FAST=-O2 OPT_GLOBAL=-O2' },
  { makeFlags: 'k', compiler: 'k OPT_FAST=-O2 OPT_GLOBAL=-O2' },
  { makeFlags: 'OPT_FAST=-O0', compiler: 'OPT_FAST=-O0' },
])('has the C++ compiled with -O2 unless the environment says how: MAKEFLAGS=$makeFlags', async ({ makeFlags, compiler }) => {
  const folder = mkdtempSync(join(tmpdir(), 'hdl-gen-stub-'));
  try {
    writeFileSync(join(folder, 'verilator'), '#!/bin/sh\necho "make is told: $MAKEFLAGS"\nexit 1\n', { mode: 0o755 });
    await withEnvironment('PATH', folder, () =>
      withEnvironment('MAKEFLAGS', makeFlags, () =>
        expect(buildWithVerilator(right, netlist, folder)).rejects.toThrow(`make is told: ${compiler}`),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** What is done while a variable of the environment has another value. */
async function withEnvironment(name: string, value: string, then: () => Promise<void>): Promise<void> {
  const before = process.env[name];
  process.env[name] = value;
  try {
    await then();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}
