/** Properties: what is checked in simulation and proved by the formal tools. */
import { SourceLocation } from '../ir/location.ts';
import { and, not, or } from '../ir/logic.ts';
import type { Expression, Property } from '../ir/module.ts';
import { snakeCase } from './names.ts';
import { requireOpen } from './place.ts';
import type { Scope } from './scope.ts';
import { type Bit, type Bits, expectWidth } from './value.ts';

/** A property inside a `when`, a `switch` or a state speaks of the cycles in which that is taken. */
export function property(scope: Scope, kind: Property['kind'], name: string, condition: Bit): void {
  requireOpen(scope, kind);
  expectWidth(`${kind} ${name}`, 1, condition);
  const location = SourceLocation.capture();
  scope.use(scope.domain);
  scope.properties.push({
    kind,
    name: scope.claim(`${kind.charAt(0)}_${snakeCase(name)}`, location),
    condition: kind === 'cover' ? [...scope.path, condition.expression].reduce(and) : implied(scope.path, condition.expression),
    domain: scope.domain,
    location,
  });
}

/** The value one cycle ago; 0 in the first cycle after reset. */
export function past<W extends number>(scope: Scope, name: string, value: Bits<W>): Bits<W> {
  requireOpen(scope, 'past');
  const data = scope.declare({ kind: 'register', name: `past_${snakeCase(name)}`, width: value.width, formal: true });
  scope.pasts.push({ data: data.signal, value: value.expression });
  return data as unknown as Bits<W>;
}

function implied(conditions: readonly Expression[], conclusion: Expression): Expression {
  const [first, ...others] = conditions;
  if (first === undefined) return conclusion;
  return or(not(others.reduce(and, first)), conclusion);
}
