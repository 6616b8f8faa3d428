/** Which statements drive what, and what is inside them. Every pass asks for every signal of a module, so a list is looked through once. */
import { addTo } from './lists.ts';
import type { Memory, Signal, Statement } from './module.ts';

export type Driven = Signal | Memory;

const lists = new WeakMap<readonly Statement[], ReadonlyMap<Driven, readonly Statement[]>>();
const statements = new WeakMap<Statement, ReadonlySet<Driven>>();

/** Those of the list, which is complete, that drive the signal or memory, or have a statement inside that does; in their order. */
export function driversOf(list: readonly Statement[], target: Driven): readonly Statement[] {
  let drivers = lists.get(list);
  if (drivers === undefined) {
    drivers = index(list);
    lists.set(list, drivers);
  }
  return drivers.get(target) ?? [];
}

/** Whether a statement of the list, or one inside it, drives the signal or memory. */
export function isDriven(list: readonly Statement[], target: Driven): boolean {
  return driversOf(list, target).length > 0;
}

/** Every signal that the statement, or one inside it, assigns, and every memory that it writes. */
export function drivenBy(statement: Statement): ReadonlySet<Driven> {
  const known = statements.get(statement);
  if (known !== undefined) return known;
  // inner ones first
  for (const inner of statementsIn([statement]).reverse()) if (!statements.has(inner)) statements.set(inner, find(inner));
  return statements.get(statement) ?? new Set();
}

function index(list: readonly Statement[]): ReadonlyMap<Driven, readonly Statement[]> {
  const drivers = new Map<Driven, Statement[]>();
  for (const statement of list) for (const driven of drivenBy(statement)) addTo(drivers, driven, statement);
  return drivers;
}

/** Of a statement of which those inside are known. */
function find(statement: Statement): ReadonlySet<Driven> {
  if (statement.kind === 'assign') return new Set([statement.target]);
  if (statement.kind === 'write') return new Set([statement.memory]);
  const driven = new Set<Driven>();
  for (const body of bodiesOf(statement)) for (const inner of body) for (const one of statements.get(inner) ?? []) driven.add(one);
  return driven;
}

/** The statements and all inside them, in the order in which they were written. */
export function statementsIn(list: readonly Statement[]): Statement[] {
  const found: Statement[] = [];
  const waiting = list.toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    found.push(next);
    for (const body of bodiesOf(next).toReversed()) for (const inner of body.toReversed()) waiting.push(inner);
  }
  return found;
}

/** The statement lists inside a statement: one a branch. */
export function bodiesOf(statement: Statement): readonly (readonly Statement[])[] {
  if (statement.kind === 'assign' || statement.kind === 'write') return [];
  const bodies = statement.arms.map((arm) => arm.body);
  return statement.otherwise === undefined ? bodies : [...bodies, statement.otherwise];
}
