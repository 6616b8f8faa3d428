/** Foreign modules: declared by their pins and parameters, instantiated like any other, simulated by a model. */
import { BadModel, BadParameter, BadPin, ClockPinOpen } from '../errors/foreign-errors.ts';
import { DEFAULT_DOMAIN, type Domain } from '../ir/domain.ts';
import type { ClockPin, ClockSource, ExternalInstance, ExternalIr, ParameterValue, Pin } from '../ir/external.ts';
import { SourceLocation } from '../ir/location.ts';
import type { Instance, ModuleIr } from '../ir/module.ts';
import { viewOf } from './aggregate.ts';
import { checkAttributes, type InstanceOptions } from './attributes.ts';
import type { PortShape, Ports } from './interface.ts';
import type { Leaf } from './leaf.ts';
import type { Module } from './module.ts';
import { internalName, isKeyword, portName, snakeCase } from './names.ts';
import { type PadConnectionMade, padPin } from './pad.ts';
import { type ClockInput, type ClockOutput, type ClockPinsOf, clockOf, type ForeignOutside, type Pins } from './pins.ts';
import { requireOpen } from './running.ts';
import type { Scope } from './scope.ts';
import type { BitsShape, SignedShape } from './shape.ts';
import { type AnyBits, type Bits, checkWidth, constantValue } from './value.ts';

type PinShape = BitsShape<number> | SignedShape<number>;

/** A number, a text, or a sized literal: `u(1, 0)`. A list is what it may be, the default first. */
export type Parameter = number | string | Bits<number> | readonly (number | string)[];

export interface Parameters {
  readonly [name: string]: Parameter | AnyBits;
}

type ValueOfParameter<Q> = Q extends readonly (infer V)[] ? V : Q extends number ? number : Q extends string ? string : AnyBits;

/** Parameters as an instance gives them. */
export type ParametersOf<Q extends Parameters> = { readonly [K in keyof Q]?: ValueOfParameter<Q[K]> };

/** What stands for a foreign module in a simulation. */
export type Model =
  /** a module with the pins as ports (`IO` as `IO_in`, `IO_out` and `IO_drives`) and the clock pins as domains; it has every output */
  | Module<Ports>
  /** the test bench: in a simulation the pins are ports of the design, called `<instance>_<pin>` */
  | 'bench';

/** What else is said of a foreign module. */
export interface ExternalOptions<Q extends Parameters> {
  readonly parameters?: Q;
  /** by the parameters of an instance, where they make a difference; undefined: these have no model */
  readonly model?: Model | ((parameters: Required<ParametersOf<Q>>) => Model | undefined);
  /** files with the module itself, which simulators of Verilog take instead of the model */
  readonly verilog?: readonly string[];
}

/** A foreign module, as `external` declares it. */
export interface External<P extends Pins, Q extends Parameters> {
  readonly ir: ExternalIr;
  readonly pins: P;
  readonly options: ExternalOptions<Q>;
}

export interface ExternalInstanceOptions<P extends Pins, Q extends Parameters> extends InstanceOptions {
  /** the domain of each clock pin; one that is not named has the domain around the call */
  readonly clocks?: ClockPinsOf<P>;
  readonly parameters?: ParametersOf<Q>;
}

/**
 * Declares a foreign module: a primitive of the device, or anybody's Verilog. Names stand in the Verilog as they are here.
 * @param name of the Verilog module
 * @param pins an input with a `fallback` may stay unassigned; outputs may stay unread
 * @throws BadPin, BadParameter
 */
export function external<const P extends Pins, const Q extends Parameters = Record<never, never>>(
  name: string,
  pins: P,
  options: ExternalOptions<Q> = {},
): External<P, Q> {
  const location = SourceLocation.capture();
  for (const key of [name, ...Object.keys(pins), ...Object.keys(options.parameters ?? {})]) requireName(name, key);
  const all = Object.entries(pins);
  const clockPins = all.flatMap(([key, pin]): ClockPin[] =>
    pin.direction === 'clockIn' ? [{ name: key, reset: (pin as ClockInput).reset, open: (pin as ClockInput).open }] : [],
  );
  const known = (pin: string, clock: string | undefined): string | undefined => {
    if (clock !== undefined && clock !== '' && clockPins.every((other) => other.name !== clock))
      throw new BadPin(name, pin, `belongs to the clock pin ${clock}, which it does not have`);
    return clock;
  };
  const clockSources = all.flatMap(([key, pin]): ClockSource[] => {
    if (pin.direction !== 'clockOut') return [];
    const { width, follows, derivedFrom } = pin as ClockOutput<number | undefined>;
    if (width !== undefined) checkWidth(width);
    return [{ name: key, width, follows: known(key, follows), derivedFrom: known(key, derivedFrom) }];
  });
  const data = all.flatMap(([key, pin]): Pin[] => {
    if (pin.direction === 'clockIn' || pin.direction === 'clockOut') return [];
    const { direction, shape, domain } = pin as PortShape<'in' | 'out' | 'inout', PinShape>;
    const { width, kind, options: told } = shape;
    checkWidth(width);
    const fallback = told.fallback === undefined ? undefined : constantValue(width, told.fallback, kind === 'signed');
    return [{ name: key, direction, width, clock: known(key, clockOf(domain === undefined ? {} : { domain })), fallback }];
  });
  const parameters = new Map(
    Object.entries(options.parameters ?? {}).map(([key, value]) => [key, parameterValue(name, key, defaultOf(value))]),
  );
  const ir: ExternalIr = { name, location, pins: data, clockPins, clockSources, parameters, verilog: options.verilog ?? [] };
  return { ir, pins, options };
}

