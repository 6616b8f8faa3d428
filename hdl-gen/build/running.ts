/** Which module's body runs. */
import { OutsideModule } from '../errors/build-errors.ts';
import type { Enumeration } from '../ir/enumeration.ts';
import type { SourceLocation } from '../ir/location.ts';
import type { Expression, Statement } from '../ir/module.ts';

/** Whoever collects the statements of a running module body. */
export interface StatementSink {
  readonly name: string;
  add(statement: Statement): void;
  /** the statements of `body` */
  collect(body: () => void): readonly Statement[];
  /** a wire that is the choice of that number, whatever the conditions are under which statements are collected now */
  choose(choice: Choice): Expression;
}

/** One of several values, by a number; 0 where there is none of that number. */
export interface Choice {
  /** of the wire, or one like it */
  readonly name: string;
  readonly index: Expression;
  readonly choices: readonly Expression[];
  readonly enumeration: Enumeration | undefined;
  readonly location: SourceLocation;
}

/** Innermost last: an instance elaborates its module inside the parent's body. */
const running: StatementSink[] = [];

export function runBody(sink: StatementSink, body: () => void): void {
  running.push(sink);
  try {
    body();
  } finally {
    running.pop();
  }
}

/** @throws OutsideModule unless `owner`'s body is the one that runs */
export function requireOpen(owner: StatementSink, what: string): void {
  const open = running.at(-1);
  if (open !== owner) throw new OutsideModule(what, owner.name, open?.name);
}

/** The module whose body runs. @throws OutsideModule where none does */
export function openModule(what: string): StatementSink {
  const open = running.at(-1);
  if (open === undefined) throw new OutsideModule(what, 'none', undefined);
  return open;
}
