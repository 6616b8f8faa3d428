/**
 * Simulated time for software: tasks are ordinary async functions that wait for bus accesses, for the clock or
 * for an interrupt. The clock may go on only while every task waits: `running` counts those that do not.
 */
export class Clock {
  /** cycles since the start */
  cycle = 0;
  #running = 0;
  #failure: Error | undefined;
  readonly #sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  readonly #watchers: { readonly condition: () => boolean; readonly dueAt: () => number; readonly wake: () => void }[] = [];

  /** Starts a task. An error in it ends the simulation. */
  fork(task: () => Promise<void>): void {
    this.#running++;
    task().then(
      () => {
        this.#running--;
      },
      (error: unknown) => {
        this.#running--;
        this.#failure ??= error instanceof Error ? error : new Error(String(error));
      },
    );
  }

  /** Waits for something that `start` sets going; every wait of a task goes through here. */
  block<T>(start: (settle: (value: T) => void, fail: (error: Error) => void) => void): Promise<T> {
    this.#running--;
    return new Promise<T>((resolve, reject) => {
      start(
        (value) => {
          this.#running++;
          resolve(value);
        },
        (error) => {
          this.#running++;
          reject(error);
        },
      );
    });
  }

  /** Waits until a cycle has come. */
  async until(cycle: number): Promise<void> {
    if (cycle <= this.cycle) return;
    await this.block<void>((settle) => {
      const index = this.#sleepers.findIndex((sleeper) => sleeper.until > cycle);
      this.#sleepers.splice(index < 0 ? this.#sleepers.length : index, 0, { until: cycle, wake: settle });
    });
  }

  /**
   * Waits until a condition, looked at whenever the clock has gone on, holds.
   * @param dueAt the cycle in which it will hold by itself, as far as is known: the clock does not go beyond it in one step
   */
  async when(condition: () => boolean, dueAt: () => number = () => Number.POSITIVE_INFINITY): Promise<void> {
    if (condition()) return;
    await this.block<void>((settle) => this.#watchers.push({ condition, dueAt, wake: settle }));
  }

  /** The cycle that somebody waits for next. */
  get nextWake(): number {
    let next = this.#sleepers[0]?.until ?? Number.POSITIVE_INFINITY;
    for (const { dueAt } of this.#watchers) {
      const due = dueAt();
      // what was due and did not hold waits for something else
      if (due > this.cycle && due < next) next = due;
    }
    return next;
  }

  /** Whether a condition that a task waits for holds already: the task goes on when the clock has. */
  get isAwaited(): boolean {
    return this.#watchers.some(({ condition }) => condition());
  }

  /** Cycles pass in which nothing happens, and which end before `nextWake`. */
  skip(cycles: number): void {
    this.cycle += cycles;
  }

  /** One cycle has passed: wakes whom it concerns. */
  advance(): void {
    this.cycle++;
    while (this.#sleepers[0] !== undefined && this.#sleepers[0].until <= this.cycle) this.#sleepers.shift()?.wake();
    for (let index = this.#watchers.length - 1; index >= 0; index--) {
      const watcher = this.#watchers[index];
      if (watcher?.condition() === true) {
        this.#watchers.splice(index, 1);
        watcher.wake();
      }
    }
  }

  get mustSettle(): boolean {
    return this.#running > 0 || this.#failure !== undefined;
  }

  /** Lets the tasks run until all of them wait. @throws what a task threw */
  async settle(): Promise<void> {
    for (let hops = 0; this.#running > 0; hops++) {
      // a task that waits for something outside needs the event loop
      if (hops % 1000 === 999) await new Promise((resolve) => setImmediate(resolve));
      else await undefined;
    }
    if (this.#failure !== undefined) throw this.#failure;
  }
}
