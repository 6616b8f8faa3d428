/** Shapes and values in the words of a message. */
import type { Shape } from './shape.ts';

/** Of the views of aggregates: the shape. */
export const shapeOf: unique symbol = Symbol('shape');

export function describeShape(shape: Shape): string {
  switch (shape.kind) {
    case 'bits':
      return shape.width === 1 ? '1 bit' : `${shape.width} bits`;
    case 'signed':
      return `a signed number of ${shape.width} bits`;
    case 'enum':
      return `the enumeration ${shape.enumeration.name}`;
    case 'struct':
      return `the structure {${Object.keys(shape.fields).join(', ')}}`;
    case 'vec':
      return `a vector of ${shape.elements.length}`;
  }
}

/** Whatever JavaScript can pass. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return `the text '${value}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (shapeOf in value) return describeShape(value[shapeOf] as Shape);
  if ('isSigned' in value && 'width' in value)
    return describeShape({ kind: value.isSigned === true ? 'signed' : 'bits', width: Number(value.width), options: {} });
  return Array.isArray(value) ? `a list of ${value.length}` : `an object {${Object.keys(value).join(', ')}}`;
}
