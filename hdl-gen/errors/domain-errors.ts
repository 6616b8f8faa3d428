/** Mistakes with clock domains and their resets, seen while a body runs. */
import type { Domain } from '../ir/domain.ts';
import { HdlError, here } from './hdl-error.ts';

/** The reset of a domain made of logic: a glitch of it would reset registers. */
export class NotAReset extends HdlError {
  static override readonly code = 'HG013';
  static override readonly meaning = 'The asynchronous reset of a clock domain is made by logic, of which a glitch would reset registers.';
  static override readonly example = `
const lamp = clockDomain('lamp', { reset: 'async' });
const design = module('lamp', { run: input(bool, lamp), on: output(bool, lamp) }, (io, m) => {
  const running = m.resetBy(lamp, io.run.not());
  const r = m.in(running, () => m.registers({ lit: bits(1) }));
  r.lit.next(1);
  io.on.set(r.lit);
});
`;
  static override readonly mended = ['io.run.not()', "io.run, { active: 'low' }"] as const;

  constructor(clock: string, found: string | undefined) {
    super(
      `the reset of domain ${clock} is ${found === undefined ? 'an expression' : `the wire ${found}`}, expected a register or a port`,
      here('use'),
      'let a register take the value and give that; a reset synchroniser ends in one',
    );
  }
}

/** One reset port used as two: with two levels, or at once and at the edge. */
export class DomainClash extends HdlError {
  static override readonly code = 'HG016';
  static override readonly meaning = 'Two domains of a module have one clock and one reset port, which acts in two ways.';
  static override readonly example = `
const [high, low] = ['high', 'low'].map((active) => clockDomain('lamp', { resetPort: 'lamp_reset', active }));
const design = module('lamps', { y: output(bits(2), high) }, (io, m) => {
  const first = m.in(high, () => m.registers({ first: bits(1) })).first;
  const second = m.in(low, () => m.registers({ second: bits(1) })).second;
  first.next(1);
  second.next(1);
  io.y.set(cat(first, second));
});
`;
  static override readonly mended = ['m.in(low,', 'm.in(high,'] as const;

  constructor(module: string, one: Domain, other: Domain) {
    const way = ({ reset }: Domain): string => (reset === undefined ? 'no reset' : `${reset.kind}, active ${reset.active}`);
    super(
      `module ${module} has two domains of clock ${one.clock} and reset ${one.reset?.name}: ${way(one)}, and ${way(other)}`,
      here('use'),
      'use one object of clockDomain() for both, or give the other one a reset port of its own',
    );
  }
}

/** An instance with a reset in a domain that has none. */
export class ResetMissing extends HdlError {
  static override readonly code = 'HG017';
  static override readonly meaning = 'An instance has a reset port, and the domain that it is connected to has no reset.';
  static override readonly example = `
const free = clockDomain('free', { reset: 'none' });
const blink = module('blink', { on: output(bool) }, (io, m) => {
  const r = m.registers({ lit: bits(1) });
  r.lit.next(r.lit.not());
  io.on.set(r.lit);
});
const design = module('lamp', { stop: input(bool, free), on: output(bool, free) }, (io, m) => {
  const running = m.resetBy(free, io.stop);
  io.on.set(m.in(free, () => m.instance('u_blink', blink)).on);
});
`;
  static override readonly mended = ['m.in(free,', 'm.in(running,'] as const;

  constructor(instance: string, reset: string, clock: string) {
    super(
      `instance ${instance} has a reset ${reset}, and the domain of clock ${clock} that it is connected to has none`,
      here('instance'),
      'give the domain a reset with m.resetBy(), or connect the instance to a domain that has one',
    );
  }
}
