/**
 * A design with several clocks, for the provers: one clock that always runs, and an input for each clock that says whether
 * it has an edge now. Any order of edges, and any that fall together, is some sequence of these inputs.
 */
import { DEFAULT_DOMAIN, type Domain } from '../ir/domain.ts';
import { netOf } from '../ir/external.ts';
import type { SourceLocation } from '../ir/location.ts';
import { and, not, or, read } from '../ir/logic.ts';
import type { Expression, Instance, Memory, ModuleIr, Property, Signal, Statement } from '../ir/module.ts';

/** The same module where it has one clock. All domains are reset together. */
export function oneClock(top: ModuleIr): ModuleIr {
  return top.domains.length < 2 && !hasNamedClocks(top) ? top : new Merger().module(top, true);
}

function hasNamedClocks({ clocks, instances }: ModuleIr): boolean {
  return clocks.length > 0 || instances.some(({ module }) => hasNamedClocks(module));
}

/** The one clock without its reset: of registers that none brings back to their power-up value. */
const NEVER_RESET: Domain = { clock: DEFAULT_DOMAIN.clock, reset: undefined };
const MERGED: readonly Domain[] = [DEFAULT_DOMAIN, NEVER_RESET];

function merged({ clock, reset }: Domain): Domain {
  return reset === undefined && clock !== '' ? NEVER_RESET : DEFAULT_DOMAIN;
}

class Merger {
  readonly #done = new Map<ModuleIr, ModuleIr>();

  module(original: ModuleIr, isTop = false): ModuleIr {
    const known = this.#done.get(original);
    if (known !== undefined) return known;
    const edges = new Map(original.domains.map(({ clock }) => [clock, edgeInput(clock, original.location)]));
    const edge = (domain: Domain): Expression => read(required(edges, netOf(original, domain.clock)));
    const signals = new Map(
      [...original.ports, ...original.signals].map((signal) => [signal, { ...signal, domain: merged(signal.domain) }]),
    );
    const memories = new Map(original.memories.map((memory) => [memory, { ...memory, domain: DEFAULT_DOMAIN }]));
    const copy = new Copy(signals, memories);

    const clocked = [...edges.keys()].flatMap((clock) => {
      const body = copy.statements(
        original.statements,
        (signal) => signal.kind === 'register' && netOf(original, signal.domain.clock) === clock,
        (domain) => netOf(original, domain.clock) === clock,
      );
      return body.length === 0 ? [] : [onlyIf(read(required(edges, clock)), body, original.location)];
    });
    const instances = original.instances.map((instance) =>
      this.#instance(instance, signals, (clock) => required(edges, netOf(original, clock))),
    );
    const result: ModuleIr = {
      ...original,
      domains: MERGED,
      clocks: [],
      ports: [...edges.values(), ...original.ports.map((port) => required(signals, port))],
      signals: [...original.signals.map((signal) => required(signals, signal)), ...instances.flatMap(({ added }) => added)],
      memories: [...memories.values()],
      streams: original.streams.map((stream) => ({
        ...stream,
        valid: required(signals, stream.valid),
        ready: required(signals, stream.ready),
        ...(stream.last === undefined ? {} : { last: required(signals, stream.last) }),
        payload: stream.payload.map((field) => required(signals, field)),
      })),
      reads: original.reads.map((port) => ({
        ...port,
        memory: required(memories, port.memory),
        address: copy.expression(port.address),
        enable: and(edge(port.data.domain), copy.expression(port.enable)),
        data: required(signals, port.data),
      })),
      instances: instances.map(({ instance }) => instance),
      statements: [
        ...copy.statements(
          original.statements,
          (signal) => signal.kind !== 'register',
          () => false,
        ),
        ...clocked,
        ...this.#resets(original, signals),
        ...instances.flatMap(({ statements }) => statements),
      ],
      properties: [
        ...original.properties.map((property): Property => {
          const condition = copy.expression(property.condition);
          const now = edge(property.domain);
          return {
            ...property,
            domain: merged(property.domain),
            condition: property.kind === 'cover' ? and(now, condition) : or(not(now), condition),
          };
        }),
        // a step without any edge changes nothing, and would only make inductions longer
        ...(isTop ? [someEdge([...edges.values()], original.location)] : []),
      ],
      pasts: original.pasts.map(({ data, value }) => {
        const signal = required(signals, data);
        return {
          data: signal,
          value: { kind: 'mux', width: data.width, select: edge(data.domain), a: copy.expression(value), b: read(signal) },
        };
      }),
      unused: new Set([...original.unused].map((signal) => required(signals, signal))),
    };
    this.#done.set(original, result);
    return result;
  }

