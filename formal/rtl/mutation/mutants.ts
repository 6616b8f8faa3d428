/** Mutants of a module: copies with one small fault each, as a hand makes them (DeMillo, Lipton, Sayward 1978). */
import { Value } from '../../../hdl-gen/build/value.ts';
import type { AnyBits, Bits } from '../../../hdl-gen/index.ts';
import type { Expression, ModuleIr, Signal, Statement } from '../../../hdl-gen/ir/module.ts';
import type { BinaryOp, UnaryOp } from '../../../hdl-gen/ir/netlist.ts';

export interface Mutant {
  /** which one of the module's it is; the same fault in the same module of another size has the same */
  readonly index: number;
  /** the source line, the signal or `when` it is in, and what became what */
  readonly fault: string;
  readonly module: ModuleIr;
}

interface Fault<T> {
  readonly fault: string;
  readonly mutated: T;
}

/** What each operator is taken for; comparisons are also off by one. */
const MISTAKEN_BINARY: Readonly<Record<BinaryOp, readonly BinaryOp[]>> = {
  and: ['or'],
  or: ['and'],
  xor: ['or'],
  add: ['sub'],
  sub: ['add'],
  mul: ['add'],
  eq: ['ne'],
  ne: ['eq'],
  lt: ['le'],
  le: ['lt'],
  lts: ['les'],
  les: ['lts'],
  shl: ['shr'],
  shr: ['shl'],
  sar: ['shr'],
};

const MISTAKEN_UNARY: Readonly<Record<Exclude<UnaryOp, 'not'>, UnaryOp>> = {
  reduceAnd: 'reduceOr',
  reduceOr: 'reduceAnd',
  reduceXor: 'reduceOr',
  zext: 'sext',
  sext: 'zext',
};

/**
 * Every operator taken for its neighbour, every comparison also negated, every constant one more and one less, every
 * slice a bit off, every mux and concatenation turned round, every condition of a `when` negated and stuck at 0 and 1,
 * every assignment dropped. Properties stay as they are.
 */
export function mutantsOf(module: ModuleIr): Mutant[] {
  return [...inStatements(module.statements, new Set())].map(({ fault, mutated }, index) => ({
    index,
    fault,
    module: { ...module, statements: mutated },
  }));
}

/** The design with `module` in every place of the module of that name; undefined where it has none. */
export function withModule(design: ModuleIr, module: ModuleIr): ModuleIr | undefined {
  if (design.name === module.name) return module;
  const inside = design.instances.map((instance) => withModule(instance.module, module));
  if (inside.every((one) => one === undefined)) return undefined;
  return { ...design, instances: design.instances.map((instance, index) => ({ ...instance, module: inside[index] ?? instance.module })) };
}

/**
 * A mutant that no operator makes: what is assigned to a signal becomes something else, wherever it is assigned.
 * @param target the signal, and `of` any other one of the module, by their names in the Verilog
 * @throws RangeError where the module assigns no such signal
 */
export function withAssigned(
  module: ModuleIr,
  target: string,
  become: (value: Bits<number>, of: (signal: string) => Bits<number>) => AnyBits,
): ModuleIr {
  let found = 0;
  const of = (name: string): Bits<number> => {
    const signal = [...module.ports, ...module.signals].find((candidate) => candidate.name === name);
    if (signal === undefined) throw new RangeError(`module ${module.name} has no signal ${name}`);
    return new Value<number>({ kind: 'signal', width: signal.width, signal });
  };
  const changed = (statements: readonly Statement[]): Statement[] =>
    statements.map((statement): Statement => {
      if (statement.kind === 'write') return statement;
      if (statement.kind === 'assign') {
        if (statement.target.name !== target) return statement;
        found++;
        return { ...statement, value: become(new Value<number>(statement.value), of).expression };
      }
      const otherwise = statement.otherwise && changed(statement.otherwise);
      if (statement.kind === 'if')
        return { ...statement, arms: statement.arms.map((arm) => ({ ...arm, body: changed(arm.body) })), otherwise };
      return { ...statement, arms: statement.arms.map((arm) => ({ ...arm, body: changed(arm.body) })), otherwise };
    });
  const statements = changed(module.statements);
  if (found === 0) throw new RangeError(`module ${module.name} assigns nothing to ${target}`);
  return { ...module, statements };
}

/** @param valued combinational signals that have a value before the first statement */
function* inStatements(statements: readonly Statement[], valued: ReadonlySet<Signal>): Generator<Fault<readonly Statement[]>> {
  const before = new Set(valued);
  for (const [index, statement] of statements.entries()) {
    for (const { fault, mutated } of inStatement(statement, before)) {
      yield { fault, mutated: statements.toSpliced(index, 1, ...mutated) };
    }
    if (statement.kind === 'assign' && statement.low === undefined) before.add(statement.target);
  }
}

