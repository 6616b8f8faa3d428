/** Combinational signals without a value on some path. */
import { LatchInferred } from '../errors/check-errors.ts';
import type { Place } from '../errors/hdl-error.ts';
import { labelOf } from '../ir/enumeration.ts';
import type { ModuleIr, Signal, Statement } from '../ir/module.ts';
import { assigns, nameOf, type Part, partsOf } from './parts.ts';
import { isCombinational, targetsOf } from './targets.ts';

export function latches(module: ModuleIr): LatchInferred[] {
  const assigned = new Set(module.statements.flatMap((statement) => [...targetsOf(statement)]));
  return [...module.ports, ...module.signals]
    .filter((signal) => isCombinational(signal) && signal.fallback === undefined && assigned.has(signal))
    .flatMap((signal) => inSignal(module, signal));
}

/** One error for all parts of a signal that lack a value in the same branches. */
function inSignal(module: ModuleIr, signal: Signal): LatchInferred[] {
  const found = new Map<string, { readonly names: string[]; readonly gaps: readonly Place[] }>();
  for (const part of partsOf(module, signal)) {
    // a part that nothing assigns is another check's business
    if (!module.statements.some((statement) => assigns(statement, part))) continue;
    const gaps = gapsOf(module.statements, part);
    if (gaps.length === 0) continue;
    const key = gaps.map(({ what, at }) => `${what} ${at.toString()}`).join();
    const alike = found.get(key) ?? { names: [], gaps };
    alike.names.push(nameOf(part));
    found.set(key, alike);
  }
  return [...found.values()].map(
    ({ names, gaps }) => new LatchInferred(names.join(', '), [{ what: 'declared', at: signal.location }, ...gaps]),
  );
}

/** The branches that leave `target` without a value; none when every path assigns it. */
function gapsOf(statements: readonly Statement[], target: Part): Place[] {
  const gaps: Place[] = [];
  for (const statement of statements) {
    if (!assigns(statement, target)) continue;
    const inside = gapsIn(statement, target);
    if (inside.length === 0) return [];
    gaps.push(...inside);
  }
  return gaps;
}

function gapsIn(statement: Statement, target: Part): Place[] {
  const inBody = (body: readonly Statement[] | undefined, branch: Place): Place[] => {
    const drives = body?.some((inner) => assigns(inner, target)) ?? false;
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
    const inArms = statement.arms.flatMap((arm) =>
      inBody(arm.body, { what: `no value for ${(statement.enumeration && labelOf(statement.enumeration, arm.value)) ?? arm.value}`, at }),
    );
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
