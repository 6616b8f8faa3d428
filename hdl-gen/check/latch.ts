/** Combinational signals without a value on some path. */
import { LatchInferred } from '../errors/check-errors.ts';
import type { Place } from '../errors/hdl-error.ts';
import { call, type Deep, run } from '../ir/deep.ts';
import { driversOf, isDriven } from '../ir/drivers.ts';
import { labelOf } from '../ir/enumeration.ts';
import type { SourceLocation } from '../ir/location.ts';
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
    const gaps = run(gapsOf(module.statements, part)) ?? [];
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

/** The branches that leave `target` without a value: none when every path assigns it; undefined when none does. */
function* gapsOf(statements: readonly Statement[], target: Part): Deep<readonly Place[] | undefined> {
  const gaps: (readonly Place[])[] = [];
  for (const statement of driversOf(statements, target.signal)) {
    const inside = yield* call(gapsIn(statement, target));
    if (inside?.length === 0) return [];
    if (inside !== undefined) gaps.push(inside);
  }
  return gaps.length === 0 ? undefined : gaps.flat();
}

function* gapsIn(statement: Statement, target: Part): Deep<readonly Place[] | undefined> {
  if (statement.kind === 'assign') return assigns(statement, target) ? [] : undefined;
  if (statement.kind === 'write') return undefined;
  const gaps: (readonly Place[])[] = [];
  let isAssigned = false;
  for (const { body, gap } of branchesOf(statement)) {
    const inside = yield* call(gapsOf(body, target));
    isAssigned ||= inside !== undefined;
    gaps.push(inside ?? [gap()]);
  }
  return isAssigned ? gaps.flat() : undefined;
}

interface Branch {
  readonly body: readonly Statement[];
  /** what to say of it when it leaves out the target */
  readonly gap: () => Place;
}

/** All ways through the statement. */
function branchesOf(statement: Extract<Statement, { kind: 'if' | 'switch' }>): readonly Branch[] {
  const branch = (body: readonly Statement[], what: () => string, at: SourceLocation): Branch => ({
    body,
    gap: () => ({ what: what(), at }),
  });
  const { otherwise = [] } = statement;
  if (statement.kind === 'if') {
    const arms = statement.arms.map((arm) => branch(arm.body, () => 'no value where this condition is 1', arm.location));
    const last = statement.arms.at(-1);
    const none = statement.arms.length === 1 ? 'this condition is 0' : 'this condition and those before it are 0';
    return last === undefined ? arms : [...arms, branch(otherwise, () => `no value where ${none}`, last.location)];
  }
  const { location, enumeration, subject } = statement;
  const nameOfValue = (arm: SwitchArm): string => (enumeration && labelOf(enumeration, arm.value)) ?? nameOfArm(arm, subject.width);
  const arms = statement.arms.map((arm) => branch(arm.body, () => `no value for ${nameOfValue(arm)}`, location));
  const missing = firstMissing(statement);
  if (missing === undefined) return arms;
  return [...arms, branch(otherwise, () => `no value for ${missing} and others that no arm names`, location)];
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
