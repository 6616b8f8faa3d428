/** Mistakes with foreign modules, the clocks that come out of them, and inout ports. */
import { HdlError, here, type Place } from './hdl-error.ts';

/** A foreign module that can't be: its name or a pin of it. */
export class BadPin extends HdlError {
  static override readonly code = 'HG040';
  static override readonly meaning =
    'A foreign module has a pin or a parameter that can not be: by its name, or by the clock pin that it names.';
  static override readonly example = `
const LATCH = external('LATCHY', { C: clockInput(), ...clocked('CLK', { D: input(bool), Q: output(bool) }) }, { model: 'bench' });
const design = module('top', { d: input(bool), q: output(bool) }, (io, m) => {
  const latch = m.external('latch', LATCH);
  latch.D.set(io.d);
  io.q.set(latch.Q);
});
`;
  static override readonly mended = ["clocked('CLK'", "clocked('C'"] as const;

  constructor(external: string, pin: string, problem: string) {
    super(
      `${pin} of the foreign module ${external} ${problem}`,
      here('declaration'),
      'write the names as they stand in its Verilog; a pin that changes with a clock names one that clockInput() declares',
    );
  }
}

/** A parameter that the foreign module does not have, or of another kind. */
export class BadParameter extends HdlError {
  static override readonly code = 'HG041';
  static override readonly meaning =
    'A foreign module is given a parameter that it does not have, or a value that the parameter does not take.';
  static override readonly example = `
const INVERTER = external('INVERTER', { I: input(bool), O: output(bool) }, { parameters: { SLEW: ['SLOW', 'FAST'] }, model: 'bench' });
const design = module('top', { d: input(bool), q: output(bool) }, (io, m) => {
  const inverter = m.external('inverter', INVERTER, { parameters: { SLEW: 'QUICK' } });
  inverter.I.set(io.d);
  io.q.set(inverter.O);
});
`;
  static override readonly mended = ["'QUICK'", "'FAST'"] as const;

  constructor(external: string, parameter: string, found: unknown, expected: string) {
    super(`parameter ${parameter} of ${external} is ${String(found)}, expected ${expected}`, here('use'), 'its declaration has the list');
  }
}

/** A model whose ports are not the pins of what it stands for. */
export class BadModel extends HdlError {
  static override readonly code = 'HG042';
  static override readonly meaning = 'The model of a foreign module has other ports than that has pins.';
  static override readonly example = `
const model = module('inverter_model', { I: input(bool), Q: output(bool) }, (io) => io.Q.set(io.I.not()));
const INVERTER = external('INVERTER', { I: input(bool), O: output(bool) }, { model });
const design = module('top', { d: input(bool), q: output(bool) }, (io, m) => {
  const inverter = m.external('inverter', INVERTER);
  inverter.I.set(io.d);
  io.q.set(inverter.O);
});
`;
  static override readonly mended = ['Q: output(bool) }, (io) => io.Q', 'O: output(bool) }, (io) => io.O'] as const;

  constructor(external: string, model: string, what: string) {
    super(
      `${model}, the model of ${external}, has ${what}`,
      here('use'),
      'a model has every output pin as a port and, of the inputs and the clock pins, those that it needs; inout pins as three ports',
    );
  }
}

/** A simulation of a design with a foreign module that nothing stands for. */
export class ModelMissing extends HdlError {
  static override readonly code = 'HG043';
  static override readonly meaning = 'A design is simulated in which nothing says what a foreign module does.';
  static override readonly example = `
const INVERTER = external('INVERTER', { I: input(bool), O: output(bool) });
const design = module('top', { d: input(bool), q: output(bool) }, (io, m) => {
  const inverter = m.external('inverter', INVERTER);
  inverter.I.set(io.d);
  io.q.set(inverter.O);
});
`;
  static override readonly mended = ['O: output(bool) });', "O: output(bool) }, { model: 'bench' });"] as const;

  constructor(instance: string, external: string, why: string, places: readonly Place[]) {
    super(
      `${instance} is a foreign module ${external} ${why}`,
      places,
      "give external() a model: a module with the same ports, or 'bench', which makes its pins ports of the simulated design; for Verilator and Icarus, files with it as `verilog`",
    );
  }
}

