/** Walks over expressions of any depth: recursion would end where the stack does. */
import type { Expression } from './module.ts';

export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'constant':
    case 'signal':
      return [];
    case 'read':
      return [expression.address];
    case 'unary':
    case 'slice':
      return [expression.a];
    case 'binary':
      return [expression.a, expression.b];
    case 'concat':
      return expression.parts;
    case 'mux':
      return [expression.select, expression.a, expression.b];
  }
}

/** The expression and all inside it that is not yet done, operands first and from the left; whoever takes them makes them done. */
export function* operandsFirst(expression: Expression, isDone: (expression: Expression) => boolean): Generator<Expression, void, void> {
  const stack = [expression];
  for (let next = stack.at(-1); next !== undefined; next = stack.at(-1)) {
    const waiting = isDone(next) ? [] : operandsOf(next).filter((operand) => !isDone(operand));
    if (waiting.length > 0) {
      for (const operand of waiting.toReversed()) stack.push(operand);
      continue;
    }
    stack.pop();
    if (!isDone(next)) yield next;
  }
}

/** Calls `visit` for them. */
export function visitOperandsFirst(
  expression: Expression,
  isDone: (expression: Expression) => boolean,
  visit: (expression: Expression) => void,
): void {
  for (const part of operandsFirst(expression, isDone)) visit(part);
}
