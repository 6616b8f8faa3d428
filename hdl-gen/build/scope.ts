/** A module's body while it runs: its names, its signals, the statement lists that are open, the present domain. */
import { NameCollision } from '../errors/build-errors.ts';
import { DEFAULT_DOMAIN, type Domain, sameDomain } from '../ir/domain.ts';
import { type Enumeration, labelOf } from '../ir/enumeration.ts';
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
import { internalName, portName } from './names.ts';
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
  readonly synchroniser?: boolean;
}

export class Scope implements StatementSink {
  readonly name: string;
  /** of what is declared now */
  domain: Domain = DEFAULT_DOMAIN;
  readonly memories: Memory[] = [];
  readonly reads: SyncRead[] = [];
  readonly instances: Instance[] = [];
  readonly properties: Property[] = [];
  readonly pasts: Past[] = [];
  readonly streams: StreamPort[] = [];
  readonly unused = new Set<Signal>();
  readonly ports: Signal[] = [];
  readonly signals: Signal[] = [];
  /** conditions under which the statements that are collected now take effect */
  readonly path: Expression[] = [];
  readonly #description: string;
  readonly #location: SourceLocation;
  readonly #names = new Map<string, SourceLocation>();
  readonly #enumerations = new Set<Enumeration>();
  readonly #domains: Domain[] = [];
  /** innermost last */
  readonly #open: Statement[][] = [[]];

  constructor(name: string, description: string, location: SourceLocation) {
    this.name = portName(name);
    this.#description = description;
    this.#location = location;
  }

  add(statement: Statement): void {
    this.#open.at(-1)?.push(statement);
  }

  /** The statements of `body`, which take effect where `conditions` are all 1. */
  collect(body: () => void, conditions: readonly Expression[] = []): Statement[] {
    const statements: Statement[] = [];
    this.#open.push(statements);
    this.path.push(...conditions);
    try {
      body();
    } finally {
      this.#open.pop();
      this.path.splice(this.path.length - conditions.length);
    }
    return statements;
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
    if (domain.clock === '' || domain.reset.signal !== undefined || this.#domains.some((known) => sameDomain(known, domain))) return;
    for (const port of [domain.clock, domain.reset.name]) this.claim(portName(port), this.#location);
    this.#domains.push(domain);
  }

  declare(declaration: Declaration): Place<number> {
    checkWidth(declaration.width);
    const { kind, name, width, init, fallback, domain = this.domain, ...rest } = declaration;
    // a wire has no clock of its own
    if (kind !== 'wire') this.use(domain);
    const isPort = kind === 'input' || kind === 'output';
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

  /** @throws NameCollision */
  claim(name: string, location: SourceLocation): string {
    const taken = this.#names.get(name);
    if (taken !== undefined)
      throw new NameCollision(name, [
        { what: 'first', at: taken },
        { what: 'second', at: location },
      ]);
    this.#names.set(name, location);
    return name;
  }

  ir(): ModuleIr {
    if (this.#domains.length === 0) this.use(DEFAULT_DOMAIN);
    const isDefault = (domain: Domain): boolean => sameDomain(domain, DEFAULT_DOMAIN);
    const { name, ports, streams, signals, memories, reads, instances, properties, pasts, unused } = this;
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
      instances,
      statements: this.#open[0] ?? [],
      properties,
      pasts,
      unused,
    };
  }
}
