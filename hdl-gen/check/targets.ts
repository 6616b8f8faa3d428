/** What a statement assigns. */
import type { Signal, Statement } from '../ir/module.ts';

const known = new WeakMap<Statement, ReadonlySet<Signal>>();

/** Every signal that the statement, or one inside it, assigns. */
export function targetsOf(statement: Statement): ReadonlySet<Signal> {
  let targets = known.get(statement);
  if (targets === undefined) {
    targets = new Set(
      statement.kind === 'assign'
        ? [statement.target]
        : bodiesOf(statement).flatMap((body) => body.flatMap((inner) => [...targetsOf(inner)])),
    );
    known.set(statement, targets);
  }
  return targets;
}

/** The statement lists inside a statement: one a branch. */
export function bodiesOf(statement: Statement): readonly (readonly Statement[])[] {
  if (statement.kind === 'assign' || statement.kind === 'write') return [];
  const bodies = statement.arms.map((arm) => arm.body);
  return statement.otherwise === undefined ? bodies : [...bodies, statement.otherwise];
}

const KIND: Readonly<Record<Signal['kind'], string>> = {
  input: 'input',
  output: 'output',
  inout: 'inout',
  wire: 'wire',
  register: 'register',
  instanceInput: 'instance input',
  instanceOutput: 'instance output',
  memoryOutput: 'memory read port',
};

/** The signal's kind, in the words of a message. */
export function kindOf(signal: Signal): string {
  return KIND[signal.kind];
}

/** Driven by `set`. */
export function isCombinational(signal: Signal): boolean {
  return signal.kind === 'output' || signal.kind === 'wire' || signal.kind === 'instanceInput';
}
