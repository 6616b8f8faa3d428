/** What moves octets and answers over the buses of a design, in the simulation's own loop where that has it. */

/** Plays frames into a stream of octets: the ports `_data`, `_valid`, `_last`, `_ready`. */
export interface OctetSource {
  /** Offers the octets, one a cycle while the port is ready, from the next cycle on; the frame before must have been taken. */
  play(frame: Uint8Array): void;
  /** octets that have not been taken */
  readonly left: number;
  /** the cycle of the simulator, modulo 2^32, in which the first octet of this frame, or of the last one, was taken */
  readonly firstAt: number;
}

/** Collects what comes out of a stream of octets, while its port `_ready` is 1. */
export interface OctetSink {
  /** whether the last octet of a frame has come, or there is no room for more */
  readonly isDue: boolean;
  /** whether the last octet is among what was collected */
  readonly isWhole: boolean;
  /** the cycle of the simulator, modulo 2^32, of the first octet of what was collected */
  readonly firstAt: number;
  /** What was collected since the last call: octets of one frame at most. */
  take(): Uint8Array;
}

/** The handshakes of an AXI4-Lite master. */
export interface AxiLiteHandshakes {
  /** Address and data stand at the ports, and are valid: from the next cycle on, takes `valid` back where `ready` is 1, and awaits the answer. */
  begin(access: 'read' | 'write'): void;
  /** whether an answer is awaited: after it, it stands at the ports as they were sampled */
  readonly isBusy: boolean;
}

/** Each port is given away once. Its inputs are set by nobody else while something moves; streams of octets that nobody asked for stay as they are. */
export interface Movers {
  /** @returns undefined where the design has no such stream, or it was given away */
  source(port: string): OctetSource | undefined;
  /** @returns undefined where the design has no such stream, or it was given away */
  sink(port: string): OctetSink | undefined;
  /** @returns undefined where the design has no such slave, or it was given away */
  axiLite(port: string): AxiLiteHandshakes | undefined;
  /**
   * Runs up to that many cycles of the default clock, until a frame was taken or has come whole, an
   * answer has come, or an output changed that no mover looks after.
   * @returns how many cycles it ran  @throws PropertyFailure
   */
  run(cycles: number): number;
}
