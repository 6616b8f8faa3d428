/** Assignments that later, unconditional ones in the same body always overrule. */
import { HiddenAssignment } from '../errors/check-errors.ts';
import { bodiesOf, type Driven, drivenBy, statementsIn } from '../ir/drivers.ts';
import type { SourceLocation } from '../ir/location.ts';
import { type ModuleIr, partName, type Signal, type Statement } from '../ir/module.ts';

export function hiddenAssignments(module: ModuleIr): HiddenAssignment[] {
  const bodies = [module.statements, ...statementsIn(module.statements).flatMap(bodiesOf)];
  return bodies.filter(assignsAgain).flatMap(inBody);
}

/** Whether something that the list drives is assigned further down in it: seldom, so seldom all inside has to be looked at. */
function assignsAgain(statements: readonly Statement[]): boolean {
  const assigned = new Set<Driven>();
  return statements.toReversed().some((statement) => {
    for (const driven of drivenBy(statement)) if (assigned.has(driven)) return true;
    if (statement.kind === 'assign') assigned.add(statement.target);
    return false;
  });
}

type Assignment = Extract<Statement, { kind: 'assign' }>;

/** What one assignment of the user's comes to: a structure is as many as it has fields, all with one location. */
interface Written {
  readonly names: string[];
  isSeen: boolean;
  overruledAt: SourceLocation | undefined;
}

function inBody(statements: readonly Statement[]): HiddenAssignment[] {
  const overruled = new Overruled();
  const written = new Map<SourceLocation, Written>();
  // backwards, so that what comes later is known
  for (const statement of statements.toReversed()) {
    for (const assignment of assignmentsIn(statement)) {
      const one = written.get(assignment.location) ?? { names: [], isSeen: false, overruledAt: undefined };
      written.set(assignment.location, one);
      one.names.unshift(nameOf(assignment));
      const later = overruled.by(assignment);
      one.isSeen ||= later === undefined;
      one.overruledAt = later;
    }
    if (statement.kind === 'assign') overruled.add(statement);
  }
  const errors = [...written].flatMap(([at, { names, isSeen, overruledAt }]) =>
    isSeen || overruledAt === undefined
      ? []
      : [
          new HiddenAssignment([...new Set(names)].join(', '), [
            { what: 'without effect', at },
            { what: 'overruled', at: overruledAt },
          ]),
        ],
  );
  return errors.reverse();
}

/** The bits that are assigned further down. */
class Overruled {
  readonly #bits = new Map<Signal, { mask: bigint; readonly at: { readonly mask: bigint; readonly location: SourceLocation }[] }>();

  add(assignment: Assignment): void {
    const mask = bitsOf(assignment);
    const known = this.#bits.get(assignment.target) ?? { mask: 0n, at: [] };
    known.mask |= mask;
    known.at.push({ mask, location: assignment.location });
    this.#bits.set(assignment.target, known);
  }

  /** Where the first of those stands that overrule all bits of the assignment; undefined where some bit stays. */
  by(assignment: Assignment): SourceLocation | undefined {
    const known = this.#bits.get(assignment.target);
    const mask = bitsOf(assignment);
    if (known === undefined || (mask & ~known.mask) !== 0n) return undefined;
    return known.at.findLast((later) => (later.mask & mask) !== 0n)?.location;
  }
}

function nameOf({ target, low, value }: Assignment): string {
  return low === undefined ? target.name : partName(target, low, value.width);
}

function bitsOf({ low = 0, value }: Assignment): bigint {
  return ((1n << BigInt(value.width)) - 1n) << BigInt(low);
}

function assignmentsIn(statement: Statement): Assignment[] {
  return statementsIn([statement]).filter((inner) => inner.kind === 'assign');
}
