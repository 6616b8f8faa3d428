/**
 * A design as simulators see it: without foreign modules. Each is replaced by its model; what its model leaves to the outside
 * (the pins that a test bench plays, clocks with edges of their own, the two directions of an inout port) becomes ports of
 * the design. A design without foreign modules is returned as it is.
 */
import { ModelMissing } from '../errors/foreign-errors.ts';
import type { Domain } from './domain.ts';
import { clocksInUse, type ExternalInstance, netOf, type PadBits } from './external.ts';
import { modulesInnerFirst } from './hierarchy.ts';
import { read } from './logic.ts';
import type { Expression, Instance, ModuleIr, Signal, Statement } from './module.ts';

export interface SimulationOptions {
  /** foreign modules that come with their Verilog stay: for simulators that read it */
  readonly keepsVerilog?: boolean;
}

const replaced = new WeakMap<ModuleIr, ModuleIr>();
const kept = new WeakMap<ModuleIr, ModuleIr>();

/** @throws ModelMissing */
export function simulated(module: ModuleIr, options: SimulationOptions = {}): ModuleIr {
  const known = options.keepsVerilog === true ? kept : replaced;
  const before = known.get(module);
  if (before !== undefined) return before;
  for (const inner of modulesInnerFirst(module)) if (!known.has(inner)) known.set(inner, new Replacement(inner, options).result());
  return known.get(module) ?? module;
}

/** Instances whose foreign module stays, since its Verilog is there. */
function staysAsVerilog({ external, model }: ExternalInstance): boolean {
  const hasClockOfItsOwn = external.clockSources.some(({ follows }) => follows === undefined);
  const hasPads = external.pins.some(({ direction }) => direction === 'inout');
  return external.verilog.length > 0 && model !== 'bench' && !hasClockOfItsOwn && !hasPads;
}

class Replacement {
  readonly #module: ModuleIr;
  readonly #options: SimulationOptions;
  readonly #names: Set<string>;
  readonly #ports: Signal[] = [];
  readonly #domains: Domain[] = [];
  readonly #signals: Signal[] = [];
  readonly #statements: Statement[] = [];
  readonly #instances: Instance[] = [];
  readonly #externals: ExternalInstance[] = [];
  /** of each bit of an inout port, what stands for it */
  readonly #pads = new Map<Signal, PadSide[]>();

  constructor(module: ModuleIr, options: SimulationOptions) {
    this.#module = module;
    this.#options = options;
    const named = [...module.ports, ...module.signals, ...module.memories, ...module.instances, ...module.externals, ...module.properties];
    const made = [...module.clocks, ...module.externals.flatMap((instance) => instance.clocks)].map(({ domain }) => domain);
    const clocks = [...module.domains, ...made].map(({ clock }) => clock);
    this.#names = new Set([...named.map(({ name }) => name), ...clocks]);
  }

