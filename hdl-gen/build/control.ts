/** Control flow: `when`, `switch`, `fsm`. */
import { ShapeMismatch } from '../errors/aggregate-errors.ts';
import { UnknownState } from '../errors/build-errors.ts';
import { BranchAfterOtherwise } from '../errors/control-errors.ts';
import type { Enumeration } from '../ir/enumeration.ts';
import { SourceLocation } from '../ir/location.ts';
import { equals, not } from '../ir/logic.ts';
import type { Expression, IfArm, Statement } from '../ir/module.ts';
import { leavesIn, shapeIn } from './aggregate.ts';
import { codeOf } from './codec.ts';
import { describeValue } from './describe.ts';
import { internalName, snakeCase, verilogName } from './names.ts';
import type { AnyAggregate } from './ports.ts';
import { requireOpen } from './running.ts';
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

export function switchOn(
  scope: Scope,
  on: AnyBits | AnyAggregate,
  arms: { readonly [value: string]: () => void },
  otherwise?: () => void,
): void {
  requireOpen(scope, 'switch');
  const location = SourceLocation.capture();
  const shape = shapeIn(on);
  if (shape.kind !== 'bits' && shape.kind !== 'enum') throw new ShapeMismatch('switch', 'bits or an enumeration', describeValue(on));
  const [subject] = leavesIn(on);
  if (subject === undefined) return;
  const values = Object.keys(arms).map((key) =>
    shape.kind === 'enum' ? codeOf(shape, key, 'arm of a switch') : constantValue(subject.width, Number(key)),
  );
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
    ...(shape.kind === 'enum' ? { enumeration: shape.enumeration } : {}),
    location,
  });
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
  scope.add({ kind: 'switch', subject: place.expression, arms, otherwise: undefined, enumeration, location });
  return result;
}
