/** What a simulation reports when the design, or the test, does wrong. */

/** An assertion of the design did not hold, or an assumption about its inputs was broken. */
export class PropertyFailure extends Error {
  readonly property: string;
  readonly cycle: number;
  readonly seed: number;

  constructor(kind: 'assert' | 'assume', property: string, location: string, cycle: number, seed: number) {
    const what = kind === 'assert' ? 'assertion failed' : 'the test broke an assumption';
    super(`${what}: ${property} (${location}) in cycle ${cycle}; run again with seed ${seed} to see it`);
    this.name = 'PropertyFailure';
    this.property = property;
    this.cycle = cycle;
    this.seed = seed;
  }
}

/** A value was read or written that does not go through the accessor used. */
export class PortRangeError extends RangeError {
  constructor(port: string, width: number, found: string) {
    super(`port ${port} has ${width} bits: ${found}`);
    this.name = 'PortRangeError';
  }
}

/** A simulator was stepped with a clock that its design, or its kind, does not have. */
export class UnknownClockError extends RangeError {
  constructor(design: string, clock: string, clocks: readonly string[]) {
    super(`${design} has no clock ${clock}; its clocks are ${clocks.join(', ')}`);
    this.name = 'UnknownClockError';
  }
}

/** A design needs more of something than a WebAssembly engine gives. */
export class WasmLimitError extends RangeError {
  constructor(design: string, what: string, found: number, most: number) {
    const [has, atMost] = [found, most].map((count) => count.toLocaleString('en'));
    super(
      `the simulation of ${design} has ${has} ${what}, and WebAssembly engines take at most ${atMost}: put registers between the parts of the logic, simulate the parts by themselves, or take the interpreter or Verilator`,
    );
    this.name = 'WasmLimitError';
  }
}
