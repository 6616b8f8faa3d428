/** Mistakes found while a module's body runs: each is thrown at the line that makes it. */
import { HdlError, here, type Place } from './hdl-error.ts';

/** An operand, a target or a condition with another number of bits than its place needs. */
export class WidthMismatch extends HdlError {
  static override readonly code = 'HG001';
  static override readonly meaning = 'An operand, an assigned value or a condition has another number of bits than its place.';
  static override readonly example = `
const design = module('sum', { a: input(bits(8)), b: input(bits(9)), y: output(bits(8)) }, (io) => {
  io.y.set(io.a.add(io.b));
});
`;
  static override readonly mended = ['io.a.add(io.b)', 'io.a.add(io.b.trunc(8))'] as const;

  constructor(operation: string, expected: number, found: number, places: readonly Place[]) {
    super(
      `width mismatch in ${operation}: expected ${bitCount(expected)}, found ${bitCount(found)}`,
      places,
      'no width changes by itself: use zext, sext, trunc, slice or cat to say what becomes of the bits',
    );
  }
}

/** A number that the place it is written to can't hold. */
export class LiteralDoesNotFit extends HdlError {
  static override readonly code = 'HG002';
  static override readonly meaning = 'A number is negative, no integer, too large to be exact, or has more bits than its place.';
  static override readonly example = `
const design = module('limit', { y: output(bits(8)) }, (io) => {
  io.y.set(256);
});
`;
  static override readonly mended = ['256', '255'] as const;

  constructor(value: number | bigint, width: number, lowest: bigint, highest: bigint, place = 'its place') {
    super(
      `literal ${value} does not fit ${place}, which has ${bitCount(width)}`,
      here('literal'),
      `write an integer from ${lowest} to ${highest}, or widen the other side`,
    );
  }
}

/** Bits asked for that the value does not have. */
export class SliceOutOfRange extends HdlError {
  static override readonly code = 'HG003';
  static override readonly meaning = 'A slice reaches beyond the value that it is cut from.';
  static override readonly example = `
const design = module('high', { a: input(bits(8)), y: output(bits(4)) }, (io) => {
  io.y.set(io.a.bits(6, 4));
});
`;
  static override readonly mended = ['bits(6, 4)', 'bits(4, 4)'] as const;

  constructor(low: number, count: number, width: number) {
    super(
      `bits ${low + count - 1}..${low} do not exist in a value of ${bitCount(width)}`,
      here('slice'),
      `choose bits between ${width - 1} and 0`,
    );
  }
}

/** A shift by a constant that leaves nothing. */
export class ShiftOutOfRange extends HdlError {
  static override readonly code = 'HG004';
  static override readonly meaning = 'A shift by a constant would leave nothing of the value; a shift by a signal may.';
  static override readonly example = `
const design = module('gone', { a: input(bits(8)), y: output(bits(8)) }, (io) => {
  io.y.set(io.a.shl(8));
});
`;
  static override readonly mended = ['shl(8)', 'shl(7)'] as const;

  constructor(amount: number, width: number) {
    super(`shift by ${amount} of a value of ${bitCount(width)}`, here('shift'), `shift by 0 to ${width - 1}`);
  }
}

/** `set`, `next`, `when` and the like with no module body running, or on another module's signal. */
export class OutsideModule extends HdlError {
  static override readonly code = 'HG005';
  static override readonly meaning = 'A statement stands in the body of another module than its signal, or in none.';
  static override readonly example = `
const design = module('parent', { go: input(bool), y: output(bool) }, (io, m) => {
  const child = module('child', { a: input(bool), y: output(bool) }, (inner) => {
    io.y.set(inner.a.not());
  });
  const u = m.instance('u_child', child);
  u.a.set(io.go);
  io.y.set(u.y);
});
`;
  static override readonly mended = ['io.y.set(inner.a.not())', 'inner.y.set(inner.a.not())'] as const;

  constructor(what: string, owner: string, open: string | undefined) {
    const running = open === undefined ? 'no module body is running' : `the body of module ${open} is running`;
    super(
      `${what} of module ${owner} used while ${running}`,
      here('use'),
      'assign a signal only inside the body of the module that declares it; pass values between modules through ports',
    );
  }
}

