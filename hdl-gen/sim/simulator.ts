import type { Movers } from './movers.ts';

/**
 * The one interface of every simulator: the interpreter, the WebAssembly one, Verilator and Icarus on the emitted
 * Verilog, and lockstep of two of them.
 *
 * A cycle of `step` is: settle the combinational logic with the present inputs, copy every output of that clock to
 * its sampled value, evaluate the properties, then take the clock edge. So `sampled` is what a flip-flop on the
 * other side of the port would have caught at the last edge, and is what bus models use; `value` is the
 * settled present, and costs a settle after a change.
 *
 * An asynchronous reset acts when it is given, also between two edges, whether or not an output is looked at meanwhile.
 *
 * A design with several clocks is stepped one edge of one clock at a time; the order of the calls is the order of the
 * edges. Edges at one instant are two edges in some order, as they are on the board.
 */
export interface Simulator {
  readonly name: string;
  /** full cycles of the default clock since the start */
  readonly cycle: number;
  readonly inputs: ReadonlyMap<string, InputPort>;
  readonly outputs: ReadonlyMap<string, OutputPort>;
  /** Runs `cycles` cycles (default 1) of `clock` (default: the first clock) with the inputs as they stand. @throws PropertyFailure */
  step(cycles?: number, clock?: string): void;
  /**
   * The same on the default clock, and ends after the first cycle in which an output was sampled with another value than in the one
   * before. Undefined where a backend has nothing better than a cycle at a time.
   * @returns how many cycles it ran  @throws PropertyFailure
   */
  stepToChange?(cycles: number): number;
  /** undefined where a backend has none: then whoever sets the inputs does it between two calls of `step` */
  readonly movers?: Movers;
  /** The internal state by hierarchical name (registers and wires), for tests and waveforms; undefined where the backend can't look inside. */
  peek?(name: string): bigint;
  /** Frees memory, ends child processes. Further calls throw. */
  close(): void;
}

/** A port of at most 32 bits is read and written as number; wider ones as bigint. Both accessors work on both; `number` throws a RangeError on a wider port. */
export interface OutputPort {
  readonly name: string;
  readonly width: number;
  /** settled present value (ports up to 32 bits) */
  readonly value: number;
  readonly big: bigint;
  /** value at the last edge, before it (ports up to 32 bits) */
  readonly sampled: number;
  readonly sampledBig: bigint;
}

/** An input of the design, set between edges. */
export interface InputPort {
  readonly name: string;
  readonly width: number;
  /** @throws RangeError when the value does not fit the port's width */
  value: number;
  big: bigint;
}
