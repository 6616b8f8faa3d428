/** Mistakes that only show once a module's body has run: all of them are collected into one ElaborationFailure. */
import { HdlError, type Place } from './hdl-error.ts';

/** A combinational signal that has no value on some path. Verilog would keep the old one: a latch. */
export class LatchInferred extends HdlError {
  override readonly code = 'HG020';
  constructor(signal: string, places: readonly Place[]) {
    super(
      `${signal} is not assigned on every path, expected a value on each`,
      places,
      'give its shape a fallback, assign it before the control flow, or assign it in the branches named',
    );
  }
}

/** A combinational signal that depends on itself. `path` begins and ends with it. */
export class CombinationalLoop extends HdlError {
  override readonly code = 'HG021';
  constructor(path: readonly string[], places: readonly Place[]) {
    super(
      `combinational loop: ${path.join(' reads ')}`,
      places,
      'put a register into the loop, or let one of these signals not depend on the next',
    );
  }
}

/** A signal that never takes a value. */
export class Undriven extends HdlError {
  override readonly code = 'HG022';
  constructor(signal: string, kind: string, verb: 'set' | 'next', places: readonly Place[]) {
    super(
      `${kind} ${signal} is never assigned`,
      places,
      verb === 'set' ? 'assign it with set(), or give its shape a fallback' : 'assign it with next(), or use a constant instead',
    );
  }
}

/** An assignment that a later one in the same place always overrules. */
export class HiddenAssignment extends HdlError {
  override readonly code = 'HG023';
  constructor(signal: string, places: readonly Place[]) {
    super(
      `an assignment to ${signal} has no effect, since a later one always overrules it`,
      places,
      'remove the first, or put a condition around the second',
    );
  }
}

/** Warning: a signal that nothing reads. */
export class Unread extends HdlError {
  override readonly code = 'HG024';
  constructor(signal: string, kind: string, places: readonly Place[]) {
    super(`${kind} ${signal} is never read`, places, 'remove it, or say that this is meant with m.unused()');
  }
}

/** An output stream that offers a beat only when the other side is ready: two such sides wait for each other. */
export class ValidDependsOnReady extends HdlError {
  override readonly code = 'HG025';
  constructor(stream: string, path: readonly string[], places: readonly Place[]) {
    super(
      `valid of the output stream ${stream} depends combinationally on its own ready: ${path.join(' reads ')}`,
      places,
      'offer the beat regardless of ready; where ready decides what comes next, put a register between',
    );
  }
}

/** Warning: a `when` that does nothing. */
export class EmptyBody extends HdlError {
  override readonly code = 'HG026';
  constructor(places: readonly Place[]) {
    super('a when has an empty body', places, 'assign something in it, or remove it');
  }
}

/** A memory that holds nothing but what it powered up with, which is unknown. */
export class MemoryNeverWritten extends HdlError {
  override readonly code = 'HG027';
  constructor(memory: string, places: readonly Place[]) {
    super(`memory ${memory} is never written and has no initial contents`, places, 'write to it, or give it init');
  }
}

/** A register, a memory or a port that takes a value from another clock: it may catch it half changed. `path` begins with the reader. */
export class ClockCrossing extends HdlError {
  override readonly code = 'HG028';
  constructor(path: readonly string[], clock: string, otherClock: string, places: readonly Place[]) {
    const source = otherClock === '' ? 'no clock of the design' : otherClock;
    super(
      `clock crossing: ${path.join(' reads ')}, but ${path[0]} belongs to ${clock} and ${path.at(-1)} to ${source}`,
      places,
      'take one bit through a synchroniser, a pulse through a pulse synchroniser, words through an asynchronous FIFO; where something else makes it safe, say what with m.unsafeCross()',
    );
  }
}

/** Everything that the checks found wrong with one module. */
export class ElaborationFailure extends Error {
  readonly errors: readonly HdlError[];

  constructor(module: string, errors: readonly HdlError[]) {
    const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
    super(`${count} in module ${module}\n${errors.map((error) => error.message).join('\n')}`);
    this.name = 'ElaborationFailure';
    this.errors = errors;
  }
}
