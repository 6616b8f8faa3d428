/** Which bits of which signals a module reads: what nobody reads, a linter would complain about. */
import { decided } from '../ir/logic.ts';
import type { Expression, Memory, ModuleIr, Signal, Statement } from '../ir/module.ts';

/** Bit masks of the bits read, by signal; a signal that is not in the map is never read. */
export function bitsRead(module: ModuleIr): ReadonlyMap<Signal, bigint> {
  const read = new Map<Signal, bigint>();
  const mark = (signal: Signal, low: number, width: number): void => {
    read.set(signal, (read.get(signal) ?? 0n) | (((1n << BigInt(width)) - 1n) << BigInt(low)));
  };
  const seen = new Set<Expression>();
  const visit = (expression: Expression): void => {
    if (seen.has(expression)) return;
    seen.add(expression);
    switch (expression.kind) {
      case 'constant':
        return;
      case 'signal':
        return mark(expression.signal, 0, expression.width);
      case 'read':
        return visit(expression.address);
      case 'slice':
        if (expression.a.kind === 'signal') mark(expression.a.signal, expression.low, expression.width);
        else visit(expression.a);
        return;
      case 'concat':
        return expression.parts.forEach(visit);
      case 'mux':
        return [expression.select, expression.a, expression.b].forEach(visit);
      case 'unary':
        return visit(expression.a);
      case 'binary':
        for (const operand of operandsOf(expression)) visit(operand);
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
  return new Set([...resets, ...expressions.flatMap((expression) => [...signalsIn(expression)])]);
}

/** Every expression that a statement, or one inside it, evaluates. */
export function expressionsOf(statement: Statement): Expression[] {
  switch (statement.kind) {
    case 'assign':
      return [statement.value];
    case 'write':
      return [statement.address, statement.data, ...(statement.lanes === undefined ? [] : [statement.lanes])];
    case 'if':
      return [...statement.arms.map((arm) => arm.condition), ...innerStatements(statement).flatMap(expressionsOf)];
    case 'switch':
      return [statement.subject, ...innerStatements(statement).flatMap(expressionsOf)];
  }
}

/** The statements one level down. */
export function innerStatements(statement: Statement): readonly Statement[] {
  if (statement.kind === 'assign' || statement.kind === 'write') return [];
  return [...statement.arms.flatMap((arm) => arm.body), ...(statement.otherwise ?? [])];
}

/** Every signal that an expression reads; of a memory word, those in its address. */
export function signalsIn(expression: Expression): ReadonlySet<Signal> {
  return new Set(partsOf(expression).flatMap((part) => (part.kind === 'signal' ? [part.signal] : [])));
}

/** Every memory of which an expression reads a word. */
export function memoriesIn(expression: Expression): readonly Memory[] {
  return partsOf(expression).flatMap((part) => (part.kind === 'read' ? [part.memory] : []));
}

/** Whether the value can change: it reads a signal or a memory. */
export function readsSignals(expression: Expression): boolean {
  return partsOf(expression).some((part) => part.kind === 'signal' || part.kind === 'read');
}

/** The expression and all inside it, each once. */
export function partsOf(expression: Expression): Expression[] {
  const parts = new Set([expression]);
  for (const part of parts) for (const operand of operandsOf(part)) parts.add(operand);
  return [...parts];
}

function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'constant':
    case 'signal':
      return [];
    case 'read':
      return [expression.address];
    case 'unary':
    case 'slice':
      return [expression.a];
    case 'binary':
      // of a comparison that is decided, nothing is printed
      return decided(expression) === undefined ? [expression.a, expression.b] : [];
    case 'concat':
      return expression.parts;
    case 'mux':
      return [expression.select, expression.a, expression.b];
  }
}
