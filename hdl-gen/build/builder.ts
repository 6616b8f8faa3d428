/** The builder that a module's body works with: declares signals and collects statements. */
import { BadSize, NameCollision, UnknownInside, UnknownState, WidthMismatch } from '../errors/build-errors.ts';
import { SourceLocation } from '../ir/location.ts';
import {
  DEFAULT_DOMAIN,
  type Domain,
  type Expression,
  type Instance,
  type Memory,
  type ModuleIr,
  type Past,
  type Property,
  type Signal,
  type SignalKind,
  type Statement,
  type StreamPort,
  type SyncRead,
} from '../ir/module.ts';
import { valueAtPath } from '../ir/observed.ts';
import type { Module } from './module.ts';
import { internalName, portName, snakeCase, verilogName } from './names.ts';
import { Place, requireOpen, runBody, type StatementSink } from './place.ts';
import type { Inside, Outside, Register, StreamSink, StreamSource, Wire } from './ports.ts';
import type { BitsShape, Literal, Payload, Ports, StreamShape } from './shape.ts';
import { type AnyBits, type Bit, type Bits, checkWidth, constant, expectWidth, type Operand, operand, Value } from './value.ts';

export type Registers<R extends Payload> = { readonly [K in keyof R]: R[K] extends BitsShape<infer W> ? Register<W> : never };
export type Wires<R extends Payload> = { readonly [K in keyof R]: R[K] extends BitsShape<infer W> ? Wire<W> : never };

/** Values of a record of shapes, to read only. */
export type Observed<R extends Payload> = { readonly [K in keyof R]: R[K] extends BitsShape<infer W> ? Bits<W> : never };

export interface Chain {
  elseWhen(condition: Bit, then: () => void): Chain;
  otherwise(then: () => void): void;
}

export interface Fsm<S extends string> {
  /** 1 while the FSM is in that state */
  is(state: S): Bit;
  goto(state: S): void;
}

export interface MemoryPorts<W extends number> {
  /** asynchronous read (distributed memory) */
  read(address: AnyBits): Bits<W>;
  /**
   * Synchronous read port called `name`: takes the word at the edge where `enable` is 1, holds it otherwise.
   * `onCollision` says what the address written at that same edge reads.
   */
  readSync(name: string, address: AnyBits, options: { readonly enable?: Bit; readonly onCollision: 'old' | 'new' }): Bits<W>;
  /** writes at the edge, where the surrounding `when`s let it */
  write(address: AnyBits, data: Operand<W>): void;
}

export interface Build {
  /** `suffix` is appended to every name, for registers of which a body has several alike */
  registers<R extends Payload>(record: R, suffix?: string): Registers<R>;
  wires<R extends Payload>(record: R, suffix?: string): Wires<R>;
  /** names values: each becomes a wire of that name */
  let<R extends { readonly [name: string]: AnyBits }>(record: R, suffix?: string): R;
  when(condition: Bit, then: () => void): Chain;
  switch(subject: AnyBits, arms: { readonly [value: number]: () => void }, otherwise?: () => void): void;
  fsm<const S extends string>(
    name: string,
    options: { readonly reset: NoInfer<S>; readonly states: { readonly [K in S]: (fsm: Fsm<NoInfer<S>>) => void } },
  ): Fsm<S>;
  memory<W extends number>(
    name: string,
    shape: BitsShape<W>,
    depth: number,
    options?: { readonly init?: readonly Literal[]; readonly style?: 'block' | 'distributed' },
  ): MemoryPorts<W>;
  instance<P extends Ports>(name: string, module: Module<P>): Outside<P>;
  /**
   * For properties: signals inside an instance (`fifo`) or inside one of its own (`records.fifo`), by their names there plus
   * `suffix`. A memory is one value, its word 0 lowest.
   * @throws UnknownInside, WidthMismatch
   */
  observe<R extends Payload>(instance: string, record: R, suffix?: string): Observed<R>;
  /** joins two streams: payload, valid and last forwards, ready backwards */
  connect<P extends Payload>(from: StreamSink<P>, to: StreamSource<P>): void;
  assert(name: string, condition: Bit): void;
  assume(name: string, condition: Bit): void;
  cover(name: string, condition: Bit): void;
  /** the value one cycle ago, for properties; 0 in the first cycle after reset */
  past<W extends number>(name: string, value: Bits<W>): Bits<W>;
  /** says that a signal is deliberately not read */
  unused(...values: readonly AnyBits[]): void;
}

interface OpenIf {
  readonly kind: 'if';
  readonly arms: { condition: Expression; body: Statement[]; location: SourceLocation }[];
  otherwise: Statement[] | undefined;
}

