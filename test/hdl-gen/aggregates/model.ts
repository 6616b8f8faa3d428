/** What a program means: values as trees of integers, by the rules of the README. It knows nothing of hdl-gen. */
import { type Condition, type Expression, type Kind, type Path, type Program, type Statement, type Step, widthOf } from './programs.ts';

/** An unsigned integer for a scalar, else the parts in order. */
export type Tree = bigint | readonly Tree[];

/** One cycle: the values of the outputs before the edge, by port name. */
export type Outputs = ReadonlyMap<string, bigint>;

/** The scalars of a value by the names that they have in the Verilog. */
export function scalars(name: string, kind: Kind, tree: Tree): (readonly [string, bigint, number])[] {
  if (kind.kind === 'struct')
    return kind.fields.flatMap(([key, field], index) => scalars(`${name}_${snake(key)}`, field, part(tree, index)));
  if (kind.kind === 'vec')
    return Array.from({ length: kind.length }, (_, index) => scalars(`${name}_${index}`, kind.element, part(tree, index))).flat();
  return [[name, scalar(tree), kind.width]];
}

function snake(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The first field on top; element 0 lowest. */
export function toWord(kind: Kind, tree: Tree): bigint {
  if (kind.kind === 'struct')
    return kind.fields.reduce((word, [, field], index) => (word << BigInt(widthOf(field))) | toWord(field, part(tree, index)), 0n);
  if (kind.kind === 'vec') {
    let word = 0n;
    for (let index = kind.length - 1; index >= 0; index--)
      word = (word << BigInt(widthOf(kind.element))) | toWord(kind.element, part(tree, index));
    return word;
  }
  return scalar(tree);
}

export function fromWord(kind: Kind, word: bigint): Tree {
  const bits = (low: number, width: number): bigint => (word >> BigInt(low)) & ((1n << BigInt(width)) - 1n);
  if (kind.kind === 'vec') {
    const width = widthOf(kind.element);
    return Array.from({ length: kind.length }, (_, index) => fromWord(kind.element, bits(index * width, width)));
  }
  if (kind.kind !== 'struct') return word;
  let top = widthOf(kind);
  return kind.fields.map(([, field]) => {
    top -= widthOf(field);
    return fromWord(field, bits(top, widthOf(field)));
  });
}

function part(tree: Tree, index: number): Tree {
  const found = typeof tree === 'bigint' ? undefined : tree[index];
  if (found === undefined) throw new Error('no such part');
  return found;
}

function scalar(tree: Tree): bigint {
  if (typeof tree !== 'bigint') throw new Error('not a scalar');
  return tree;
}

function zero(kind: Kind): Tree {
  return fromWord(kind, 0n);
}

/** The design in motion. */
export class Model {
  readonly #program: Program;
  readonly #kinds = new Map<string, Kind>();
  readonly #values = new Map<string, Tree>();
  readonly #words: Tree[];

  constructor(program: Program) {
    this.#program = program;
    const { inputs, wires, registers, memory, child } = program;
    for (const [name, kind] of Object.entries(inputs)) this.#kinds.set(name, kind);
    for (const { name, kind } of [...wires, ...registers]) this.#kinds.set(name, kind);
    this.#kinds.set('word', memory.kind).set('childOut', child.kind);
    this.#words = memory.init.map((word) => fromWord(memory.kind, word));
    this.#values.set('word', zero(memory.kind));
    this.#reset();
  }

  #reset(): void {
    for (const { name, kind, init } of this.#program.registers) this.#values.set(name, fromWord(kind, init));
    this.#values.set('childOut', zeroOrFirst(this.#program.child.kind));
  }

  /** The outputs with these inputs; then the edge. */
  cycle(inputs: Readonly<Record<string, bigint>>, isReset: boolean): Outputs {
    const { wires, registers, statements, memory, child } = this.#program;
    for (const [name, kind] of Object.entries(this.#program.inputs)) this.#values.set(name, fromWord(kind, inputs[name] ?? 0n));
    for (const wire of wires) {
      const result = new Map([[wire.name, zero(wire.kind)]]);
      this.#run(wire.statements, result);
      this.#values.set(wire.name, result.get(wire.name) ?? 0n);
    }
    const address = Number(inputs['x'] ?? 0n);
    const shown: [string, Kind, Tree][] = [
      ...[...registers, ...wires].map(({ name, kind }): [string, Kind, Tree] => [name, kind, this.#value(name)]),
      ['word', memory.kind, this.#value('word')],
      ['now', memory.kind, this.#words[address] ?? zero(memory.kind)],
      ['childOut', child.kind, this.#value('childOut')],
    ];
    const outputs = new Map(
      shown.flatMap(([name, kind, tree]) => scalars(`y_${snake(name)}`, kind, tree)).map(([name, value]) => [name, value]),
    );
    for (const [name, kind, tree] of shown) outputs.set(`z_${snake(name)}`, toWord(kind, tree));

    const next = new Map(registers.map(({ name }) => [name, this.#value(name)]));
    this.#run(statements, next);
    const childNext = this.#evaluate(child.value);
    const written = this.#holds(memory.when) ? this.#evaluate(memory.value) : undefined;
    const old = this.#words[address] ?? zero(memory.kind);
    const stored = written !== undefined && address < memory.depth ? written : undefined;
    this.#values.set('word', memory.onCollision === 'new' && stored !== undefined ? stored : old);
    if (stored !== undefined) this.#words[address] = stored;
    for (const [name, tree] of next) this.#values.set(name, tree);
    this.#values.set('childOut', childNext);
    if (isReset) this.#reset();
    return outputs;
  }

  #value(root: string): Tree {
    const tree = this.#values.get(root);
    if (tree === undefined) throw new Error(`nothing is called ${root}`);
    return tree;
  }

  #run(statements: readonly Statement[], target: Map<string, Tree>): void {
    for (const statement of statements) {
      if (statement.op === 'assign') {
        const { root, steps } = statement.target;
        const before = target.get(root);
        const kind = this.#kinds.get(root);
        if (before !== undefined && kind !== undefined)
          target.set(root, this.#replaced(before, kind, steps, this.#evaluate(statement.value)));
      } else if (statement.op === 'when') this.#run(this.#holds(statement.condition) ? statement.taken : statement.otherwise, target);
      else {
        const { kind, tree } = this.#read(statement.path);
        const member = kind.kind === 'enum' ? Object.entries(kind.codes).find(([, code]) => BigInt(code) === tree)?.[0] : undefined;
        this.#run((member === undefined ? undefined : statement.arms[member]) ?? statement.otherwise, target);
      }
    }
  }

  /** The value with another one in the place that the steps lead to; beyond the last element there is none. */
  #replaced(tree: Tree, kind: Kind, steps: readonly Step[], value: Tree): Tree {
    const [step, ...rest] = steps;
    if (step === undefined) return value;
    if ('low' in step) {
      const mask = ((1n << BigInt(step.width)) - 1n) << BigInt(step.low);
      return (scalar(tree) & ~mask) | (scalar(value) << BigInt(step.low));
    }
    const { index, inner } = this.#into(kind, step);
    if (typeof tree === 'bigint' || index >= tree.length) return tree;
    return tree.map((own, at) => (at === index ? this.#replaced(own, inner, rest, value) : own));
  }

  #into(kind: Kind, step: Exclude<Step, { low: number }>): { index: number; inner: Kind } {
    if ('field' in step) {
      const index = kind.kind === 'struct' ? kind.fields.findIndex(([key]) => key === step.field) : -1;
      const inner = kind.kind === 'struct' ? kind.fields[index]?.[1] : undefined;
      if (inner === undefined) throw new Error(`no field ${step.field}`);
      return { index, inner };
    }
    if (kind.kind !== 'vec') throw new Error('not a vector');
    return { index: 'at' in step ? step.at : Number(scalar(this.#read(step.by).tree)), inner: kind.element };
  }

  #read({ root, steps }: Path): { kind: Kind; tree: Tree } {
    let kind = this.#kinds.get(root);
    let tree = this.#value(root);
    for (const step of steps) {
      if (kind === undefined) break;
      if ('low' in step) {
        tree = (scalar(tree) >> BigInt(step.low)) & ((1n << BigInt(step.width)) - 1n);
        kind = { kind: 'bits', width: step.width };
        continue;
      }
      const { index, inner } = this.#into(kind, step);
      tree = typeof tree === 'bigint' || index >= tree.length ? zero(inner) : part(tree, index);
      kind = inner;
    }
    if (kind === undefined) throw new Error(`nothing is called ${root}`);
    return { kind, tree };
  }

  #evaluate(expression: Expression): Tree {
    const { kind } = expression;
    switch (expression.op) {
      case 'path':
        return this.#read(expression.path).tree;
      case 'word':
        return fromWord(kind, expression.word);
      case 'parts':
        return expression.parts.map((inner) => this.#evaluate(inner));
      case 'mux':
        return this.#holds(expression.select) ? this.#read(expression.a).tree : this.#evaluate(expression.b);
      case 'as': {
        const source = this.#read(expression.path);
        return fromWord(kind, toWord(source.kind, source.tree));
      }
      default: {
        const [a, b] = [scalar(this.#read(expression.a).tree), scalar(this.#evaluate(expression.b))];
        return BigInt.asUintN(widthOf(kind), expression.op === 'add' ? a + b : a ^ b);
      }
    }
  }

  #holds(condition: Condition): boolean {
    const { kind, tree } = this.#read(condition.path);
    if (condition.op === 'bit') return tree === 1n;
    if (condition.op === 'is') return kind.kind === 'enum' && BigInt(kind.codes[condition.member] ?? -1) === tree;
    return (toWord(kind, tree) === toWord(kind, this.#evaluate(condition.b))) === (condition.op === 'eq');
  }
}

/** What a register without an `init` is reset to: 0, an enumeration to its first member. */
function zeroOrFirst(kind: Kind): Tree {
  if (kind.kind === 'struct') return kind.fields.map(([, field]) => zeroOrFirst(field));
  if (kind.kind === 'vec') return Array.from({ length: kind.length }, () => zeroOrFirst(kind.element));
  return kind.kind === 'enum' ? BigInt(Object.values(kind.codes)[0] ?? 0) : 0n;
}
