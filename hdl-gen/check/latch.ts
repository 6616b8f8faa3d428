/** Combinational signals without a value on some path. */
import { LatchInferred } from '../errors/check-errors.ts';
import type { Place } from '../errors/hdl-error.ts';
import type { ModuleIr, Signal, Statement } from '../ir/module.ts';
import { isCombinational, targetsOf } from './targets.ts';

export function latches(module: ModuleIr): LatchInferred[] {
  const assigned = new Set(module.statements.flatMap((statement) => [...targetsOf(statement)]));
  return [...module.ports, ...module.signals]
    .filter((signal) => isCombinational(signal) && signal.fallback === undefined && assigned.has(signal))
    .flatMap((signal) => {
      const gaps = gapsOf(module.statements, signal);
      return gaps.length === 0 ? [] : [new LatchInferred(signal.name, [{ what: 'declared', at: signal.location }, ...gaps])];
    });
}

/** The branches that leave `target` without a value; none when every path assigns it. */
function gapsOf(statements: readonly Statement[], target: Signal): Place[] {
  const gaps: Place[] = [];
  for (const statement of statements) {
    if (!targetsOf(statement).has(target)) continue;
    const inside = gapsIn(statement, target);
    if (inside.length === 0) return [];
    gaps.push(...inside);
  }
  return gaps;
}

function gapsIn(statement: Statement, target: Signal): Place[] {
  const inBody = (body: readonly Statement[] | undefined, branch: Place): Place[] => {
    const drives = body?.some((inner) => targetsOf(inner).has(target)) ?? false;
    return body !== undefined && drives ? gapsOf(body, target) : [branch];
  };
  if (statement.kind === 'if') {
    const last = statement.arms.at(-1);
    const inArms = statement.arms.flatMap((arm) => inBody(arm.body, { what: 'no value where this condition is 1', at: arm.location }));
    return last === undefined
      ? inArms
      : [
          ...inArms,
          ...inBody(statement.otherwise, {
            what: `no value where ${statement.arms.length === 1 ? 'this condition is 0' : 'this condition and those before it are 0'}`,
            at: last.location,
          }),
        ];
  }
  if (statement.kind === 'switch') {
    const at = statement.location;
    const inArms = statement.arms.flatMap((arm) => inBody(arm.body, { what: `no value for ${arm.label ?? arm.value}`, at }));
    const missing = firstMissing(statement);
    return missing === undefined
      ? inArms
      : [...inArms, ...inBody(statement.otherwise, { what: `no value for ${missing} and others that no arm names`, at })];
  }
  return [];
}

/** The lowest value of the subject that no arm names. */
function firstMissing({ subject, arms }: Extract<Statement, { kind: 'switch' }>): bigint | undefined {
  const named = new Set(arms.map((arm) => arm.value));
  let value = 0n;
  while (named.has(value)) value++;
  return value >> BigInt(subject.width) === 0n ? value : undefined;
}
