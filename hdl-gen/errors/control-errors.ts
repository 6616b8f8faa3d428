/** Mistakes in the order of things, seen while a body runs. */
import type { SourceLocation } from '../ir/location.ts';
import { HdlError, here } from './hdl-error.ts';

/** `elseWhen` or `otherwise` behind an `otherwise`: nothing is left that it could be for. */
export class BranchAfterOtherwise extends HdlError {
  static override readonly code = 'HG019';
  static override readonly meaning = 'An elseWhen or otherwise stands behind the otherwise of its when: nothing is left for it.';
  static override readonly example = `
const design = module('choice', { go: input(bool), y: output(bits(8)) }, (io, m) => {
  const chain = m.when(io.go, () => io.y.set(1));
  chain.otherwise(() => io.y.set(2));
  chain.otherwise(() => io.y.set(3));
});
`;
  static override readonly mended = ['  chain.otherwise(() => io.y.set(3));\n', ''] as const;

  constructor(branch: 'elseWhen' | 'otherwise') {
    super(`${branch} stands behind the otherwise of its when`, here(branch), 'put the otherwise last, and only once');
  }
}

/** Bodies of conditions are functions, called one inside the other. */
export class NestedTooDeep extends HdlError {
  static override readonly code = 'HG067';
  static override readonly meaning =
    'Conditions stand inside each other without an end, or deeper than the stack of the program that describes them.';
  static override readonly example = `
const design = module('search', { at: input(bits(16)), y: output(bits(16)) }, (io, m) => {
  const from = (index: number): void => {
    m.when(io.at.eq(index), () => io.y.set(index)).otherwise(() => from(index < 65535 ? index + 1 : 0));
  };
  from(0);
});
`;
  static override readonly mended = ['from(index < 65535 ? index + 1 : 0)', 'index < 100 ? from(index + 1) : io.y.set(0)'] as const;

  constructor(module: string, at: SourceLocation) {
    super(
      `the conditions of ${module} stand inside each other deeper than the stack of the program that describes them`,
      [{ what: 'module', at }],
      'a chain of elseWhen or a switch says the same on one level; else give the program more stack: node --stack-size=4000',
    );
  }
}

/** A module that is inside itself has no end. */
export class ModuleInsideItself extends HdlError {
  static override readonly code = 'HG031';
  static override readonly meaning = 'A module instantiates itself, perhaps through others: it would have no end.';
  static override readonly example = `
const ports = { a: input(bool), y: output(bool) };
const design = module('mirror', ports, (io, m) => {
  const inner = m.instance('inner', design);
  inner.a.set(io.a);
  io.y.set(inner.y);
});
`;
  static override readonly mended = [
    "const inner = m.instance('inner', design);\n  inner.a.set(io.a);\n  io.y.set(inner.y);",
    'io.y.set(io.a);',
  ] as const;

  constructor(path: readonly string[]) {
    super(
      `module ${path[0]} is inside itself: ${path.join(' instantiates ')}`,
      here('instance'),
      'end the recursion by a parameter: a function that returns a module, of another name for each size',
    );
  }
}

/** A pattern that is none, or of another width than the subject. */
export class BadPattern extends HdlError {
  static override readonly code = 'HG033';
  static override readonly meaning = 'The pattern of an arm of a switch has other characters than 0, 1 and ?, or not one for each bit.';
  static override readonly example = `
const design = module('decoder', { op: input(bits(4)), load: output(bool) }, (io, m) => {
  m.switch(io.op, new Map([['1?0', () => io.load.set(1)]]), () => io.load.set(0));
});
`;
  static override readonly mended = ["'1?0'", "'1?0?'"] as const;

  constructor(pattern: string, width: number) {
    super(
      `the pattern ${pattern} of an arm does not fit a subject of ${width} bits`,
      here('switch'),
      'write 0, 1 or ? for each bit, the highest first; _ may stand between',
    );
  }
}

/** An arm of which JavaScript has rounded the number. */
export class RoundedArm extends HdlError {
  static override readonly code = 'HG034';
  static override readonly meaning = 'The number of an arm of a switch is above 2^53: as the key of an object it was rounded.';
  static override readonly example = `
const design = module('finder', { id: input(bits(64)), hit: output(bool) }, (io, m) => {
  m.switch(io.id, { 9007199254740993: () => io.hit.set(1) }, () => io.hit.set(0));
});
`;
  static override readonly mended = [
    '{ 9007199254740993: () => io.hit.set(1) }',
    'new Map([[9007199254740993n, () => io.hit.set(1)]])',
  ] as const;

  constructor(key: string) {
    super(`arm ${key} of a switch is above 2^53, where numbers are not exact`, here('switch'), 'give a Map, with bigints as its keys');
  }
}

/** An arm for values that an earlier one takes. */
export class ArmNeverTaken extends HdlError {
  static override readonly code = 'HG035';
  static override readonly meaning = 'An arm of a switch is never taken: an earlier one takes all its values.';
  static override readonly example = `
const design = module('decoder', { op: input(bits(4)), y: output(bits(2)) }, (io, m) => {
  m.switch(io.op, new Map([['1???', () => io.y.set(1)], ['10??', () => io.y.set(2)]]), () => io.y.set(0));
});
`;
  static override readonly mended = ["'1???'", "'11??'"] as const;

  constructor(key: string, earlier: string) {
    super(
      `arm ${key} of a switch is never taken, since ${earlier} comes first`,
      here('switch'),
      'put the narrower pattern first, or remove it',
    );
  }
}
