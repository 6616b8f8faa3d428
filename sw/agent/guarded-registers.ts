/** Registers as a service uses them: it can be stopped between any two accesses, hardware that never answers does not hold it, and what fails is told by name. */
import { setImmediate } from 'node:timers/promises';
import type { RegisterSpace } from '../control-plane/register-space.ts';

/** The service was asked to end. */
export class Stopped extends Error {
  constructor() {
    super('the agent was stopped');
    this.name = 'Stopped';
  }
}

/** The registers can't be reached any more. */
export class HardwareLost extends Error {
  constructor(what: string, reason: string) {
    super(`${what} is lost (${reason}): bring it back, and start the agent again; what the hardware has goes on`);
    this.name = 'HardwareLost';
  }
}

/** Accesses until others of the process have their turn: those of mapped memory never wait for anything. */
const TURN = 256;

export interface Guard {
  /** ms of a clock that never jumps */
  readonly now: () => number;
  /** ms that the accesses of one look at the hardware may take together */
  readonly patience: number;
  readonly signal: AbortSignal;
}

export class GuardedRegisters {
  readonly #guard: Guard;
  #since = 0;
  #accesses = 0;

  constructor(guard: Guard) {
    this.#guard = guard;
    this.look();
  }

  /** A look at the hardware begins. */
  look(): void {
    this.#since = this.#guard.now();
  }

  /** @param what it is, for messages */
  space(space: RegisterSpace, what: string): RegisterSpace {
    const access = async <T>(act: () => Promise<T>): Promise<T> => {
      if (++this.#accesses % TURN === 0) await setImmediate();
      const { now, patience, signal } = this.#guard;
      if (signal.aborted) throw new Stopped();
      if (now() - this.#since > patience) throw new HardwareLost(what, `a command was not done within ${patience} ms`);
      try {
        return await act();
      } catch (error) {
        throw new HardwareLost(what, error instanceof Error ? error.message : String(error));
      }
    };
    return {
      read32: (offset) => access(() => space.read32(offset)),
      write32: (offset, value) => access(() => space.write32(offset, value)),
    };
  }
}
