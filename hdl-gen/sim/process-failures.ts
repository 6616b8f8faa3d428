/** What goes wrong with tools and simulators in processes of their own. */

/** A program that is needed is not installed. */
export class ToolMissing extends Error {
  constructor(tool: string, debianPackage: string) {
    super(`${tool} is not installed: run \`sudo apt-get install ${debianPackage}\`, or choose a simulator that needs no toolchain (wasm)`);
    this.name = 'ToolMissing';
  }
}

/** A tool refused its input. */
export class ToolFailed extends Error {
  constructor(tool: string, output: string) {
    super(`${tool} failed:\n${output.trim()}`);
    this.name = 'ToolFailed';
  }
}

/** The process of a simulator ended before it was told to. */
export class SimulatorDied extends Error {
  constructor(simulator: string, cycle: number, output: string) {
    super(`${simulator} ended by itself in cycle ${cycle}${output.trim() === '' ? '' : `, saying:\n${output.trim()}`}`);
    this.name = 'SimulatorDied';
  }
}

/** A simulation was used after its end. */
export class SimulatorClosed extends Error {
  constructor(simulator: string) {
    super(`this simulation with ${simulator} is closed: start another one`);
    this.name = 'SimulatorClosed';
  }
}

/** Two simulators gave different outputs. */
export class LockstepMismatch extends Error {
  readonly cycle: number;
  readonly port: string;
  constructor(cycle: number, port: string, first: readonly [string, bigint], second: readonly [string, bigint]) {
    super(
      `lockstep: output ${port} differs in cycle ${cycle}: ${first[0]} 0x${first[1].toString(16)}, ${second[0]} 0x${second[1].toString(16)}`,
    );
    this.name = 'LockstepMismatch';
    this.cycle = cycle;
    this.port = port;
  }
}
