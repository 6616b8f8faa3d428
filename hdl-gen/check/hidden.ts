/** Assignments that a later, unconditional one in the same body always overrules. */
import { HiddenAssignment } from '../errors/check-errors.ts';
import type { SourceLocation } from '../ir/location.ts';
import type { ModuleIr, Signal, Statement } from '../ir/module.ts';
import { bodiesOf } from './targets.ts';

export function hiddenAssignments(module: ModuleIr): HiddenAssignment[] {
  return inBody(module.statements);
}

function inBody(statements: readonly Statement[]): HiddenAssignment[] {
  const errors: HiddenAssignment[] = [];
  const overruledAt = new Map<Signal, SourceLocation>();
  // backwards, so that what comes later is known
  for (const statement of statements.toReversed()) {
    for (const [target, at] of assignmentsIn(statement)) {
      const later = overruledAt.get(target);
      if (later !== undefined)
        errors.unshift(
          new HiddenAssignment(target.name, [
            { what: 'without effect', at },
            { what: 'overruled', at: later },
          ]),
        );
    }
    if (statement.kind === 'assign') overruledAt.set(statement.target, statement.location);
  }
  return [...errors, ...statements.flatMap((statement) => bodiesOf(statement).flatMap(inBody))];
}

function assignmentsIn(statement: Statement): (readonly [Signal, SourceLocation])[] {
  if (statement.kind === 'assign') return [[statement.target, statement.location]];
  return bodiesOf(statement).flatMap((body) => body.flatMap(assignmentsIn));
}
