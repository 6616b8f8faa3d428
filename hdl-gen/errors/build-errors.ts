/** What a module's body may not say: each mistake is thrown at the line that makes it. */
import { HdlError, here } from './hdl-error.ts';
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
