/** The builder that a module's body works with: declares signals and collects statements. */
import { NestedTooDeep } from '../errors/control-errors.ts';
import type { Attributes } from '../ir/attributes.ts';
import { DEFAULT_DOMAIN, type Domain, type ResetOptions, sameDomain } from '../ir/domain.ts';
import { SourceLocation } from '../ir/location.ts';
import type { Instance, ModuleIr } from '../ir/module.ts';
import { leavesIn, shapeIn } from './aggregate.ts';
import { checkAttributes, type InstanceOptions } from './attributes.ts';
import { clockFrom, namedClock } from './clock.ts';
import { connect } from './connect.ts';
import { type Chain, Conditional, type Fsm, type FsmOptions, fsm } from './control.ts';
import { enableBy } from './enable.ts';
import { type External, type ExternalInstanceOptions, instantiate, type Parameters } from './external.ts';
import type { Ports } from './interface.ts';
import { type MemoryOptions, type MemoryPorts, memory } from './memory.ts';
import type { Module } from './module.ts';
import { internalName } from './names.ts';
import { type Observed, observe } from './observe.ts';
import { Pad, type PadConnectionMade, padPin } from './pad.ts';
import type { ForeignOutside, Pins } from './pins.ts';
import type { Aggregate, AnyAggregate, AnyValue, EnumValue, Inside, Outside, RegisterOf, Sink, Source, ValueOf, WireOf } from './ports.ts';
import { past, property } from './property.ts';
import { resetBy } from './reset.ts';
import { requireOpen, runBody } from './running.ts';
import { Scope } from './scope.ts';
import type { Payload, Shape } from './shape.ts';
import type { Signed } from './signed.ts';
import { type Arms, switchOn } from './switch.ts';
import type { AnyBits, Bit, Bits } from './value.ts';
import { declareShape, portViews, type View } from './views.ts';

/** Registers by their names, as `registers` makes them. */
export type Registers<R extends Payload> = { readonly [K in keyof R]: RegisterOf<R[K]> };
/** Wires by their names, as `wires` makes them. */
export type Wires<R extends Payload> = { readonly [K in keyof R]: WireOf<R[K]> };

/** What the body of a module is given: everything that declares hardware, states control flow, or claims something. */
export interface Build {
  /** `suffix` is appended to every name, for registers of which a body has several alike */
  registers<R extends Payload>(record: R, suffix?: string): Registers<R>;
  /** one register, where its name is not known before: `registers` for all others */
  register<S extends Shape>(name: string, shape: S): RegisterOf<S>;
  /** Wires, driven with `set`: the keys are their names, to which `suffix` is appended. */
  wires<R extends Payload>(record: R, suffix?: string): Wires<R>;
  /** names values: each becomes a wire of that name */
  let<R extends { readonly [name: string]: AnyValue }>(record: R, suffix?: string): R;
  /** What `then` states takes effect where the condition is 1. @throws WidthMismatch */
  when(condition: Bit, then: () => void): Chain;
  /** @throws BadPattern, RoundedArm, ArmNeverTaken, LiteralDoesNotFit */
  switch(subject: AnyBits, arms: Arms, otherwise?: () => void): void;
  /** of an enumeration, by the names of its members */
  switch<N extends string>(subject: EnumValue<N>, arms: { readonly [M in NoInfer<N>]?: () => void }, otherwise?: () => void): void;
  /** A state machine, in its state `reset` after a reset; from a code that no state has it goes there too. @throws UnknownState */
  fsm<const S extends string>(name: string, options: FsmOptions<S>): Fsm<S>;
  /** words of any shape */
  memory<S extends Shape>(name: string, shape: S, depth: number, options?: MemoryOptions<S>): MemoryPorts<S>;
  /**
   * An instance of a module: its inputs are driven here, its outputs read.
   * @param domains what the clock domains of the module are here; one that is not named is itself, and the
   * default one is the domain around the call
   */
  instance<P extends Ports>(name: string, module: Module<P>, domains?: ReadonlyMap<Domain, Domain>, options?: InstanceOptions): Outside<P>;
  /**
   * An instance of a foreign module. A clock that comes out of it is a domain of this module. Pins for which no clock is
   * named belong to the domain around the call.
   * @throws BadParameter, BadModel, ClockPinOpen
   */
  external<P extends Pins, Q extends Parameters>(
    name: string,
    external: External<P, Q>,
    options?: ExternalInstanceOptions<P, Q>,
  ): ForeignOutside<P>;
  /** a clock with the name `<name>_clk`, for one that comes out of a foreign module; its source may be given later */
  clock(name: string, from?: Domain): Domain;
  /** @throws ClockSourceTwice */
  clockFrom(clock: Domain, from: Domain): void;
  /**
   * For properties: signals inside an instance (`fifo`) or inside one of its own (`records.fifo`), by their names there plus
   * `suffix`. A memory is one value, its word 0 lowest.
   * @throws UnknownInside, WidthMismatch
   */
  observe<R extends Payload>(instance: string, record: R, suffix?: string): Observed<R>;
  /** joins two streams or two bundles, each member in its direction. @throws CannotConnect */
  connect<S>(from: Sink<S>, to: Source<NoInfer<S>>): void;
  /** what `body` declares is driven by the clock of `domain` */
  in<T>(domain: Domain, body: () => T): T;
  /**
   * The domain with a signal of this module as its reset. Where nothing else is said, it acts as the reset of the domain
   * does. @throws NotAReset for an asynchronous one that is not a register's or a port's
   */
  resetBy(domain: Domain, reset: Bit, options?: ResetOptions): Domain;
  /**
   * The domain, of whose edges those count where `enable` is 1: registers and read ports that are declared in it, and writes
   * in it, wait otherwise, and properties are not checked. A reset acts at every edge. It does not reach into instances.
   */
  enableBy(domain: Domain, enable: Bit): Domain;
  /**
   * Carries a value from another clock domain into the present one, as a wire of that name. Nothing makes that safe by
   * itself: `reason`, which stands in the Verilog too, says what does. The parts in `library/` are what to use instead.
   */
  unsafeCross<W extends number>(name: string, value: Bits<W>, reason: string): Bits<W>;
  /** Claims that the condition holds at every edge of the present domain; checked in simulation, proved by `prove`. @throws IllegalName, NameCollision */
  assert(name: string, condition: Bit): void;
  /** Says what the environment keeps to: proofs take it as given, simulations check it. @throws IllegalName, NameCollision */
  assume(name: string, condition: Bit): void;
  /** Asks for a run in which the condition holds once; `prove` with `mode: 'cover'` finds one. @throws IllegalName, NameCollision */
  cover(name: string, condition: Bit): void;
  /** the value one cycle ago, for properties; 0 in the first cycle after reset */
  past<W extends number>(name: string, value: Bits<W>): Bits<W>;
  /** of a signed number */
  past<W extends number>(name: string, value: Signed<W>): Signed<W>;
  /** of a structure, a vector or an enumeration */
  past<S extends Shape>(name: string, value: Aggregate<S>): ValueOf<S>;
  /** says that a signal is deliberately not read */
  unused(...values: readonly AnyValue[]): void;
}

