/** Which statements drive what. Every pass asks for every signal of a module, so a list is looked through once. */
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

/** Every signal that the statement, or one inside it, assigns, and every memory that it writes. */
export function drivenBy(statement: Statement): ReadonlySet<Driven> {
  let driven = statements.get(statement);
  if (driven === undefined) {
    driven = find(statement);
    statements.set(statement, driven);
  }
  return driven;
}

function index(list: readonly Statement[]): ReadonlyMap<Driven, readonly Statement[]> {
  const drivers = new Map<Driven, Statement[]>();
  for (const statement of list) {
    for (const driven of drivenBy(statement)) {
      const known = drivers.get(driven);
      if (known === undefined) drivers.set(driven, [statement]);
      else known.push(statement);
    }
  }
  return drivers;
}

function find(statement: Statement): ReadonlySet<Driven> {
  if (statement.kind === 'assign') return new Set([statement.target]);
  if (statement.kind === 'write') return new Set([statement.memory]);
  const driven = new Set<Driven>();
  for (const { body } of [...statement.arms, { body: statement.otherwise ?? [] }])
    for (const inner of body) for (const one of drivenBy(inner)) driven.add(one);
  return driven;
}
