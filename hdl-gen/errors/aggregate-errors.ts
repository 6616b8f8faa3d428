/** Mistakes with structures, vectors, enumerations and bundles: each is thrown at the line that makes it. */
import { HdlError, here, type Place } from './hdl-error.ts';

/** A value of another make than its place: a structure of other fields, bits for an enumeration, something that is no value. */
export class ShapeMismatch extends HdlError {
  static override readonly code = 'HG050';
  static override readonly meaning =
    'A value is of another make than its place: other fields, bits where an enumeration belongs, or no value of the hardware at all.';
  static override readonly example = `
const Status = struct({ busy: bool, level: bits(4) });
const design = module('reporter', { level: input(bits(4)), status: output(Status) }, (io) => {
  io.status.set({ level: io.level });
});
`;
  static override readonly mended = ['{ level: io.level }', '{ busy: io.level.any(), level: io.level }'] as const;

  constructor(operation: string, expected: string, found: string) {
    super(
      `${operation} expects ${expected}, found ${found}`,
      here('use'),
      'give a value of that shape, or an object with each of its fields and no other; as() reads bits as a shape, asBits() a shape as bits',
    );
  }
}

/** A name that an enumeration does not have. */
export class NoSuchMember extends HdlError {
  static override readonly code = 'HG051';
  static override readonly meaning = 'An enumeration is asked for a member that it does not have.';
  static override readonly example = `
const Speed = enumeration('speed', ['slow', 'fast']);
const design = module('gear', { speed: input(Speed), hurry: output(bool) }, (io) => {
  io.hurry.set(io.speed.is('quick'));
});
`;
  static override readonly mended = ["'quick'", "'fast'"] as const;

  constructor(enumeration: string, member: string, known: readonly string[]) {
    super(`enumeration ${enumeration} has no member ${member}`, here('use'), `its members are ${known.join(', ')}`);
  }
}

/** A field whose name the view needs for itself. */
export class ReservedField extends HdlError {
  static override readonly code = 'HG052';
  static override readonly meaning = 'A field of a structure or of a stream has a name that structures or streams need for themselves.';
  static override readonly example = `
const design = module('lister', { item: output(struct({ value: bits(8), next: bits(4) })) }, (io) => {
  io.item.set({ value: 0, next: 0 });
});
`;
  static override readonly mended = ['next:', 'link:'] as const;

  constructor(field: string, of: string, taken: readonly string[]) {
    super(`${field} can't be a field of ${of}`, here('declaration'), `choose another name than ${taken.join(', ')}`);
  }
}

/** Members that can't be told apart, or codes that do not fit. */
export class BadEnumeration extends HdlError {
  static override readonly code = 'HG053';
  static override readonly meaning = 'An enumeration has no members, two of one name or code, or a code that does not fit.';
  static override readonly example = `
const Response = enumeration('response', { okay: 0, slverr: 2, decerr: 2 });
const design = module('answerer', { response: output(Response) }, (io) => {
  io.response.set('okay');
});
`;
  static override readonly mended = ['decerr: 2', 'decerr: 3'] as const;

  constructor(name: string, problem: string, advice: string) {
    super(`enumeration ${name} ${problem}`, here('declaration'), advice);
  }
}

/** An element that a vector does not have. */
export class NoSuchElement extends HdlError {
  static override readonly code = 'HG054';
  static override readonly meaning = 'An element is asked for that the vector does not have.';
  static override readonly example = `
const design = module('last', { table: input(vec(bits(8), 4)), y: output(bits(8)) }, (io, m) => {
  io.y.set(io.table.at(4));
  m.unused(io.table);
});
`;
  static override readonly mended = ['at(4)', 'at(3)'] as const;

  constructor(index: number, length: number) {
    super(`element ${index} does not exist in a vector of ${length}`, here('use'), `choose from 0 to ${length - 1}, or a signal`);
  }
}

/** Two bundles or streams that do not fit together. */
export class CannotConnect extends HdlError {
  static override readonly code = 'HG055';
  static override readonly meaning = 'Two bundles or streams are connected of which one has what the other lacks, or both drive the same.';
  static override readonly example = `
const design = module('pass', { from: input(stream({ data: bits(8) })), to: output(stream({ data: bits(8), keep: bool })) }, (io, m) => {
  m.connect(io.from, io.to);
});
`;
  static override readonly mended = ['bits(8) })', 'bits(8), keep: bool })'] as const;

  constructor(problem: string, places: readonly Place[], advice: string) {
    super(problem, [...here('use'), ...places], advice);
  }
}
