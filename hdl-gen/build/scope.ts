/** A module's body while it runs: its names, its signals, the statement lists that are open, the present domain. */

import { DomainClash, EnableLeftBehind, ResetMissing } from '../errors/domain-errors.ts';
import { NameCollision } from '../errors/name-errors.ts';
import type { Attributes } from '../ir/attributes.ts';
import { DEFAULT_DOMAIN, type Domain, sameDomain, samePins } from '../ir/domain.ts';
import { type Enumeration, labelOf } from '../ir/enumeration.ts';
import type { ExternalInstance, NamedClock } from '../ir/external.ts';
import { SourceLocation } from '../ir/location.ts';
import type {
  Expression,
  Instance,
  Memory,
  ModuleIr,
  Past,
  Property,
  Signal,
  SignalKind,
  Statement,
  StreamPort,
  SyncRead,
} from '../ir/module.ts';
import { checkAttributes } from './attributes.ts';
import { withEnables } from './enable.ts';
import { internalName, portName, spelt } from './names.ts';
import { Place } from './place.ts';
import type { Choice, StatementSink } from './running.ts';
import { checkWidth } from './value.ts';

export interface Declaration {
  readonly kind: SignalKind;
  readonly name: string;
  readonly width: number;
  readonly init?: bigint | null;
  readonly fallback?: bigint | undefined;
  readonly enumeration?: Enumeration;
  readonly formal?: boolean;
  /** default: the present one */
  readonly domain?: Domain;
  readonly crossing?: string;
  readonly attributes?: Attributes;
  readonly comment?: string;
}

/** An instance whose module may not be elaborated yet. */
interface Instantiated {
  readonly name: string;
  readonly module: Elaborable;
  /** that stand for its ports */
  readonly signals: readonly Signal[];
  /** the user's line */
  readonly at: SourceLocation;
  /** connects it, when its module is elaborated */
  readonly make: (module: ModuleIr) => Instance;
  instance: Instance | undefined;
}

interface Elaborable {
  readonly name: string;
  elaborate(): ModuleIr;
}

export class Scope implements StatementSink {
  readonly name: string;
  /** of what is declared now */
  domain: Domain = DEFAULT_DOMAIN;
  readonly memories: Memory[] = [];
  readonly reads: SyncRead[] = [];
  readonly externals: ExternalInstance[] = [];
  readonly clocks: NamedClock[] = [];
  readonly properties: Property[] = [];
  readonly pasts: Past[] = [];
  readonly streams: StreamPort[] = [];
  readonly unused = new Set<Signal>();
  readonly ports: Signal[] = [];
  readonly signals: Signal[] = [];
  readonly #description: string;
  readonly #location: SourceLocation;
  readonly #attributes: Attributes | undefined;
  readonly #names = new Map<string, SourceLocation>();
  readonly #enumerations = new Set<Enumeration>();
  readonly #domains: Domain[] = [];
  readonly #instances: Instantiated[] = [];
  #connected = 0;
  /** innermost last */
  readonly #open: Statement[][] = [[]];
  /** how many lists were open at once */
  #deepest = 0;
  /** conditions around the statements that are collected now: two lists for each list that is open */
  readonly #path: (readonly Expression[])[] = [];

  constructor(name: string, description: string, location: SourceLocation, attributes?: Attributes) {
    this.name = portName(name);
    checkAttributes(name, attributes);
    this.#attributes = attributes;
    this.#description = description;
    this.#location = location;
  }

  add(statement: Statement): void {
    this.#open.at(-1)?.push(statement);
  }

  /** The statements of `body`, which take effect where `conditions` are all 1. */
  collect(body: () => void, conditions: readonly Expression[] = []): Statement[] {
    const statements = this.begin(conditions);
    try {
      body();
    } finally {
      this.end();
    }
    return statements;
  }

  /** The list that takes the statements until `end`; they take effect where the conditions are all 1. */
  begin(conditions: readonly Expression[], ...more: readonly Expression[]): Statement[] {
    const statements: Statement[] = [];
    this.#open.push(statements);
    this.#deepest = Math.max(this.#deepest, this.#open.length);
    this.#path.push(conditions, more);
    return statements;
  }

  end(): void {
    this.#open.pop();
    this.#path.splice(-2);
  }

  get deepest(): number {
    return this.#deepest;
  }

  /** The conditions under which the statements that are collected now take effect. */
  get path(): readonly Expression[] {
    return this.#path.flat();
  }

