/** Control flow as one expression, where an always block would not do. */
import { call, type Deep, run } from '../ir/deep.ts';
import { driversOf, statementsIn } from '../ir/drivers.ts';
import { and, equal, insert, masked, not, slice } from '../ir/logic.ts';
import type { Expression, Memory, Signal, Statement } from '../ir/module.ts';
import { wordExists } from './expression.ts';
import { readsSignals } from './reads.ts';
import { drives, type Targets } from './statements.ts';

const ONE: Expression = { kind: 'constant', width: 1, value: 1n };

/** The value that `target` has after the statements, where it was `before` them. */
export function valueAfter(statements: readonly Statement[], target: Signal, before: Expression): Expression {
  return run(after(statements, target, before));
}

function* after(statements: readonly Statement[], target: Signal, before: Expression): Deep<Expression> {
  let value = before;
  for (const statement of driversOf(statements, target)) {
    if (statement.kind === 'write') continue;
    if (statement.kind === 'assign') {
      value = statement.low === undefined ? statement.value : insert(value, statement.low, statement.value);
      continue;
    }
    const arms: { readonly condition: Expression; readonly taken: Expression }[] = [];
    for (const { condition, body } of armsOf(statement)) arms.push({ condition, taken: yield* call(after(body, target, value)) });
    const otherwise: Expression = yield* call(after(otherwiseOf(statement), target, value));
    value = arms.reduceRight((rest, { condition, taken }) => mux(condition, taken, rest), otherwise);
  }
  return value;
}

/** Whether no constant decides where the targets are driven; an assignment alone decides nothing. */
export function decidesBySignals(statement: Statement, targets: Targets): boolean {
  return statementsIn([statement]).every(
    (inner) => !drives(inner, targets) || armsOf(inner).every(({ condition }) => readsSignals(condition)),
  );
}

/**
 * The word at `address` after this cycle's writes, 0 where there is none. That question comes outermost: Yosys sees
 * block RAM in a bypass of the word as it is stored, and a reset of its register in a 0.
 */
export function wordAfter(statements: readonly Statement[], memory: Memory, address: Expression): Expression {
  const { width } = memory;
  const stored: Expression = { kind: 'read', width, memory, address, exists: true };
  const newest = run(writesTo(statements, memory, ONE)).reduce<Expression>(
    (word, write) => mux(both(write.enable, sameAddress(write.address, address)), laneByLane(write, word), word),
    stored,
  );
  const exists = wordExists(memory, address);
  return exists === undefined ? newest : mux(exists, newest, { kind: 'constant', width, value: 0n });
}

/** The word after a write: what it does not write of it stays. */
function laneByLane({ data, lanes }: Write, word: Expression): Expression {
  if (lanes === undefined) return data;
  const width = data.width / lanes.width;
  const parts = Array.from({ length: lanes.width }, (_, lane) =>
    mux(slice(lanes, lane, 1), slice(data, lane * width, width), slice(word, lane * width, width)),
  );
  return { kind: 'concat', width: data.width, parts: parts.reverse() };
}

interface Write {
  readonly lanes: Expression | undefined;
  readonly enable: Expression;
  readonly address: Expression;
  readonly data: Expression;
}

function* writesTo(statements: readonly Statement[], memory: Memory, enable: Expression): Deep<Write[]> {
  const writes: (readonly Write[])[] = [];
  for (const statement of driversOf(statements, memory)) {
    if (statement.kind === 'write') {
      const { address, data, lanes } = statement;
      writes.push([{ enable, address, data, lanes }]);
      continue;
    }
    let rest = enable;
    for (const { condition, body } of armsOf(statement)) {
      writes.push(yield* call(writesTo(body, memory, both(rest, condition))));
      rest = both(rest, not(condition));
    }
    writes.push(yield* call(writesTo(otherwiseOf(statement), memory, rest)));
  }
  return writes.flat();
}

function armsOf(statement: Statement): { readonly condition: Expression; readonly body: readonly Statement[] }[] {
  if (statement.kind === 'if') return [...statement.arms];
  if (statement.kind !== 'switch') return [];
  const { subject, enumeration } = statement;
  return statement.arms.map(({ value, care, body }) => ({
    condition: {
      kind: 'binary',
      op: 'eq',
      width: 1,
      a: masked(subject, care),
      b: { kind: 'constant', width: subject.width, value, ...(enumeration === undefined ? {} : { enumeration }) },
    },
    body,
  }));
}

function otherwiseOf(statement: Statement): readonly Statement[] {
  return statement.kind === 'if' || statement.kind === 'switch' ? (statement.otherwise ?? []) : [];
}

function mux(select: Expression, a: Expression, b: Expression): Expression {
  return { kind: 'mux', width: a.width, select, a, b };
}

function both(a: Expression, b: Expression): Expression {
  return a === ONE ? b : and(a, b);
}

function sameAddress(a: Expression, b: Expression): Expression {
  const width = Math.max(a.width, b.width);
  const wide = (address: Expression): Expression => (address.width === width ? address : { kind: 'unary', op: 'zext', width, a: address });
  return equal(wide(a), wide(b));
}
