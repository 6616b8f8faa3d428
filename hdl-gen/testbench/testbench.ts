/** Runs a test on a module: tasks in simulated time, typed ports, and everything that is needed to see a failure again. */

import type { Ports } from '../build/interface.ts';
import type { Module } from '../build/module.ts';
import { resetPorts } from '../ir/domain.ts';
import { clocksOf } from '../ir/interface.ts';
import { SourceLocation } from '../ir/location.ts';
import { lower } from '../ir/lower.ts';
import { simulated } from '../ir/simulated.ts';
import { Random } from '../sim/random.ts';
import type { Simulator } from '../sim/simulator.ts';
import { simulateWasm } from '../sim/wasm/simulator.ts';
import { History } from './history.ts';
import { type BenchPorts, benchPorts, inputNamed } from './ports.ts';
import { Scheduler, type Task, type UntilOptions } from './scheduler.ts';

/** How a test bench begins, and what it keeps for a failure. */
export interface TestbenchOptions {
  /** of the random start and of `random`; default: the variable HDL_SEED, or 1 */
  readonly seed?: number;
  /** gives the simulator; default: WebAssembly */
  readonly simulator?: (seed: number) => Simulator | Promise<Simulator>;
  /** ns, by clock; 8 where none is given. Clocks with one instant have their edges in the order of the design. */
  readonly periods?: Readonly<Record<string, number>>;
  /** how much sooner or later than its time an edge may come, as a share of the period, by chance (default 0) */
  readonly jitter?: number;
  /** cycles of reset before the test begins (default 2) */
  readonly reset?: number;
  /** cycles kept for the waveform of a failure (default 100; 0: none is written) */
  readonly history?: number;
  /** folder of that waveform (default `build/waves`) */
  readonly waves?: string;
}

/** Time, tasks and chance, for a test. */
export interface Testbench {
  /** Waits for edges of a clock (the design's first one). */
  tick(count?: number, clock?: string): Promise<void>;
  /** Waits until a condition holds: now, or after an edge. @throws Timeout */
  until(holds: () => boolean, options?: UntilOptions): Promise<void>;
  /** Starts a task beside this one; it begins when this one waits. */
  fork(name: string, body: () => Promise<void>): Task;
  /** Waits until tasks have ended. */
  join(...tasks: readonly Task[]): Promise<void>;
  /** Called after every edge, with its clock, before any task runs. */
  onEdge(watch: (clock: string) => void): void;
  readonly cycle: number;
  /** ns since the start */
  readonly now: number;
  readonly seed: number;
  readonly random: Random;
  readonly simulator: Simulator;
}

/**
 * Simulates a module under a test. What a task throws ends it, with cycle, task and seed, a command to run it again and
 * the waveform of the last cycles added to the message.
 * @throws Deadlock, Timeout, DriveConflict, PropertyFailure, and what the test throws
 */
export async function testbench<P extends Ports>(
  module: Module<P>,
  test: (bench: Testbench, io: BenchPorts<P>) => Promise<void>,
  options: TestbenchOptions = {},
): Promise<void> {
  const place = SourceLocation.capture().toString();
  const seed = options.seed ?? Number(process.env['HDL_SEED'] ?? 1);
  const ir = simulated(module.elaborate());
  const simulator = await (options.simulator?.(seed) ?? simulateWasm(lower(ir), { seed }));
  try {
    const history = new History(simulator, options.history ?? 100);
    const watchers: ((clock: string) => void)[] = [];
    const time = new Clocks(clocksOf(ir), options.periods ?? {}, options.jitter ?? 0, new Random(seed ^ 0x6a697474));
    const scheduler = new Scheduler(time.names[0] ?? '', () => {
      const clock = time.next();
      simulator.step(1, clock);
      history.record(time.now);
      for (const watch of watchers) watch(clock);
      return clock;
    });
    const drivers = { task: () => scheduler.task, edges: () => time.edges };
    const io = benchPorts(simulator, module.ports, drivers);
    const resets = resetPorts(ir.domains).map((reset) => ({
      port: inputNamed(simulator, reset.name, drivers),
      on: reset.active === 'high' ? 1 : 0,
    }));
    const bench: Testbench = {
      tick: (count, clock) => scheduler.tick(count, clock),
      until: (holds, until) => scheduler.until(holds, until),
      fork: (name, body) => scheduler.fork(name, body),
      join: (...tasks) => scheduler.join(...tasks),
      onEdge: (watch) => {
        watchers.push(watch);
      },
      get cycle() {
        return simulator.cycle;
      },
      get now() {
        return time.now;
      },
      seed,
      random: new Random(seed),
      simulator,
    };
    try {
      await scheduler.run('the test', async () => {
        for (const { port, on } of resets) port.set(on);
        for (const clock of time.names) await scheduler.tick(options.reset ?? 2, clock);
        for (const { port, on } of resets) port.set(1 - on);
        await test(bench, io);
      });
    } catch (error) {
      const path = `${options.waves ?? 'build/waves'}/${module.name}-${seed}.vcd`;
      if (options.history !== 0) history.write(path);
      throw explained(error, [
        `in cycle ${simulator.cycle}, ${scheduler.task}, seed ${seed}`,
        ...(options.history === 0 ? [] : [`waveform of the last cycles: ${path}`]),
        `again: HDL_SEED=${seed} npx vitest run ${place}`,
      ]);
    }
  } finally {
    simulator.close();
  }
}

/** Adds lines to an error's message; the error itself, its class and its stack stay. */
function explained(error: unknown, lines: readonly string[]): Error {
  const known = error instanceof Error ? error : new Error(String(error));
  const { message } = known;
  Object.defineProperty(known, 'message', { value: [message, ...lines].join('\n  '), configurable: true, writable: true });
  return known;
}

/** Which clock has the next edge. */
class Clocks {
  readonly names: readonly string[];
  readonly #due: { readonly name: string; readonly period: number; nominal: number; at: number }[];
  readonly #jitter: number;
  readonly #random: Random;
  now = 0;
  edges = 0;

  constructor(names: readonly string[], periods: Readonly<Record<string, number>>, jitter: number, random: Random) {
    if (!(jitter >= 0 && jitter < 0.5)) throw new RangeError(`jitter is ${jitter}, expected 0 or more and less than half a period`);
    this.names = names;
    this.#jitter = jitter;
    this.#random = random;
    this.#due = names.map((name) => {
      const period = periods[name] ?? 8;
      return { name, period, nominal: period, at: period };
    });
  }

  next(): string {
    const [first, ...others] = this.#due;
    if (first === undefined) throw new RangeError('the design has no clock');
    const due = others.reduce((soonest, clock) => (clock.at < soonest.at ? clock : soonest), first);
    this.now = due.at;
    due.nominal += due.period;
    due.at = due.nominal + (this.#jitter === 0 ? 0 : this.#jitter * due.period * (this.#random.below(2001) / 1000 - 1));
    this.edges++;
    return due.name;
  }
}
