/** Steps of one hardware under its bus models: on until there is something to look at. */
import type { Simulator } from '../../hdl-gen/sim/simulator.ts';
import type { AxiLiteMaster } from './axi-lite-master.ts';
import type { FrameSink, FrameSource } from './frame-ports.ts';

export interface QuietStepsOptions {
  readonly simulator: Simulator;
  readonly axi: AxiLiteMaster;
  readonly sources: readonly FrameSource[];
  readonly sinks: readonly FrameSink[];
  /** whether a trace port says, as it was sampled last, that something has happened */
  readonly happened: () => boolean;
  /** whether another output that somebody looks at is not as it was when it was looked at */
  readonly changed: () => boolean;
  /** cycles in which nothing comes of it that outputs are as they were */
  readonly quietFor: () => number;
}

export class QuietSteps {
  readonly #options: QuietStepsOptions;

  constructor(options: QuietStepsOptions) {
    this.#options = options;
  }

  /**
   * Simulates from that cycle on, at most so many cycles, until there is something to look at.
   * @param isWatched somebody looks at the ports in every cycle: then what only moves octets is something to look at, too
   * @returns how many it were; the last of them is to be sampled by the bus models
   */
  run(cycle: number, atMost: number, isWatched: boolean): number {
    const { simulator, axi, sources, sinks } = this.#options;
    axi.drive();
    const isMoved = axi.isMoved && sources.every((source) => source.isMoved) && sinks.every((sink) => sink.isMoved);
    if (isMoved && simulator.movers !== undefined) {
      this.#drive(cycle);
      const quietFor = Math.min(atMost, this.#quietFor(cycle));
      if (isWatched) return this.#step(this.#isMoving ? 1 : quietFor);
      return simulator.movers.run(quietFor);
    }
    let done = 0;
    for (;;) {
      const at = cycle + done;
      this.#drive(at);
      done += this.#step(Math.min(this.#quietFor(at), atMost - done));
      if (isWatched || done >= atMost || !this.#onlyMovesOctets()) return done;
      this.#moveOctets(cycle + done - 1);
    }
  }

  #drive(cycle: number): void {
    for (const source of this.#options.sources) source.drive(cycle);
    for (const sink of this.#options.sinks) sink.drive(cycle);
  }

  /** Whether inputs change with the next cycle, even if no output does. */
  get #isMoving(): boolean {
    const { axi, sources, sinks } = this.#options;
    return axi.isBusy || sources.some((source) => source.isMoving) || sinks.some((sink) => sink.isMoving);
  }

  /** Whether nothing but octets inside frames has come or gone in the cycle that was simulated last. */
  #onlyMovesOctets(): boolean {
    const { axi, sources, sinks, happened, changed } = this.#options;
    return (
      axi.quietFor > 1 && !happened() && !changed() && !sources.some((source) => source.endsFrame) && !sinks.some((sink) => sink.endsFrame)
    );
  }

  #moveOctets(cycle: number): void {
    for (const source of this.#options.sources) source.sample(cycle);
    for (const sink of this.#options.sinks) sink.sample(cycle);
  }

  /** Until an output changes, where more than one cycle is asked for. */
  #step(cycles: number): number {
    const { simulator } = this.#options;
    if (cycles > 1 && simulator.stepToChange !== undefined) return simulator.stepToChange(cycles);
    simulator.step();
    return 1;
  }

  /** Cycles in which nothing is to be done unless an output changes. */
  #quietFor(cycle: number): number {
    const { axi, sources, sinks, happened, quietFor } = this.#options;
    if (happened()) return 1;
    let least = Math.min(axi.quietFor, quietFor());
    for (const source of sources) least = Math.min(least, source.quietFor(cycle));
    for (const sink of sinks) least = Math.min(least, sink.quietFor(cycle));
    return least;
  }
}
