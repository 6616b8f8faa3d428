/**
 * Structures, vectors and enumerations in the hardware: views of the scalars that they are made of. Below here nothing
 * knows of them: a structure of three fields is three signals.
 */
import { NoSuchElement, ShapeMismatch } from '../errors/aggregate-errors.ts';
import { HostCoercion } from '../errors/value-errors.ts';
import { WidthMismatch } from '../errors/width-errors.ts';
import { SourceLocation } from '../ir/location.ts';
import { and, equal, not } from '../ir/logic.ts';
import type { Expression } from '../ir/module.ts';
import { childrenOf, partsOf } from './children.ts';
import { codeOf } from './codec.ts';
import { describeShape, describeValue, shapeOf } from './describe.ts';
import { drive, type Leaf, selectedLeaf, type Verb } from './leaf.ts';
import { snakeCase } from './names.ts';
import type { EnumShape, LeafShape, Shape, StructShape, VecShape } from './shape.ts';
import { type AnySigned, SignedValue, signedOperand, signedPlace } from './signed.ts';
import { type AnyBits, type Bit, type Bits, constant, operand, Value } from './value.ts';

const leavesOf: unique symbol = Symbol('leaves');

/** A scalar inside a shape: where its bits lie in the word. */
export interface Position {
  /** names joined as in the Verilog: `provider_keys_2`; empty for a shape that is a scalar itself */
  readonly path: string;
  readonly shape: LeafShape;
  readonly low: number;
}

/** The scalars of a shape, in the order of declaration. */
export function layout(shape: Shape, path = '', low = 0): readonly Position[] {
  if (shape.kind !== 'struct' && shape.kind !== 'vec') return [{ path, shape, low }];
  let above = low + (shape.kind === 'struct' ? shape.width : 0);
  let below = low;
  return childrenOf(shape).flatMap(({ key, shape: child }) => {
    above -= child.width;
    const at = shape.kind === 'struct' ? above : below;
    below += child.width;
    return layout(child, path === '' ? snakeCase(key) : `${path}_${snakeCase(key)}`, at);
  });
}

/** The view of a shape over its scalars; `name` is what messages and wires made for it are named after. */
export function viewOf(shape: Shape, leaves: readonly Leaf[], name = ''): unknown {
  return viewFrom(shape, leaves.values(), name);
}

function viewFrom(shape: Shape, leaves: Iterator<Leaf>, name: string): unknown {
  const next = (): Leaf => {
    const { value } = leaves.next();
    if (value === undefined) throw new Error(`hdl-gen lost track of ${name}: please report this design`);
    return value as Leaf;
  };
  switch (shape.kind) {
    case 'bits':
      return next();
    case 'signed':
      return signedPlace(next(), name);
    case 'enum':
      return new EnumView(shape, [next()], name);
    default: {
      const own: Leaf[] = [];
      const recorded: Iterator<Leaf> = {
        next: () => {
          const leaf = next();
          own.push(leaf);
          return { value: leaf };
        },
      };
      const children = childrenOf(shape).map(
        ({ key, shape: child }) => [key, viewFrom(child, recorded, `${name}_${snakeCase(key)}`)] as const,
      );
      if (shape.kind === 'vec')
        return new VecView(
          shape,
          own,
          name,
          children.map(([, child]) => child),
        );
      return Object.assign(new AggregateView(shape, own, name), Object.fromEntries(children));
    }
  }
}

/** The word that scalars of a shape make up. */
export function wordExpression(shape: Shape, leaves: readonly Expression[]): Expression {
  const [only] = leaves;
  if (only !== undefined && leaves.length === 1) return only;
  const positions = layout(shape);
  const placed = leaves.map((expression, index) => ({ expression, low: positions[index]?.low ?? 0 }));
  placed.sort((a, b) => b.low - a.low);
  return { kind: 'concat', width: shape.width, parts: placed.map(({ expression }) => expression) };
}

