/**
 * A module without the arithmetic that generic code leaves behind: what is known of constants is computed, as a person
 * would. Only the text is made from it; simulators fold on their own (`ir/fold.ts`), so that each is a check on the other.
 */
import { call, type Deep, run } from '../ir/deep.ts';
import { decided, not, slice } from '../ir/logic.ts';
import type { Expression, ModuleIr, Statement } from '../ir/module.ts';
import type { BinaryOp } from '../ir/netlist.ts';
import { visitOperandsFirst } from '../ir/operands.ts';

export function folded(module: ModuleIr): ModuleIr {
  const fold = folding();
  return {
    ...module,
    statements: run(foldedStatements(module.statements, fold)),
    reads: module.reads.map((read) => ({ ...read, address: fold(read.address), enable: fold(read.enable) })),
    properties: module.properties.map((property) => ({ ...property, condition: fold(property.condition) })),
    pasts: module.pasts.map((past) => ({ ...past, value: fold(past.value) })),
  };
}

type Fold = (expression: Expression) => Expression;

function* foldedStatements(statements: readonly Statement[], fold: Fold): Deep<readonly Statement[]> {
  const result: Statement[] = [];
  for (const statement of statements) result.push(yield* call(foldedStatement(statement, fold)));
  return result;
}

function* foldedStatement(statement: Statement, fold: Fold): Deep<Statement> {
  if (statement.kind === 'assign') return { ...statement, value: fold(statement.value) };
  if (statement.kind === 'write') {
    const { address, data, lanes } = statement;
    return { ...statement, address: fold(address), data: fold(data), ...(lanes === undefined ? {} : { lanes: fold(lanes) }) };
  }
  const bodies: (readonly Statement[])[] = [];
  for (const { body } of statement.arms) bodies.push(yield* call(foldedStatements(body, fold)));
  const otherwise = statement.otherwise && (yield* call(foldedStatements(statement.otherwise, fold)));
  const body = (index: number): readonly Statement[] => bodies[index] ?? [];
  if (statement.kind === 'if')
    return {
      ...statement,
      arms: statement.arms.map((arm, index) => ({ ...arm, condition: fold(arm.condition), body: body(index) })),
      otherwise,
    };
  return {
    ...statement,
    subject: fold(statement.subject),
    arms: statement.arms.map((arm, index) => ({ ...arm, body: body(index) })),
    otherwise,
  };
}

/** What is folded once stays one expression, wherever it is used. */
export function folding(): Fold {
  const done = new Map<Expression, Expression>();
  const of = (expression: Expression): Expression => done.get(expression) ?? expression;
  return (expression) => {
    visitOperandsFirst(
      expression,
      (part) => done.has(part),
      (part) => done.set(part, simpler(withOperands(part, of))),
    );
    return of(expression);
  };
}

/** The same operation on other operands; the same expression where they are the same. */
function withOperands(expression: Expression, of: (operand: Expression) => Expression): Expression {
  switch (expression.kind) {
    case 'constant':
    case 'signal':
      return expression;
    case 'read': {
      const address = of(expression.address);
      return address === expression.address ? expression : { ...expression, address };
    }
    case 'unary':
    case 'slice': {
      const a = of(expression.a);
      return a === expression.a ? expression : { ...expression, a };
    }
    case 'binary': {
      const [a, b] = [of(expression.a), of(expression.b)];
      return a === expression.a && b === expression.b ? expression : { ...expression, a, b };
    }
    case 'concat': {
      const parts = expression.parts.map(of);
      return parts.every((part, index) => part === expression.parts[index]) ? expression : { ...expression, parts };
    }
    case 'mux': {
      const [select, a, b] = [of(expression.select), of(expression.a), of(expression.b)];
      return select === expression.select && a === expression.a && b === expression.b ? expression : { ...expression, select, a, b };
    }
  }
}

