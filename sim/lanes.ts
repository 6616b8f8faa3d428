/** Several hardwares on one clock, each simulated ahead of the others while nothing can reach it. */
import type { Clock } from '../hdl-gen/sim/testbench.ts';

/** One of them. */
export interface Lane {
  /** Simulates from that cycle on, at most so many, until there is something to look at. Returns how many cycles it were; `sample` follows. */
  step(cycle: number, atMost: number, isWatched: boolean): number;
  /** Looks at what it showed in that cycle; in the `cycles - 1` before it that was as it had been. */
  sample(cycle: number, cycles: number): void;
}

/** Sees the ports in every cycle. */
export interface LaneWatcher<L> {
  isOver(cycle: number): boolean;
  changed(cycle: number, lane: L, ports: 'inputs' | 'all'): void;
  passed(cycle: number): void;
}

export interface LanesOptions<L extends Lane> {
  readonly clock: Clock;
  readonly lanes: readonly L[];
  /** cycles that all take at least to get from one to another */
  readonly window: number;
  /** hands over what has arrived by that cycle */
  readonly deliver: (cycle: number) => void;
  /** when the next arrives */
  readonly nextAt: () => number;
  readonly watcher?: LaneWatcher<L>;
}

export class Lanes<L extends Lane> {
  readonly #options: LanesOptions<L>;
  readonly #lanes: { readonly lane: L; from: number; until: number }[];

  constructor(options: LanesOptions<L>) {
    this.#options = options;
    this.#lanes = options.lanes.map((lane) => ({ lane, from: 0, until: 0 }));
  }

  /**
   * One is simulated ahead of the others while nothing can reach it: what is sent now arrives after the delay of the channel. What its
   * outputs show is looked at when the clock has come there.
   */
  async run(count: number): Promise<void> {
    const { clock, window, watcher, deliver, nextAt } = this.#options;
    const end = clock.cycle + count;
    for (const lane of this.#lanes) lane.until = clock.cycle;
    // software may have been told something between two calls
    let hasRun = true;
    while (clock.cycle < end) {
      if (clock.mustSettle) {
        await clock.settle();
        hasRun = true;
      }
      // what holds already is seen in the next cycle, whatever the hardware does until then
      const mustLook = hasRun && clock.isAwaited;
      hasRun = false;
      const now = clock.cycle;
      deliver(now);
      const atMost = mustLook ? 1 : Math.min(end, clock.nextWake, nextAt(), now + window) - now;
      let next = end;
      for (const lane of this.#lanes) {
        if (lane.until === now) {
          lane.from = now;
          lane.until += lane.lane.step(now, atMost, watcher?.isOver(now) === false);
          // the first octet of a frame may wait there; what the outputs show is of a later cycle
          if (lane.until > now + 1) watcher?.changed(now, lane.lane, 'inputs');
        }
        next = Math.min(next, lane.until);
      }
      if (next > now + 1) watcher?.passed(now);
      clock.skip(next - 1 - now);
      for (const { lane, from, until } of this.#lanes) {
        if (until !== next) continue;
        lane.sample(clock.cycle, next - from);
        watcher?.changed(clock.cycle, lane, 'all');
      }
      watcher?.passed(clock.cycle);
      clock.advance();
    }
    if (clock.mustSettle) await clock.settle();
  }
}
