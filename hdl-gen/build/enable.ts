/** Domains of whose edges only some count: what the enable holds back is held by statements. */
import { call, type Deep, run } from '../ir/deep.ts';
import type { Domain, Enable } from '../ir/domain.ts';
import { statementsIn } from '../ir/drivers.ts';
import { SourceLocation } from '../ir/location.ts';
import { and } from '../ir/logic.ts';
import type { Expression, IfArm, Statement } from '../ir/module.ts';
import { requireOpen } from './running.ts';
import type { Scope } from './scope.ts';
import { type Bit, expectWidth } from './value.ts';

/** The domain with an enable, beside the one that it may have. @throws WidthMismatch */
export function enableBy(scope: Scope, domain: Domain, enable: Bit): Domain {
  requireOpen(scope, 'enableBy');
  expectWidth('enable of a domain', 1, enable);
  return { ...domain, enable: { condition: enabled(domain, enable.expression), location: SourceLocation.capture() } };
}

/** A condition in the cycles that count. */
export function enabled({ enable }: Domain, condition: Expression): Expression {
  return enable === undefined ? condition : and(enable.condition, condition);
}

/** The statements, those that drive registers and memories of a domain with an enable inside one `if` on that. */
export function withEnables(statements: readonly Statement[]): readonly Statement[] {
  const enables = new Set(statementsIn(statements).flatMap(enablesIn));
  const conditional = [...enables].flatMap((enable): Statement[] => {
    if (enable === undefined) return [];
    const { condition, location } = enable;
    return [{ kind: 'if', arms: [{ condition, body: run(under(statements, enable)), location }], otherwise: undefined }];
  });
  return conditional.length === 0 ? statements : [...run(under(statements, undefined)), ...conditional];
}

function enablesIn(statement: Statement): readonly (Enable | undefined)[] {
  return statement.kind === 'assign' || statement.kind === 'write' ? [enableOf(statement)] : [];
}

function enableOf(statement: Extract<Statement, { kind: 'assign' | 'write' }>): Enable | undefined {
  if (statement.kind === 'write') return statement.domain.enable;
  return statement.target.kind === 'register' ? statement.target.domain.enable : undefined;
}

/** What the statements do under one enable, or under none. */
function* under(statements: readonly Statement[], enable: Enable | undefined): Deep<Statement[]> {
  const kept: Statement[] = [];
  for (const statement of statements) {
    const inside = yield* call(partUnder(statement, enable));
    if (inside !== undefined) kept.push(inside);
  }
  return kept;
}

function* partUnder(statement: Statement, enable: Enable | undefined): Deep<Statement | undefined> {
  if (statement.kind === 'assign' || statement.kind === 'write') return enableOf(statement) === enable ? statement : undefined;
  const wasEmpty = statement.arms.every(({ body }) => body.length === 0) && (statement.otherwise ?? []).length === 0;
  // what was empty before is for the warnings to say, once
  if (wasEmpty) return enable === undefined ? statement : undefined;
  const bodies: Statement[][] = [];
  for (const { body } of statement.arms) bodies.push(yield* call(under(body, enable)));
  const otherwise = statement.otherwise && (yield* call(under(statement.otherwise, enable)));
  if (bodies.every((body) => body.length === 0) && (otherwise ?? []).length === 0) return undefined;
  if (statement.kind === 'switch')
    return { ...statement, arms: statement.arms.map((arm, index) => ({ ...arm, body: bodies[index] ?? [] })), otherwise };
  const arms = statement.arms.map((arm, index): IfArm => {
    const body = bodies[index] ?? [];
    return body.length === 0 && (arm.body.length > 0 || enable !== undefined) ? { ...arm, body, states: true } : { ...arm, body };
  });
  return { ...statement, arms, otherwise };
}
