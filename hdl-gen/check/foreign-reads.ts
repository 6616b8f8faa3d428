/** Signals and memories of another module, which a closure has brought in: here they have no name, or one that is something else. */
import { ForeignRead } from '../errors/check-errors.ts';
import type { SourceLocation } from '../ir/location.ts';
import type { Expression, ModuleIr, Statement } from '../ir/module.ts';
import { memoriesIn, signalsIn } from '../verilog/reads.ts';
import { bodiesOf } from './targets.ts';

interface Evaluated {
  readonly expression: Expression;
  readonly at: SourceLocation;
}

export function foreignReads(module: ModuleIr): ForeignRead[] {
  const { ports, signals, memories, instances, pasts } = module;
  const observed = instances.flatMap((instance) => instance.observed.map(({ signal }) => signal));
  const own = new Set<unknown>([...ports, ...signals, ...observed, ...pasts.map(({ data }) => data), ...memories]);
  const errors = new Map<unknown, ForeignRead>();
  for (const { expression, at } of evaluated(module)) {
    for (const read of [...signalsIn(expression), ...memoriesIn(expression)])
      if (!own.has(read) && !errors.has(read))
        errors.set(
          read,
          new ForeignRead(read.name, module.name, [
            { what: 'read', at },
            { what: 'declaration', at: read.location },
          ]),
        );
  }
  return [...errors.values()];
}

function evaluated({ statements, reads, properties, pasts }: ModuleIr): Evaluated[] {
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
      return [statement.address, statement.data].map((expression) => ({ expression, at: statement.location }));
    case 'if':
      return [...statement.arms.map(({ condition, location }) => ({ expression: condition, at: location })), ...inside];
    case 'switch':
      return [{ expression: statement.subject, at: statement.location }, ...inside];
  }
}
