/**
 * Tasks on simulated time. One task runs at a time, until it waits; when all wait, the next clock edge comes, and those
 * it concerns run in the order in which they were forked. So the same test does the same on every run and every machine.
 */
import { Deadlock, Timeout } from './errors.ts';

/** Something that a task waits for. */
type Wait =
  | { readonly kind: 'edges'; readonly clock: string; left: number }
  | {
      readonly kind: 'condition';
      readonly clock: string;
      readonly holds: () => boolean;
      readonly what: string;
      readonly within: number;
      left: number;
    }
  | { readonly kind: 'task'; readonly task: Task };

/** A task that was forked. */
export interface Task {
  readonly name: string;
  readonly done: boolean;
}

interface Running extends Task {
  done: boolean;
  wait: Wait | undefined;
  resume: () => void;
  fail: (error: Error) => void;
}

/** How long `until` waits, and for what. */
export interface UntilOptions {
  /** cycles; more is a `Timeout` (default 10,000) */
  readonly within?: number;
  /** for the message */
  readonly what?: string;
  readonly clock?: string;
}

/** Turns of the event loop that a task may take without waiting for the simulation. */
const PATIENCE = 10_000;

export class Scheduler {
  readonly #tasks: Running[] = [];
  readonly #ready: Running[] = [];
  readonly #defaultClock: string;
  readonly #step: () => string;
  #current: Running | undefined;
  #failure: { readonly task: string; readonly error: unknown } | undefined;

  /** @param step takes the next clock edge there is, and returns its clock */
  constructor(defaultClock: string, step: () => string) {
    this.#defaultClock = defaultClock;
    this.#step = step;
  }

  /** Name of the task that runs, or ran last. */
  get task(): string {
    return this.#current?.name ?? 'the test';
  }

  /** Starts a task when the present one waits. The first that fails ends the simulation. */
  fork(name: string, body: () => Promise<void>): Task {
    const task: Running = { name, done: false, wait: undefined, resume: () => {}, fail: () => {} };
    task.resume = () => {
      body().then(
        () => this.#end(task),
        (error: unknown) => {
          this.#failure ??= { task: name, error };
          this.#end(task);
        },
      );
    };
    this.#tasks.push(task);
    this.#ready.push(task);
    return task;
  }

  /** Waits for `count` edges. */
  tick(count = 1, clock = this.#defaultClock): Promise<void> {
    return count < 1 ? Promise.resolve() : this.#wait({ kind: 'edges', clock, left: count });
  }

  /** Waits until a condition holds: now, or after an edge. @throws Timeout */
  until(holds: () => boolean, { within = 10_000, what = 'a condition', clock = this.#defaultClock }: UntilOptions = {}): Promise<void> {
    return holds() ? Promise.resolve() : this.#wait({ kind: 'condition', clock, holds, what, within, left: within });
  }

  /** Waits until tasks have ended. */
  async join(...tasks: readonly Task[]): Promise<void> {
    for (const task of tasks) if (!task.done) await this.#wait({ kind: 'task', task });
  }

  /** Runs a task to its end; others that are not done then are left. @throws what a task threw, Deadlock */
  async run(name: string, body: () => Promise<void>): Promise<void> {
    const main = this.fork(name, body);
    for (;;) {
      for (let task = this.#ready.shift(); task !== undefined; task = this.#ready.shift()) {
        await this.#turn(task);
        if (this.#failure !== undefined) throw this.#failure.error;
        if (main.done) return;
      }
      const waiting = this.#tasks.filter(({ done }) => !done);
      if (!waiting.some(({ wait }) => wait !== undefined && wait.kind !== 'task'))
        throw new Deadlock(waiting.map(({ name: task, wait }) => ({ task, what: describe(wait) })));
      this.#wake(this.#step());
    }
  }

  #wait(wait: Wait): Promise<void> {
    const task = this.#current;
    if (task === undefined) throw new Error('a test bench can only wait inside one of its tasks');
    task.wait = wait;
    return new Promise((resolve, reject) => {
      task.resume = resolve;
      task.fail = reject;
    });
  }

  /** Lets one task go on until it waits again or ends. */
  async #turn(task: Running): Promise<void> {
    this.#current = task;
    const { wait } = task;
    task.wait = undefined;
    if (wait?.kind === 'condition' && wait.left <= 0 && !wait.holds()) task.fail(new Timeout(wait.what, wait.within, wait.clock));
    else task.resume();
    for (let turns = 0; task.wait === undefined && !task.done; turns++) {
      if (turns > PATIENCE) throw new Deadlock([{ task: task.name, what: 'something outside the simulation' }]);
      // what is outside needs the event loop
      if (turns % 100 === 99) await new Promise((resolve) => setImmediate(resolve));
      else await undefined;
    }
  }

  #end(task: Running): void {
    task.done = true;
    for (const other of this.#tasks) if (other.wait?.kind === 'task' && other.wait.task === task) this.#ready.push(other);
    // a long run has many: none that ended is looked at again
    this.#tasks.splice(this.#tasks.indexOf(task), 1);
  }

  #wake(clock: string): void {
    for (const task of this.#tasks) {
      const { wait } = task;
      if (task.done || wait === undefined || wait.kind === 'task' || wait.clock !== clock) continue;
      wait.left--;
      if (wait.kind === 'edges' ? wait.left <= 0 : wait.left <= 0 || wait.holds()) this.#ready.push(task);
    }
  }
}

function describe(wait: Wait | undefined): string {
  if (wait === undefined) return 'nothing';
  return wait.kind === 'task' ? `the end of ${wait.task.name}` : 'a clock';
}