/** Two things in one module under one name. */
export class NameCollision extends HdlError {
  static override readonly code = 'HG006';
  static override readonly meaning = 'Two things in one module have one name in the Verilog.';
  static override readonly example = `
const design = module('counter', { count: output(bits(4)) }, (io, m) => {
  const r = m.registers({ count: bits(4) });
  r.count.next(r.count.add(1));
  io.count.set(r.count);
});
`;
  static override readonly mended = [
    'count: bits(4) });\n  r.count.next(r.count.add(1));\n  io.count.set(r.count)',
    'ticks: bits(4) });\n  r.ticks.next(r.ticks.add(1));\n  io.count.set(r.ticks)',
  ] as const;

  constructor(name: string, places: readonly Place[]) {
    super(
      `the name ${name} is used twice in one module`,
      places,
      'rename one of them; names are compared as they stand in the Verilog (camelCase becomes snake_case)',
    );
  }
}

/** A name that Verilog or SystemVerilog keeps for itself, or can't spell. */
export class IllegalName extends HdlError {
  static override readonly code = 'HG007';
  static override readonly meaning =
    "A port has a name that Verilog or SystemVerilog keeps for itself, or anything has one that they can't spell.";
  static override readonly example = `
const design = module('shifter', { reg: output(bool) }, (io) => {
  io.reg.set(1);
});
`;
  static override readonly mended = ['reg', 'held'] as const;

  constructor(name: string, why: string) {
    super(
      `${name} can't be a name: ${why}`,
      here('declaration'),
      'choose letters, digits and underscores, beginning with a letter, and no keyword',
    );
  }
}

/** `goto` to, or test of, a state that the FSM does not have. */
export class UnknownState extends HdlError {
  static override readonly code = 'HG008';
  static override readonly meaning = 'An FSM is sent to, or asked about, a state that it does not have.';
  static override readonly example = `
const design = module('runner', { go: input(bool), busy: output(bool) }, (io, m) => {
  const state = m.fsm('state', {
    reset: 'idle',
    states: {
      idle: (f) => m.when(io.go, () => f.goto('running')),
      run: (f) => f.goto('idle'),
    },
  });
  io.busy.set(state.is('run'));
});
`;
  static override readonly mended = ["goto('running')", "goto('run')"] as const;

  constructor(fsm: string, state: string, known: readonly string[]) {
    super(`FSM ${fsm} has no state ${state}`, here('use'), `its states are ${known.join(', ')}`);
  }
}

/** `set` on a register, `next` on a wire, either on something that is only read. */
export class WrongVerb extends HdlError {
  static override readonly code = 'HG009';
  static override readonly meaning = '`set` on a register, `next` on a wire or an output, or either on something that is only read.';
  static override readonly example = `
const design = module('counter', { y: output(bits(4)) }, (io, m) => {
  const r = m.registers({ count: bits(4) });
  r.count.set(r.count.add(1));
  io.y.set(r.count);
});
`;
  static override readonly mended = ['r.count.set', 'r.count.next'] as const;

  constructor(verb: 'set' | 'next', name: string, kind: string) {
    super(
      `${verb} on ${name}, which is ${kind}`,
      here('use'),
      'a register takes its value at the clock edge with next(), a wire or an output at once with set(), an input takes none from inside',
    );
  }
}

/** A width, depth or other size that makes no hardware. */
export class BadSize extends HdlError {
  static override readonly code = 'HG010';
  static override readonly meaning = 'A width, a depth or a number of parts makes no hardware.';
  static override readonly example = `
const design = module('nothing', { a: input(bits(4)), y: output(bits(0)) }, (io) => {
  io.y.set(io.a);
});
`;
  static override readonly mended = ['bits(0)', 'bits(4)'] as const;

  constructor(what: string, found: number, expected: string) {
    super(`${what} is ${found}, expected ${expected}`, here('declaration'), 'sizes are whole numbers');
  }
}

