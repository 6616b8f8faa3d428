/** Shapes: what a port, register, wire or memory word holds, as a value whose type carries the width. */
import { BadEnumeration, ReservedField } from '../errors/aggregate-errors.ts';
import { BadSize } from '../errors/width-errors.ts';
import type { Attributes } from '../ir/attributes.ts';
import type { Enumeration } from '../ir/enumeration.ts';
import { childrenOf, partsOf } from './children.ts';
import { snakeCase, verilogName } from './names.ts';
import type { LiteralOf } from './plain.ts';

/** A number of the program that stands for a value: exact, and one that fits its place. */
export type Literal = number | bigint;

/** A vector of W bits. */
export interface BitsShape<W extends number> {
  readonly kind: 'bits';
  readonly width: W;
  readonly options: BitsOptions;
}

/** A two's complement number of W bits. */
export interface SignedShape<W extends number> {
  readonly kind: 'signed';
  readonly width: W;
  readonly options: BitsOptions;
}

/** What else is said of a place: `V` is a value of its shape, as the program writes it. */
export interface ShapeOptions<V> {
  /** registers: reset and power-up value (default 0) */
  readonly init?: V;
  /** registers: `none` leaves the register out of the reset; it starts random in simulation */
  readonly reset?: 'sync' | 'none';
  /** wires and outputs: the value where no assignment is reached; without it every path must assign */
  readonly fallback?: V;
  /** what the tools are told about the register, wire or port: of a structure, about each of its scalars */
  readonly attributes?: Attributes;
  /** what it is, for whoever reads the Verilog: a comment beside its declaration; of a structure, beside each of its scalars */
  readonly comment?: string;
}

export type BitsOptions = ShapeOptions<Literal>;

/** A vector of `width` bits, unsigned. @throws BadSize */
export function bits<const W extends number>(width: W, options: BitsOptions = {}): BitsShape<W> {
  return { kind: 'bits', width, options };
}

/** A two's complement number of `width` bits. @throws BadSize */
export function signed<const W extends number>(width: W, options: BitsOptions = {}): SignedShape<W> {
  return { kind: 'signed', width, options };
}

/** One bit. */
export const bool: BitsShape<1> = bits(1);

declare const membersOf: unique symbol;

/** One of several named codes. N is invariant. */
export interface EnumShape<N extends string> {
  readonly kind: 'enum';
  /** keeps members apart for the compiler; there is no such property @internal */
  readonly [membersOf]?: (name: N) => N;
  readonly width: number;
  readonly codes: Readonly<Record<N, number>>;
  /** as it stands in the Verilog; two shapes with one enumeration are alike */
  readonly enumeration: Enumeration;
  readonly options: ShapeOptions<N>;
}

/** Fields by name; in a word the first is on top. */
export interface StructShape<F extends Payload> {
  readonly kind: 'struct';
  readonly width: number;
  readonly fields: F;
}

/** Elements of one shape; in a word element 0 is lowest. */
export interface VecShape<S extends Shape> {
  readonly kind: 'vec';
  readonly width: number;
  /** all alike but for their options */
  readonly elements: readonly S[];
}

/** What a port, a register, a wire, a memory word or a field of another shape can be. */
// biome-ignore lint/suspicious/noExplicitAny: widths and names are invariant, so only `any` ranges over all of them
export type Shape = BitsShape<any> | SignedShape<any> | EnumShape<any> | StructShape<any> | VecShape<any>;
export type LeafShape = BitsShape<number> | SignedShape<number> | EnumShape<string>;

/** A record of shapes: the fields of a structure, the payload of a stream, a list of registers or wires. */
export interface Payload {
  readonly [field: string]: Shape;
}

/**
 * An enumeration: `enumeration('mode', ['off', 'slow', 'fast'])`, or with codes of your own `{ okay: 0, slverr: 2 }`. The
 * members are localparams in the Verilog (`MODE_SLOW`).
 * @param name before the names of the members in the Verilog
 * @param options.width bits; default: as many as the highest code needs
 * @throws BadEnumeration, IllegalName
 */