/** What an operand of a place of that shape is worth, scalar by scalar. @throws ShapeMismatch, NoSuchMember, WidthMismatch */
export function operandLeaves(
  shape: Shape,
  value: unknown,
  operation: string,
  places: Iterator<Leaf> = [].values(),
): readonly Expression[] {
  const beside = (): Leaf => places.next().value ?? new Value<number>(constant(shape.width, 0));
  switch (shape.kind) {
    case 'bits':
      return [operand(value as AnyBits, beside(), operation)];
    case 'signed':
      return [signedOperand(value as AnySigned, new SignedValue<number>(beside()), operation)];
    case 'enum':
      places.next();
      return [memberOf(shape, value, operation)];
    default: {
      if (isView(value) && !isAlike(shape, value[shapeOf]))
        throw new ShapeMismatch(operation, describeShape(shape), describeDifference(value));
      if (isView(value))
        return value[leavesOf].map(({ expression }) => {
          places.next();
          return expression;
        });
      const children = childrenOf(shape);
      return partsOf(operation, shape, value).flatMap((part, index) => {
        const child = children[index];
        return child === undefined ? [] : operandLeaves(child.shape, part, `${operation}.${child.key}`, places);
      });
    }
  }
}

function memberOf(shape: EnumShape<string>, value: unknown, operation: string): Expression {
  if (!isView(value)) return constant(shape.width, codeOf(shape, value, operation), { enumeration: shape.enumeration });
  const [leaf] = value[leavesOf];
  if (leaf === undefined || !isAlike(shape, value[shapeOf]))
    throw new ShapeMismatch(operation, describeShape(shape), describeDifference(value));
  return leaf.expression;
}

function describeDifference(value: unknown): string {
  return `${describeValue(value)}, of another shape`;
}

/** Whether a value of one shape is one of the other: names, order, kinds and widths. */
export function isAlike(a: Shape, b: Shape): boolean {
  if (a.kind !== b.kind || a.width !== b.width) return false;
  if (a.kind === 'enum') return a.enumeration === (b as EnumShape<string>).enumeration;
  if (a.kind !== 'struct' && a.kind !== 'vec') return true;
  const others = childrenOf(b as StructShape<never>);
  const own = childrenOf(a);
  return (
    own.length === others.length &&
    own.every(({ key, shape }, index) => {
      const other = others[index];
      return other !== undefined && other.key === key && isAlike(shape, other.shape);
    })
  );
}

export function isView(value: unknown): value is AggregateView {
  return value instanceof AggregateView;
}

/** The scalars of any value of the language. */
export function leavesIn(value: unknown): readonly Leaf[] {
  if (isView(value)) return value[leavesOf];
  if (value instanceof SignedValue) return [value.asBits() as unknown as Leaf];
  return [value as Leaf];
}

/** The shape of any value of the language. */
export function shapeIn(value: unknown): Shape {
  if (isView(value)) return value[shapeOf];
  const { isSigned, width } = value as AnyBits;
  return { kind: isSigned ? 'signed' : 'bits', width, options: {} };
}

/** A value of new scalars, made of those of two values of one shape. */
export function zipped(a: unknown, b: unknown, operation: string, make: (a: Expression, b: Expression) => Expression): unknown {
  const [shape, own] = [shapeIn(a), leavesIn(a)];
  const others = operandLeaves(shape, b, operation, own.values());
  return viewOf(
    shape,
    own.map(({ expression }, index) => new Value<number>(make(expression, others[index] ?? expression))),
  );
}

class AggregateView {
  declare readonly [shapeOf]: Shape;
  declare readonly [leavesOf]: readonly Leaf[];
  readonly #name: string;

  constructor(shape: Shape, leaves: readonly Leaf[], name: string) {
    // what is listed of a structure, and spread, are its fields
    Object.defineProperty(this, shapeOf, { value: shape });
    Object.defineProperty(this, leavesOf, { value: leaves });
    this.#name = name;
  }

