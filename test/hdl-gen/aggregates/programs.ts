/**
 * Random designs of structures, vectors and enumerations as data: what hdl-gen builds from them (`build.ts`) and what they
 * mean by the rules (`model.ts`) are told by two programs that share nothing else.
 */
import type { Random } from '../../../hdl-gen/sim/random.ts';

export type Kind =
  | { readonly kind: 'bits' | 'signed'; readonly width: number }
  | { readonly kind: 'enum'; readonly name: string; readonly codes: Readonly<Record<string, number>>; readonly width: number }
  | { readonly kind: 'struct'; readonly fields: readonly (readonly [string, Kind])[] }
  | { readonly kind: 'vec'; readonly element: Kind; readonly length: number };

/** A step into a value: a field, an element by number or by signal, bits. */
export type Step =
  | { readonly field: string }
  | { readonly at: number }
  | { readonly by: Path }
  | { readonly low: number; readonly width: number };

/** From a name of the design to a value in it. */
export interface Path {
  readonly root: string;
  readonly steps: readonly Step[];
}

export type Expression =
  | { readonly op: 'path'; readonly kind: Kind; readonly path: Path }
  | { readonly op: 'word'; readonly kind: Kind; readonly word: bigint }
  | { readonly op: 'parts'; readonly kind: Kind; readonly parts: readonly Expression[] }
  | { readonly op: 'mux'; readonly kind: Kind; readonly select: Condition; readonly a: Path; readonly b: Expression }
  /** the word of another value of as many bits, read as this kind */
  | { readonly op: 'as'; readonly kind: Kind; readonly path: Path }
  | { readonly op: 'add' | 'xor'; readonly kind: Kind; readonly a: Path; readonly b: Expression };

export type Condition =
  | { readonly op: 'bit'; readonly path: Path }
  | { readonly op: 'eq' | 'ne'; readonly path: Path; readonly kind: Kind; readonly b: Expression }
  | { readonly op: 'is'; readonly path: Path; readonly member: string };

export type Statement =
  | { readonly op: 'assign'; readonly target: Path; readonly value: Expression }
  | { readonly op: 'when'; readonly condition: Condition; readonly taken: readonly Statement[]; readonly otherwise: readonly Statement[] }
  | {
      readonly op: 'switch';
      readonly path: Path;
      readonly arms: Readonly<Record<string, readonly Statement[]>>;
      readonly otherwise: readonly Statement[];
    };

export interface Program {
  readonly name: string;
  readonly inputs: Readonly<Record<string, Kind>>;
  readonly wires: readonly { readonly name: string; readonly kind: Kind; readonly statements: readonly Statement[] }[];
  readonly registers: readonly { readonly name: string; readonly kind: Kind; readonly init: bigint }[];
  /** what registers take at the edge */
  readonly statements: readonly Statement[];
  readonly memory: {
    readonly kind: Kind;
    readonly depth: number;
    readonly init: readonly bigint[];
    readonly when: Condition;
    readonly value: Expression;
    readonly onCollision: 'old' | 'new';
  };
  /** through a module of its own that has a register of that kind */
  readonly child: { readonly kind: Kind; readonly value: Expression };
}

const MODE: Kind = { kind: 'enum', name: 'mode', codes: { off: 0, slow: 1, veryFast: 2 }, width: 2 };
const CODE: Kind = { kind: 'enum', name: 'code', codes: { one: 1, four: 4, six: 6 }, width: 3 };
const BIT: Kind = { kind: 'bits', width: 1 };
const INDEX: Kind = { kind: 'bits', width: 2 };
const FIELDS = ['level', 'keyId', 'valid', 'type', 'a'];

export function widthOf(kind: Kind): number {
  switch (kind.kind) {
    case 'struct':
      return kind.fields.reduce((sum, [, field]) => sum + widthOf(field), 0);
    case 'vec':
      return kind.length * widthOf(kind.element);
    default:
      return kind.width;
  }
}

export function anyProgram(random: Random, name: string): Program {
  return new Generator(random).program(name);
}

class Generator {
  readonly #random: Random;
  /** what can be read, by root */
  readonly #roots = new Map<string, Kind>();

  constructor(random: Random) {
    this.#random = random;
  }

