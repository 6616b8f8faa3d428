/** Control flow as Verilog text, projected on the targets of one always block. */
import { call, type Deep, run } from '../ir/deep.ts';
import { drivenBy, driversOf, statementsIn } from '../ir/drivers.ts';
import type { SourceLocation } from '../ir/location.ts';
import { and, equal, slice } from '../ir/logic.ts';
import { type Expression, type Memory, patternText, type Signal, type Statement, type SwitchArm } from '../ir/module.ts';
import { bitRange, wordExists, wordIndex } from './expression.ts';
import { from, type Line } from './line.ts';
import { lintOff } from './lint.ts';

/** What an always block drives: some signals, or a memory. */
export interface Targets {
  readonly signals: ReadonlySet<Signal>;
  readonly memory?: Memory;
  /** of the memory's writes, only those of that clock */
  readonly clock?: string;
}

/** Prints an expression that is assigned to, or decides about, `near` (for the name of a wire it may need), for the statement `at`. */
export type Print = (expression: Expression, near: string, at: SourceLocation) => string;

export function printStatements(statements: readonly Statement[], targets: Targets, print: Print, indent: string): Line[] {
  return run(printed(statements, targets, print, indent));
}

/** Whether the statement, or one inside it, drives one of the targets. */
export function drives(statement: Statement, targets: Targets): boolean {
  const { signals, memory, clock } = targets;
  const driven = drivenBy(statement);
  if (memory !== undefined && driven.has(memory) && (clock === undefined || writesAt(statement, memory, clock))) return true;
  const [few, many]: readonly ReadonlySet<unknown>[] = signals.size < driven.size ? [signals, driven] : [driven, signals];
  for (const one of few ?? []) if (many?.has(one)) return true;
  return false;
}

function writesAt(statement: Statement, memory: Memory, clock: string): boolean {
  if (memory.second === undefined) return memory.domain.clock === clock;
  return statementsIn([statement]).some((inner) => inner.kind === 'write' && inner.memory === memory && inner.domain.clock === clock);
}

function* printed(statements: readonly Statement[], targets: Targets, print: Print, indent: string): Deep<Line[]> {
  const all = [...targets.signals, ...(targets.memory === undefined ? [] : [targets.memory])];
  const [only] = all;
  const here = only !== undefined && all.length === 1 ? driversOf(statements, only) : statements;
  const lines: (readonly Line[])[] = [];
  for (const statement of here) if (drives(statement, targets)) lines.push(yield* printStatement(statement, targets, print, indent));
  return lines.flat();
}

function* printStatement(statement: Statement, targets: Targets, print: Print, indent: string): Deep<readonly Line[]> {
  switch (statement.kind) {
    case 'assign': {
      const { target, low, value, location } = statement;
      const part = low === undefined ? '' : bitRange(target.width, low, value.width);
      const operator = target.kind === 'register' ? '<=' : '=';
      return from(location, `${indent}${target.name}${part} ${operator} ${print(value, target.name, location)};`);
    }
    case 'write':
      return printWrite(statement, print, indent);
    case 'if':
      return yield* printIf(statement, targets, print, indent);
    case 'switch':
      return yield* printSwitch(statement, targets, print, indent);
  }
}

function printWrite(statement: Extract<Statement, { kind: 'write' }>, print: Print, indent: string): Line[] {
  const { memory, address, data, lanes, location } = statement;
  const value = (expression: Expression): string => print(expression, memory.name, location);
  const word = `${memory.name}[${value(wordIndex(memory, address))}]`;
  const exists = wordExists(memory, address);
  const write = (part: string, condition: Expression | undefined, written: Expression): Line[] =>
    from(location, `${indent}${condition === undefined ? '' : `if (${value(condition)}) `}${word}${part} <= ${value(written)};`);
  if (lanes === undefined) return write('', exists, data);
  // a statement a lane: what synthesisers make octet enables of
  const width = memory.width / lanes.width;
  return Array.from({ length: lanes.width }, (_, lane) => {
    const chosen = slice(lanes, lane, 1);
    const part = bitRange(memory.width, lane * width, width);
    return write(part, exists === undefined ? chosen : and(exists, chosen), slice(data, lane * width, width));
  }).flat();
}

