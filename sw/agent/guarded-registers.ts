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

/** Accesses that one look at the hardware can need: both mailboxes full of the longest frames, and the commands of an association. */
const ACCESSES_MAX = 100_000;

export class GuardedRegisters {
  readonly #signal: AbortSignal;
  #accesses = 0;

  /** @param signal after it every access throws `Stopped` */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** A look at the hardware begins. */
  look(): void {
    this.#accesses = 0;
  }

  /** @param what it is, for messages */
  space(space: RegisterSpace, what: string): RegisterSpace {
    const access = async <T>(act: () => Promise<T>): Promise<T> => {
      if (++this.#accesses % TURN === 0) await setImmediate();
      if (this.#signal.aborted) throw new Stopped();
      if (this.#accesses > ACCESSES_MAX) throw new HardwareLost(what, `a command was not done after ${ACCESSES_MAX} accesses`);
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