export function enumeration<const N extends string>(
  name: string,
  members: readonly N[] | Readonly<Record<N, number>>,
  options: ShapeOptions<NoInfer<N>> & { readonly width?: number } = {},
): EnumShape<N> {
  const { width: asked, ...rest } = options;
  const codes = (Array.isArray(members) ? Object.fromEntries(members.map((member, code) => [member, code])) : members) as Record<N, number>;
  const entries = Object.entries<number>(codes);
  const highest = Math.max(0, ...entries.map(([, code]) => code));
  const width = asked ?? Math.max(1, highest.toString(2).length);
  checkEnumeration(name, Array.isArray(members) ? members.map((member, code) => [member, code]) : entries, width);
  const declared: Enumeration = {
    name: verilogName(name),
    width,
    members: entries.map(([member, code]) => ({ name: verilogName(member), code: BigInt(code) })),
  };
  return { kind: 'enum', width, codes, enumeration: declared, options: rest };
}

function checkEnumeration(name: string, members: readonly (readonly [string, number])[], width: number): void {
  if (members.length === 0) throw new BadEnumeration(name, 'has no members', 'name at least one');
  for (const [index, [member, code]] of members.entries()) {
    if (!Number.isSafeInteger(code) || code < 0 || code >= 2 ** width)
      throw new BadEnumeration(
        name,
        `gives ${member} the code ${code}`,
        `codes of ${width} bits are whole numbers from 0 to ${2 ** width - 1}`,
      );
    const other = members.slice(0, index).find(([known, taken]) => taken === code || snakeCase(known) === snakeCase(member));
    if (other !== undefined)
      throw new BadEnumeration(name, `can not tell ${other[0]} from ${member}`, 'give each a name and a code of its own');
  }
}

/** What the view of a structure has beside its fields. */
export const METHODS: readonly string[] = ['set', 'next', 'eq', 'ne', 'asBits'];

/**
 * A structure of named fields, of any shapes. Packed into a word, the first field is on top: fields in the order in which
 * a protocol draws them.
 * @throws ReservedField, BadSize
 */
export function struct<F extends Payload>(fields: F): StructShape<F> {
  const names = Object.keys(fields);
  if (names.length === 0) throw new BadSize('number of fields of a structure', 0, 'at least 1');
  const taken = names.find((name) => METHODS.includes(name));
  if (taken !== undefined) throw new ReservedField(taken, 'a structure', METHODS);
  return { kind: 'struct', width: Object.values(fields).reduce((sum, { width }) => sum + width, 0), fields };
}

/** `length` elements of one shape. @throws BadSize */
export function vec<S extends Shape>(element: S, length: number): VecShape<S> {
  if (!Number.isInteger(length) || length < 1) throw new BadSize('length of a vector', length, 'at least 1');
  return { kind: 'vec', width: element.width * length, elements: Array.from({ length }, () => element) };
}

/**
 * The same shape with other options: `like(Status, { fallback: { mode: 'off', level: 0 } })`; of a structure or a vector,
 * all fields get theirs.
 */
export function like<S extends Shape>(shape: S, options: ShapeOptions<LiteralOf<S>>): S {
  return withOptions(shape, options) as S;
}

function withOptions(shape: Shape, options: ShapeOptions<unknown>): Shape {
  if (shape.kind !== 'struct' && shape.kind !== 'vec') return { ...shape, options: { ...shape.options, ...options } } as Shape;
  const { init, fallback, ...rest } = options;
  const inits = init === undefined ? undefined : partsOf('init', shape, init);
  const fallbacks = fallback === undefined ? undefined : partsOf('fallback', shape, fallback);
  const parts = childrenOf(shape).map(({ key, shape: part }, index) => {
    const own = { ...rest, ...(inits && { init: inits[index] }), ...(fallbacks && { fallback: fallbacks[index] }) };
    return [key, withOptions(part, own)] as const;
  });
  if (shape.kind === 'struct') return { ...shape, fields: Object.fromEntries(parts) };
  return { ...shape, elements: parts.map(([, part]) => part) };
}
