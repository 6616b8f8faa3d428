/** Which bits of which signals a module reads: what nobody reads, a linter would complain about. */
import { statementsIn } from '../ir/drivers.ts';
import { decided } from '../ir/logic.ts';
import type { Expression, ModuleIr, Signal, Statement } from '../ir/module.ts';
import { operandsOf } from '../ir/operands.ts';

/** Bit masks of the bits read, by signal; a signal that is not in the map is never read. */
export function bitsRead(module: ModuleIr): ReadonlyMap<Signal, bigint> {
  const read = new Map<Signal, bigint>();
  const mark = (signal: Signal, low: number, width: number): void => {
    read.set(signal, (read.get(signal) ?? 0n) | (((1n << BigInt(width)) - 1n) << BigInt(low)));
  };
  const seen = new Set<Expression>();
  const visit = (expression: Expression): void => {
    const waiting = [expression];
    for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
      if (seen.has(part)) continue;
      seen.add(part);
      if (part.kind === 'signal') mark(part.signal, 0, part.width);
      else if (part.kind === 'slice' && part.a.kind === 'signal') mark(part.a.signal, part.low, part.width);
      else for (const operand of operandsPrinted(part)) waiting.push(operand);
    }
  };
  for (const expression of expressionsOf(module.statements)) visit(expression);
  for (const port of module.reads) {
    visit(port.address);
    visit(port.enable);
  }
  for (const { connections } of [...module.instances, ...module.externals]) {
    for (const { signal } of connections) if (signal.kind === 'instanceInput') mark(signal, 0, signal.width);
  }
  const domains = [
    ...module.signals.map(({ domain }) => domain),
    ...[...module.instances, ...module.externals].flatMap((instance) => instance.domains.map(({ here }) => here)),
  ];
  for (const { reset } of domains) if (reset?.signal !== undefined) mark(reset.signal, 0, 1);
  for (const port of module.ports) if (port.kind === 'output') mark(port, 0, port.width);
  return read;
}

/** Every signal that something in the module reads, properties and resets among it. */
export function signalsRead({ statements, reads, properties, pasts, signals }: ModuleIr): ReadonlySet<Signal> {
  const expressions = [
    ...expressionsOf(statements),
    ...reads.flatMap(({ address, enable }) => [address, enable]),
    ...properties.map(({ condition }) => condition),
    ...pasts.map(({ value }) => value),
  ];
  const resets = signals.flatMap(({ domain }) => domain.reset?.signal ?? []);
  return new Set([...resets, ...partsOf(expressions).flatMap((part) => (part.kind === 'signal' ? [part.signal] : []))]);
}

/** Every expression that the statements, and those inside them, evaluate. */
export function expressionsOf(statements: readonly Statement[]): Expression[] {
  return statementsIn(statements).flatMap(ownExpressions);
}

/** What a statement evaluates, those inside it apart. */
export function ownExpressions(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'assign':
      return [statement.value];
    case 'write':
      return [statement.address, statement.data, ...(statement.lanes === undefined ? [] : [statement.lanes])];
    case 'if':
      return statement.arms.map((arm) => arm.condition);
    case 'switch':
      return [statement.subject];
  }
}

/** Every signal that an expression reads; of a memory word, those in its address. */
export const signalsIn = remembered((part) => (part.kind === 'signal' ? part.signal : undefined));

/** Every memory of which an expression reads a word. */
export const memoriesIn = remembered((part) => (part.kind === 'read' ? part.memory : undefined));

/** Of an expression and all inside it. What was asked for before is not walked again: sums of sums share what they add up. */
function remembered<T>(pick: (part: Expression) => T | undefined): (expression: Expression) => ReadonlySet<T> {
  const known = new WeakMap<Expression, ReadonlySet<T>>();
  return (expression) => {
    const before = known.get(expression);
    if (before !== undefined) return before;
    const found = new Set<T>();
    const parts = new Set([expression]);
    for (const part of parts) {
      const inside = known.get(part);
      const own = pick(part);
      if (own !== undefined) found.add(own);
      if (inside !== undefined) for (const one of inside) found.add(one);
      else for (const operand of operandsPrinted(part)) parts.add(operand);
    }
    known.set(expression, found);
    return found;
  };
}

/** Whether the value can change: it reads a signal or a memory. */
export function readsSignals(expression: Expression): boolean {
  return signalsIn(expression).size > 0 || memoriesIn(expression).size > 0;
}

/**
 * The expressions and all inside them, each once.
 * @param seen left out, with what is inside; takes those that are found
 */
export function partsOf(expressions: readonly Expression[], seen = new Set<Expression>()): Expression[] {
  const parts: Expression[] = [];
  const find = (expression: Expression): void => {
    if (seen.has(expression)) return;
    seen.add(expression);
    parts.push(expression);
  };
  for (const expression of expressions) find(expression);
  for (const part of parts) for (const operand of operandsPrinted(part)) find(operand);
  return parts;
}

/** Of a comparison that is decided, nothing is printed. */
function operandsPrinted(expression: Expression): readonly Expression[] {
  return expression.kind === 'binary' && decided(expression) !== undefined ? [] : operandsOf(expression);
}
