/** Assertions of the hardware are part of a Verilator build: one that fails ends the simulation, and is named. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bits, bool, input, module, output } from '../../hdl-gen/index.ts';
import { lower } from '../../hdl-gen/ir/lower.ts';
import { PropertyFailure } from '../../hdl-gen/sim/failures.ts';
import { SimulatorDied } from '../../hdl-gen/sim/process-failures.ts';
import type { Simulator } from '../../hdl-gen/sim/simulator.ts';
import { buildWithVerilator } from '../../hdl-gen/sim/verilator/build.ts';
import { simulateVerilator } from '../../hdl-gen/sim/verilator/simulator.ts';
import { simulateWasm } from '../../hdl-gen/sim/wasm/simulator.ts';

const INSTALLED = spawnSync('verilator', ['--version']).error === undefined;
const LIMIT = 5;
const counter = module('asserting_counter', { count: input(bool), value: output(bits(8)) }, (io, m) => {
  const r = m.registers({ total: bits(8) });
  m.when(io.count, () => r.total.next(r.total.add(1)));
  io.value.set(r.total);
  m.assert('never_beyond_five', r.total.le(LIMIT));
});

const folder = mkdtempSync(join(tmpdir(), 'keyturn-assertion-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Counts until somebody objects. */
function run(simulator: Simulator): unknown {
  const input = (name: string, value: number): void => {
    const port = simulator.inputs.get(name);
    if (port === undefined) throw new RangeError(`no port ${name}`);
    port.value = value;
  };
  input('rst', 1);
  simulator.step(2);
  input('rst', 0);
  input('count', 1);
  simulator.step(LIMIT + 1);
  expect(simulator.outputs.get('value')?.sampled).toBe(LIMIT);
  try {
    simulator.step(3);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    simulator.close();
  }
}

it('ends the embedded simulator with the property', () => {
  const failure = run(simulateWasm(lower(counter.elaborate())));
  expect(failure).toBeInstanceOf(PropertyFailure);
  expect(failure).toMatchObject({ property: expect.stringContaining('never_beyond_five') });
});

describe('Verilator', () => {
  let failure: unknown;
  beforeAll(async () => {
    if (!INSTALLED) return;
    const design = counter.elaborate();
    failure = run(await simulateVerilator(await buildWithVerilator(design, lower(design), folder)));
  });

  it('ends, and says in which cycle', ({ skip }) => {
    if (!INSTALLED) skip('verilator is not installed (Debian packages verilator g++ make)');
    expect(failure).toBeInstanceOf(SimulatorDied);
    expect(String(failure)).toContain('Verilator ended by itself in cycle 8');
  });

  // what Verilator prints is not read before the error is thrown
  it('names the property', ({ skip }) => {
    if (!INSTALLED) skip('verilator is not installed (Debian packages verilator g++ make)');
    expect(String(failure)).toContain('never_beyond_five');
  });
});