  [Symbol.toPrimitive](hint: string): never {
    throw new HostCoercion(describeValue(this), hint);
  }

  eq(b: unknown): Bit {
    const others = operandLeaves(this[shapeOf], b, 'eq', this[leavesOf].values());
    return new Value<1>(this[leavesOf].map(({ expression }, index) => equal(expression, others[index] ?? expression)).reduce(and));
  }
  ne(b: unknown): Bit {
    return new Value<1>(not(this.eq(b).expression));
  }
  asBits(): Bits<number> {
    const [only, ...more] = this[leavesOf];
    if (only !== undefined && more.length === 0) return only;
    return new Value<number>(
      wordExpression(
        this[shapeOf],
        this[leavesOf].map(({ expression }) => expression),
      ),
    );
  }
  set(value: unknown): void {
    this.#assign(value, 'set');
  }
  next(value: unknown): void {
    this.#assign(value, 'next');
  }

  /** One assignment of the user's, however many scalars it is. */
  #assign(value: unknown, verb: Verb): void {
    const values = operandLeaves(this[shapeOf], value, `assignment to ${this.#name}`, this[leavesOf].values());
    SourceLocation.standingFor(SourceLocation.capture(), () => drive(this[leavesOf], values, verb));
  }
}

class EnumView extends AggregateView {
  readonly #shape: EnumShape<string>;

  constructor(shape: EnumShape<string>, leaves: readonly Leaf[], name: string) {
    super(shape, leaves, name);
    this.#shape = shape;
  }

  is(member: string): Bit {
    codeOf(this.#shape, member, 'is');
    return this.eq(member);
  }
}

class VecView extends AggregateView {
  readonly #name: string;
  readonly #elements: readonly unknown[];
  readonly #selected = new Map<Expression, unknown>();

  constructor(shape: VecShape<Shape>, leaves: readonly Leaf[], name: string, elements: readonly unknown[]) {
    super(shape, leaves, name);
    this.#name = name;
    this.#elements = elements;
  }

  get length(): number {
    return this.#elements.length;
  }
  [Symbol.iterator](): Iterator<unknown> {
    return this.#elements.values();
  }
  at(index: number | AnyBits): unknown {
    if (typeof index === 'number') {
      const element = this.#elements[index];
      if (!Number.isInteger(index) || element === undefined) throw new NoSuchElement(index, this.length);
      return element;
    }
    if (index.isSigned !== false) throw new ShapeMismatch('index of a vector', 'bits', describeValue(index));
    let view = this.#selected.get(index.expression);
    if (view === undefined) {
      view = this.#select(index);
      this.#selected.set(index.expression, view);
    }
    return view;
  }

  #select(index: AnyBits): unknown {
    const [first] = this.#elements;
    const shape = shapeIn(first);
    const { expression } = index;
    const name = `${this.#name === '' ? 'element' : this.#name}_at${expression.kind === 'signal' ? `_${expression.signal.name}` : ''}`;
    const columns = this.#elements.map(leavesIn);
    const leaves = layout(shape).map(({ path, shape: leaf }, column) =>
      selectedLeaf(
        index,
        columns.flatMap((row) => row[column] ?? []),
        {
          name: path === '' ? name : `${name}_${path}`,
          width: leaf.width,
          enumeration: leaf.kind === 'enum' ? leaf.enumeration : undefined,
        },
      ),
    );
    return viewOf(shape, leaves, name);
  }
}

/** @throws WidthMismatch where the bits are not as many as the shape has */
export function bitsAs(shape: Shape, value: Leaf, name = ''): unknown {
  if (value.width !== shape.width) throw new WidthMismatch(`as ${describeShape(shape)}`, shape.width, value.width, []);
  const leaves = layout(shape).map(({ low, shape: leaf }) => value.bits(low, leaf.width as number) as Leaf);
  return viewOf(shape, leaves, name);
}
