/** A program as a module of hdl-gen. */
import {
  type AnyBits,
  type Bit,
  type Bits,
  bits,
  enumeration,
  input,
  like,
  type Module,
  module,
  mux,
  output,
  type Ports,
  type Shape,
  signed,
  struct,
  u,
  unpack,
  vec,
} from '../../../hdl-gen/index.ts';
import { type Condition, type Expression, type Kind, type Path, type Program, type Statement, widthOf } from './programs.ts';

/** Any view, as the generator knows it: what it asks for is there. */
interface View {
  readonly [field: string]: unknown;
  at(index: unknown): View;
  bits(low: number, width: number): View;
  eq(b: unknown): Bit;
  ne(b: unknown): Bit;
  is(member: string): Bit;
  add(b: unknown): unknown;
  xor(b: unknown): unknown;
  asBits(): Bits<number>;
  set(value: unknown): void;
  next(value: unknown): void;
}

/** Shapes made anew for each program; an enumeration is one object wherever it is used. */
class Shapes {
  readonly #enumerations = new Map<string, Shape>();

  of(kind: Kind): Shape {
    switch (kind.kind) {
      case 'bits':
        return bits(kind.width as number);
      case 'signed':
        return signed(kind.width as number);
      case 'struct':
        return struct(Object.fromEntries(kind.fields.map(([key, field]) => [key, this.of(field)])));
      case 'vec':
        return vec(this.of(kind.element), kind.length);
      case 'enum': {
        const known = this.#enumerations.get(kind.name) ?? enumeration(kind.name, kind.codes);
        this.#enumerations.set(kind.name, known);
        return known;
      }
    }
  }
}

export function moduleOf(program: Program): Module<Ports> {
  const shapes = new Shapes();
  const { memory, child, wires, registers } = program;
  const shown: (readonly [string, Kind])[] = [
    ...[...registers, ...wires].map(({ name, kind }) => [name, kind] as const),
    ['word', memory.kind],
    ['now', memory.kind],
    ['childOut', child.kind],
  ];
  const ports: Ports = {
    ...Object.fromEntries(Object.entries(program.inputs).map(([name, kind]) => [name, input(shapes.of(kind))])),
    ...Object.fromEntries(shown.map(([name, kind]) => [`y_${name}`, output(shapes.of(kind))])),
    ...Object.fromEntries(shown.map(([name, kind]) => [`z_${name}`, output(bits(widthOf(kind)))])),
  };
  const childShape = shapes.of(child.kind);
  const inner = module(`${program.name}_child`, { in: input(childShape), out: output(childShape) }, (io, m) => {
    const { held } = m.registers({ held: childShape }) as unknown as { held: View };
    held.next(io.in);
    (io.out as unknown as View).set(held);
  });
  return module(program.name, ports, (io, m) => {
    const views: Record<string, View> = { ...(io as unknown as Record<string, View>) };
    const u0 = m.instance('u_child', inner) as unknown as { in: View; out: View };
    views['childOut'] = u0.out;
    Object.assign(
      views,
      m.registers(
        Object.fromEntries(
          registers.map(({ name, kind, init }) => [name, like(shapes.of(kind), { init: unpack(shapes.of(kind), init) } as never)]),
        ),
      ),
      m.wires(Object.fromEntries(wires.map(({ name, kind }) => [name, shapes.of(kind)]))),
    );
    const build = new Builder(views, shapes);
    const memoryShape = shapes.of(memory.kind);
    const words = m.memory('words', memoryShape, memory.depth, { init: memory.init.map((word) => unpack(memoryShape, word)) as never });
    const address = views['x'] as unknown as AnyBits;
    m.when(build.condition(memory.when), () => words.write(address, build.operand(memory.value) as never));
    views['word'] = words.readSync('word', address, { onCollision: memory.onCollision }) as unknown as View;
    views['now'] = words.read(address) as unknown as View;
    const run = (statements: readonly Statement[], verb: 'set' | 'next'): void => {
      for (const statement of statements) {
        if (statement.op === 'assign') build.path(statement.target)[verb](build.operand(statement.value));
        else if (statement.op === 'when')
          m.when(build.condition(statement.condition), () => run(statement.taken, verb)).otherwise(() => run(statement.otherwise, verb));
        else {
          const arms = Object.entries(statement.arms).map(([member, body]) => [member, () => run(body, verb)] as const);
          m.switch(build.path(statement.path) as never, Object.fromEntries(arms) as never, () => run(statement.otherwise, verb));
        }
      }
    };
    for (const { statements } of wires) run(statements, 'set');
    run(program.statements, 'next');
    u0.in.set(build.operand(child.value));
    for (const [name] of shown) {
      const view = views[name] as View;
      views[`y_${name}`]?.set(view);
      views[`z_${name}`]?.set(build.word(view));
    }
  }) as unknown as Module<Ports>;
}

class Builder {
  readonly #views: Readonly<Record<string, View>>;
  readonly #shapes: Shapes;

  constructor(views: Readonly<Record<string, View>>, shapes: Shapes) {
    this.#views = views;
    this.#shapes = shapes;
  }

  path({ root, steps }: Path): View {
    let view = this.#views[root];
    for (const step of steps) {
      if (view === undefined) break;
      if ('field' in step) view = view[step.field] as View;
      else if ('at' in step) view = view.at(step.at);
      else if ('by' in step) view = view.at(this.path(step.by));
      else view = view.bits(step.low, step.width);
    }
    if (view === undefined) throw new Error(`nothing is called ${root}`);
    return view;
  }

  /** The bits of any value. */
  word(view: View): Bits<number> {
    return view.asBits === undefined ? (view as unknown as Bits<number>) : view.asBits();
  }

  operand(expression: Expression): unknown {
    switch (expression.op) {
      case 'path':
        return this.path(expression.path);
      case 'word':
        return unpack(this.#shapes.of(expression.kind), expression.word);
      case 'parts': {
        const parts = expression.parts.map((part) => this.operand(part));
        const { kind } = expression;
        return kind.kind === 'struct' ? Object.fromEntries(kind.fields.map(([key], index) => [key, parts[index]])) : parts;
      }
      case 'mux':
        return mux(this.condition(expression.select), this.path(expression.a) as never, this.operand(expression.b) as never);
      case 'as': {
        const word = this.word(this.path(expression.path));
        return word.as(this.#shapes.of(expression.kind));
      }
      default:
        return this.path(expression.a)[expression.op](this.operand(expression.b));
    }
  }

  condition(condition: Condition): Bit {
    const view = this.path(condition.path);
    if (condition.op === 'bit') return view as unknown as Bit;
    if (condition.op === 'is') return view.is(condition.member);
    const operand = this.operand(condition.b);
    const value = typeof operand === 'number' && condition.kind.kind === 'bits' ? u(widthOf(condition.kind), operand) : operand;
    return view[condition.op](value);
  }
}
