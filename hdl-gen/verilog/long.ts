/** Expressions that would be too long as one text: their parts get wires, as a person would name them. */
import type { Expression } from '../ir/module.ts';
import { operandsOf, visitOperandsFirst } from '../ir/operands.ts';

/** Operators and names that a text may have. What is read twice counts twice: it is printed twice. */
const LONGEST = 500;

export class LongExpressions {
  /** what stands in a text for an expression */
  readonly names = new Map<Expression, string>();
  readonly #sizes = new Map<Expression, number>();

  /** Names what is too long in the expression, by `name`, which is given what has short operands only. */
  shorten(expression: Expression, name: (part: Expression) => string): void {
    visitOperandsFirst(
      expression,
      (part) => this.#sizes.has(part),
      (part) => {
        const size = operandsOf(part).reduce((sum, operand) => sum + (this.#sizes.get(operand) ?? 1), 1);
        const isLong = size > LONGEST && part !== expression && part.kind !== 'concat';
        if (isLong) this.names.set(part, name(part));
        this.#sizes.set(part, isLong ? 1 : size);
      },
    );
  }
}