export class Builder implements Build, StatementSink {
  readonly name: string;
  readonly #description: string;
  readonly #location: SourceLocation;
  readonly #domain: Domain = DEFAULT_DOMAIN;
  readonly #names = new Map<string, SourceLocation>();
  readonly #ports: Signal[] = [];
  readonly #streams: StreamPort[] = [];
  readonly #signals: Signal[] = [];
  readonly #memories: Memory[] = [];
  readonly #reads: SyncRead[] = [];
  readonly #instances: Instance[] = [];
  readonly #properties: Property[] = [];
  readonly #pasts: Past[] = [];
  readonly #unused = new Set<Signal>();
  /** statement lists that are open, innermost last */
  readonly #open: Statement[][] = [[]];

  constructor(name: string, description: string, location: SourceLocation) {
    this.name = portName(name);
    this.#description = description;
    this.#location = location;
    for (const port of [this.#domain.clock, this.#domain.reset]) this.#names.set(port, location);
  }

  run<P extends Ports>(ports: P, body: (io: Inside<P>, m: Build) => void): ModuleIr {
    const io = this.#portViews(ports, (direction) => (direction === 'in' ? 'input' : 'output'), '');
    runBody(this, () => body(io as Inside<P>, this));
    return {
      name: this.name,
      description: this.#description,
      location: this.#location,
      ports: this.#ports,
      streams: this.#streams,
      domains: [this.#domain],
      signals: this.#signals,
      memories: this.#memories,
      reads: this.#reads,
      instances: this.#instances,
      statements: this.#open[0] ?? [],
      properties: this.#properties,
      pasts: this.#pasts,
      unused: this.#unused,
    };
  }

  add(statement: Statement): void {
    this.#open.at(-1)?.push(statement);
  }

  registers<R extends Payload>(record: R, suffix = ''): Registers<R> {
    return this.#declare(record, 'register', suffix) as unknown as Registers<R>;
  }

  wires<R extends Payload>(record: R, suffix = ''): Wires<R> {
    return this.#declare(record, 'wire', suffix) as unknown as Wires<R>;
  }

  let<R extends { readonly [name: string]: AnyBits }>(record: R, suffix = ''): R {
    const named = Object.entries(record).map(([key, value]) => {
      const place = this.#place({ kind: 'wire', name: internalName(key + suffix), width: value.width });
      place.set(value);
      return [key, place] as const;
    });
    return Object.fromEntries(named) as unknown as R;
  }

  when(condition: Bit, then: () => void): Chain {
    requireOpen(this, 'when');
    const statement: OpenIf = { kind: 'if', arms: [], otherwise: undefined };
    this.add(statement);
    const chain: Chain = {
      elseWhen: (next, body) => {
        expectWidth('condition of when', 1, next);
        const location = SourceLocation.capture();
        statement.arms.push({ condition: next.expression, body: this.#collect(body), location });
        return chain;
      },
      otherwise: (body) => {
        statement.otherwise = this.#collect(body);
      },
    };
    return chain.elseWhen(condition, then);
  }

  switch(subject: AnyBits, arms: { readonly [value: number]: () => void }, otherwise?: () => void): void {
    requireOpen(this, 'switch');
    const location = SourceLocation.capture();
    const bodies = Object.entries(arms).map(([value, body]) => ({
      value: matching(subject.width, Number(value)),
      body: this.#collect(body),
    }));
    this.add({ kind: 'switch', subject: subject.expression, arms: bodies, otherwise: otherwise && this.#collect(otherwise), location });
  }

  fsm<const S extends string>(
    name: string,
    options: { readonly reset: NoInfer<S>; readonly states: { readonly [K in S]: (fsm: Fsm<NoInfer<S>>) => void } },
  ): Fsm<S> {
    requireOpen(this, 'fsm');
    const location = SourceLocation.capture();
    const states = Object.keys(options.states) as S[];
    const width = Math.max(1, Math.ceil(Math.log2(states.length)));
    const code = (state: S): Expression => {
      const index = states.indexOf(state);
      if (index < 0) throw new UnknownState(name, state, states);
      return constant(width, index, stateLabel(name, state));
    };
    const init = BigInt(states.indexOf(options.reset));
    if (init < 0n) throw new UnknownState(name, options.reset, states);
    const place = this.#place({ kind: 'register', name: internalName(name), width, init, stateNames: states.map(snakeCase) });
    const fsm: Fsm<S> = {
      is: (state) => place.eq(new Value(code(state))),
      goto: (state) => place.next(new Value(code(state))),
    };
    const arms = states.map((state, index) => ({
      value: BigInt(index),
      label: stateLabel(name, state),
      body: this.#collect(() => options.states[state](fsm)),
    }));
    this.add({ kind: 'switch', subject: place.expression, arms, otherwise: undefined, fsm: place.signal, location });
    return fsm;
  }

  memory<W extends number>(
    name: string,
    shape: BitsShape<W>,
    depth: number,
    options: { readonly init?: readonly Literal[]; readonly style?: 'block' | 'distributed' } = {},
  ): MemoryPorts<W> {
    requireOpen(this, 'memory');
    if (!Number.isInteger(depth) || depth < 1) throw new BadSize(`depth of memory ${name}`, depth, 'at least 1');
    checkWidth(shape.width);
    const location = SourceLocation.capture();
    const init = options.init?.map((word) => (constant(shape.width, word) as { value: bigint }).value) ?? null;
    if (init !== null && init.length !== depth)
      throw new BadSize(`number of initial words of memory ${name}`, init.length, `${depth}, the depth`);
    const memory: Memory = {
      name: this.#claim(internalName(name), location),
      width: shape.width,
      depth,
      init,
      style: options.style ?? 'block',
      domain: this.#domain,
      location,
    };
    this.#memories.push(memory);
    return {
      read: (address) => new Value<W>({ kind: 'read', width: memory.width, memory, address: address.expression }),
      readSync: (portName, address, port) => {
        const data = this.#place({ kind: 'memoryOutput', name: internalName(portName), width: memory.width, init: null });
        const enable = port.enable?.expression ?? constant(1, 1);
        this.#reads.push({
          memory,
          address: address.expression,
          enable,
          data: data.signal,
          onCollision: port.onCollision,
          location: SourceLocation.capture(),
        });
        return data as unknown as Bits<W>;
      },
      write: (address, data) => {
        requireOpen(this, `memory ${name}`);
        const word = operand(data, new Value<W>({ kind: 'constant', width: memory.width, value: 0n }), `write to ${memory.name}`);
        this.add({ kind: 'write', memory, address: address.expression, data: word, location: SourceLocation.capture() });
      },
    };
  }

  instance<P extends Ports>(name: string, module: Module<P>): Outside<P> {
    requireOpen(this, 'instance');
    const location = SourceLocation.capture();
    const instanceName = this.#claim(verilogName(name), location);
    const ir = module.elaborate();
    const before = this.#signals.length;
    const view = this.#portViews(
      module.ports,
      (direction) => (direction === 'in' ? 'instanceInput' : 'instanceOutput'),
      `${instanceName}_`,
    );
    const connections = this.#signals.slice(before).map((signal) => ({ port: signal.name.slice(instanceName.length + 1), signal }));
    this.#instances.push({ name: instanceName, module: ir, connections, observed: [], domain: this.#domain, location });
    return view as Outside<P>;
  }

  observe<R extends Payload>(instance: string, record: R, suffix = ''): Observed<R> {
    requireOpen(this, 'observe');
    const [name = '', ...deeper] = instance.split('.').map(verilogName);
    const at = this.#instances.findIndex((candidate) => candidate.name === name);
    const found = this.#instances[at];
    const entries = Object.entries(record).map(([key, { width }]) => {
      const path = [...deeper, internalName(key + suffix)];
      const value = found && valueAtPath(found.module, path);
      if (value === undefined) throw new UnknownInside(instance, found?.module.name ?? 'none', path.join('.'));
      if (value.width !== width) throw new WidthMismatch(`observe of ${path.join('.')} in ${name}`, value.width, width, []);
      return { key, path, place: this.#place({ kind: 'instanceOutput', name: [name, 'observed', ...path].join('_'), width }) };
    });
    const more = entries.map(({ path, place }) => ({ inside: path.join('.'), signal: place.signal }));
    if (found !== undefined) this.#instances[at] = { ...found, observed: [...found.observed, ...more] };
    return Object.fromEntries(entries.map(({ key, place }) => [key, place])) as unknown as Observed<R>;
  }

  connect<P extends Payload>(from: StreamSink<P>, to: StreamSource<P>): void {
    const source = from as unknown as Record<string, Bits<number>>;
    for (const [key, place] of Object.entries(to as unknown as Record<string, Wire<number>>)) {
      if (key === 'ready' || key === 'fire') continue;
      const value = source[key];
      if (value !== undefined) place.set(value);
    }
    from.ready.set(to.ready);
  }

  assert(name: string, condition: Bit): void {
    this.#property('assert', name, condition);
  }
  assume(name: string, condition: Bit): void {
    this.#property('assume', name, condition);
  }
  cover(name: string, condition: Bit): void {
    this.#property('cover', name, condition);
  }

  past<W extends number>(name: string, value: Bits<W>): Bits<W> {
    requireOpen(this, 'past');
    const data = this.#place({ kind: 'register', name: `past_${snakeCase(name)}`, width: value.width, formal: true });
    this.#pasts.push({ data: data.signal, value: value.expression });
    return data as unknown as Bits<W>;
  }

  unused(...values: readonly AnyBits[]): void {
    for (const { expression } of values) if (expression.kind === 'signal') this.#unused.add(expression.signal);
  }

  #property(kind: Property['kind'], name: string, condition: Bit): void {
    requireOpen(this, kind);
    expectWidth(`${kind} ${name}`, 1, condition);
    const location = SourceLocation.capture();
    this.#properties.push({
      kind,
      name: this.#claim(`${kind.charAt(0)}_${snakeCase(name)}`, location),
      condition: condition.expression,
      domain: this.#domain,
      location,
    });
  }

  #collect(body: () => void): Statement[] {
    const statements: Statement[] = [];
    this.#open.push(statements);
    try {
      body();
    } finally {
      this.#open.pop();
    }
    return statements;
  }

  #declare(record: Payload, kind: 'register' | 'wire', suffix: string): Record<string, Place<number>> {
    requireOpen(this, `${kind}s`);
    return Object.fromEntries(
      Object.entries(record).map(([key, shape]) => [key, this.#place({ kind, name: internalName(key + suffix), ...shapeOf(shape, kind) })]),
    );
  }

  #portViews(ports: Ports, kindOf: (direction: 'in' | 'out') => SignalKind, prefix: string): Record<string, unknown> {
    const views = Object.entries(ports).map(([key, { direction, shape }]) => {
      const name = prefix === '' ? portName(key) : `${prefix}${snakeCase(key)}`;
      const declared = shape as BitsShape<number> | StreamShape<Payload>;
      if (declared.kind === 'bits') return [key, this.#place({ kind: kindOf(direction), name, ...shapeOf(declared, kindOf(direction)) })];
      return [key, this.#streamView(name, declared, direction, kindOf, prefix === '')];
    });
    return Object.fromEntries(views);
  }

  #streamView(
    name: string,
    shape: StreamShape<Payload>,
    direction: 'in' | 'out',
    kindOf: (direction: 'in' | 'out') => SignalKind,
    isPort: boolean,
  ): Record<string, unknown> {
    const against = direction === 'in' ? 'out' : 'in';
    const one = (suffix: string, width: number, way: 'in' | 'out') =>
      this.#place({ kind: kindOf(way), name: `${name}_${snakeCase(suffix)}`, width });
    const payload = Object.entries(shape.payload).map(([key, field]) => [key, one(key, field.width, direction)] as const);
    const valid = one('valid', 1, direction);
    const last = one('last', 1, direction);
    const ready = one('ready', 1, against);
    if (isPort) {
      this.#streams.push({
        name,
        direction,
        valid: valid.signal,
        ready: ready.signal,
        last: last.signal,
        payload: payload.map(([, place]) => place.signal),
      });
    }
    return { ...Object.fromEntries(payload), valid, last, ready, fire: (valid as unknown as Bit).and(ready as unknown as Bit) };
  }

