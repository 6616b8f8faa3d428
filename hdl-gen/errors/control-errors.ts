/** Mistakes in the order of things, seen while a body runs. */
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
