/** Combinational signals without a value on some path. */
import { LatchInferred } from '../errors/check-errors.ts';
import type { Place } from '../errors/hdl-error.ts';
import { driversOf, isDriven } from '../ir/drivers.ts';
import { labelOf } from '../ir/enumeration.ts';
import { type ModuleIr, patternText, type Signal, type Statement, type SwitchArm } from '../ir/module.ts';
import { isCombinational } from './kinds.ts';
import { assigns, nameOf, type Part, partsOf } from './parts.ts';

export function latches(module: ModuleIr): LatchInferred[] {
  return [...module.ports, ...module.signals]
    .filter((signal) => isCombinational(signal) && signal.fallback === undefined && isDriven(module.statements, signal))
    .flatMap((signal) => inSignal(module, signal));
}

/** One error for all parts of a signal that lack a value in the same branches. */
function inSignal(module: ModuleIr, signal: Signal): LatchInferred[] {
  const found = new Map<string, { readonly names: string[]; readonly gaps: readonly Place[] }>();
  for (const part of partsOf(module, signal)) {
    // a part that nothing assigns is another check's business
    if (!driversOf(module.statements, signal).some((statement) => assigns(statement, part))) continue;
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
  for (const statement of driversOf(statements, target.signal)) {
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
      inBody(arm.body, {
        what: `no value for ${(statement.enumeration && labelOf(statement.enumeration, arm.value)) ?? nameOfArm(arm, statement.subject.width)}`,
        at,
      }),
    );
    const missing = firstMissing(statement);
    return missing === undefined
      ? inArms
      : [...inArms, ...inBody(statement.otherwise, { what: `no value for ${missing} and others that no arm names`, at })];
  }
  return [];
}

/** `5`, or `1??0`. */
function nameOfArm({ value, care }: SwitchArm, width: number): string {
  return care === undefined ? String(value) : patternText(width, value, care);
}

/** The lowest value of the subject that no arm names. */
function firstMissing({ subject, arms }: Extract<Statement, { kind: 'switch' }>): bigint | undefined {
  const all = (1n << BigInt(subject.width)) - 1n;
  return lowestOutside(arms.map(({ value, care = all }) => ({ value, care })));
}

/** Bits decided one by one, the highest that any pattern looks at first; undefined where the patterns leave nothing out. */
function lowestOutside(patterns: readonly { readonly value: bigint; readonly care: bigint }[]): bigint | undefined {
  if (patterns.some(({ care }) => care === 0n)) return undefined;
  const looked = patterns.reduce((bits, { care }) => bits | care, 0n);
  if (looked === 0n) return 0n;
  const bit = 1n << BigInt(looked.toString(2).length - 1);
  for (const value of [0n, bit]) {
    const inside = patterns.filter((pattern) => (pattern.care & bit) === 0n || (pattern.value & bit) === value);
    const rest = lowestOutside(inside.map((pattern) => ({ value: pattern.value & ~bit, care: pattern.care & ~bit })));
    if (rest !== undefined) return value | rest;
  }
  return undefined;
}
