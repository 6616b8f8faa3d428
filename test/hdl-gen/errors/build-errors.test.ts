/** What is refused while a body runs: each rule with a module that breaks it, the very message, and one that keeps it. */
import { describe, expect, it } from 'vitest';
import { OutsideModule, WrongVerb } from '../../../hdl-gen/errors/build-errors.ts';
import { NotAReset } from '../../../hdl-gen/errors/domain-errors.ts';
import { IllegalName, ModuleNameClash, NameCollision, UnknownState } from '../../../hdl-gen/errors/name-errors.ts';
import {
  BadSize,
  LiteralDoesNotFit,
  ShiftOutOfRange,
  SignedMix,
  SliceOutOfRange,
  WidthMismatch,
} from '../../../hdl-gen/errors/width-errors.ts';
import {
  type Build,
  bits,
  bool,
  cat,
  clockDomain,
  type Inside,
  input,
  type Module,
  module,
  mux,
  output,
  type Ports,
  repeat,
  signed,
  u,
} from '../../../hdl-gen/index.ts';
import { verilogModules } from '../../../hdl-gen/verilog/design.ts';
import { marks } from '../check/expectations.ts';

const at = marks(import.meta.url);

const PORTS = { go: input(bool), a: input(bits(8)), b: input(bits(9)), y: output(bits(8)), z: output(bits(16)) };
type Io = Inside<typeof PORTS>;

type Body = (io: Io, m: Build) => void;

/** A module with that body, which also drives both outputs. */
const subject = (body: Body) => module('subject', PORTS, (io, m) => closed(io, () => body(io, m))); // subject

function closed(io: Io, body: () => void): void {
  body();
  io.y.set(0);
  io.z.set(0);
}

/** A signal as JavaScript sees it. */
const asAny = (value: unknown) => value as { set(value: number): void; next(value: number): void };
/** A width that only elaboration knows. */
const untyped = (value: unknown) => value as never;

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return 'nothing was thrown';
}

/** Elaboration refuses the one, and only for that reason: its twin passes. */
function refuses(kind: new (...args: never[]) => Error, wrong: Body, message: string, right: Body) {
  const error = thrown(() => subject(wrong).elaborate());
  expect(error).toBeInstanceOf(kind);
  expect((error as Error).message).toBe(message);
  expect(() => subject(right).elaborate()).not.toThrow();
}

describe('HG001 width', () => {
  const advice = 'advice: no width changes by itself: use zext, sext, trunc, slice or cat to say what becomes of the bits';

  it('of an operand', () =>
    refuses(
      WidthMismatch,
      (io, m) => m.let({ sum: io.a.add(untyped(io.b)) }),
      `HG001 width mismatch in add: expected 8 bits, found 9 bits\n  a (8 bits): ${at('subject')}\n  b (9 bits): ${at('subject')}\n  ${advice}`,
      (io, m) => m.let({ sum: io.a.add(io.b.trunc(8)) }),
    ));

  it('of an assigned value, which has no name', () =>
    refuses(
      WidthMismatch,
      (io, m) => m.wires({ w: bits(4) }).w.set(untyped(io.a.not())), // wire
      `HG001 width mismatch in assignment to w: expected 4 bits, found 8 bits\n  w (4 bits): ${at('wire')}\n  ${advice}`,
      (io, m) => m.wires({ w: bits(4) }).w.set(io.a.take(4)),
    ));

  it('of a condition, of a select, and of what is no extension', () => {
    for (const [operation, wrong] of [
      ['condition of when', (io: Io, m: Build) => m.when(untyped(io.a), () => {})],
      ['select of a mux', (io: Io) => mux(untyped(io.a), io.a, 0)],
      ['assert small', (io: Io, m: Build) => m.assert('small', untyped(io.a))],
      ['zext', (io: Io) => io.a.zext(7)],
      ['sext', (io: Io) => io.a.sext(7)],
    ] as const) {
      const error = thrown(() => subject((io, m) => void wrong(io, m)).elaborate());
      expect(error).toBeInstanceOf(WidthMismatch);
      expect((error as Error).message).toContain(`HG001 width mismatch in ${operation}: expected `);
    }
  });
});

