/** Mistakes that only show once a module's body has run: all of them are collected into one ElaborationFailure. */
import { HdlError, type Place } from './hdl-error.ts';

/** A combinational signal that has no value on some path. Verilog would keep the old one: a latch. */
export class LatchInferred extends HdlError {
  static override readonly code = 'HG020';
  static override readonly meaning = 'A wire or an output has no value on some path. Verilog would keep the old one: a latch.';
  static override readonly example = `
const design = module('choice', { go: input(bool), y: output(bits(8)) }, (io, m) => {
  m.when(io.go, () => io.y.set(1));
});
`;
  static override readonly mended = ['output(bits(8))', 'output(bits(8, { fallback: 0 }))'] as const;

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
  static override readonly code = 'HG021';
  static override readonly meaning = 'A wire or an output depends on itself within one cycle, perhaps through instances.';
  static override readonly example = `
const design = module('ring', { a: input(bits(8)), y: output(bits(8)) }, (io, m) => {
  const w = m.wires({ sum: bits(8) });
  w.sum.set(io.a.add(io.y));
  io.y.set(w.sum.not());
});
`;
  static override readonly mended = ['io.a.add(io.y)', 'io.a.add(1)'] as const;

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
  static override readonly code = 'HG022';
  static override readonly meaning = 'An output, a wire, a register or the input of an instance never takes a value.';
  static override readonly example = `
const design = module('idle', { a: input(bool), y: output(bool), z: output(bool) }, (io) => {
  io.y.set(io.a);
});
`;
  static override readonly mended = ['io.y.set(io.a);', 'io.y.set(io.a);\n  io.z.set(0);'] as const;

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
  static override readonly code = 'HG023';
  static override readonly meaning = "An assignment is overruled by a later one on every path: it can't have been meant.";
  static override readonly example = `
const design = module('twice', { go: input(bool), y: output(bits(8)) }, (io, m) => {
  m.when(io.go, () => io.y.set(1));
  io.y.set(2);
});
`;
  static override readonly mended = [
    'm.when(io.go, () => io.y.set(1));\n  io.y.set(2);',
    'io.y.set(2);\n  m.when(io.go, () => io.y.set(1));',
  ] as const;
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
  static override readonly code = 'HG024';
  static override readonly meaning = 'A warning: nothing reads an input, a register, a wire or the output of an instance.';
  static override readonly example = `
const design = module('deaf', { a: input(bool), b: input(bool), y: output(bool) }, (io, m) => {
  io.y.set(io.a);
});
`;
  static override readonly mended = ['io.y.set(io.a);', 'io.y.set(io.a);\n  m.unused(io.b);'] as const;

  constructor(signal: string, kind: string, places: readonly Place[]) {
    super(`${kind} ${signal} is never read`, places, 'remove it, or say that this is meant with m.unused()');
  }
}

/** An output stream that offers a beat only when the other side is ready: two such sides wait for each other. */
export class ValidDependsOnReady extends HdlError {
  static override readonly code = 'HG025';
  static override readonly meaning =
    'An output stream says valid only when the other side is ready (AMBA AXI4-Stream, 2.2.1 forbids it): two such sides wait for each other.';
  static override readonly example = `
const Octets = stream({ data: bits(8) });
const design = module('shy', { rx: input(Octets), tx: output(Octets) }, (io) => {
  io.tx.data.set(io.rx.data);
  io.tx.last.set(io.rx.last);
  io.tx.valid.set(io.rx.valid.and(io.tx.ready));
  io.rx.ready.set(io.tx.ready);
});
`;
  static override readonly mended = ['io.rx.valid.and(io.tx.ready)', 'io.rx.valid'] as const;

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
  static override readonly code = 'HG026';
  static override readonly meaning = 'A warning: a `when` assigns nothing.';
  static override readonly example = `
const design = module('pause', { go: input(bool), y: output(bool) }, (io, m) => {
  io.y.set(0);
  m.when(io.go, () => {});
});
`;
  static override readonly mended = ['() => {}', '() => io.y.set(1)'] as const;

