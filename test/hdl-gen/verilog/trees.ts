/** Random expression trees: how they are made, how they are built with hdl-gen, and what they are worth. */
import fc from 'fast-check';
import { type AnyBits, type Bits, cat, mux, u } from '../../../hdl-gen/index.ts';

/** Widths of the inputs that the leaves are taken from. */
export const INPUT_WIDTHS = [1, 7, 8, 32, 33, 64, 128, 200, 200] as const;
const WIDEST = 200;

export type Tree =
  | { readonly op: 'constant'; readonly width: number; readonly value: bigint }
  | { readonly op: 'input'; readonly width: number; readonly index: number; readonly low: number }
  | { readonly op: 'not' | 'reduceAnd' | 'reduceOr' | 'reduceXor' | 'zext' | 'sext'; readonly width: number; readonly of: readonly [Tree] }
  | { readonly op: 'slice'; readonly width: number; readonly low: number; readonly of: readonly [Tree] }
  | { readonly op: 'shlBy' | 'shrBy' | 'sarBy'; readonly width: number; readonly amount: number; readonly of: readonly [Tree] }
  | { readonly op: Binary; readonly width: number; readonly of: readonly [Tree, Tree] }
  | { readonly op: 'mux'; readonly width: number; readonly of: readonly [Tree, Tree, Tree] };

const SAME = ['add', 'sub', 'and', 'or', 'xor'] as const;
const COMPARE = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'lts', 'les'] as const;
const SHIFT = ['shl', 'shr', 'sar'] as const;
type Binary = (typeof SAME)[number] | (typeof COMPARE)[number] | (typeof SHIFT)[number] | 'cat' | 'addFull';

export const anyTree: fc.Arbitrary<Tree> = fc
  .tuple(someWidth(), fc.integer({ min: 1, max: 5 }))
  .chain(([width, depth]) => treeOf(width, depth));

/** Small widths are as frequent as large ones: the traps are there. */
function someWidth(max = WIDEST): fc.Arbitrary<number> {
  return fc.oneof(fc.integer({ min: 1, max: Math.min(9, max) }), fc.integer({ min: 1, max }));
}

export function treeOf(width: number, depth: number): fc.Arbitrary<Tree> {
  if (depth === 0) return leafOf(width);
  const below = (w: number) => treeOf(w, depth - 1);
  const pick = <T>(choices: readonly T[]) => fc.constantFrom(...choices);
  const choices: (() => fc.Arbitrary<Tree>)[] = [
    () => leafOf(width),
    () => below(width).map((a) => ({ op: 'not', width, of: [a] })),
    () => fc.tuple(pick(SAME), below(width), below(width)).map(([op, a, b]) => ({ op, width, of: [a, b] })),
    () => fc.tuple(pick(SAME), below(width), below(width)).map(([op, a, b]) => ({ op, width, of: [a, b] })),
    () => fc.tuple(pick(SHIFT), below(width), someWidth(10).chain(below)).map(([op, a, b]) => ({ op, width, of: [a, b] })),
    () =>
      fc
        .tuple(pick(['shlBy', 'shrBy', 'sarBy'] as const), below(width), fc.nat(width - 1))
        .map(([op, a, amount]) => ({ op, width, amount, of: [a] })),
    () => fc.tuple(below(1), below(width), below(width)).map((of) => ({ op: 'mux', width, of })),
    () =>
      fc
        .tuple(fc.nat(WIDEST - width), fc.nat(WIDEST - width))
        .chain(([low, extra]) => below(Math.min(WIDEST, width + low + extra)).map((a): Tree => ({ op: 'slice', width, low, of: [a] }))),
  ];
  if (width > 1) {
    choices.push(
      () =>
        fc
          .integer({ min: 1, max: width - 1 })
          .chain((high) => fc.tuple(below(high), below(width - high)).map((of): Tree => ({ op: 'cat', width, of }))),
      () => fc.tuple(pick(['zext', 'sext'] as const), someWidth(width - 1).chain(below)).map(([op, a]) => ({ op, width, of: [a] })),
      () => fc.tuple(below(width - 1), below(width - 1)).map((of) => ({ op: 'addFull', width, of })),
    );
  } else {
    choices.push(
      () =>
        fc
          .tuple(
            pick(COMPARE),
            someWidth().chain((w) => fc.tuple(below(w), below(w))),
          )
          .map(([op, of]) => ({ op, width, of })),
      () =>
        fc
          .tuple(
            pick(COMPARE),
            someWidth().chain((w) => fc.tuple(below(w), below(w))),
          )
          .map(([op, of]) => ({ op, width, of })),
      () =>
        fc
          .tuple(pick(['reduceAnd', 'reduceOr', 'reduceXor'] as const), someWidth().chain(below))
          .map(([op, a]) => ({ op, width, of: [a] })),
    );
  }
  return fc.nat(choices.length - 1).chain((index) => (choices[index] ?? (() => leafOf(width)))());
}