/** @throws BadParameter, BadModel, ClockPinOpen */
export function instantiate<P extends Pins, Q extends Parameters>(
  scope: Scope,
  instance: string,
  { ir, pins, options }: External<P, Q>,
  { clocks = {}, parameters = {}, attributes }: ExternalInstanceOptions<P, Q>,
): ForeignOutside<P> {
  requireOpen(scope, 'external');
  const location = SourceLocation.capture();
  const name = scope.claim(internalName(instance), location);
  checkAttributes(name, attributes);
  const given = givenParameters(ir, options.parameters ?? {}, parameters);
  const domains = ir.clockPins.flatMap((pin) => connected(scope, name, pin, clocks));
  const domainOf = (clock: string | undefined): Domain =>
    clock === undefined ? scope.domain : (domains.find(({ port }) => port.clock === clock)?.here ?? { clock: '', reset: undefined });
  const pads: PadConnectionMade[] = [];
  const made = clocksOf(scope, name, ir, location);
  const views = new Map<string, unknown>(
    ir.clockSources.map(({ name: pin, width }) => {
      const all = made.filter((clock) => clock.pin === pin).map(({ domain }) => domain);
      return [pin, width === undefined ? all[0] : all];
    }),
  );
  const connections = ir.pins.flatMap((pin) => {
    if (pin.direction === 'inout') {
      views.set(pin.name, padPin(scope, name, pin.name, pin.width, pads));
      return [];
    }
    const place = scope.declare({
      kind: pin.direction === 'in' ? 'instanceInput' : 'instanceOutput',
      name: `${name}_${snakeCase(pin.name)}`,
      width: pin.width,
      fallback: pin.fallback,
      domain: domainOf(pin.clock),
    });
    const { shape } = pins[pin.name] as PortShape<'in' | 'out', PinShape>;
    views.set(pin.name, viewOf(shape, [place as unknown as Leaf], `${name}_${snakeCase(pin.name)}`));
    return [{ port: pin.name, signal: place.signal }];
  });
  const all = Object.fromEntries([...ir.parameters].map(([key, value]) => [key, plain(given.get(key) ?? value)])) as unknown as Required<
    ParametersOf<Q>
  >;
  const model = typeof options.model === 'function' ? options.model(all) : options.model;
  const draft = { name, external: ir, parameters: given, connections, domains, clocks: made, pads, location };
  scope.externals.push({
    ...draft,
    model: model === undefined || model === 'bench' ? model : modelInstance(draft, model.elaborate()),
    ...(attributes === undefined ? {} : { attributes }),
  });
  return Object.fromEntries(views) as unknown as ForeignOutside<P>;
}

function requireName(external: string, name: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new BadPin(external, name, 'is no name of Verilog');
  if (isKeyword(name)) throw new BadPin(external, name, 'is a keyword of Verilog or SystemVerilog');
}

/** The domain of a clock pin; none where it is left open. */
function connected(
  scope: Scope,
  instance: string,
  { name, reset, open }: ClockPin,
  clocks: Readonly<Record<string, Domain | undefined>>,
): { readonly port: Domain; readonly here: Domain }[] {
  const here = clocks[name] ?? (open === undefined ? scope.domain : undefined);
  if (here === undefined) return [];
  if (here.clock === '') throw new ClockPinOpen(instance, name);
  const port: Domain = { clock: name, reset };
  return [{ port, here: scope.connect(instance, port, here) }];
}

/** The clocks that come out, each with a wire of its own. */
function clocksOf(scope: Scope, instance: string, ir: ExternalIr, location: SourceLocation): ExternalInstance['clocks'] {
  return ir.clockSources.flatMap(({ name: pin, width }) => {
    const wire = `${instance}_${snakeCase(pin)}`;
    const names = width === undefined ? [wire] : Array.from({ length: width }, (_, bit) => `${wire}_${bit}`);
    if (width !== undefined) scope.claim(wire, location);
    return names.map((clock, bit) => ({
      pin,
      bit: width === undefined ? undefined : bit,
      domain: { clock: scope.claim(clock, location), reset: undefined, made: true } as const,
    }));
  });
}