  constructor(places: readonly Place[]) {
    super('a when has an empty body', places, 'assign something in it, or remove it');
  }
}

/** A memory that holds nothing but what it powered up with, which is unknown. */
export class MemoryNeverWritten extends HdlError {
  static override readonly code = 'HG027';
  static override readonly meaning = 'A memory has no write and no initial contents: it would hold what it powered up with.';
  static override readonly example = `
const design = module('square', { at: input(bits(2)), y: output(bits(8)) }, (io, m) => {
  const squares = m.memory('squares', bits(8), 4);
  io.y.set(squares.read(io.at));
});
`;
  static override readonly mended = ['bits(8), 4)', 'bits(8), 4, { init: [0, 1, 4, 9] })'] as const;

  constructor(memory: string, places: readonly Place[]) {
    super(`memory ${memory} is never written and has no initial contents`, places, 'write to it, or give it init');
  }
}

/** A register, a memory or a port that takes a value from another clock: it may catch it half changed. `path` begins with the reader. */
export class ClockCrossing extends HdlError {
  static override readonly code = 'HG028';
  static override readonly meaning = 'A register, a memory or a port takes a value from another clock: it may catch it half changed.';
  static override readonly example = `
const rx = clockDomain('rx');
const design = module('meter', { full: input(bool, rx), seen: output(bool) }, (io, m) => {
  const r = m.registers({ full: bits(1) }, '_here');
  r.full.next(io.full);
  io.seen.set(r.full);
});
`;
  static override readonly mended = [
    'next(io.full)',
    "next(m.unsafeCross('full_settled', io.full, 'it is set once, long before it is read'))",
  ] as const;

  constructor(path: readonly string[], clock: string, otherClock: string, places: readonly Place[]) {
    const source = otherClock === '' ? 'no clock of the design' : otherClock;
    super(
      `clock crossing: ${path.join(' reads ')}, but ${path[0]} belongs to ${clock} and ${path.at(-1)} to ${source}`,
      places,
      'take one bit through a synchroniser, a pulse through a pulse synchroniser, words through an asynchronous FIFO; where something else makes it safe, say what with m.unsafeCross()',
    );
  }
}

/** A module that reads a signal or memory of another one, not through a port. */
export class ForeignRead extends HdlError {
  static override readonly code = 'HG029';
  static override readonly meaning =
    'A module reads a signal or a memory of another module, which a closure brought in: here it has no name.';
  static override readonly example = `
const design = module('parent', { go: input(bool), y: output(bool) }, (io, m) => {
  const child = module('child', { a: input(bool), y: output(bool) }, (inner) => {
    inner.y.set(io.go.not());
  });
  const u = m.instance('u_child', child);
  u.a.set(io.go);
  io.y.set(u.y);
});
`;
  static override readonly mended = ['io.go.not()', 'inner.a.not()'] as const;

  constructor(signal: string, module: string, places: readonly Place[]) {
    super(
      `module ${module} reads ${signal}, which belongs to another module`,
      places,
      'pass the value through a port; a property may look inside an instance with m.observe()',
    );
  }
}

/** Warning: a comparison with the end of what its other side can be. */
export class AlwaysDecided extends HdlError {
  static override readonly code = 'HG032';
  static override readonly meaning = 'A warning: a comparison is always 0 or always 1, whatever the value is.';
  static override readonly example = `
const design = module('limit', { a: input(bits(4)), y: output(bool) }, (io, m) => {
  io.y.set(io.a.le(15));
  m.unused(io.a);
});
`;
  static override readonly mended = ['io.a.le(15)', 'io.a.le(14)'] as const;

  constructor(value: bigint, places: readonly Place[]) {
    super(
      `a comparison with the smallest or the largest number of its width is always ${value}`,
      places,
      'compare with another number, or write the constant',
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
