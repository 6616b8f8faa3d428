/** Properties: what is checked in simulation and proved by the formal tools. */
import type { Domain } from '../ir/domain.ts';
import { SourceLocation } from '../ir/location.ts';
import { and, not, or } from '../ir/logic.ts';
import type { Expression, Property } from '../ir/module.ts';
import { leavesIn, shapeIn } from './aggregate.ts';
import { snakeCase } from './names.ts';
import type { AnyValue } from './ports.ts';
import { requireOpen } from './running.ts';
import type { Scope } from './scope.ts';
import { type Bit, expectWidth } from './value.ts';
import { declareShape } from './views.ts';

/** A property inside a `when`, a `switch` or a state speaks of the cycles in which that is taken; with an enable, of those that count. */
export function property(scope: Scope, kind: Property['kind'], name: string, condition: Bit): void {
  requireOpen(scope, kind);
  expectWidth(`${kind} ${name}`, 1, condition);
  const location = SourceLocation.capture();
  scope.use(scope.domain);
  const { enable } = scope.domain;
  const path = enable === undefined ? scope.path : [enable.condition, ...scope.path];
  scope.properties.push({
    kind,
    name: scope.claim(`${kind.charAt(0)}_${snakeCase(name)}`, location),
    condition: kind === 'cover' ? [...path, condition.expression].reduce(and) : implied(path, condition.expression),
    domain: scope.domain,
    location,
  });
}

/** The value one cycle ago, of those that count; 0 in the first one after reset. */
export function past(scope: Scope, name: string, value: AnyValue): unknown {
  requireOpen(scope, 'past');
  const place = declareShape(scope, shapeIn(value), { kind: 'register', name: `past_${name}`, formal: true, isBare: true });
  leavesIn(place).forEach(({ expression: data }, index) => {
    const now = leavesIn(value)[index]?.expression;
    if (data.kind === 'signal' && now !== undefined) scope.pasts.push({ data: data.signal, value: heldIn(scope.domain, now, data) });
  });
  return place;
}

function heldIn({ enable }: Domain, now: Expression, before: Expression): Expression {
  return enable === undefined ? now : { kind: 'mux', width: now.width, select: enable.condition, a: now, b: before };
}

function implied(conditions: readonly Expression[], conclusion: Expression): Expression {
  const [first, ...others] = conditions;
  if (first === undefined) return conclusion;
  return or(not(others.reduce(and, first)), conclusion);
}
