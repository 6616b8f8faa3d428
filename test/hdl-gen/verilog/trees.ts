/** Random expression trees: how they are made, how they are built with hdl-gen, and what they are worth. */
import { type AnyBits, type Bits, u } from '../../../hdl-gen/index.ts';
import type { Random } from '../../../hdl-gen/sim/random.ts';
import { OPERATORS, type Operator, someWidth } from './operators.ts';

/** Widths of the inputs that the leaves are taken from. */
export const INPUT_WIDTHS = [1, 7, 8, 32, 33, 64, 128, 200, 200] as const;

export type Tree =
  | { readonly op: 'value'; readonly width: number; readonly value: bigint }
  /** bits of an input, from `low` upwards */
  | { readonly op: 'input'; readonly width: number; readonly index: number; readonly low: number }
  | { readonly op: string; readonly width: number; readonly of: readonly Tree[]; readonly constant: number };

export function anyTree(random: Random): Tree {
  return treeOf(random, random.chance(0.25) ? 1 : someWidth(random), 1 + random.below(5));
}

/** @param depth operators above each other, at most */
export function treeOf(random: Random, width: number, depth: number): Tree {
  if (depth === 0 || random.chance(0.08)) return leafOf(random, width);
  const names = Object.keys(OPERATORS);
  for (;;) {
    const op = names[random.below(names.length)] ?? '';
    const shape = OPERATORS[op]?.shape(width, random);
    if (shape !== undefined) return { op, width, of: shape.of.map((w) => treeOf(random, w, depth - 1)), constant: shape.constant ?? 0 };
  }
}

function leafOf(random: Random, width: number): Tree {
  if (random.chance(0.2)) {
    const values = [random.bits(width), 0n, ones(width), 1n << BigInt(width - 1)];
    return { op: 'value', width, value: values[random.below(2) * random.below(values.length)] ?? 0n };
  }
  const wide = INPUT_WIDTHS.flatMap((inputWidth, index) => (inputWidth >= width ? [index] : []));
  const index = wide[random.below(wide.length)] ?? 0;
  return { op: 'input', width, index, low: random.below((INPUT_WIDTHS[index] ?? width) - width + 1) };
}

/** The tree as an expression over the inputs. */
export function build(tree: Tree, inputs: readonly AnyBits[]): Bits<number> {
  if ('value' in tree) return u(tree.width as number, tree.value);
  if ('index' in tree) return (inputs[tree.index] as Bits<number>).bits(tree.low, tree.width as number);
  const operands = tree.of.map((part) => build(part, inputs)) as unknown as Parameters<Operator['build']>[0];
  return operatorOf(tree.op).build(operands, tree.constant, tree.width) as Bits<number>;
}

/** What the tree is worth, by the definition of each operator. */
export function evaluate(tree: Tree, inputs: readonly bigint[]): bigint {
  if ('value' in tree) return tree.value;
  if ('index' in tree) return BigInt.asUintN(tree.width, (inputs[tree.index] ?? 0n) >> BigInt(tree.low));
  const values = tree.of.map((part) => evaluate(part, inputs)) as unknown as Parameters<Operator['worth']>[0];
  const widths = tree.of.map(({ width }) => width);
  return BigInt.asUintN(tree.width, operatorOf(tree.op).worth(values, tree.constant, widths));
}

/** Number of operators and leaves. */
export function sizeOf(tree: Tree): number {
  return 'of' in tree ? tree.of.reduce((size, part) => size + sizeOf(part), 1) : 1;
}

function operatorOf(op: string): Operator {
  const operator = OPERATORS[op];
  if (operator === undefined) throw new RangeError(`no operator ${op}`);
  return operator;
}

function ones(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}
