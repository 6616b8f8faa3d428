/** The nodes of signals and expressions: control flow becomes muxes, and a signal is made when the first asks for it. */
import { call, type Deep, run } from '../deep.ts';
import type { Domain } from '../domain.ts';
import { driversOf } from '../drivers.ts';
import type { Expression, Signal, Statement } from '../module.ts';
import type { NodeId } from '../netlist.ts';
import { operandsFirst } from '../operands.ts';
import { outside, required, type Scope, type State } from './scope.ts';

/** A branch of a statement. */
export interface Arm {
  readonly condition: NodeId;
  readonly body: readonly Statement[];
}

export class Values {
  readonly #state: State;
  /** reset ports of the top */
  readonly #resets: ReadonlyMap<string, NodeId>;

  constructor(state: State, resets: ReadonlyMap<string, NodeId>) {
    this.#state = state;
    this.#resets = resets;
  }

  expression(scope: Scope, expression: Expression): NodeId {
    return scope.expressions.get(expression) ?? run(this.node(scope, expression));
  }

  signal(scope: Scope, signal: Signal): NodeId {
    return scope.signals.get(signal) ?? run(this.#signal(scope, signal));
  }

  /** 1 while the registers of the domain are reset. */
  reset(scope: Scope, domain: Domain): NodeId {
    return run(this.#reset(scope, domain));
  }

  /** The value of `target` after the statements, where it was `before` them. */
  after(scope: Scope, statements: readonly Statement[], target: Signal, before: NodeId): NodeId {
    return run(this.#after(scope, statements, target, before));
  }

  *node(scope: Scope, expression: Expression): Deep<NodeId> {
    const { expressions } = scope;
    for (const part of operandsFirst(expression, (inner) => expressions.has(inner)))
      expressions.set(part, part.kind === 'signal' ? yield* this.#signal(scope, part.signal) : this.#operation(scope, part));
    return required(expressions.get(expression), scope.prefix);
  }

  *arms(scope: Scope, statement: Extract<Statement, { kind: 'if' | 'switch' }>): Deep<Arm[]> {
    const arms: Arm[] = [];
    if (statement.kind === 'if') {
      for (const { condition, body } of statement.arms) arms.push({ condition: yield* this.node(scope, condition), body });
      return arms;
    }
    const { pool } = this.#state;
    const { width } = statement.subject;
    const subject = yield* this.node(scope, statement.subject);
    return statement.arms.map(({ value, care, body }) => {
      const looked = care === undefined ? subject : pool.binary('and', width, subject, pool.constant(width, care));
      return { condition: pool.binary('eq', 1, looked, pool.constant(width, value)), body };
    });
  }

  *#signal(scope: Scope, signal: Signal): Deep<NodeId> {
    const known = scope.signals.get(signal);
    if (known !== undefined) return known;
    const node = yield* call(this.#combinational(scope, signal));
    scope.signals.set(signal, node);
    return node;
  }

  *#combinational(scope: Scope, signal: Signal): Deep<NodeId> {
    const { pool } = this.#state;
    if (signal.kind === 'input') {
      const source = required(scope.inputs.get(signal.name), signal.name);
      return typeof source === 'number' ? source : yield* this.#signal(source.scope, source.signal);
    }
    if (signal.kind === 'register') {
      const { node } = required(this.#state.registers[required(scope.registers.get(signal), signal.name)], signal.name);
      const reset = yield* this.#reset(scope, signal.domain);
      return pool.mux(signal.width, reset, pool.constant(signal.width, signal.init ?? 0n), node);
    }
    const inside = scope.outputs.get(signal);
    if (inside !== undefined) return yield* this.#signal(inside.child, inside.port);
    return yield* this.#after(scope, scope.module.statements, signal, pool.constant(signal.width, signal.fallback ?? 0n));
  }

  *#reset(scope: Scope, domain: Domain): Deep<NodeId> {
    const { reset } = outside(scope, domain);
    const { pool } = this.#state;
    if (reset === undefined) return pool.constant(1, 0n);
    const node = 'port' in reset ? required(this.#resets.get(reset.port), reset.port) : yield* this.#signal(reset.scope, reset.signal);
    return reset.active === 'high' ? node : pool.not(node);
  }

  *#after(scope: Scope, statements: readonly Statement[], target: Signal, before: NodeId): Deep<NodeId> {
    const { pool } = this.#state;
    let value = before;
    for (const statement of driversOf(statements, target)) {
      if (statement.kind === 'write') continue;
      if (statement.kind === 'assign') {
        const assigned = yield* this.node(scope, statement.value);
        value = statement.low === undefined ? assigned : pool.insert(value, statement.low, assigned);
        continue;
      }
      const arms = yield* this.arms(scope, statement);
      const taken: NodeId[] = [];
      for (const { body } of arms) taken.push(yield* call(this.#after(scope, body, target, value)));
      const otherwise: NodeId = yield* call(this.#after(scope, statement.otherwise ?? [], target, value));
      value = arms.reduceRight((rest, { condition }, index) => pool.mux(target.width, condition, taken[index] ?? rest, rest), otherwise);
    }
    return value;
  }

  /** Of an expression whose operands are there. */
  #operation(scope: Scope, expression: Exclude<Expression, { kind: 'signal' }>): NodeId {
    const { pool } = this.#state;
    const { width } = expression;
    const of = (operand: Expression): NodeId => required(scope.expressions.get(operand), scope.prefix);
    switch (expression.kind) {
      case 'constant':
        return pool.constant(width, expression.value);
      case 'read':
        return pool.read(width, required(scope.memories.get(expression.memory), expression.memory.name), of(expression.address));
      case 'unary':
        return pool.unary(expression.op, width, of(expression.a));
      case 'binary':
        return pool.binary(expression.op, width, of(expression.a), of(expression.b));
      case 'slice':
        return pool.slice(width, of(expression.a), expression.low);
      case 'concat':
        return pool.concat(width, expression.parts.map(of));
      case 'mux':
        return pool.mux(width, of(expression.select), of(expression.a), of(expression.b));
    }
  }
}
