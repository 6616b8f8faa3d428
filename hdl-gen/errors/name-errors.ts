/** Names that are taken, that nothing has, or that Verilog can't have. */
import { HdlError, here, type Place } from './hdl-error.ts';
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