/** Bodies of conditions inside each other that are what has filled the stack, and not something else. */
const DEEP = 200;

function isOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack');
}

/** Runs a module's body; its instances are connected later. @throws HdlError for the first mistake in it */
export function build<P extends Ports>(
  name: string,
  description: string,
  location: SourceLocation,
  ports: P,
  body: (io: Inside<P>, m: Build) => void,
  attributes?: Attributes,
): Scope {
  // name and ports are written where the module is, and looked at long after
  const { scope, io } = SourceLocation.standingFor(location, () => {
    const opened = new Scope(name, description, location, attributes);
    const view: View = {
      kindOf: (direction) => (direction === 'in' ? 'input' : 'output'),
      prefix: '',
      domainOf: (domain) => domain ?? DEFAULT_DOMAIN,
      padOf: (name, width) => new Pad({ signal: opened.declare({ kind: 'inout', name, width }).signal, low: 0, width }, width),
    };
    return { scope: opened, io: portViews(opened, ports, view) };
  });
  try {
    runBody(scope, () => body(io as Inside<P>, new Builder(scope)));
  } catch (error) {
    // there is room on the stack again, where the innermost body had none
    throw isOverflow(error) && scope.deepest > DEEP ? new NestedTooDeep(name, location) : error;
  }
  return scope;
}

class Builder implements Build {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  registers<R extends Payload>(record: R, suffix = ''): Registers<R> {
    return this.#declare(record, 'register', suffix) as Registers<R>;
  }

  register<S extends Shape>(name: string, shape: S): RegisterOf<S> {
    return this.registers({ [name]: shape })[name] as RegisterOf<S>;
  }

  wires<R extends Payload>(record: R, suffix = ''): Wires<R> {
    return this.#declare(record, 'wire', suffix) as Wires<R>;
  }

