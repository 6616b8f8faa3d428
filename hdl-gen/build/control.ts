/** Control flow: `when`, `switch`, `fsm`. */
import { UnknownState } from '../errors/build-errors.ts';
import { BranchAfterOtherwise } from '../errors/control-errors.ts';
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

interface OpenIf {
  readonly kind: 'if';
  readonly arms: IfArm[];
  otherwise: Statement[] | undefined;
}

export function when(scope: Scope, condition: Bit, then: () => void): Chain {
  requireOpen(scope, 'when');
  const statement: OpenIf = { kind: 'if', arms: [], otherwise: undefined };
  scope.add(statement);
  const passed: Expression[] = [];
  const chain: Chain = {
    elseWhen: (next, body) => {
      if (statement.otherwise !== undefined) throw new BranchAfterOtherwise('elseWhen');
      expectWidth('condition of when', 1, next);
      const location = SourceLocation.capture();
      const stated = scope.properties.length;
      const statements = scope.collect(body, [...passed, next.expression]);
      const states = scope.properties.length > stated;
      statement.arms.push({ condition: next.expression, body: statements, location, ...(states ? { states } : {}) });
      passed.push(not(next.expression));
      return chain;
    },
    otherwise: (body) => {
      if (statement.otherwise !== undefined) throw new BranchAfterOtherwise('otherwise');
      statement.otherwise = scope.collect(body, passed);
    },
  };
  return chain.elseWhen(condition, then);
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
