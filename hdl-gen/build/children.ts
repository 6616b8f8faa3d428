/** What stands inside a structure or a vector: the shapes, and values given for them. */
import { ShapeMismatch } from '../errors/aggregate-errors.ts';
import { describeShape, describeValue } from './describe.ts';
import type { Shape, StructShape, VecShape } from './shape.ts';

export interface Child {
  readonly key: string;
  readonly shape: Shape;
}

// biome-ignore lint/suspicious/noExplicitAny: shapes are invariant, so only `any` ranges over all of them
type Aggregate = StructShape<any> | VecShape<any>;

/** The fields of a structure, the elements of a vector, in their order. */
export function childrenOf(shape: Aggregate): readonly Child[] {
  if (shape.kind === 'vec') return shape.elements.map((element, index) => ({ key: String(index), shape: element }));
  return Object.entries<Shape>(shape.fields).map(([key, field]) => ({ key, shape: field }));
}

/** A value for each child, in their order, from an object or a list. @throws ShapeMismatch */
export function partsOf(operation: string, shape: Aggregate, value: unknown): readonly unknown[] {
  const mismatch = (found: string): ShapeMismatch => new ShapeMismatch(operation, describeShape(shape), found);
  if (typeof value !== 'object' || value === null) throw mismatch(describeValue(value));
  if (shape.kind === 'vec') {
    if (!(Symbol.iterator in value)) throw mismatch(describeValue(value));
    const elements = [...(value as Iterable<unknown>)];
    if (elements.length !== shape.elements.length) throw mismatch(`a list of ${elements.length}`);
    return elements;
  }
  const given = value as Readonly<Record<string, unknown>>;
  const keys = childrenOf(shape).map(({ key }) => key);
  const unknown = Object.keys(given).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw mismatch(`an object with ${unknown}, which is none of its fields`);
  const missing = keys.find((key) => given[key] === undefined);
  if (missing !== undefined) throw mismatch(`an object without ${missing}`);
  return keys.map((key) => given[key]);
}