describe('HG002 literal', () => {
  const advice = 'advice: write an integer from 0 to 255, or widen the other side';
  it.each([256, -1, 2.5, Number.NaN, 2 ** 53, 256n, -1n])('%s does not fit 8 bits, 255 does', (value) =>
    refuses(
      LiteralDoesNotFit,
      (io, m) => m.let({ same: io.a.eq(value) }), // literal
      `HG002 literal ${value} does not fit its place, which has 8 bits\n  literal: ${at('literal')}\n  ${advice}`,
      (io, m) => m.let({ same: io.a.eq(255), other: io.a.eq(255n) }),
    ),
  );

  it('is told at the module for the options of a port', () => {
    const design = module('odd', { y: output(bits(2, { fallback: 4 })) }, () => {}); // port literal
    expect((thrown(() => design.elaborate()) as Error).message).toContain(`literal: ${at('port literal')}`);
    expect(() => module('even', { y: output(bits(2, { fallback: 3 })) }, () => {}).elaborate()).not.toThrow();
  });
});

describe('HG003 slice', () => {
  it.each([
    [4, 5, '8..4'],
    [8, 1, '8..8'],
    [-1, 2, '0..-1'],
  ])('bits(%s, %s) of 8 bits', (low, count, range) =>
    refuses(
      SliceOutOfRange,
      (io, m) => m.let({ part: io.a.bits(low, count) }), // slice
      `HG003 bits ${range} do not exist in a value of 8 bits\n  slice: ${at('slice')}\n  advice: choose bits between 7 and 0`,
      (io, m) => m.let({ part: io.a.bits(4, 4), all: io.a.bits(0, 8), top: io.a.bit(7) }),
    ),
  );
});

describe('HG004 shift', () => {
  it.each([8, -1, 0.5])('by %s of 8 bits', (amount) =>
    refuses(
      ShiftOutOfRange,
      (io, m) => m.let({ shifted: io.a.shr(amount) }), // shift
      `HG004 shift by ${amount} of a value of 8 bits\n  shift: ${at('shift')}\n  advice: shift by 0 to 7`,
      (io, m) => m.let({ shifted: io.a.shr(7), left: io.a.shl(0), far: io.a.asSigned().shr(io.b) }),
    ),
  );
});

describe('HG005 outside of the module', () => {
  const advice = 'advice: assign a signal only inside the body of the module that declares it; pass values between modules through ports';

  it('while another body runs', () =>
    refuses(
      OutsideModule,
      (io, m) => {
        const inner = module('inner', {}, () => io.y.set(1)); // other body
        m.instance('u', inner);
      },
      `HG005 signal y of module subject used while the body of module inner is running\n  use: ${at('other body')}\n  ${advice}`,
      (io, m) => {
        const inner = module('inner', { y: output(bits(8)) }, (own) => own.y.set(1));
        m.let({ seen: m.instance('u', inner).y.and(io.a) });
      },
    ));

  it('while none runs', () => {
    let kept: Build | undefined;
    subject((_io, m) => {
      kept = m;
    }).elaborate();
    const error = thrown(() => kept?.when(u(1, 1), () => {})); // no body
    expect((error as Error).message).toBe(
      `HG005 when of module subject used while no module body is running\n  use: ${at('no body')}\n  ${advice}`,
    );
  });
});

describe('HG006 name', () => {
  it('used twice, compared as it stands in the Verilog', () =>
    refuses(
      NameCollision,
      (io, m) => {
        m.let({ ethType: io.a }); // first name
        m.let({ eth_type: io.a }); // second name
      },
      `HG006 the name eth_type is used twice in one module\n  first: ${at('first name')}\n  second: ${at('second name')}\n  advice: rename one of them; names are compared as they stand in the Verilog (camelCase becomes snake_case)`,
      (io, m) => m.let({ ethType: io.a, eth_types: io.a }),
    ));
});

