/** Values of a shape as words and octets and back: one declaration for the hardware and for the software beside it. */
import { NoSuchMember, ShapeMismatch } from '../errors/aggregate-errors.ts';
import { BadSize, LiteralDoesNotFit } from '../errors/width-errors.ts';
import { childrenOf, partsOf } from './children.ts';
import { describeShape, describeValue } from './describe.ts';
import type { LiteralOf, PlainOf } from './plain.ts';
import type { EnumShape, Literal, Shape } from './shape.ts';
import { constantValue, isLiteral } from './value.ts';

/** Which octet of a word comes first: the highest, as protocols send it, or the lowest. */
export interface OctetOrder {
  readonly order?: 'big' | 'little';
}

/**
 * The word that a register, a memory or a wire of that shape holds: the first field of a structure on top, element 0 of a
 * vector lowest. @throws ShapeMismatch, LiteralDoesNotFit, NoSuchMember
 */
export function pack<S extends Shape>(shape: S, value: LiteralOf<S>): bigint {
  return wordOf(shape, value, 'value');
}

/** What a word of that shape says. @throws LiteralDoesNotFit for a word with more bits */
export function unpack<S extends Shape>(shape: S, word: bigint): PlainOf<S> {
  const { width } = shape;
  if (word < 0n || word >> BigInt(width) !== 0n)
    throw new LiteralDoesNotFit(word, width, 0n, (1n << BigInt(width)) - 1n, describeShape(shape));
  return plainOf(shape, word) as PlainOf<S>;
}

/** @throws BadSize for a width that is no multiple of 8, and what `pack` throws */
export function packOctets<S extends Shape>(shape: S, value: LiteralOf<S>, { order = 'big' }: OctetOrder = {}): Uint8Array {
  const octets = new Uint8Array(octetsOf(shape));
  let word = pack(shape, value);
  for (let index = 0; index < octets.length; index++, word >>= 8n) octets[index] = Number(word & 0xffn);
  return order === 'big' ? octets.reverse() : octets;
}

/** @throws BadSize for another number of octets than the shape has */
export function unpackOctets<S extends Shape>(shape: S, octets: Uint8Array, { order = 'big' }: OctetOrder = {}): PlainOf<S> {
  const count = octetsOf(shape);
  if (octets.length !== count) throw new BadSize('number of octets', octets.length, `${count}, those of ${describeShape(shape)}`);
  const ordered = order === 'big' ? octets : octets.toReversed();
  return unpack(
    shape,
    ordered.reduce((word, octet) => (word << 8n) | BigInt(octet), 0n),
  );
}

function octetsOf(shape: Shape): number {
  if (shape.width % 8 !== 0) throw new BadSize(`width of ${describeShape(shape)}`, shape.width, 'a multiple of 8');
  return shape.width / 8;
}

/** @param operation what wants the value, in the words of a message */
export function wordOf(shape: Shape, value: unknown, operation: string): bigint {
  switch (shape.kind) {
    case 'bits':
    case 'signed':
      if (!isLiteral(value)) throw new ShapeMismatch(operation, describeShape(shape), describeValue(value));
      return constantValue(shape.width, value, shape.kind === 'signed', operation);
    case 'enum':
      return codeOf(shape, value, operation);
    default: {
      const children = childrenOf(shape);
      const words = partsOf(operation, shape, value).map((part, index) => {
        const child = children[index];
        return child === undefined
          ? { width: 0, word: 0n }
          : { width: child.shape.width, word: wordOf(child.shape, part, `${operation}.${child.key}`) };
      });
      const fromTop = shape.kind === 'vec' ? words.reverse() : words;
      return fromTop.reduce((all, { width, word }) => (all << BigInt(width)) | word, 0n);
    }
  }
}

/** The code of a member, by its name; a number is a code already. @throws NoSuchMember, LiteralDoesNotFit */
export function codeOf(shape: EnumShape<string>, value: unknown, operation: string): bigint {
  if (isLiteral(value)) return constantValue(shape.width, value, false, operation);
  const code = typeof value === 'string' ? Object.entries(shape.codes).find(([name]) => name === value)?.[1] : undefined;
  if (code !== undefined) return BigInt(code);
  if (typeof value === 'string') throw new NoSuchMember(shape.enumeration.name, value, Object.keys(shape.codes));
  throw new ShapeMismatch(operation, describeShape(shape), describeValue(value));
}

function plainOf(shape: Shape, word: bigint): unknown {
  switch (shape.kind) {
    case 'bits':
      return narrow(shape.width, word);
    case 'signed':
      return narrow(shape.width, BigInt.asIntN(shape.width, word));
    case 'enum':
      return Object.entries(shape.codes).find(([, code]) => BigInt(code as number) === word)?.[0] ?? Number(word);
    default: {
      const children = childrenOf(shape);
      const fromBottom = shape.kind === 'vec' ? children : children.toReversed();
      let rest = word;
      const parts = fromBottom.map(({ key, shape: part }) => {
        const value = plainOf(part, BigInt.asUintN(part.width, rest));
        rest >>= BigInt(part.width);
        return [key, value] as const;
      });
      return shape.kind === 'vec' ? parts.map(([, value]) => value) : Object.fromEntries(parts.reverse());
    }
  }
}

function narrow(width: number, value: bigint): Literal {
  return width <= 32 ? Number(value) : value;
}
