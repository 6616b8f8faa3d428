/** Control flow: `when`, `switch`, `fsm`. */
import { UnknownState } from '../errors/build-errors.ts';
import { SourceLocation } from '../ir/location.ts';
import { equals, not } from '../ir/logic.ts';
import type { Expression, IfArm, Statement } from '../ir/module.ts';
import { internalName, snakeCase } from './names.ts';
import { requireOpen } from './place.ts';
import type { Scope } from './scope.ts';
import { type AnyBits, type Bit, constant, constantValue, expectWidth, Value } from './value.ts';

export interface Chain {
  elseWhen(condition: Bit, then: () => void): Chain;
  otherwise(then: () => void): void;
}

export interface Fsm<S extends string> {
  /** 1 while the FSM is in that state */
  is(state: S): Bit;
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
      statement.otherwise = scope.collect(body, passed);
    },
  };
  return chain.elseWhen(condition, then);
}

export function switchOn(scope: Scope, subject: AnyBits, arms: { readonly [value: number]: () => void }, otherwise?: () => void): void {
  requireOpen(scope, 'switch');
  const location = SourceLocation.capture();
  const values = Object.keys(arms).map((key) => constantValue(subject.width, Number(key)));
  const bodies = Object.values(arms).map((body, index) => {
    const value = values[index] ?? 0n;
    return { value, body: scope.collect(body, [equals(subject.expression, value)]) };
  });
  const none = values.map((value) => not(equals(subject.expression, value)));
  scope.add({
    kind: 'switch',
    subject: subject.expression,
    arms: bodies,
    otherwise: otherwise && scope.collect(otherwise, none),
    location,
  });
}

export function fsm<S extends string>(scope: Scope, name: string, options: FsmOptions<S>): Fsm<S> {
  requireOpen(scope, 'fsm');
  const location = SourceLocation.capture();
  const states = Object.keys(options.states) as S[];
  const width = Math.max(1, Math.ceil(Math.log2(states.length)));
  const code = (state: S): Expression => {
    const index = states.indexOf(state);
    if (index < 0) throw new UnknownState(name, state, states);
    return constant(width, index, { label: stateLabel(name, state) });
  };
  const init = BigInt(states.indexOf(options.reset));
  if (init < 0n) throw new UnknownState(name, options.reset, states);
  const place = scope.declare({ kind: 'register', name: internalName(name), width, init, stateNames: states.map(snakeCase) });
  const result: Fsm<S> = {
    is: (state) => place.eq(new Value(code(state))),
    goto: (state) => place.next(new Value(code(state))),
  };
  const arms = states.map((state, index) => ({
    value: BigInt(index),
    label: stateLabel(name, state),
    body: scope.collect(() => options.states[state](result), [equals(place.expression, BigInt(index))]),
  }));
  scope.add({ kind: 'switch', subject: place.expression, arms, otherwise: undefined, fsm: place.signal, location });
  return result;
}

function stateLabel(name: string, state: string): string {
  return `${snakeCase(name)}_${snakeCase(state)}`.toUpperCase();
}