  result(): ModuleIr {
    const module = this.#module;
    for (const instance of module.instances) this.#instances.push(this.#inner(instance));
    for (const external of module.externals) this.#external(external);
    for (const port of module.ports) if (port.kind === 'inout') this.#splitPad(port);
    const clocks = this.#namedClocks();
    const isUnchanged =
      module.externals.length === 0 &&
      this.#ports.length === 0 &&
      this.#domains.length === 0 &&
      this.#instances.every((instance, index) => instance === module.instances[index]);
    if (isUnchanged) return module;
    return {
      ...module,
      ports: [...module.ports.filter(({ kind }) => kind !== 'inout'), ...this.#ports],
      domains: [...module.domains, ...this.#domains],
      signals: [...module.signals, ...this.#signals],
      statements: [...module.statements, ...this.#statements],
      instances: this.#instances,
      externals: this.#externals,
      clocks: module.externals.length === 0 ? module.clocks : clocks,
    };
  }

  /** An instance whose module may have got more ports. */
  #inner(instance: Instance): Instance {
    const before = instance.module;
    const module = simulated(before, this.#options);
    if (module === before) return instance;
    const had = new Set(before.ports);
    const here = ({ clock }: Domain): Domain => {
      // a name that the module gives to a clock means nothing outside
      const net = netOf(module, clock);
      const known = [...instance.domains, ...domains];
      return known.find(({ port }) => port.clock === clock || port.clock === net)?.here ?? { clock: '', reset: undefined };
    };
    const domains = module.domains
      .filter((domain) => !before.domains.includes(domain))
      .map((port) => ({ port, here: this.#clock(`${instance.name}_${port.clock}`) }));
    const halves = new Set((instance.pads ?? []).flatMap(({ pin }) => [`${pin}_in`, `${pin}_out`, `${pin}_drives`]));
    const connections = module.ports
      .filter((port) => !had.has(port) && !halves.has(port.name))
      .map((port) => {
        const outside = this.#port(port.kind, `${instance.name}_${port.name}`, port.width, here(port.domain));
        return { port: port.name, signal: this.#through(outside, `${instance.name}_${port.name}`) };
      });
    const padSides = (instance.pads ?? []).flatMap(({ pin, pad }) => this.#padSide(instance.name, pin, pad, (name) => name));
    const { pads, ...rest } = instance;
    return {
      ...rest,
      module,
      domains: [...instance.domains, ...domains],
      connections: [...instance.connections, ...connections, ...padSides],
    };
  }

  #external(instance: ExternalInstance): void {
    const { model, external, location } = instance;
    if (this.#options.keepsVerilog === true && staysAsVerilog(instance)) {
      this.#externals.push(instance);
      return;
    }
    if (model === undefined) {
      // a buffer of a clock is its clock
      if (external.pins.length === 0) return;
      const why = external.verilog.length > 0 && this.#options.keepsVerilog !== true ? 'with Verilog only' : 'without a model';
      const places = [
        { what: 'instance', at: location },
        { what: 'declared', at: external.location },
      ];
      throw new ModelMissing(instance.name, external.name, why, places);
    }
    if (model === 'bench') this.#leaveToTheBench(instance);
    else {
      const ports = new Map(model.module.ports.map((port) => [port.name.toLowerCase(), port.name]));
      const half = (name: string): string => ports.get(name.toLowerCase()) ?? name;
      const sides = instance.pads.flatMap(({ pin, pad }) => this.#padSide(instance.name, pin, pad, half));
      this.#instances.push(
        this.#inner({ ...model, connections: [...model.connections, ...sides.filter(({ port }) => ports.has(port.toLowerCase()))] }),
      );
    }
  }

  #leaveToTheBench({ name, connections }: ExternalInstance): void {
    for (const { port, signal } of connections) {
      if (signal.kind === 'instanceInput') {
        const outside = this.#port('output', `${name}_${port}`, signal.width, signal.domain);
        this.#assign(outside, read(signal));
      } else {
        const outside = this.#port('input', `${name}_${port}`, signal.width, signal.domain);
        this.#assign(signal, read(outside));
      }
    }
  }

  /** Signals that stand for the three sides of an inout pin, to be connected to the ports that `portOf` names. */
  #padSide(instance: string, pin: string, pad: PadBits, portOf: (name: string) => string): { port: string; signal: Signal }[] {
    const side = (suffix: string, kind: Signal['kind'], width: number): Signal => this.#signal(kind, `${instance}_${pin}_${suffix}`, width);
    const [into, out, drives] = [
      side('in', 'instanceInput', pad.width),
      side('out', 'instanceOutput', pad.width),
      side('drives', 'instanceOutput', pad.width),
    ];
    this.#pads.set(pad.signal, [...(this.#pads.get(pad.signal) ?? []), { pad, into, out, drives }]);
    return [
      { port: portOf(`${pin}_in`), signal: into },
      { port: portOf(`${pin}_out`), signal: out },
      { port: portOf(`${pin}_drives`), signal: drives },
    ];
  }

  /** An inout port as three: what comes in, what goes out, and which bits are driven from inside. */
  #splitPad(port: Signal): void {
    const sides = (this.#pads.get(port) ?? []).toSorted((a, b) => b.pad.low - a.pad.low);
    if (sides.length === 0) return;
    const noClock: Domain = { clock: '', reset: undefined };
    const into = this.#port('input', `${port.name}_in`, port.width, noClock);
    for (const { pad, into: target } of sides) {
      const whole = read(into);
      this.#assign(target, pad.width === port.width ? whole : { kind: 'slice', width: pad.width, a: whole, low: pad.low });
    }
    const out = this.#port('output', `${port.name}_out`, port.width, noClock);
    const drives = this.#port('output', `${port.name}_drives`, port.width, noClock);
    this.#assign(out, concat(sides.map((side) => read(side.out))));
    this.#assign(drives, concat(sides.map((side) => read(side.drives))));
  }

  /** The clocks with names: those of the module, and those that followed others through what is gone. */
  #namedClocks(): ModuleIr['clocks'] {
    const gone = this.#module.externals.filter((instance) => !this.#externals.includes(instance));
    const followed = gone.flatMap(({ clocks, domains, external, location }) =>
      clocks.flatMap(({ pin, domain }) => {
        const follows = external.clockSources.find(({ name }) => name === pin)?.follows;
        const from = domains.find(({ port }) => port.clock === follows)?.here;
        return from === undefined ? [] : [{ domain, from, location }];
      }),
    );
    const free = gone.flatMap(({ clocks, external }) =>
      clocks.filter(({ pin }) => external.clockSources.find(({ name }) => name === pin)?.follows === undefined),
    );
    // what only went into foreign modules that are gone, such as the feedback of a clock manager, is gone with them
    const all = [...this.#module.clocks, ...followed];
    const used = new Set(clocksInUse({ ...this.#module, instances: this.#instances, externals: this.#externals, clocks: [] }));
    for (const clock of used) {
      const from = all.find(({ domain }) => domain.clock === clock)?.from;
      if (from !== undefined) used.add(from.clock);
    }
    for (const { domain } of free) if (used.has(domain.clock)) this.#domains.push({ clock: domain.clock, reset: undefined });
    return all.filter(({ domain }) => used.has(domain.clock));
  }

  #clock(name: string): Domain {
    const domain: Domain = { clock: this.#free(name), reset: undefined };
    this.#domains.push(domain);
    return domain;
  }

  #port(kind: Signal['kind'], name: string, width: number, domain: Domain): Signal {
    const signal = this.#make(kind, name, width, domain);
    this.#ports.push(signal);
    return signal;
  }

  #signal(kind: Signal['kind'], name: string, width: number): Signal {
    const signal = this.#make(kind, name, width, { clock: '', reset: undefined });
    this.#signals.push(signal);
    return signal;
  }

  #make(kind: Signal['kind'], name: string, width: number, domain: Domain): Signal {
    return { kind, name: this.#free(name), width, location: this.#module.location, init: null, fallback: undefined, domain };
  }

  /** A signal between a port of this module and the one of an instance. */
  #through(outside: Signal, name: string): Signal {
    if (outside.kind === 'input') {
      const into = this.#signal('instanceInput', `${name}_pin`, outside.width);
      this.#assign(into, read(outside));
      return into;
    }
    const out = this.#signal('instanceOutput', `${name}_pin`, outside.width);
    this.#assign(outside, read(out));
    return out;
  }

  #assign(target: Signal, value: Expression): void {
    this.#statements.push({ kind: 'assign', target, value, location: this.#module.location });
  }

  #free(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#names.has(name); count++) name = `${wanted}_${count}`;
    this.#names.add(name);
    return name;
  }
}

interface PadSide {
  readonly pad: PadBits;
  readonly into: Signal;
  readonly out: Signal;
  readonly drives: Signal;
}

function concat(parts: readonly Expression[]): Expression {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return { kind: 'concat', width: parts.reduce((sum, { width }) => sum + width, 0), parts };
}
