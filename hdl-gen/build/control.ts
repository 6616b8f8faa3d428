/** Control flow: `when`, `switch`, `fsm`. */

import { BranchAfterOtherwise } from '../errors/control-errors.ts';
import { UnknownState } from '../errors/name-errors.ts';
import type { Enumeration } from '../ir/enumeration.ts';
import { SourceLocation } from '../ir/location.ts';
import { equals, not } from '../ir/logic.ts';
import type { Expression, IfArm, Statement } from '../ir/module.ts';
import { internalName, snakeCase, verilogName } from './names.ts';
import { requireOpen } from './running.ts';
import type { Scope } from './scope.ts';
import { type Bit, constant, expectWidth, Value } from './value.ts';

/** What may follow a `when`. */
export interface Chain {
  /** Where no condition before holds, and this one does. @throws BranchAfterOtherwise, WidthMismatch */
  elseWhen(condition: Bit, then: () => void): Chain;
  /** Where no condition before holds. @throws BranchAfterOtherwise */
  otherwise(then: () => void): void;
}

/** A state machine, for whoever asks about its state or sends it on. */
export interface Fsm<S extends string> {
  /** 1 while the FSM is in that state */
  is(state: S): Bit;
  /** Goes to that state at the next edge. @throws UnknownState */
  goto(state: S): void;
}

export interface FsmOptions<S extends string> {
  readonly reset: NoInfer<S>;
  readonly states: { readonly [K in S]: (fsm: Fsm<NoInfer<S>>) => void };
}

/** An `if` while it is described. There are few frames from body to body, since that is how deep `when`s nest. */
export class Conditional implements Chain {
  readonly #scope: Scope;
  readonly #arms: IfArm[] = [];
  /** what is 1 where an arm is reached */
  readonly #reached: Expression[] = [];
  readonly #statement: { readonly kind: 'if'; readonly arms: IfArm[]; otherwise: Statement[] | undefined };

  constructor(scope: Scope) {
    requireOpen(scope, 'when');
    this.#scope = scope;
    this.#statement = { kind: 'if', arms: this.#arms, otherwise: undefined };
    scope.add(this.#statement);
  }

  elseWhen(condition: Bit, then: () => void): Chain {
    const arm = this.#begin(condition);
    try {
      then();
    } finally {
      this.#scope.end();
    }
    return this.#end(arm);
  }

  otherwise(then: () => void): void {
    if (this.#statement.otherwise !== undefined) throw new BranchAfterOtherwise('otherwise');
    this.#statement.otherwise = this.#scope.begin(this.#reached);
    try {
      then();
    } finally {
      this.#scope.end();
    }
  }

  #begin(condition: Bit): OpenArm {
    if (this.#statement.otherwise !== undefined) throw new BranchAfterOtherwise('elseWhen');
    expectWidth('condition of when', 1, condition);
    const location = SourceLocation.capture();
    const body = this.#scope.begin(this.#reached, condition.expression);
    return { condition: condition.expression, location, body, stated: this.#scope.properties.length };
  }

  #end({ stated, ...arm }: OpenArm): this {
    const states = this.#scope.properties.length > stated;
    this.#arms.push({ ...arm, ...(states ? { states } : {}) });
    this.#reached.push(not(arm.condition));
    return this;
  }
}

/** An arm while its body runs. */
interface OpenArm extends IfArm {
  /** properties before it */
  readonly stated: number;
}

export function fsm<S extends string>(scope: Scope, name: string, options: FsmOptions<S>): Fsm<S> {
  requireOpen(scope, 'fsm');
  const location = SourceLocation.capture();
  const states = Object.keys(options.states) as S[];
  const width = Math.max(1, Math.ceil(Math.log2(states.length)));
  const enumeration: Enumeration = {
    name: snakeCase(name),
    width,
    members: states.map((state, index) => ({ name: verilogName(state), code: BigInt(index) })),
  };
  const code = (state: S): Expression => {
    const index = states.indexOf(state);
    if (index < 0) throw new UnknownState(name, state, states);
    return constant(width, index, { enumeration });
  };
  const init = BigInt(states.indexOf(options.reset));
  if (init < 0n) throw new UnknownState(name, options.reset, states);
  const place = scope.declare({ kind: 'register', name: internalName(name), width, init, enumeration });
  const result: Fsm<S> = {
    is: (state) => place.eq(new Value(code(state))),
    goto: (state) => place.next(new Value(code(state))),
  };
  const arms = states.map((state, index) => ({
    value: BigInt(index),
    body: scope.collect(() => options.states[state](result), [equals(place.expression, BigInt(index))]),
  }));
  // a code that no state has, as an upset of a flip-flop may make one, leads back to the beginning
  const otherwise =
    states.length === 2 ** width ? undefined : [{ kind: 'assign', target: place.signal, value: code(options.reset), location } as const];
  scope.add({ kind: 'switch', subject: place.expression, arms, otherwise, enumeration, location });
  return result;
}