  #place(options: {
    readonly kind: SignalKind;
    readonly name: string;
    readonly width: number;
    readonly init?: bigint | null;
    readonly fallback?: bigint | undefined;
    readonly stateNames?: readonly string[];
    readonly formal?: boolean;
  }): Place<number> {
    checkWidth(options.width);
    // ports are written where the module is, and declared long after
    const location = options.kind === 'input' || options.kind === 'output' ? this.#location : SourceLocation.capture();
    const signal: Signal = {
      kind: options.kind,
      name: this.#claim(options.name, location),
      width: options.width,
      location,
      init: options.init === undefined ? (options.kind === 'register' ? 0n : null) : options.init,
      fallback: options.fallback,
      domain: this.#domain,
      ...(options.stateNames === undefined ? {} : { stateNames: options.stateNames }),
      ...(options.formal === undefined ? {} : { formal: options.formal }),
    };
    (options.kind === 'input' || options.kind === 'output' ? this.#ports : this.#signals).push(signal);
    return new Place(signal, this);
  }

  #claim(name: string, location: SourceLocation): string {
    const taken = this.#names.get(name);
    if (taken !== undefined)
      throw new NameCollision(name, [
        { what: 'first', at: taken },
        { what: 'second', at: location },
      ]);
    this.#names.set(name, location);
    return name;
  }
}

function shapeOf(shape: BitsShape<number>, kind: SignalKind): { width: number; init?: bigint | null; fallback?: bigint | undefined } {
  const literal = (value: Literal): bigint => (constant(shape.width, value) as { value: bigint }).value;
  const { init, reset, fallback } = shape.options;
  return {
    width: shape.width,
    ...(kind === 'register' ? { init: reset === 'none' ? null : literal(init ?? 0) } : {}),
    ...(fallback === undefined ? {} : { fallback: literal(fallback) }),
  };
}

function matching(width: number, value: number): bigint {
  return (constant(width, value) as { value: bigint }).value;
}

function stateLabel(fsm: string, state: string): string {
  return `${snakeCase(fsm)}_${snakeCase(state)}`.toUpperCase();
}