describe('HG007 name', () => {
  const advice = 'advice: choose letters, digits and underscores, beginning with a letter, and no keyword';

  it('that Verilog keeps for itself, of a port: inside, it steps aside', () => {
    const design = module('odd', { reg: input(bool) }, () => {}); // keyword port
    expect((thrown(() => design.elaborate()) as Error).message).toBe(
      `HG007 reg can't be a name: it is a keyword of Verilog or SystemVerilog\n  declaration: ${at('keyword port')}\n  ${advice}`,
    );
    const names = subject((io, m) => m.let({ reg: io.a }))
      .elaborate()
      .signals.map(({ name }) => name);
    expect(names).toEqual(['reg_q']);
  });

  it('of a module', () => {
    const design = module('module', {}, () => {}); // module name
    const error = thrown(() => design.elaborate());
    expect(error).toBeInstanceOf(IllegalName);
    expect((error as Error).message).toContain(
      `module can't be a name: it is a keyword of Verilog or SystemVerilog\n  declaration: ${at('module name')}`,
    );
  });

  it.each(['_hidden', '2nd', 'größe', 'a b', ''])('that Verilog can not spell: "%s"', (name) =>
    refuses(
      IllegalName,
      (io, m) => m.let({ [name]: io.a }), // spelling
      `HG007 ${name} can't be a name: a name has letters, digits and underscores and begins with a letter\n  declaration: ${at('spelling')}\n  ${advice}`,
      (io, m) => m.let({ second_2: io.a }),
    ),
  );
});

describe('HG008 state', () => {
  it('that the FSM does not have: of goto, of is, of reset', () => {
    const fsm = (reset: string, next: string, asked: string) => (_io: Io, m: Build) => {
      const state = m.fsm('state', { reset: untyped(reset), states: { idle: (f) => f.goto(untyped(next)), run: () => {} } });
      m.let({ busy: state.is(untyped(asked)) });
    };
    for (const wrong of [fsm('rest', 'run', 'run'), fsm('idle', 'rest', 'run'), fsm('idle', 'run', 'rest')]) {
      const error = thrown(() => subject(wrong).elaborate());
      expect(error).toBeInstanceOf(UnknownState);
      expect((error as Error).message).toMatch(
        /^HG008 FSM state has no state rest\n {2}use: test\/hdl-gen\/errors\/build-errors\.test\.ts:\d+\n {2}advice: its states are idle, run$/,
      );
    }
    expect(() => subject(fsm('idle', 'run', 'run')).elaborate()).not.toThrow();
  });
});

describe('HG009 verb', () => {
  const advice =
    'advice: a register takes its value at the clock edge with next(), a wire or an output at once with set(), an input takes none from inside';

  it('set on a register', () =>
    refuses(
      WrongVerb,
      (_io, m) => asAny(m.registers({ r: bits(4) }).r).set(1), // set
      `HG009 set on r, which is a register\n  use: ${at('set')}\n  ${advice}`,
      (_io, m) => m.registers({ r: bits(4) }).r.next(1),
    ));

  it('next on an output, either on an input', () => {
    for (const [wrong, problem] of [
      [(io: Io) => asAny(io.y).next(1), 'next on y, which is an output'],
      [(io: Io) => asAny(io.a).next(1), 'next on a, which is an input'],
      [(io: Io) => asAny(io.a).set(1), 'set on a, which is an input'],
    ] as const) {
      expect((thrown(() => subject(wrong).elaborate()) as Error).message).toContain(`HG009 ${problem}\n`);
    }
  });
});