function* printIf(statement: Extract<Statement, { kind: 'if' }>, targets: Targets, print: Print, indent: string): Deep<Line[]> {
  const near = nameNear(targets);
  const otherwise = yield* call(printed(statement.otherwise ?? [], targets, print, `${indent}  `));
  // an arm that drives nothing here still decides about those after it
  const lastUseful =
    otherwise.length > 0 ? statement.arms.length : statement.arms.findLastIndex((arm) => arm.body.some((one) => drives(one, targets))) + 1;
  const arms = statement.arms.slice(0, lastUseful);
  const lines: (readonly Line[])[] = [];
  for (const [index, { condition, body, location }] of arms.entries()) {
    lines.push(from(location, `${indent}${index === 0 ? 'if' : 'end else if'} (${print(condition, near, location)}) begin`));
    lines.push(yield* call(printed(body, targets, print, `${indent}  `)));
  }
  const end = (text: string): Line[] => arms.slice(-1).flatMap(({ location }) => from(location, `${indent}${text}`));
  return [...lines.flat(), ...(otherwise.length > 0 ? [...end('end else begin'), ...otherwise] : []), ...end('end')];
}

function* printSwitch(
  statement: Extract<Statement, { kind: 'switch' }>,
  targets: Targets,
  print: Print,
  indent: string,
): Deep<readonly Line[]> {
  const { subject, enumeration, location } = statement;
  const near = nameNear(targets);
  const here = (text: string): Line[] => from(location, `${indent}${text}`);
  const constant = ({ value }: SwitchArm): Expression => ({
    kind: 'constant',
    width: subject.width,
    value,
    ...(enumeration === undefined ? {} : { enumeration }),
  });
  const label = (arm: SwitchArm): string =>
    arm.care !== undefined ? `${subject.width}'b${patternText(subject.width, arm.value, arm.care)}` : print(constant(arm), near, location);
  const inArm = (body: readonly Statement[]): Deep<Line[]> => printed(body, targets, print, `${indent}    `);
  const hasPatterns = statement.arms.some(({ care }) => care !== undefined);
  const otherwise = yield* call(inArm(statement.otherwise ?? []));
  // an arm without effect must still keep the default away, and, where patterns overlap, those after it
  const isIdle = (arm: SwitchArm): boolean => !arm.body.some((inner) => drives(inner, targets));
  const [only, ...more] = statement.arms.filter((arm) => !isIdle(arm));
  if (only !== undefined && more.length === 0 && !hasPatterns && otherwise.length === 0) {
    const body = yield* call(printed(only.body, targets, print, `${indent}  `));
    return [...here(`if (${print(equal(subject, constant(only)), near, location)}) begin`), ...body, ...here('end')];
  }
  const effective: (readonly Line[])[] = [];
  for (const arm of statement.arms) {
    if (!isIdle(arm)) effective.push(here(`  ${label(arm)}: begin`), yield* call(inArm(arm.body)), here('  end'));
    else if (hasPatterns) effective.push(here(`  ${label(arm)}: ;`));
  }
  const idle = hasPatterns || otherwise.length === 0 ? [] : statement.arms.filter(isIdle).flatMap((arm) => here(`  ${label(arm)}: ;`));
  const isFull = !hasPatterns && more.length + 1 === 2 ** subject.width;
  const nothing = isFull ? [] : here('  default: ;');
  const fallback = otherwise.length === 0 ? nothing : [...here('  default: begin'), ...otherwise, ...here('  end')];
  const head = here(`${hasPatterns ? 'casez' : 'case'} (${print(subject, near, location)})`);
  const choice = [...head, ...effective.flat(), ...idle, ...fallback, ...here('endcase')];
  return hasPatterns ? lintOff('CASEOVERLAP', choice) : choice;
}

function nameNear(targets: Targets): string {
  const [first] = targets.signals;
  return first?.name ?? targets.memory?.name ?? 'value';
}
