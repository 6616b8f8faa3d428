/** Mistakes found while a module's body runs: each is thrown at the line that makes it. */
import { SourceLocation } from '../ir/location.ts';
import { HdlError, type Place } from './hdl-error.ts';

/** An operand, a target or a condition with another number of bits than its place needs. */
export class WidthMismatch extends HdlError {
  override readonly code = 'HG001';
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
  override readonly code = 'HG002';
  constructor(value: number | bigint, width: number, where: string) {
    super(
      `literal ${value} does not fit ${where}, which has ${bitCount(width)}`,
      here('literal'),
      `write an integer from 0 to ${(1n << BigInt(width)) - 1n}, or widen the other side`,
    );
  }
}

/** Bits asked for that the value does not have. */
export class SliceOutOfRange extends HdlError {
  override readonly code = 'HG003';
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
  override readonly code = 'HG004';
  constructor(amount: number, width: number) {
    super(`shift by ${amount} of a value of ${bitCount(width)}`, here('shift'), `shift by 0 to ${width - 1}`);
  }
}

/** `set`, `next`, `when` and the like with no module body running, or on another module's signal. */
export class OutsideModule extends HdlError {
  override readonly code = 'HG005';
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
  override readonly code = 'HG006';
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
  override readonly code = 'HG007';
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
  override readonly code = 'HG008';
  constructor(fsm: string, state: string, known: readonly string[]) {
    super(`FSM ${fsm} has no state ${state}`, here('use'), `its states are ${known.join(', ')}`);
  }
}

/** `set` on a register, `next` on a wire, either on something that is only read. */
export class WrongVerb extends HdlError {
  override readonly code = 'HG009';
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
  override readonly code = 'HG010';
  constructor(what: string, found: number, expected: string) {
    super(`${what} is ${found}, expected ${expected}`, here('declaration'), 'sizes are whole numbers');
  }
}

/** Two modules with one name and different contents in one design. */
export class ModuleNameClash extends HdlError {
  override readonly code = 'HG011';
  constructor(name: string, places: readonly Place[]) {
    super(`two different modules are called ${name}`, places, 'put the parameters that make the difference into the name');
  }
}

/** `observe` of what the instance does not have. */
export class UnknownInside extends HdlError {
  override readonly code = 'HG012';
  constructor(instance: string, module: string, name: string) {
    super(
      `instance ${instance} (module ${module}) has no ${name} inside`,
      here('use'),
      'name an instance of this module, and a port, wire, register or memory of it (camelCase becomes snake_case)',
    );
  }
}

export function bitCount(width: number): string {
  return width === 1 ? '1 bit' : `${width} bits`;
}

function here(what: string): readonly Place[] {
  return [{ what, at: SourceLocation.capture() }];
}