  choose({ name, index, choices, enumeration, location }: Choice): Expression {
    const [first] = choices;
    const width = first?.width ?? 1;
    // where every value of the index has its choice, the wire needs no other
    const fallback = 2 ** index.width > choices.length ? { fallback: 0n } : {};
    const named = enumeration === undefined ? {} : { enumeration };
    const wire = this.declare({ kind: 'wire', name: this.#freeName(internalName(name)), width, ...fallback, ...named });
    const arms = choices.map((value, number) => ({
      value: BigInt(number),
      body: [{ kind: 'assign', target: wire.signal, value, location } as const],
    }));
    this.#open[0]?.push({ kind: 'switch', subject: index, arms, otherwise: undefined, location });
    return wire.expression;
  }

  /** The name, or one like it that nothing has yet. */
  #freeName(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#names.has(name); count++) name = `${wanted}_${count}`;
    return name;
  }

  /** Gives the module the clock and reset ports of a domain, once. */
  use(domain: Domain): void {
    const { clock, reset, made } = domain;
    if (clock === '' || made === true || reset?.signal !== undefined) return;
    const alike = this.#domains.find((known) => samePins(known, domain));
    if (alike !== undefined) {
      if (!sameDomain(alike, domain)) throw new DomainClash(this.name, alike, domain);
      return;
    }
    if (this.#domains.every((known) => known.clock !== clock)) this.claim(portName(clock), this.#location);
    if (reset !== undefined) this.claim(portName(reset.name), this.#location);
    const { enable: _, ...pins } = domain;
    this.#domains.push(pins);
  }

  /** What a domain of an instance is connected to: `domain`, without its reset where the instance has none. @throws ResetMissing, EnableLeftBehind */
  connect(instance: string, port: Domain, domain: Domain): Domain {
    if (port.reset !== undefined && domain.reset === undefined) throw new ResetMissing(instance, port.reset.name, domain.clock);
    if (domain.enable !== undefined) throw new EnableLeftBehind(instance, domain.clock);
    const here = port.reset === undefined ? { ...domain, reset: undefined } : domain;
    this.use(here);
    return here;
  }

  instantiate(instance: Omit<Instantiated, 'instance'>): void {
    this.#instances.push({ ...instance, instance: undefined });
  }

  /** The first instance that is not connected yet. */
  waiting(): (Pick<Instantiated, 'module' | 'at'> & { readonly connect: (module: ModuleIr) => void }) | undefined {
    while (this.#instances[this.#connected]?.instance !== undefined) this.#connected++;
    const next = this.#instances[this.#connected];
    if (next === undefined) return undefined;
    const { module, at } = next;
    const connect = (elaborated: ModuleIr): void => {
      next.instance = next.make(elaborated);
    };
    return { module, at, connect };
  }

  /** An instance, connected: for what has to know now what is inside. */
  instance(isWanted: (candidate: Pick<Instantiated, 'name' | 'signals'>) => boolean): Instance | undefined {
    const found = this.#instances.find(isWanted);
    if (found !== undefined) found.instance ??= found.make(found.module.elaborate());
    return found?.instance;
  }

  /** Puts an instance in the place of the one that has its name. */
  replace(instance: Instance): void {
    for (const one of this.#instances) if (one.name === instance.name) one.instance = instance;
  }

  declare(declaration: Declaration): Place<number> {
    checkWidth(declaration.width);
    const { kind, name, width, init, fallback, domain = this.domain, ...rest } = declaration;
    checkAttributes(name, rest.attributes);
    // what is not clocked needs no clock port
    if (kind === 'register' || kind === 'memoryOutput') this.use(domain);
    const isPort = kind === 'input' || kind === 'output' || kind === 'inout';
    // ports are written where the module is, and declared long after
    const location = isPort ? this.#location : SourceLocation.capture();
    const signal: Signal = {
      kind,
      name: this.claim(name, location),
      width,
      location,
      init: init === undefined ? (kind === 'register' ? 0n : null) : init,
      fallback,
      domain,
      ...rest,
    };
    if (rest.enumeration !== undefined) this.#name(rest.enumeration, location);
    (isPort ? this.ports : this.signals).push(signal);
    return new Place(signal, this);
  }

  /** The members of an enumeration become localparams, once. @throws NameCollision */
  #name(enumeration: Enumeration, location: SourceLocation): void {
    if (this.#enumerations.has(enumeration)) return;
    this.#enumerations.add(enumeration);
    for (const { code } of enumeration.members) this.claim(labelOf(enumeration, code) ?? '', location);
  }

  /** @throws IllegalName, NameCollision */
  claim(name: string, location: SourceLocation): string {
    const taken = this.#names.get(spelt(name));
    if (taken !== undefined)
      throw new NameCollision(name, [
        { what: 'first', at: taken },
        { what: 'second', at: location },
      ]);
    this.#names.set(name, location);
    return name;
  }

  ir(): ModuleIr {
    const isDefault = (domain: Domain): boolean => sameDomain(domain, DEFAULT_DOMAIN);
    const { name, ports, streams, signals, memories, reads, externals, clocks, properties, pasts, unused } = this;
    return {
      name,
      description: this.#description,
      location: this.#location,
      ports,
      streams,
      domains: [...this.#domains.filter(isDefault), ...this.#domains.filter((domain) => !isDefault(domain))],
      signals,
      memories,
      reads,
      instances: this.#instances.flatMap(({ instance }) => instance ?? []),
      externals,
      clocks,
      statements: withEnables(this.#open[0] ?? []),
      properties,
      pasts,
      unused,
      ...(this.#attributes === undefined ? {} : { attributes: this.#attributes }),
    };
  }
}