function defaultOf(value: Parameter | AnyBits): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function givenParameters(ir: ExternalIr, declared: Parameters, given: Readonly<Record<string, unknown>>): Map<string, ParameterValue> {
  const unknown = Object.keys(given).find((key) => !ir.parameters.has(key));
  if (unknown !== undefined) throw new BadParameter(ir.name, unknown, given[unknown], `one of ${[...ir.parameters.keys()].join(', ')}`);
  return new Map(
    [...ir.parameters].flatMap(([key, standard]) => {
      const value = given[key];
      if (value === undefined) return [];
      const allowed = declared[key];
      if (Array.isArray(allowed) && !allowed.includes(value)) throw new BadParameter(ir.name, key, value, `one of ${allowed.join(', ')}`);
      const parsed = parameterValue(ir.name, key, value);
      if (typeof parsed !== typeof standard) throw new BadParameter(ir.name, key, value, inWords(standard));
      if (typeof parsed === 'object' && typeof standard === 'object' && parsed.width !== standard.width)
        throw new BadParameter(ir.name, key, `a literal of ${parsed.width} bits`, inWords(standard));
      return [[key, parsed] as const];
    }),
  );
}

function inWords(value: ParameterValue): string {
  return typeof value === 'object' ? `a literal of ${value.width} bits, u(${value.width}, …)` : `a ${typeof value}`;
}

/** @throws BadParameter */
function parameterValue(external: string, name: string, value: unknown): ParameterValue {
  if (typeof value === 'number') {
    if (Number.isInteger(value) ? Math.abs(value) < 2 ** 31 : Number.isFinite(value)) return value;
    throw new BadParameter(external, name, value, 'a number of 32 bits; for a wider one, a sized literal u(width, value)');
  }
  if (typeof value === 'string') {
    if (/^[ !#-[\]-~]*$/.test(value)) return value;
    throw new BadParameter(external, name, value, 'printable text without quotes and backslashes');
  }
  const expression = (value as Partial<AnyBits> | undefined)?.expression;
  if (expression?.kind === 'constant') return { width: expression.width, value: expression.value };
  throw new BadParameter(external, name, value, 'a number, a text, or a sized literal u(width, value)');
}

/** A parameter as its model reads it. */
function plain(value: ParameterValue): unknown {
  if (typeof value !== 'object') return value;
  const { width } = value;
  return { width, isSigned: false, expression: { kind: 'constant', ...value } };
}

/** The instance of the model that stands where that of the foreign module stood. @throws BadModel */
function modelInstance(
  { name, external: { name: of, pins, clockPins }, connections, domains, location }: Omit<ExternalInstance, 'model'>,
  module: ModuleIr,
): Instance {
  const wrong = (what: string): never => {
    throw new BadModel(of, module.name, what);
  };
  const pinOf = new Map(pins.filter(({ direction }) => direction !== 'inout').map((pin) => [portName(pin.name), pin]));
  const halves = new Map<string, { readonly direction: 'in' | 'out'; readonly width: number }>(
    pins.flatMap(({ name: pin, direction, width }) =>
      direction === 'inout'
        ? ([
            [portName(`${pin}_in`), { direction: 'in', width }],
            [portName(`${pin}_out`), { direction: 'out', width }],
            [portName(`${pin}_drives`), { direction: 'out', width }],
          ] as const)
        : [],
    ),
  );
  for (const { name: port, kind, width } of module.ports) {
    const pin = pinOf.get(port) ?? halves.get(port);
    if (pin === undefined) wrong(`a port ${port}, for which it has no pin`);
    else if (pin.width !== width || (pin.direction === 'in') !== (kind === 'input'))
      wrong(`${kind} ${port} of ${width} bits, where the pin is an ${pin.direction}put of ${pin.width}`);
  }
  const ports = new Set(module.ports.map((port) => port.name));
  for (const [port, { direction }] of [...pinOf, ...halves]) if (direction !== 'in' && !ports.has(port)) wrong(`no output ${port}`);
  const used = module.domains.map((port) => {
    const pin = clockPins.find((candidate) => portName(candidate.name) === port.clock);
    const here = domains.find((domain) => domain.port.clock === pin?.name)?.here;
    if (pin === undefined) return wrong(`a clock ${port.clock}, for which it has no pin`);
    if (port.reset !== undefined && port.reset.name !== portName(pin.reset?.name ?? ''))
      return wrong(`a reset ${port.reset.name}, for which it has no pin`);
    // a clock that is left open never has an edge
    return { port, here: here ?? DEFAULT_DOMAIN, isOpen: here === undefined };
  });
  if (used.some(({ isOpen }) => isOpen)) wrong('registers on a clock pin that is left open here');
  return {
    name,
    module,
    connections: connections.filter(({ port }) => ports.has(portName(port))).map(({ port, signal }) => ({ port: portName(port), signal })),
    observed: [],
    domains: used.map(({ port, here }) => ({ port, here })),
    location,
  };
}
