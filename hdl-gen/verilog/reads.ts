/** Which bits of which signals a module reads: what nobody reads, a linter would complain about. */
import { bodiesOf } from '../ir/drivers.ts';
import { decided } from '../ir/logic.ts';
import type { Expression, Memory, ModuleIr, Signal, Statement } from '../ir/module.ts';
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
  for (const expression of module.statements.flatMap(expressionsOf)) visit(expression);
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
    ...statements.flatMap(expressionsOf),
    ...reads.flatMap(({ address, enable }) => [address, enable]),
    ...properties.map(({ condition }) => condition),
    ...pasts.map(({ value }) => value),
  ];
  const resets = signals.flatMap(({ domain }) => domain.reset?.signal ?? []);
  return new Set([...resets, ...signalsAmong(expressions)]);
}

/** Every expression that a statement, or one inside it, evaluates. */
export function expressionsOf(statement: Statement): Expression[] {
  switch (statement.kind) {
    case 'assign':
      return [statement.value];
    case 'write':
      return [statement.address, statement.data, ...(statement.lanes === undefined ? [] : [statement.lanes])];
    case 'if':
      return [...statement.arms.map((arm) => arm.condition), ...bodiesOf(statement).flat().flatMap(expressionsOf)];
    case 'switch':
      return [statement.subject, ...bodiesOf(statement).flat().flatMap(expressionsOf)];
  }
}

/** Every signal that an expression reads; of a memory word, those in its address. */
export function signalsIn(expression: Expression): ReadonlySet<Signal> {
  return signalsAmong([expression]);
}

function signalsAmong(expressions: readonly Expression[]): ReadonlySet<Signal> {
  return new Set(partsOf(expressions).flatMap((part) => (part.kind === 'signal' ? [part.signal] : [])));
}

/** Every memory of which an expression reads a word. */
export function memoriesIn(expression: Expression): readonly Memory[] {
  return partsOf([expression]).flatMap((part) => (part.kind === 'read' ? [part.memory] : []));
}

/** Whether the value can change: it reads a signal or a memory. */
export function readsSignals(expression: Expression): boolean {
  return partsOf([expression]).some((part) => part.kind === 'signal' || part.kind === 'read');
}

/** The expressions and all inside them, each once. */
export function partsOf(expressions: readonly Expression[]): Expression[] {
  const parts = new Set(expressions);
  for (const part of parts) for (const operand of operandsPrinted(part)) parts.add(operand);
  return [...parts];
}

/** Of a comparison that is decided, nothing is printed. */
function operandsPrinted(expression: Expression): readonly Expression[] {
  return expression.kind === 'binary' && decided(expression) !== undefined ? [] : operandsOf(expression);
}