describe('HG010 size', () => {
  it.each<[string, (io: Io, m: Build) => unknown]>([
    ['width is 0, expected 1 to 4096', (_io, m) => m.wires({ w: bits(0) })],
    ['width is 4097, expected 1 to 4096', (_io, m) => m.registers({ w: bits(4097) })],
    ['width is 1.5, expected 1 to 4096', () => u(1.5, 1)],
    ['depth of memory words is 0, expected at least 1', (_io, m) => m.memory('words', bits(8), 0)],
    ['number of initial words of memory words is 1, expected 2, the depth', (_io, m) => m.memory('words', bits(8), 2, { init: [1] })],
    ['number of parts of a concatenation is 0, expected at least 1', () => cat()],
    ['number of repetitions is 0, expected at least 1', (io) => repeat(io.a, 0)],
  ])('%s', (problem, wrong) => {
    const error = thrown(() => subject((io, m) => void wrong(io, m)).elaborate());
    expect(error).toBeInstanceOf(BadSize);
    expect((error as Error).message).toMatch(
      new RegExp(`^HG010 ${problem}\n  declaration: test/hdl-gen/errors/build-errors.test.ts:\\d+\n  advice: sizes are whole numbers$`),
    );
  });

  it('at its limits is legal', () => {
    const legal = subject((io, m) => {
      const memory = m.memory('words', bits(4096), 1, { init: [1] });
      m.let({ word: memory.read(io.go), all: repeat(cat(io.a), 1) });
    });
    expect(() => legal.elaborate()).not.toThrow();
  });
});

describe('HG011 module name', () => {
  const constantOf = (name: string, value: number) => module(name, { y: output(bits(8)) }, (io) => io.y.set(value)); // constant
  const both = (one: Module<Ports>, two: Module<Ports>) => subject((_io, m) => void [m.instance('one', one), m.instance('two', two)]);

  it('of two different modules; two equal ones are one', () => {
    const error = thrown(() => verilogModules(both(constantOf('constant', 1), constantOf('constant', 2)).elaborate()));
    expect(error).toBeInstanceOf(ModuleNameClash);
    expect((error as Error).message).toBe(
      `HG011 two different modules are called constant\n  one: ${at('constant')}\n  the other: ${at('constant')}\n  advice: put the parameters that make the difference into the name`,
    );
    for (const [one, two] of [
      [constantOf('constant', 1), constantOf('constant', 1)],
      [constantOf('one', 1), constantOf('two', 2)],
    ] as const)
      expect(() => verilogModules(both(one, two).elaborate())).not.toThrow();
  });
});

describe('HG012 signed and unsigned', () => {
  const advice = 'advice: say with asSigned() or asBits() how the value is meant; to widen it, use extend() or zext() first';

  it('in one operation', () =>
    refuses(
      SignedMix,
      (io, m) => m.let({ sum: io.a.add(untyped(m.registers({ by: signed(8) }).by)) }), // mix
      `HG012 add expects unsigned bits, found a signed number\n  use: ${at('mix')}\n  ${advice}`,
      (io, m) => {
        const { by } = m.registers({ by: signed(8) });
        by.next(-1);
        m.let({ sum: io.a.add(by.asBits()), difference: by.sub(io.a.asSigned()) });
      },
    ));
});

describe('HG013 reset', () => {
  const lamp = clockDomain('lamp', { reset: 'async' });
  const advice = 'advice: let a register take the value and give that; a reset synchroniser ends in one';

  it('of an expression or a wire, where it acts at once', () =>
    refuses(
      NotAReset,
      (io, m) => m.resetBy(lamp, m.let({ stop: io.go.not() }).stop), // reset
      `HG013 the reset of domain lamp_clk is the wire stop, expected a register or a port\n  use: ${at('reset')}\n  ${advice}`,
      (io, m) => {
        m.resetBy(lamp, io.go);
        m.resetBy(lamp, m.let({ stop: io.go.not() }).stop, { reset: 'sync' });
      },
    ));

  it('of an expression, which has no name', () => {
    const error = thrown(() => subject((io, m) => void m.resetBy(lamp, io.go.not(), { reset: 'sync' })).elaborate());
    expect((error as Error).message).toContain('HG013 the reset of domain lamp_clk is an expression, expected a register or a port\n');
  });
});