  /** What a signal of the module resets, whichever clock has its edge. */
  #resets(original: ModuleIr, signals: ReadonlyMap<Signal, Signal>): Statement[] {
    return original.signals.flatMap((register) => {
      const { signal, active } = register.domain.reset ?? {};
      if (register.kind !== 'register' || register.init === null || signal === undefined) return [];
      const level = read(required(signals, signal));
      const target = required(signals, register);
      const value: Expression = { kind: 'constant', width: register.width, value: register.init };
      const location = original.location;
      return [onlyIf(active === 'high' ? level : not(level), [{ kind: 'assign', target, value, location }], location)];
    });
  }

  #instance(
    instance: Instance,
    signals: ReadonlyMap<Signal, Signal>,
    edge: (clock: string) => Signal,
  ): { readonly instance: Instance; readonly added: readonly Signal[]; readonly statements: readonly Statement[] } {
    const { location } = instance;
    const isFirst = (clock: string, index: number): boolean => instance.domains.findIndex(({ port }) => port.clock === clock) === index;
    const wired = instance.domains
      .filter(({ port }, index) => isFirst(port.clock, index))
      .map(({ port, here }) => {
        const input = edgeInput(port.clock, location);
        const signal: Signal = { ...input, kind: 'instanceInput', name: `${instance.name}_${input.name}` };
        const assignment: Statement = { kind: 'assign', target: signal, value: read(edge(here.clock)), location };
        return { port: input.name, signal, assignment };
      });
    return {
      instance: {
        ...instance,
        module: this.module(instance.module),
        domains: MERGED.map((domain) => ({ port: domain, here: domain })),
        observed: instance.observed.map(({ inside, signal }) => ({ inside, signal: required(signals, signal) })),
        connections: [
          ...wired.map(({ port, signal }) => ({ port, signal })),
          ...instance.connections.map(({ port, signal }) => ({ port, signal: required(signals, signal) })),
        ],
      },
      added: wired.map(({ signal }) => signal),
      statements: wired.map(({ assignment }) => assignment),
    };
  }
}

/** Statements and expressions with other signals and memories in the places of the old ones. */
class Copy {
  readonly #signals: ReadonlyMap<Signal, Signal>;
  readonly #memories: ReadonlyMap<Memory, Memory>;
  readonly #expressions = new Map<Expression, Expression>();

  constructor(signals: ReadonlyMap<Signal, Signal>, memories: ReadonlyMap<Memory, Memory>) {
    this.#signals = signals;
    this.#memories = memories;
  }

  /** What drives the signals and memories that are wanted. */
  statements(list: readonly Statement[], wantsSignal: (signal: Signal) => boolean, wantsWriter: (domain: Domain) => boolean): Statement[] {
    const inside = (body: readonly Statement[]): Statement[] => this.statements(body, wantsSignal, wantsWriter);
    return list.flatMap((statement): Statement[] => {
      switch (statement.kind) {
        case 'assign':
          if (!wantsSignal(statement.target)) return [];
          return [{ ...statement, target: required(this.#signals, statement.target), value: this.expression(statement.value) }];
        case 'write':
          if (!wantsWriter(statement.domain)) return [];
          return [
            {
              ...statement,
              memory: required(this.#memories, statement.memory),
              address: this.expression(statement.address),
              data: this.expression(statement.data),
              ...(statement.lanes === undefined ? {} : { lanes: this.expression(statement.lanes) }),
              domain: DEFAULT_DOMAIN,
            },
          ];
        case 'if': {
          const arms = statement.arms.map((arm) => ({ ...arm, condition: this.expression(arm.condition), body: inside(arm.body) }));
          return isEmpty(arms, statement.otherwise && inside(statement.otherwise))
            ? []
            : [{ ...statement, arms, otherwise: statement.otherwise && inside(statement.otherwise) }];
        }
        case 'switch': {
          const arms = statement.arms.map((arm) => ({ ...arm, body: inside(arm.body) }));
          const otherwise = statement.otherwise && inside(statement.otherwise);
          return isEmpty(arms, otherwise) ? [] : [{ ...statement, subject: this.expression(statement.subject), arms, otherwise }];
        }
      }
    });
  }

  expression(original: Expression): Expression {
    const known = this.#expressions.get(original);
    if (known !== undefined) return known;
    const made = this.#make(original);
    this.#expressions.set(original, made);
    return made;
  }

  #make(original: Expression): Expression {
    switch (original.kind) {
      case 'constant':
        return original;
      case 'signal':
        return { ...original, signal: required(this.#signals, original.signal) };
      case 'read':
        return { ...original, memory: required(this.#memories, original.memory), address: this.expression(original.address) };
      case 'unary':
      case 'slice':
        return { ...original, a: this.expression(original.a) };
      case 'binary':
        return { ...original, a: this.expression(original.a), b: this.expression(original.b) };
      case 'concat':
        return { ...original, parts: original.parts.map((part) => this.expression(part)) };
      case 'mux':
        return {
          ...original,
          select: this.expression(original.select),
          a: this.expression(original.a),
          b: this.expression(original.b),
        };
    }
  }
}

function isEmpty(arms: readonly { readonly body: readonly Statement[] }[], otherwise: readonly Statement[] | undefined): boolean {
  return arms.every(({ body }) => body.length === 0) && (otherwise ?? []).length === 0;
}

function edgeInput(clock: string, location: SourceLocation): Signal {
  return { kind: 'input', name: `${clock}_edge`, width: 1, location, init: null, fallback: undefined, domain: DEFAULT_DOMAIN };
}

function someEdge(edges: readonly Signal[], location: SourceLocation): Property {
  return { kind: 'assume', name: 'm_some_edge', condition: edges.map(read).reduce(or), domain: DEFAULT_DOMAIN, location };
}

function onlyIf(condition: Expression, body: readonly Statement[], location: SourceLocation): Statement {
  return { kind: 'if', arms: [{ condition, body, location }], otherwise: undefined };
}

function required<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new Error('hdl-gen lost track of a signal: please report this design');
  return value;
}
