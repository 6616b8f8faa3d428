/** `when`s that do nothing. */
import { EmptyBody } from '../errors/check-errors.ts';
import { statementsIn } from '../ir/drivers.ts';
import type { ModuleIr, Statement } from '../ir/module.ts';

/** A state or a switch arm may be empty: it says that there is nothing to do. */
export function emptyBodies(module: ModuleIr): EmptyBody[] {
  return statementsIn(module.statements).flatMap(inStatement);
}

function inStatement(statement: Statement): EmptyBody[] {
  return statement.kind === 'if'
    ? statement.arms
        .filter((arm) => arm.body.length === 0 && arm.states !== true)
        .map((arm) => new EmptyBody([{ what: 'when', at: arm.location }]))
    : [];
}