  program(name: string): Program {
    const kinds = [this.#aggregate(), this.#aggregate(), this.#kind(2)];
    const inputs = { i0: this.#pick(kinds), i1: this.#aggregate(), i2: BIT, x: INDEX, mode: MODE };
    for (const [root, kind] of Object.entries(inputs)) this.#roots.set(root, kind);
    const memoryKind = this.#pick(kinds);
    const memory = {
      kind: memoryKind,
      depth: this.#pick([2, 3, 4]),
      init: [] as bigint[],
      when: this.#condition(),
      value: this.#expression(memoryKind, 2),
      onCollision: this.#pick(['old', 'new'] as const),
    };
    memory.init = Array.from({ length: memory.depth }, () => this.#random.bits(widthOf(memoryKind)));
    const childKind = this.#pick(kinds);
    const registers = kinds.map((kind, index) => ({ name: `r${index}`, kind, init: this.#random.bits(widthOf(kind)) }));
    for (const register of registers) this.#roots.set(register.name, register.kind);
    this.#roots.set('word', memoryKind).set('childOut', childKind);
    const wires = [this.#pick(kinds), this.#aggregate()].map((kind, index) => {
      const wire = `w${index}`;
      const statements = [this.#whole(wire, kind), ...this.#statements([[wire, kind]], 2, 2)];
      this.#roots.set(wire, kind);
      return { name: wire, kind, statements };
    });
    const targets = registers.map((register) => [register.name, register.kind] as const);
    const statements = [
      ...registers.map(
        (register): Statement => ({
          op: 'when',
          condition: this.#condition(),
          taken: [this.#whole(register.name, register.kind)],
          otherwise: this.#statements([[register.name, register.kind]], 1, 1),
        }),
      ),
      ...this.#statements(targets, 4, 2),
    ];
    return { name, inputs, wires, registers, statements, memory, child: { kind: childKind, value: this.#expression(childKind, 2) } };
  }

  #pick<T>(from: readonly T[]): T {
    const chosen = from[this.#below(from.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  }

  #below(count: number): number {
    return Number(this.#random.bits(16)) % count;
  }

  #aggregate(): Kind {
    return this.#random.chance(0.6) ? this.#struct(2) : this.#vec(2);
  }

  #kind(depth: number): Kind {
    const roll = this.#below(depth === 0 ? 5 : 8);
    if (roll < 2) return { kind: 'bits', width: this.#pick([1, 1, 2, 5, 8, 33]) };
    if (roll === 2) return { kind: 'signed', width: this.#pick([2, 5, 8]) };
    if (roll === 3) return MODE;
    if (roll === 4) return CODE;
    return roll < 7 ? this.#struct(depth) : this.#vec(depth);
  }

  #struct(depth: number): Kind {
    const fields = FIELDS.slice(0, 2 + this.#below(3)).map((field) => [field, this.#kind(depth - 1)] as const);
    return { kind: 'struct', fields };
  }

  #vec(depth: number): Kind {
    return { kind: 'vec', element: this.#kind(depth - 1), length: 2 + this.#below(3) };
  }

  #whole(root: string, kind: Kind): Statement {
    return { op: 'assign', target: { root, steps: [] }, value: this.#expression(kind, 2) };
  }

  #statements(targets: readonly (readonly [string, Kind])[], count: number, depth: number): Statement[] {
    return Array.from({ length: count }, (): Statement => {
      const inner = (): Statement[] => this.#statements(targets, 1, depth - 1);
      if (depth > 0 && this.#random.chance(0.5)) {
        const enums = this.#paths(({ kind, ...rest }) => kind === 'enum' && (rest as { name?: string }).name === 'mode');
        if (this.#random.chance(0.3))
          return {
            op: 'switch',
            path: this.#pick(enums).path,
            arms: { slow: inner(), veryFast: inner() },
            otherwise: this.#random.chance(0.5) ? inner() : [],
          };
        return { op: 'when', condition: this.#condition(), taken: inner(), otherwise: this.#random.chance(0.5) ? inner() : [] };
      }
      const [root, kind] = this.#pick(targets);
      const { path, kind: end } = this.#descend({ root, steps: [] }, kind);
      return { op: 'assign', target: path, value: this.#expression(end, 2) };
    });
  }

  /** Some way into a value. */
  #descend(path: Path, kind: Kind): { path: Path; kind: Kind } {
    const into = (step: Step, inner: Kind) => this.#descend({ ...path, steps: [...path.steps, step] }, inner);
    if (kind.kind === 'struct' && this.#random.chance(0.8)) {
      const [field, inner] = this.#pick(kind.fields);
      return into({ field }, inner);
    }
    if (kind.kind === 'vec' && this.#random.chance(0.8))
      return into(this.#random.chance(0.4) ? { at: this.#below(kind.length) } : { by: this.#index() }, kind.element);
    if (kind.kind === 'bits' && kind.width > 1 && this.#random.chance(0.4)) {
      const low = this.#below(kind.width - 1);
      const width = 1 + this.#below(kind.width - low - 1);
      return { path: { ...path, steps: [...path.steps, { low, width }] }, kind: { kind: 'bits', width } };
    }
    return { path, kind };
  }

  /** A path to bits that choose an element: few enough to be often in range. */
  #index(): Path {
    const fitting = this.#paths(({ kind, ...rest }) => kind === 'bits' && (rest as { width: number }).width <= 2);
    return this.#random.chance(0.5) ? { root: 'x', steps: [] } : this.#pick(fitting).path;
  }

  /** Everything that can be read, without signals as indices. */
  #paths(isWanted: (kind: Kind) => boolean): { path: Path; kind: Kind }[] {
    const walk = (path: Path, kind: Kind): { path: Path; kind: Kind }[] => {
      const into = (step: Step, inner: Kind) => walk({ ...path, steps: [...path.steps, step] }, inner);
      const own = isWanted(kind) ? [{ path, kind }] : [];
      if (kind.kind === 'struct') return [...own, ...kind.fields.flatMap(([field, inner]) => into({ field }, inner))];
      if (kind.kind === 'vec') return [...own, ...Array.from({ length: kind.length }, (_, at) => into({ at }, kind.element)).flat()];
      return own;
    };
    return [...this.#roots].flatMap(([root, kind]) => walk({ root, steps: [] }, kind));
  }

  #condition(): Condition {
    const roll = this.#below(4);
    if (roll === 0) return { op: 'bit', path: this.#pick(this.#paths((kind) => kind.kind === 'bits' && kind.width === 1)).path };
    if (roll === 1) {
      const { path, kind } = this.#pick(this.#paths(({ kind: which }) => which === 'enum'));
      return { op: 'is', path, member: this.#pick(Object.keys(kind.kind === 'enum' ? kind.codes : {})) };
    }
    const { path, kind } = this.#pick(this.#paths(() => true));
    return { op: this.#pick(['eq', 'ne'] as const), path, kind, b: this.#expression(kind, 1) };
  }

  #expression(kind: Kind, depth: number): Expression {
    const alike = this.#paths((other) => JSON.stringify(other) === JSON.stringify(kind));
    const roll = this.#below(8);
    if (depth > 0 && roll === 0 && alike.length > 0)
      return { op: 'mux', kind, select: this.#condition(), a: this.#pick(alike).path, b: this.#expression(kind, depth - 1) };
    if (roll === 1) {
      const width = widthOf(kind);
      const sameWidth = this.#paths((other) => other.kind !== 'signed' && widthOf(other) === width);
      if (sameWidth.length > 0) return { op: 'as', kind, path: this.#pick(sameWidth).path };
    }
    if (roll === 2 && kind.kind === 'bits' && alike.length > 0 && depth > 0)
      return { op: this.#pick(['add', 'xor'] as const), kind, a: this.#pick(alike).path, b: this.#expression(kind, depth - 1) };
    if (roll < 5 && alike.length > 0) {
      // sometimes an element by signal
      const vectors = this.#paths((other) => other.kind === 'vec' && JSON.stringify(other.element) === JSON.stringify(kind));
      if (vectors.length > 0 && this.#random.chance(0.5)) {
        const { path } = this.#pick(vectors);
        return { op: 'path', kind, path: { ...path, steps: [...path.steps, { by: this.#index() }] } };
      }
      return { op: 'path', kind, path: this.#pick(alike).path };
    }
    if (kind.kind === 'struct' && roll < 7)
      return { op: 'parts', kind, parts: kind.fields.map(([, field]) => this.#expression(field, depth - 1)) };
    if (kind.kind === 'vec' && roll < 7)
      return { op: 'parts', kind, parts: Array.from({ length: kind.length }, () => this.#expression(kind.element, depth - 1)) };
    return { op: 'word', kind, word: this.#random.bits(widthOf(kind)) };
  }
}
