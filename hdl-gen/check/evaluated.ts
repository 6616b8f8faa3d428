/** Every expression that a module evaluates, and where. */

import { bodiesOf } from '../ir/drivers.ts';
import type { SourceLocation } from '../ir/location.ts';
import type { Expression, ModuleIr, Statement } from '../ir/module.ts';
import { expressionsOf } from '../verilog/reads.ts';

export interface Evaluated {
  readonly expression: Expression;
  readonly at: SourceLocation;
}

export function evaluated({ statements, reads, properties, pasts }: ModuleIr): Evaluated[] {
  return [
    ...statements.flatMap(inStatement),
    ...reads.flatMap(({ address, enable, location: at }) => [
      { expression: address, at },
      { expression: enable, at },
    ]),
    ...properties.map(({ condition, location: at }) => ({ expression: condition, at })),
    ...pasts.map(({ value, data }) => ({ expression: value, at: data.location })),
  ];
}

function inStatement(statement: Statement): Evaluated[] {
  const inside = bodiesOf(statement).flatMap((body) => body.flatMap(inStatement));
  switch (statement.kind) {
    case 'assign':
      return [{ expression: statement.value, at: statement.location }];
    case 'write':
      return expressionsOf(statement).map((expression) => ({ expression, at: statement.location }));
    case 'if':
      return [...statement.arms.map(({ condition, location }) => ({ expression: condition, at: location })), ...inside];
    case 'switch':
      return [{ expression: statement.subject, at: statement.location }, ...inside];
  }
}