function leafOf(width: number): fc.Arbitrary<Tree> {
  const wide = INPUT_WIDTHS.flatMap((inputWidth, index) => (inputWidth >= width ? [{ index, slack: inputWidth - width }] : []));
  const input = fc
    .constantFrom(...wide)
    .chain(({ index, slack }) => fc.nat(slack).map((low): Tree => ({ op: 'input', width, index, low })));
  const constant = fc
    .oneof(fc.bigInt({ min: 0n, max: ones(width) }), fc.constantFrom(0n, ones(width), 1n << BigInt(width - 1)))
    .map((value): Tree => ({ op: 'constant', width, value }));
  return fc.oneof({ arbitrary: input, weight: 4 }, { arbitrary: constant, weight: 1 });
}

/** The tree as an expression over the inputs. */
export function build(tree: Tree, inputs: readonly AnyBits[]): Bits<number> {
  const [a, b, c] = ('of' in tree ? tree.of : []).map((part: Tree) => build(part, inputs)) as [Bits<number>, Bits<number>, Bits<number>];
  switch (tree.op) {
    case 'constant':
      return u(tree.width as number, tree.value);
    case 'input':
      return (inputs[tree.index] as Bits<number>).bits(tree.low, tree.width as number);
    case 'not':
      return a.not();
    case 'reduceAnd':
      return a.allOnes() as AnyBits as Bits<number>;
    case 'reduceOr':
      return a.any() as AnyBits as Bits<number>;
    case 'reduceXor':
      return a.parity() as AnyBits as Bits<number>;
    case 'zext':
      return a.zext(tree.width as number);
    case 'sext':
      return a.sext(tree.width as number);
    case 'slice':
      return a.bits(tree.low, tree.width as number);
    case 'shlBy':
      return a.shl(tree.amount);
    case 'shrBy':
      return a.shr(tree.amount);
    case 'sarBy':
      return a.sar(tree.amount);
    case 'mux':
      return mux(a as AnyBits as Bits<1>, b, c);
    case 'cat':
      return cat(a, b) as AnyBits as Bits<number>;
    case 'lts':
      return a.ltSigned(b) as AnyBits as Bits<number>;
    case 'les':
      return a.leSigned(b) as AnyBits as Bits<number>;
    default:
      return a[tree.op](b) as AnyBits as Bits<number>;
  }
}

/** What the tree is worth, computed from the definition of each operator. */
export function evaluate(tree: Tree, inputs: readonly bigint[]): bigint {
  return BigInt.asUintN(tree.width, unlimited(tree, inputs));
}

function unlimited(tree: Tree, inputs: readonly bigint[]): bigint {
  if (tree.op === 'constant') return tree.value;
  if (tree.op === 'input') return (inputs[tree.index] ?? 0n) >> BigInt(tree.low);
  const [first, second] = tree.of as readonly Tree[];
  const [a = 0n, b = 0n, c = 0n] = tree.of.map((part) => evaluate(part, inputs));
  const signed = (part: Tree | undefined, value: bigint) => BigInt.asIntN(part?.width ?? 1, value);
  switch (tree.op) {
    case 'not':
      return ~a;
    case 'reduceAnd':
      return truth(a === ones(first?.width ?? 1));
    case 'reduceOr':
      return truth(a !== 0n);
    case 'reduceXor':
      return BigInt(a.toString(2).replaceAll('0', '').length);
    case 'zext':
      return a;
    case 'sext':
      return signed(first, a);
    case 'slice':
      return a >> BigInt(tree.low);
    case 'shlBy':
      return a << BigInt(tree.amount);
    case 'shrBy':
      return a >> BigInt(tree.amount);
    case 'sarBy':
      return signed(first, a) >> BigInt(tree.amount);
    case 'mux':
      return a === 1n ? b : c;
    case 'cat':
      return (a << BigInt(second?.width ?? 0)) | b;
    case 'add':
    case 'addFull':
      return a + b;
    case 'sub':
      return a - b;
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'eq':
      return truth(a === b);
    case 'ne':
      return truth(a !== b);
    case 'lt':
      return truth(a < b);
    case 'le':
      return truth(a <= b);
    case 'gt':
      return truth(a > b);
    case 'ge':
      return truth(a >= b);
    case 'lts':
      return truth(signed(first, a) < signed(second, b));
    case 'les':
      return truth(signed(first, a) <= signed(second, b));
    case 'shl':
      return a << b;
    case 'shr':
      return a >> b;
    case 'sar':
      return signed(first, a) >> b;
  }
}

function truth(condition: boolean): bigint {
  return condition ? 1n : 0n;
}

function ones(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

/** Number of operators and leaves. */
export function sizeOf(tree: Tree): number {
  return 'of' in tree ? tree.of.reduce((size, part) => size + sizeOf(part), 1) : 1;
}
