/** What a test bench reports of itself; where and how to see it again is added by the run (`testbench.ts`). */

/** Every task waits for another task, or for nothing that the simulation will bring. */
export class Deadlock extends Error {
  constructor(waiting: readonly { readonly task: string; readonly what: string }[]) {
    super(`deadlock: no task waits for a clock; ${waiting.map(({ task, what }) => `${task} waits for ${what}`).join(', ')}`);
    this.name = 'Deadlock';
  }
}

/** What `until` waits for has not come. */
export class Timeout extends Error {
  constructor(what: string, cycles: number, clock: string) {
    super(`timeout: ${what} did not come within ${cycles} cycles of ${clock}; allow more with { within } if it may take longer`);
    this.name = 'Timeout';
  }
}

/** Two tasks drive one input in one cycle, to different values. */
export class DriveConflict extends Error {
  readonly port: string;
  constructor(
    port: string,
    first: { readonly task: string; readonly value: bigint },
    second: { readonly task: string; readonly value: bigint },
  ) {
    super(
      `drive conflict: ${port} is driven to ${first.value} by ${first.task} and to ${second.value} by ${second.task} in one cycle; let one task own the port`,
    );
    this.name = 'DriveConflict';
    this.port = port;
  }
}

/** A stream broke its handshake (AMBA AXI4-Stream, 2.2.1). */
export class StreamViolation extends Error {
  constructor(stream: string, what: string) {
    super(`stream ${stream}: ${what} before ready took the beat; what was offered stays until then`);
    this.name = 'StreamViolation';
  }
}

/** An AXI4-Lite access was answered with SLVERR or DECERR. */
export class AxiLiteError extends Error {
  constructor(access: 'read' | 'write', address: number, response: number) {
    super(`AXI4-Lite ${access} at 0x${address.toString(16)} was answered with ${response === 3 ? 'DECERR' : 'SLVERR'}`);
    this.name = 'AxiLiteError';
  }
}

/** An AXI3 subordinate broke the rules of its channels, or never answered. */
export class Axi3Violation extends Error {
  constructor(signal: string, what: string) {
    super(`AXI3 ${signal} ${what}`);
    this.name = 'Axi3Violation';
  }
}

/** What arrived on a PHY interface is no Ethernet frame. */
export class FrameError extends Error {
  constructor(problem: string) {
    super(`no Ethernet frame: ${problem}`);
    this.name = 'FrameError';
  }
}
