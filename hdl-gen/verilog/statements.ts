/** Control flow as Verilog text, projected on the targets of one always block. */
import type { Expression, Memory, Signal, Statement } from '../ir/module.ts';
import { printConstant, wordExists, wordIndex } from './expression.ts';

/** What an always block drives: some signals, or a memory. */
export interface Targets {
  readonly signals: ReadonlySet<Signal>;
  readonly memory?: Memory;
}

/** Prints an expression that is assigned to, or decides about, `near` (for the name of a wire it may need). */
export type Print = (expression: Expression, near: string) => string;

export function printStatements(statements: readonly Statement[], targets: Targets, print: Print, indent: string): string[] {
  return statements.flatMap((statement) => printStatement(statement, targets, print, indent));
}

/** Whether the statement, or one inside it, drives one of the targets. */
export function drives(statement: Statement, targets: Targets): boolean {
  switch (statement.kind) {
    case 'assign':
      return targets.signals.has(statement.target);
    case 'write':
      return statement.memory === targets.memory;
    default:
      return [...statement.arms.flatMap((arm) => arm.body), ...(statement.otherwise ?? [])].some((inner) => drives(inner, targets));
  }
}

function printStatement(statement: Statement, targets: Targets, print: Print, indent: string): string[] {
  if (!drives(statement, targets)) return [];
  const near = nameNear(targets);
  const inner = (body: readonly Statement[]): string[] => printStatements(body, targets, print, `${indent}  `);
  switch (statement.kind) {
    case 'assign': {
      const { target } = statement;
      const operator = target.kind === 'register' ? '<=' : '=';
      return [`${indent}${target.name} ${operator} ${print(statement.value, target.name)};`];
    }
    case 'write': {
      const { memory, address } = statement;
      const text = `${memory.name}[${print(wordIndex(memory, address), memory.name)}] <= ${print(statement.data, memory.name)};`;
      const guard = wordExists(memory, address);
      return [`${indent}${guard === undefined ? '' : `if (${print(guard, memory.name)}) `}${text}`];
    }
    case 'if': {
      const otherwise = inner(statement.otherwise ?? []);
      // an arm that drives nothing here still decides about those after it
      const lastUseful =
        otherwise.length > 0
          ? statement.arms.length
          : statement.arms.findLastIndex((arm) => arm.body.some((one) => drives(one, targets))) + 1;
      const lines = statement.arms
        .slice(0, lastUseful)
        .flatMap((arm, index) => [
          `${indent}${index === 0 ? 'if' : 'end else if'} (${print(arm.condition, near)}) begin`,
          ...inner(arm.body),
        ]);
      if (otherwise.length > 0) lines.push(`${indent}end else begin`, ...otherwise);
      return [...lines, `${indent}end`];
    }
    case 'switch': {
      const { width } = statement.subject;
      const lines = statement.arms.flatMap((arm) => {
        const body = printStatements(arm.body, targets, print, `${indent}    `);
        return body.length === 0 ? [] : [`${indent}  ${arm.label ?? printConstant(width, arm.value)}: begin`, ...body, `${indent}  end`];
      });
      const otherwise = printStatements(statement.otherwise ?? [], targets, print, `${indent}    `);
      // an arm without effect must still keep the default away
      const idle =
        otherwise.length === 0
          ? []
          : statement.arms
              .filter((arm) => !arm.body.some((s) => drives(s, targets)))
              .map((arm) => `${indent}  ${arm.label ?? printConstant(width, arm.value)}: ;`);
      const fallback = otherwise.length === 0 ? [`${indent}  default: ;`] : [`${indent}  default: begin`, ...otherwise, `${indent}  end`];
      return [`${indent}case (${print(statement.subject, near)})`, ...lines, ...idle, ...fallback, `${indent}endcase`];
    }
  }
}

function nameNear(targets: Targets): string {
  const [first] = targets.signals;
  return first?.name ?? targets.memory?.name ?? 'value';
}