  let<R extends { readonly [name: string]: AnyValue }>(record: R, suffix = ''): R {
    requireOpen(this.#scope, 'let');
    const named = Object.entries(record).map(([key, value]) => {
      const place = declareShape(this.#scope, shapeIn(value), { kind: 'wire', name: key + suffix, isBare: true });
      leavesIn(place).forEach((leaf, index) => leaf.set?.(leavesIn(value)[index] ?? leaf));
      return [key, place] as const;
    });
    return Object.fromEntries(named) as R;
  }

  when(condition: Bit, then: () => void): Chain {
    return new Conditional(this.#scope).elseWhen(condition, then);
  }

  switch(
    subject: AnyBits | AnyAggregate,
    arms: Arms | { readonly [value: string]: (() => void) | undefined },
    otherwise?: () => void,
  ): void {
    switchOn(this.#scope, subject, arms, otherwise);
  }

  fsm<const S extends string>(name: string, options: FsmOptions<S>): Fsm<S> {
    return fsm(this.#scope, name, options);
  }

  memory<S extends Shape>(name: string, shape: S, depth: number, options: MemoryOptions<S> = {}): MemoryPorts<S> {
    return memory(this.#scope, name, shape, depth, options);
  }

  instance<P extends Ports>(
    name: string,
    module: Module<P>,
    domains: ReadonlyMap<Domain, Domain> = new Map(),
    { attributes }: InstanceOptions = {},
  ): Outside<P> {
    requireOpen(this.#scope, 'instance');
    const location = SourceLocation.capture();
    const scope = this.#scope;
    const instanceName = scope.claim(internalName(name), location);
    const around = scope.domain;
    const here = (domain: Domain): Domain => {
      const named = [...domains].find(([inside]) => sameDomain(inside, domain))?.[1];
      return named ?? (sameDomain(domain, DEFAULT_DOMAIN) ? around : domain);
    };
    const before = this.#scope.signals.length;
    const pads: PadConnectionMade[] = [];
    const outside: View = {
      kindOf: (direction) => (direction === 'in' ? 'instanceInput' : 'instanceOutput'),
      prefix: `${instanceName}_`,
      domainOf: (domain) => here(domain ?? DEFAULT_DOMAIN),
      padOf: (pin, width) => padPin(this.#scope, instanceName, pin, width, pads),
    };
    // all of them are written here, however deep they stand in bundles
    const view = SourceLocation.standingFor(location, () => portViews(this.#scope, module.ports, outside));
    checkAttributes(instanceName, attributes);
    const told = attributes === undefined ? {} : { attributes };
    const signals = scope.signals.slice(before);
    const at = SourceLocation.captureUser();
    const make = (ir: ModuleIr): Instance => {
      // declared by one function on both sides, so in one order
      const ports = ir.ports.filter(({ kind }) => kind !== 'inout');
      const connections = signals.map((signal, index) => ({ port: ports[index]?.name ?? signal.name, signal }));
      const connected = SourceLocation.standingFor(at, () =>
        ir.domains.map((port) => ({ port, here: scope.connect(instanceName, port, here(port)) })),
      );
      return { name: instanceName, module: ir, connections, observed: [], domains: connected, pads, location, ...told };
    };
    scope.instantiate({ name: instanceName, module, signals, at, make });
    return view as Outside<P>;
  }

  external<P extends Pins, Q extends Parameters>(
    name: string,
    external: External<P, Q>,
    options: ExternalInstanceOptions<P, Q> = {},
  ): ForeignOutside<P> {
    return instantiate(this.#scope, name, external, options);
  }

  clock(name: string, from?: Domain): Domain {
    return namedClock(this.#scope, name, from);
  }

  clockFrom(clock: Domain, from: Domain): void {
    clockFrom(this.#scope, clock, from);
  }

  observe<R extends Payload>(instance: string, record: R, suffix = ''): Observed<R> {
    return observe(this.#scope, instance, record, suffix);
  }

  connect<S>(from: Sink<S>, to: Source<NoInfer<S>>): void {
    requireOpen(this.#scope, 'connect');
    connect(from, to);
  }

  in<T>(domain: Domain, body: () => T): T {
    requireOpen(this.#scope, 'in');
    const around = this.#scope.domain;
    this.#scope.domain = domain;
    try {
      return body();
    } finally {
      this.#scope.domain = around;
    }
  }

  resetBy(domain: Domain, reset: Bit, options: ResetOptions = {}): Domain {
    return resetBy(this.#scope, domain, reset, options);
  }

  enableBy(domain: Domain, enable: Bit): Domain {
    return enableBy(this.#scope, domain, enable);
  }

  unsafeCross<W extends number>(name: string, value: Bits<W>, reason: string): Bits<W> {
    requireOpen(this.#scope, 'unsafeCross');
    const place = this.#scope.declare({ kind: 'wire', name: internalName(name), width: value.width, crossing: reason });
    place.set(value);
    return place as unknown as Bits<W>;
  }

  assert(name: string, condition: Bit): void {
    property(this.#scope, 'assert', name, condition);
  }
  assume(name: string, condition: Bit): void {
    property(this.#scope, 'assume', name, condition);
  }
  cover(name: string, condition: Bit): void {
    property(this.#scope, 'cover', name, condition);
  }

  past<W extends number>(name: string, value: Bits<W>): Bits<W>;
  past<W extends number>(name: string, value: Signed<W>): Signed<W>;
  past<S extends Shape>(name: string, value: Aggregate<S>): ValueOf<S>;
  past(name: string, value: AnyValue): unknown {
    return past(this.#scope, name, value);
  }

  unused(...values: readonly AnyValue[]): void {
    for (const { expression } of values.flatMap(leavesIn)) if (expression.kind === 'signal') this.#scope.unused.add(expression.signal);
  }

  #declare(record: Payload, kind: 'register' | 'wire', suffix: string): unknown {
    requireOpen(this.#scope, `${kind}s`);
    return Object.fromEntries(
      Object.entries<Shape>(record).map(([key, shape]) => [key, declareShape(this.#scope, shape, { kind, name: key + suffix })]),
    );
  }
}