/** A clock pin that no clock goes to. */
export class ClockPinOpen extends HdlError {
  static override readonly code = 'HG044';
  static override readonly meaning = 'A clock pin of a foreign module is connected to a domain without a clock.';
  static override readonly example = `
const COUNTER = external('COUNTER', { CLK: clockInput(), ...clocked('CLK', { COUNT: output(bits(8)) }) }, { model: 'bench' });
const design = module('top', { count: output(bits(8)) }, (io, m) => {
  const counter = m.external('counter', COUNTER, { clocks: { CLK: asynchronous } });
  io.count.set(counter.COUNT);
});
`;
  static override readonly mended = ['CLK: asynchronous', 'CLK: defaultDomain'] as const;

  constructor(instance: string, pin: string) {
    super(
      `clock pin ${pin} of ${instance} is given a domain without a clock`,
      here('use'),
      'give it one in `clocks`, or declare the pin with clockInput({ open: 0 }) and leave it away',
    );
  }
}

/** A named clock with two sources, or a source for what is none. */
export class ClockSourceTwice extends HdlError {
  static override readonly code = 'HG045';
  static override readonly meaning = 'clockFrom() is called for a clock that has a source already, or that m.clock() did not make.';
  static override readonly example = `
const OSCILLATOR = external('OSCILLATOR', { O: clockOutput({ width: 2 }) });
const design = module('top', { lit: output(bool, asynchronous) }, (io, m) => {
  const oscillator = m.external('oscillator', OSCILLATOR);
  const fast = m.clock('fast', oscillator.O[0]);
  m.clockFrom(fast, oscillator.O[1]);
  const r = m.in(fast, () => m.registers({ on: bits(1) }));
  r.on.next(r.on.not());
  io.lit.set(r.on);
});
`;
  static override readonly mended = ['  m.clockFrom(fast, oscillator.O[1]);\n', ''] as const;

  constructor(clock: string, source: string | undefined) {
    super(
      source === undefined ? `clock ${clock} was not made by m.clock() in this module` : `clock ${clock} comes from ${source} already`,
      here('use'),
      'give each clock of m.clock() one source',
    );
  }
}

/** A named clock that nothing drives. */
export class ClockWithoutSource extends HdlError {
  static override readonly code = 'HG046';
  static override readonly meaning = 'A clock that m.clock() made never gets a source.';
  static override readonly example = `
const design = module('top', { lit: output(bool, asynchronous) }, (io, m) => {
  const fast = m.clock('fast');
  const r = m.in(fast, () => m.registers({ on: bits(1) }));
  r.on.next(r.on.not());
  io.lit.set(r.on);
});
`;
  static override readonly mended = ["m.clock('fast')", 'defaultDomain'] as const;

  constructor(clock: string, places: readonly Place[]) {
    super(
      `clock ${clock} has no source`,
      places,
      'give it one with m.clockFrom(): a clock that comes out of a foreign module, or one of the ports',
    );
  }
}

/** An inout port, or an inout pin, that does not have exactly one other side. */
export class PadConnection extends HdlError {
  static override readonly code = 'HG047';
  static override readonly meaning = 'An inout port does not lead to exactly one inout pin, or an inout pin not to exactly one port.';
  static override readonly example = `
const PAD = external('PAD', { O: output(bool), IO: inout(bool) }, { model: 'bench' });
const design = module('top', { lines: inout(bits(2)), levels: output(bits(2), asynchronous) }, (io, m) => {
  const [left, right] = [m.external('left', PAD), m.external('right', PAD)];
  left.IO.connect(io.lines.bit(0));
  right.IO.connect(io.lines.bit(0));
  io.levels.set(cat(left.O, right.O));
});
`;
  static override readonly mended = ['right.IO.connect(io.lines.bit(0))', 'right.IO.connect(io.lines.bit(1))'] as const;

  constructor(what: string, found: string, places: readonly Place[] = here('use')) {
    super(`${what} is connected to ${found}, expected exactly one`, places, 'connect() each inout port to one inout pin: that of an IOBUF');
  }
}
