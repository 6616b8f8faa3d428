/** Chosen signals over cycles: what the drawn waveforms are made from. */
import type { Testbench } from '../testbench.ts';

/** A signal to draw; `read` is asked just before each edge. */
export interface Traced {
  readonly name: string;
  readonly width: number;
  /** the value now */
  readonly read: () => number | bigint;
  /** names for the values, of an FSM for example */
  readonly label?: (value: number | bigint) => string;
}

/** Signals over cycles, the values as texts. */
export interface Trace {
  readonly signals: readonly { readonly name: string; readonly width: number; readonly values: readonly string[] }[];
}

/** Collects a trace while a test runs. */
export class TraceRecorder {
  readonly #signals: readonly Traced[];
  readonly #values: string[][];

  /** Records from now on, at every edge of `clock`. */
  constructor(bench: Testbench, signals: readonly Traced[], clock?: string) {
    this.#signals = signals;
    this.#values = signals.map(() => []);
    bench.onEdge((edge) => {
      if (clock !== undefined && edge !== clock) return;
      for (const [index, { read, label }] of signals.entries()) {
        const value = read();
        this.#values[index]?.push(label === undefined ? value.toString(16) : label(value));
      }
    });
  }

  get trace(): Trace {
    return { signals: this.#signals.map(({ name, width }, index) => ({ name, width, values: [...(this.#values[index] ?? [])] })) };
  }
}

/** An input or output of the bench as a traced signal: what the edge catches. */
export function traced(
  port: { readonly name: string; readonly value: number | bigint; readonly sampled?: number | bigint },
  width = 1,
): Traced {
  return { name: port.name, width, read: () => port.sampled ?? port.value };
}
