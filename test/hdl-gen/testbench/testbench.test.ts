import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bits, bool, clockDomain, input, module, output, signed } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { PropertyFailure } from '../../../hdl-gen/sim/failures.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import { Deadlock, DriveConflict, Timeout } from '../../../hdl-gen/testbench/errors.ts';
import { testbench } from '../../../hdl-gen/testbench/testbench.ts';

const waves = mkdtempSync(join(tmpdir(), 'hdl-gen-waves-'));
afterAll(() => rmSync(waves, { recursive: true }));

const counter = module(
  'bench_counter',
  { enable: input(bool), count: output(bits(4)), wide: output(bits(40)), offset: input(signed(4)), sum: output(signed(5)) },
  (io, m) => {
    const r = m.registers({ value: bits(4) });
    m.when(io.enable, () => r.value.next(r.value.add(1)));
    io.count.set(r.value);
    io.wide.set(r.value.zext(40));
    io.sum.set(io.offset.addFull(io.offset));
    m.assert('below_ten', r.value.lt(10));
  },
);

describe('a test bench', () => {
  it('resets the design, ticks, and shows settled and sampled values as numbers, bigints and signed', () =>
    testbench(counter, async (bench, io) => {
      expect(bench.cycle).toBe(2);
      io.enable.set(1);
      await bench.tick(5);
      expect([io.count.value, io.count.sampled, io.wide.value]).toEqual([5, 4, 5n]);
      io.offset.set(-7);
      expect([io.offset.value, io.sum.value]).toEqual([-7, -14]);
      expect(() => io.offset.set(8)).toThrow(/HG002 literal 8 does not fit port offset, which has 4 bits/);
      expect(bench.cycle).toBe(7);
    }));

  it('runs tasks in the order of their forking, each until it waits, the same on every run', async () => {
    const runs = await Promise.all(
      [1, 2].map(async () => {
        const seen: string[] = [];
        await testbench(counter, async (bench, io) => {
          const task = (name: string, every: number) =>
            bench.fork(name, async () => {
              for (let time = 0; time < 3; time++) {
                await bench.tick(every);
                // leaving the task for a moment changes nothing
                await undefined;
                seen.push(`${name}@${bench.cycle}`);
              }
            });
          const [a, b] = [task('a', 2), task('b', 1)];
          io.enable.set(1);
          seen.push('main');
          await bench.join(a, b);
          await bench.until(() => io.count.value === 9, { within: 20 });
          seen.push(`main@${bench.cycle}`);
        });
        return seen;
      }),
    );
    expect(runs[0]).toEqual(['main', 'b@3', 'a@4', 'b@4', 'b@5', 'a@6', 'a@8', 'main@11']);
    expect(runs[1]).toEqual(runs[0]);
  });

  it('runs on another simulator, and clocks of different periods', async () => {
    const slow = clockDomain('slow');
    const two = module('bench_two', { fast: output(bits(8)), slow: output(bits(8), slow) }, (io, m) => {
      const r = m.registers({ count: bits(8) });
      r.count.next(r.count.add(1));
      io.fast.set(r.count);
      const q = m.in(slow, () => m.registers({ slowCount: bits(8) }));
      q.slowCount.next(q.slowCount.add(1));
      io.slow.set(q.slowCount);
    });
    await testbench(
      two,
      async (bench, io) => {
        const [fast, slowly] = [io.fast.value, io.slow.value];
        await bench.tick(10, 'slow_clk');
        expect([io.slow.value - slowly, io.fast.value - fast]).toEqual([10, 25]);
      },
      { simulator: (seed) => interpret(lower(two.elaborate()), { seed }), periods: { clk: 8, slow_clk: 20 } },
    );
  });
});

describe('a failure', () => {
  const failing = (test: Parameters<typeof testbench<typeof counter.ports>>[1], seed = 5) => testbench(counter, test, { seed, waves });

  it('names port, tasks and values when two tasks drive one input', async () => {
    const run = failing(async (bench, io) => {
      bench.fork('other', async () => io.enable.set(1));
      io.enable.set(0);
      await bench.tick();
    });
    await expect(run).rejects.toThrow(DriveConflict);
    await expect(run).rejects.toThrow('enable is driven to 0 by the test and to 1 by other in one cycle');
    // the same value, or one after the other, is none
    await failing(async (bench, io) => {
      const other = bench.fork('other', async () => {
        io.enable.set(0);
        await bench.tick();
        io.enable.set(1);
      });
      io.enable.set(0);
      await bench.join(other);
    });
  });

  it('says what did not come in time', async () => {
    const run = failing((bench, io) => bench.until(() => io.count.value === 3, { within: 20, what: 'a count of 3' }));
    await expect(run).rejects.toThrow(Timeout);
    await expect(run).rejects.toThrow('a count of 3 did not come within 20 cycles of clk');
  });

  it('says who waits for whom in a deadlock, and does not hang on a promise from outside', async () => {
    await expect(
      failing(async (bench) => {
        const a = bench.fork('a', () => bench.join(b));
        const b = bench.fork('b', () => bench.join(a));
        await bench.join(a);
      }),
    ).rejects.toThrow('no task waits for a clock; the test waits for the end of a, a waits for the end of b, b waits for the end of a');
    await expect(failing(() => new Promise(() => {}))).rejects.toThrow(Deadlock);
  });

  it('comes with cycle, task, seed, a line to run it again, and the waveform of the last cycles', async () => {
    const run = failing(async (bench, io) => {
      io.enable.set(1);
      await bench.join(bench.fork('runner', () => bench.tick(50)));
    }, 77);
    await expect(run).rejects.toThrow(PropertyFailure);
    const error: Error = await run.catch((reason) => reason);
    const path = join(waves, 'bench_counter-77.vcd');
    expect(error.message).toMatch(/a_below_ten .* in cycle 12; /);
    expect(error.message).toContain('in cycle 12, runner, seed 77');
    expect(error.message).toContain(`waveform of the last cycles: ${path}`);
    expect(error.message).toMatch(/again: HDL_SEED=77 npx vitest run test\/hdl-gen\/testbench\/testbench\.test\.ts:\d+$/);
    const vcd = readFileSync(path, 'utf8');
    expect(vcd).toMatch(/\$var wire 4 (\S+) count \$end/);
    // the last value that the counter's register had, ten, is in it
    expect(vcd).toMatch(/b1010 /);
    expect(existsSync(`${path}.part`)).toBe(false);
  });

  it('of the test itself keeps its class', async () => {
    await expect(failing(async () => expect(1).toBe(2))).rejects.toMatchObject({ name: 'AssertionError' });
  });

  it('starts what has no reset from the seed', async () => {
    const free = module('bench_free', { y: output(bits(32)) }, (io, m) => {
      const r = m.registers({ kept: bits(32, { reset: 'none' }) });
      r.kept.next(r.kept);
      io.y.set(r.kept);
    });
    const start = async (seed: number) => {
      let value = 0;
      const read = async (_: unknown, io: { readonly y: { readonly value: number } }) => {
        value = io.y.value;
      };
      await testbench(free, read, { seed });
      return value;
    };
    expect(await start(1)).toBe(await start(1));
    expect(await start(1)).not.toBe(await start(2));
  });
});