/** Of an expression whose operands are folded. */
function simpler(expression: Expression): Expression {
  switch (expression.kind) {
    case 'unary':
      return unary(expression);
    case 'binary':
      return binary(expression);
    case 'slice':
      return slice(expression.a, expression.low, expression.width);
    case 'concat': {
      const { parts, width } = expression;
      const values = parts.map((part) => [part.width, known(part)] as const);
      if (!values.every((value): value is readonly [number, bigint] => value[1] !== undefined)) return expression;
      return constant(
        width,
        values.reduce((all, [partWidth, value]) => (all << BigInt(partWidth)) | value, 0n),
      );
    }
    case 'mux': {
      const { select, a, b } = expression;
      const chosen = known(select);
      if (chosen !== undefined) return chosen === 1n ? a : b;
      if (isSame(a, b)) return a;
      const [yes, no] = [known(a), known(b)];
      if (expression.width !== 1 || yes === undefined || no === undefined) return expression;
      if (yes === no) return a;
      return yes === 1n ? select : not(select);
    }
    default:
      return expression;
  }
}

function unary(expression: Extract<Expression, { kind: 'unary' }>): Expression {
  const { op, a, width } = expression;
  const value = known(a);
  if (op === 'not' && a.kind === 'unary' && a.op === 'not') return a.a;
  if (value === undefined) return expression;
  switch (op) {
    case 'not':
      return constant(width, value ^ ones(width));
    case 'zext':
      return constant(width, value);
    case 'reduceAnd':
      return constant(1, value === ones(a.width) ? 1n : 0n);
    case 'reduceOr':
      return constant(1, value === 0n ? 0n : 1n);
    default:
      // a factor with copies of its sign says how wide the multiplier has to be
      return expression;
  }
}

function binary(expression: Extract<Expression, { kind: 'binary' }>): Expression {
  const { op, a, b, width } = expression;
  const [left, right] = [known(a), known(b)];
  const always = decided(expression);
  if (always !== undefined) return constant(1, always);
  const all = ones(width);
  if (left !== undefined && right !== undefined) {
    const both = OF_CONSTANTS[op]?.(left, right);
    if (both !== undefined) return constant(width, both);
  }
  switch (op) {
    case 'eq':
      return isSame(a, b) ? constant(1, 1n) : expression;
    case 'and':
      if (left === 0n || right === 0n) return constant(width, 0n);
      if (left === all || isSame(a, b)) return b;
      return right === all ? a : expression;
    case 'or':
      if (left === all || right === all) return constant(width, all);
      if (left === 0n || isSame(a, b)) return b;
      return right === 0n ? a : expression;
    case 'xor':
      if (left === 0n) return b;
      if (right === 0n) return a;
      if (left === all) return simpler({ kind: 'unary', op: 'not', width, a: b });
      return right === all ? simpler({ kind: 'unary', op: 'not', width, a }) : expression;
    case 'add':
      if (left === 0n) return b;
      return right === 0n ? a : expression;
    case 'sub':
    case 'shl':
    case 'shr':
      return right === 0n ? a : expression;
    default:
      return expression;
  }
}

/** Before the result is cut to its width. */
const OF_CONSTANTS: Readonly<Partial<Record<BinaryOp, (a: bigint, b: bigint) => bigint>>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  eq: (a, b) => (a === b ? 1n : 0n),
  ne: (a, b) => (a === b ? 0n : 1n),
  lt: (a, b) => (a < b ? 1n : 0n),
  le: (a, b) => (a <= b ? 1n : 0n),
};

function known(expression: Expression): bigint | undefined {
  return expression.kind === 'constant' ? expression.value : undefined;
}

function isSame(a: Expression, b: Expression): boolean {
  return a === b || (a.kind === 'signal' && b.kind === 'signal' && a.signal === b.signal);
}

function constant(width: number, value: bigint): Expression {
  return { kind: 'constant', width, value: BigInt.asUintN(width, value) };
}

function ones(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}
