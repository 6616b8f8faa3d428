import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bits, bool, input, module, output } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { PropertyFailure } from '../../../hdl-gen/sim/failures.ts';
import { buildWithIcarus, type IcarusBuild } from '../../../hdl-gen/sim/icarus/build.ts';
import { simulateIcarus } from '../../../hdl-gen/sim/icarus/simulator.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import { lockstep } from '../../../hdl-gen/sim/lockstep.ts';
import { buildWithVerilator, type VerilatorBuild } from '../../../hdl-gen/sim/verilator/build.ts';
import { simulateVerilator } from '../../../hdl-gen/sim/verilator/simulator.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { isInstalled } from '../verilog/tools.ts';
import { clocksSubject, keepsClocksApart } from './clocks.ts';
import { keepsTheContract, out, set, subject } from './contract.ts';

const netlist = lower(subject.elaborate());
describe('interpreter', () => keepsTheContract(async () => interpret(netlist)));
describe('WebAssembly', () => keepsTheContract(async () => simulateWasm(netlist)));

const clocks = lower(clocksSubject.elaborate());
describe('interpreter, two clocks', () => keepsClocksApart(async () => interpret(clocks)));
describe('WebAssembly, two clocks', () => keepsClocksApart(async () => simulateWasm(clocks)));

describe.skipIf(!isInstalled('verilator'))('with Verilator (skipped where verilator is not installed)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hdl-gen-contract-'));
  let build: VerilatorBuild;
  let buildOfClocks: VerilatorBuild;
  beforeAll(async () => {
    build = await buildWithVerilator(subject.elaborate(), netlist, folder);
    buildOfClocks = await buildWithVerilator(clocksSubject.elaborate(), clocks, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  describe('alone', () => keepsTheContract(() => simulateVerilator(build)));
  describe('alone, two clocks', () => keepsClocksApart(() => simulateVerilator(buildOfClocks)));
  describe('in lockstep, two clocks', () =>
    keepsClocksApart(async () => lockstep(simulateWasm(clocks), await simulateVerilator(buildOfClocks), clocks, 3)));
  describe('in lockstep', () => keepsTheContract(async () => lockstep(simulateWasm(netlist), await simulateVerilator(build), netlist, 1)));
});

describe.skipIf(!isInstalled('iverilog'))('with Icarus (skipped where iverilog is not installed)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hdl-gen-contract-'));
  let build: IcarusBuild;
  let buildOfClocks: IcarusBuild;
  beforeAll(async () => {
    build = await buildWithIcarus(subject.elaborate(), netlist, folder);
    buildOfClocks = await buildWithIcarus(clocksSubject.elaborate(), clocks, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  describe('alone', () => keepsTheContract(() => simulateIcarus(build)));
  describe('alone, two clocks', () => keepsClocksApart(() => simulateIcarus(buildOfClocks)));
  describe('in lockstep', () => keepsTheContract(async () => lockstep(simulateWasm(netlist), await simulateIcarus(build), netlist, 1)));
});

/** What only the simulators in this process have. */
describe.each([
  ['interpreter', interpret],
  ['WebAssembly', simulateWasm],
] as const)('%s', (_, start) => {
  const counter = lower(
    module('counter', { count: input(bool), value: output(bits(4)), stored: output(bits(40)) }, (io, m) => {
      const r = m.registers({ total: bits(4), kept: bits(40, { reset: 'none' }) });
      const { odd } = m.let({ odd: r.total.bits(0, 1) });
      m.when(io.count, () => r.total.next(r.total.add(1)));
      m.when(odd.and(io.count.not()), () => r.kept.next(1));
      io.value.set(r.total);
      io.stored.set(r.kept);
      m.assert('below_nine', r.total.lt(9));
      m.cover('odd_while_counting', odd.and(io.count));
    }).elaborate(),
  );
  const counting = (seed: number) => {
    const simulator = start(counter, { seed });
    set(simulator, 'rst', 1);
    simulator.step();
    set(simulator, 'rst', 0);
    set(simulator, 'count', 1);
    return simulator;
  };

  it('ends at an assertion with its name, source line, cycle and seed', () => {
    const simulator = counting(77);
    simulator.step(9);
    const failing = () => simulator.step();
    expect(failing).toThrow(PropertyFailure);
    expect(failing).toThrow(/assertion failed: a_below_nine \(.*contract\.test\.ts:\d+.*\) in cycle 10; run again with seed 77/);
  });

  it('does not check assertions in reset', () => {
    const simulator = counting(1);
    simulator.step(9);
    set(simulator, 'rst', 1);
    expect(() => simulator.step()).not.toThrow();
    expect(out(simulator, 'value').value).toBe(0);
  });

  it('counts covers', () => {
    const simulator = counting(1);
    simulator.step(6);
    expect([...simulator.covers]).toEqual([['c_odd_while_counting', 3]]);
  });

  it('shows registers and named values by name', () => {
    const simulator = counting(1);
    simulator.step(3);
    expect([simulator.peek?.('total'), simulator.peek?.('odd')]).toEqual([3n, 1n]);
    expect(() => simulator.peek?.('nothing')).toThrow(/counter has no register or wire nothing/);
  });

  it('starts registers without reset from the seed: the same with the same one, another with another', () => {
    const first = out(counting(1), 'stored').big;
    expect(out(counting(1), 'stored').big).toBe(first);
    expect(out(counting(2), 'stored').big).not.toBe(first);
  });

  it('checks a property in a when only where that is taken', () => {
    const guarded = lower(
      module('guarded', { go: input(bool), a: input(bits(4)) }, (io, m) => {
        m.when(io.go.not(), () => m.cover('small_at_rest', io.a.lt(2)))
          .elseWhen(io.a.ge(4), () => m.assert('never_nine', io.a.ne(9)))
          .otherwise(() => m.switch(io.a, { 3: () => m.assert('not_three', io.go.not()) }, () => m.assert('below_four', io.a.lt(4))));
      }).elaborate(),
    );
    const simulator = start(guarded);
    const cycle = (go: number, a: number) => {
      set(simulator, 'go', go);
      set(simulator, 'a', a);
      simulator.step();
    };
    cycle(0, 9);
    cycle(0, 3);
    cycle(0, 1);
    cycle(1, 8);
    cycle(1, 2);
    expect(() => cycle(1, 9)).toThrow(/a_never_nine/);
    expect(() => cycle(1, 3)).toThrow(/a_not_three/);
    expect([...simulator.covers]).toEqual([['c_small_at_rest', 1]]);
  });
});