/** @returns what stands in the statement's place */
function* inStatement(statement: Statement, valued: ReadonlySet<Signal>): Generator<Fault<readonly Statement[]>> {
  switch (statement.kind) {
    case 'assign': {
      const place = `${statement.location.toString()} ${statement.target.name}`;
      yield* dropped(statement, place, valued);
      for (const { fault, mutated } of inExpression(statement.value)) {
        yield { fault: `${place}: ${fault}`, mutated: [{ ...statement, value: mutated }] };
      }
      return;
    }
    case 'if':
      for (const [index, arm] of statement.arms.entries()) {
        const place = `${arm.location.toString()} when`;
        for (const { fault, mutated } of [...stuck(arm.condition), ...inExpression(arm.condition)]) {
          yield {
            fault: `${place}: ${fault}`,
            mutated: [{ ...statement, arms: statement.arms.with(index, { ...arm, condition: mutated }) }],
          };
        }
        for (const { fault, mutated } of inStatements(arm.body, valued)) {
          yield { fault, mutated: [{ ...statement, arms: statement.arms.with(index, { ...arm, body: mutated }) }] };
        }
      }
      break;
    case 'switch':
      for (const { fault, mutated } of inExpression(statement.subject)) {
        yield { fault: `${statement.location.toString()} switch: ${fault}`, mutated: [{ ...statement, subject: mutated }] };
      }
      for (const [index, arm] of statement.arms.entries()) {
        for (const { fault, mutated } of inStatements(arm.body, valued)) {
          yield { fault, mutated: [{ ...statement, arms: statement.arms.with(index, { ...arm, body: mutated }) }] };
        }
      }
      break;
    case 'write':
      yield { fault: `${statement.location.toString()} ${statement.memory.name}: write dropped`, mutated: [] };
      return;
  }
  for (const { fault, mutated } of inStatements(statement.otherwise ?? [], valued))
    yield { fault, mutated: [{ ...statement, otherwise: mutated }] };
}

/** A register keeps its value; a wire that has no value without the assignment becomes 0, since it must have one. */
function* dropped(
  statement: Extract<Statement, { kind: 'assign' }>,
  place: string,
  valued: ReadonlySet<Signal>,
): Generator<Fault<readonly Statement[]>> {
  const { target, value } = statement;
  if (target.kind === 'register' || valued.has(target) || target.fallback !== undefined) yield { fault: `${place}: dropped`, mutated: [] };
  else if (value.kind !== 'constant') {
    yield { fault: `${place}: stuck at 0`, mutated: [{ ...statement, value: { kind: 'constant', width: value.width, value: 0n } }] };
  }
}

function stuck(condition: Expression): Fault<Expression>[] {
  return [
    { fault: 'condition negated', mutated: { kind: 'unary', op: 'not', width: 1, a: condition } },
    { fault: 'condition stuck at 0', mutated: { kind: 'constant', width: 1, value: 0n } },
    { fault: 'condition stuck at 1', mutated: { kind: 'constant', width: 1, value: 1n } },
  ];
}

function* inExpression(expression: Expression): Generator<Fault<Expression>> {
  yield* faultsOf(expression);
  const parts = partsOf(expression);
  for (const [index, part] of parts.entries()) {
    for (const { fault, mutated } of inExpression(part)) yield { fault, mutated: withParts(expression, parts.with(index, mutated)) };
  }
}

/** The faults of the outermost operator. */
function faultsOf(expression: Expression): Fault<Expression>[] {
  const { width } = expression;
  switch (expression.kind) {
    case 'constant': {
      const others = new Set([1n, -1n].map((by) => BigInt.asUintN(width, expression.value + by)));
      return [...others].map((value) => ({ fault: `${expression.value} became ${value}`, mutated: { kind: 'constant', width, value } }));
    }
    case 'unary': {
      const { op, a } = expression;
      if (op === 'not') return [{ fault: 'not dropped', mutated: a }];
      const mistaken = MISTAKEN_UNARY[op];
      return [{ fault: `${op} became ${mistaken}`, mutated: { ...expression, op: mistaken } }];
    }
    case 'binary': {
      const { op } = expression;
      const swapped = MISTAKEN_BINARY[op].map((other) => ({ fault: `${op} became ${other}`, mutated: { ...expression, op: other } }));
      const orders = op === 'lt' || op === 'le' || op === 'lts' || op === 'les';
      return orders ? [...swapped, { fault: `${op} negated`, mutated: { kind: 'unary', op: 'not', width, a: expression } }] : swapped;
    }
    case 'slice': {
      const low = expression.low + width < expression.a.width ? expression.low + 1 : expression.low - 1;
      return low < 0 ? [] : [{ fault: `slice from ${expression.low} became from ${low}`, mutated: { ...expression, low } }];
    }
    case 'mux':
      return [{ fault: 'mux turned round', mutated: { ...expression, a: expression.b, b: expression.a } }];
    case 'concat':
      return expression.parts.length < 2
        ? []
        : [{ fault: 'concatenation turned round', mutated: { ...expression, parts: expression.parts.toReversed() } }];
    default:
      return [];
  }
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'unary':
    case 'slice':
      return [expression.a];
    case 'binary':
      return [expression.a, expression.b];
    case 'mux':
      return [expression.select, expression.a, expression.b];
    case 'concat':
      return expression.parts;
    case 'read':
      return [expression.address];
    default:
      return [];
  }
}

/** @param parts as many as `partsOf` gives, in its order */
function withParts(expression: Expression, parts: readonly Expression[]): Expression {
  const [first = expression, second = expression, third = expression] = parts;
  switch (expression.kind) {
    case 'unary':
    case 'slice':
      return { ...expression, a: first };
    case 'binary':
      return { ...expression, a: first, b: second };
    case 'mux':
      return { ...expression, select: first, a: second, b: third };
    case 'concat':
      return { ...expression, parts };
    case 'read':
      return { ...expression, address: first };
    default:
      return expression;
  }
}