/** Two modules with one name and different contents in one design. */
export class ModuleNameClash extends HdlError {
  static override readonly code = 'HG011';
  static override readonly meaning = 'Two modules of one name with different contents would be one module in the Verilog.';
  static override readonly example = `
const delay = (width) =>
  module('delay', { a: input(bits(width)), y: output(bits(width)) }, (io, m) => {
    const r = m.registers({ held: bits(width) });
    r.held.next(io.a);
    io.y.set(r.held);
  });
const design = module('both', { a: input(bits(4)), b: input(bits(8)), y: output(bits(12)) }, (io, m) => {
  const [narrow, wide] = [m.instance('narrow', delay(4)), m.instance('wide', delay(8))];
  narrow.a.set(io.a);
  wide.a.set(io.b);
  io.y.set(cat(narrow.y, wide.y));
});
`;
  static override readonly mended = ["'delay'", "'delay_' + width"] as const;

  constructor(name: string, places: readonly Place[]) {
    super(`two different modules are called ${name}`, places, 'put the parameters that make the difference into the name');
  }
}

/** A signed and an unsigned value in one operation: which of the two it would be is nobody's guess. */
export class SignedMix extends HdlError {
  static override readonly code = 'HG012';
  static override readonly meaning = 'A signed and an unsigned value meet in one operation, or one stands where the other belongs.';
  static override readonly example = `
const design = module('offset', { base: input(bits(8)), by: input(signed(8)), y: output(bits(8)) }, (io) => {
  io.y.set(io.base.add(io.by));
});
`;
  static override readonly mended = ['io.base.add(io.by)', 'io.base.add(io.by.asBits())'] as const;

  constructor(operation: string, expected: 'bits' | 'signed', found: 'bits' | 'signed') {
    const kind = { bits: 'unsigned bits', signed: 'a signed number' };
    super(
      `${operation} expects ${kind[expected]}, found ${kind[found]}`,
      here('use'),
      'say with asSigned() or asBits() how the value is meant; to widen it, use extend() or zext() first',
    );
  }
}

/** `observe` of what the instance does not have. */
export class UnknownInside extends HdlError {
  static override readonly code = 'HG015';
  static override readonly meaning = 'A property looks into an instance for something that is not there.';
  static override readonly example = `
const child = module('child', { y: output(bits(4)) }, (io, m) => {
  const r = m.registers({ count: bits(4) });
  r.count.next(r.count.add(1));
  io.y.set(r.count);
});
const design = module('parent', { y: output(bits(4)) }, (io, m) => {
  const u = m.instance('u_child', child);
  io.y.set(u.y);
  const inside = m.observe('u_child', { counter: bits(4) });
  m.assert('shown', inside.counter.eq(u.y));
});
`;
  static override readonly mended = [
    "m.observe('u_child', { counter: bits(4) });\n  m.assert('shown', inside.counter",
    "m.observe('u_child', { count: bits(4) });\n  m.assert('shown', inside.count",
  ] as const;

  constructor(instance: string, module: string, name: string) {
    super(
      `instance ${instance} (module ${module}) has no ${name} inside`,
      here('use'),
      'name an instance of this module, and a port, wire, register or memory of it (camelCase becomes snake_case)',
    );
  }
}

/** An attribute that no tool reads, or with a value that it does not take. */
export class BadAttribute extends HdlError {
  static override readonly code = 'HG018';
  static override readonly meaning = 'An attribute has a name that no tool is known to read, or a value that it does not take.';
  static override readonly example = `
const design = module('caught', { a: input(bool), y: output(bool) }, (io, m) => {
  const r = m.registers({ first: bits(1, { attributes: { async_reg: true } }) });
  r.first.next(io.a);
  io.y.set(r.first);
});
`;
  static override readonly mended = ['async_reg', 'ASYNC_REG'] as const;

  constructor(of: string, name: string, value: unknown, wanted: string) {
    super(
      `attribute ${name} of ${of} is ${String(value)}, expected ${wanted}`,
      here('declaration'),
      'tools ignore what they do not know, without a word',
    );
  }
}

export function bitCount(width: number): string {
  return width === 1 ? '1 bit' : `${width} bits`;
}
