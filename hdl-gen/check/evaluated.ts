/** Every expression that a module evaluates, and where. */

import { statementsIn } from '../ir/drivers.ts';
import type { SourceLocation } from '../ir/location.ts';
import type { Expression, ModuleIr, Statement } from '../ir/module.ts';
import { ownExpressions } from '../verilog/reads.ts';

export interface Evaluated {
  readonly expression: Expression;
  readonly at: SourceLocation;
}

export function evaluated({ statements, reads, properties, pasts }: ModuleIr): Evaluated[] {
  return [
    ...statementsIn(statements).flatMap(inStatement),
    ...reads.flatMap(({ address, enable, location: at }) => [
      { expression: address, at },
      { expression: enable, at },
    ]),
    ...properties.map(({ condition, location: at }) => ({ expression: condition, at })),
    ...pasts.map(({ value, data }) => ({ expression: value, at: data.location })),
  ];
}

/** Those inside the statement apart. */
function inStatement(statement: Statement): Evaluated[] {
  if (statement.kind === 'if') return statement.arms.map(({ condition, location }) => ({ expression: condition, at: location }));
  return ownExpressions(statement).map((expression) => ({ expression, at: statement.location }));
}
