/** Numbers of bits that do not fit: each mistake is thrown at the line that makes it. */
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

export function bitCount(width: number): string {
  return width === 1 ? '1 bit' : `${width} bits`;
}
