/** Values that a register, a memory or a port of one clock takes from another clock. */
import { ClockCrossing } from '../errors/check-errors.ts';
import type { Domain } from '../ir/domain.ts';
import { netOf } from '../ir/external.ts';
import type { SourceLocation } from '../ir/location.ts';
import { read } from '../ir/logic.ts';
import { type Expression, type ModuleIr, type Signal, type Statement, writersOf } from '../ir/module.ts';
import { memoriesIn, signalsIn } from '../verilog/reads.ts';
import { inputsOfPin } from './dependencies.ts';
import { targetsOf } from './targets.ts';

/** Something that changes with a clock, read where it must not be. */
interface Source {
  readonly name: string;
  readonly clock: string;
  readonly at: SourceLocation;
  /** the wires between it and its reader, the reader's side first */
  readonly through: readonly Signal[];
}

interface Use {
  readonly reader: string;
  readonly domain: Domain;
  readonly expressions: readonly Expression[];
  readonly at: SourceLocation;
}

export function clockCrossings(module: ModuleIr): ClockCrossing[] {
  const clocks = new Set([...module.ports, ...module.signals, ...module.memories].map(({ domain }) => domain.clock));
  if (clocks.size < 2) return [];
  const sources = sourcesIn(module);
  const errors = new Map<string, ClockCrossing>();
  const report = (use: Use, source: Source): void => {
    const key = `${use.reader} ${source.name}`;
    if (netOf(module, source.clock) === netOf(module, use.domain.clock) || errors.has(key)) return;
    const path = [use.reader, ...source.through.map(({ name }) => name), source.name];
    errors.set(
      key,
      new ClockCrossing(path, use.domain.clock, source.clock, [
        { what: `${use.reader} takes it`, at: use.at },
        { what: `${source.name} is declared`, at: source.at },
      ]),
    );
  };
  for (const use of uses(module)) {
    // what no clock drives may take anything
    if (use.domain.clock === '') continue;
    for (const expression of use.expressions) for (const source of sources(expression)) report(use, source);
  }
  for (const { memory, data, location } of module.reads) {
    if (memory.crossing !== undefined) continue;
    for (const { clock } of writersOf(memory))
      report(
        { reader: data.name, domain: data.domain, expressions: [], at: location },
        { name: memory.name, clock, at: memory.location, through: [] },
      );
  }
  return [...errors.values()];
}

/** Finds what an expression reads that changes with a clock, through all wires. */
function sourcesIn(module: ModuleIr): (expression: Expression) => readonly Source[] {
  const known = new Map<Signal, readonly Source[]>();
  const pinOf = new Map(
    module.externals.flatMap((instance) => instance.connections.map(({ port, signal }) => [signal, { instance, port }] as const)),
  );
  /** What a pin of a foreign module changes with, where that is no clock pin of it. */
  const throughPin = (signal: Signal): readonly Signal[] | undefined => {
    const pin = pinOf.get(signal);
    const found = pin?.instance.external.pins.find(({ name }) => name === pin.port);
    if (pin === undefined || found?.direction !== 'out' || found.clock !== undefined) return undefined;
    const inputs = new Set(inputsOfPin(pin.instance, pin.port));
    return pin.instance.connections.filter(({ port }) => inputs.has(port)).map((connection) => connection.signal);
  };
  const behind = (signal: Signal): readonly Source[] => {
    const inputs = throughPin(signal);
    if (inputs !== undefined) {
      if (known.get(signal) === undefined) {
        known.set(signal, []);
        known.set(
          signal,
          inputs.flatMap(behind).map((source) => ({ ...source, through: [signal, ...source.through] })),
        );
      }
      return known.get(signal) ?? [];
    }
    const isWire = (signal.kind === 'wire' && signal.crossing === undefined) || signal.kind === 'output' || signal.kind === 'instanceInput';
    if (!isWire) return [{ name: signal.name, clock: signal.domain.clock, at: signal.location, through: [] }];
    let found = known.get(signal);
    if (found === undefined) {
      // a loop is another check's business
      known.set(signal, []);
      found = expressionsBehind(module.statements, signal)
        .flatMap(sources)
        .map((source) => ({ ...source, through: [signal, ...source.through] }));
      known.set(signal, found);
    }
    return found;
  };
  const sources = (expression: Expression): readonly Source[] => [
    ...[...signalsIn(expression)].flatMap(behind),
    ...memoriesIn(expression)
      .filter(({ crossing }) => crossing === undefined)
      .flatMap((memory) => writersOf(memory).map(({ clock }) => ({ name: memory.name, clock, at: memory.location, through: [] }))),
  ];
  return sources;
}

/** What decides the value of a signal: the values assigned, and the conditions around them. */
function expressionsBehind(statements: readonly Statement[], target: Signal): Expression[] {
  return statements
    .filter((statement) => targetsOf(statement).has(target))
    .flatMap((statement) => {
      if (statement.kind === 'assign') return [statement.value];
      if (statement.kind === 'write') return [];
      const inside = [...statement.arms.map(({ body }) => body), statement.otherwise ?? []];
      return [...decisions(statement), ...inside.flatMap((body) => expressionsBehind(body, target))];
    });
}

function uses(module: ModuleIr): Use[] {
  // what a pin without a clock takes, the outputs of its instance have
  const logicPins = new Set(
    module.externals.flatMap(({ external, connections }) =>
      connections.filter(({ port }) => external.pins.find(({ name }) => name === port)?.clock === undefined).map(({ signal }) => signal),
    ),
  );
  const inStatements = (statements: readonly Statement[], conditions: readonly Expression[]): Use[] =>
    statements.flatMap((statement): Use[] => {
      if (statement.kind === 'assign') {
        const { target, value, location } = statement;
        if (target.kind === 'wire' || logicPins.has(target)) return [];
        return [{ reader: target.name, domain: target.domain, expressions: [value, ...conditions], at: location }];
      }
      if (statement.kind === 'write') {
        const { memory, address, data, lanes = [], domain, location } = statement;
        return [{ reader: memory.name, domain, expressions: [address, data, ...conditions].concat(lanes), at: location }];
      }
      const inner = [...conditions, ...decisions(statement)];
      return [...statement.arms.map(({ body }) => body), statement.otherwise ?? []].flatMap((body) => inStatements(body, inner));
    });
  return [
    ...inStatements(module.statements, []),
    ...module.reads.map(({ data, address, enable, location }) => ({
      reader: data.name,
      domain: data.domain,
      expressions: [address, enable],
      at: location,
    })),
    ...resetUses(module),
  ];
}

/** A reset that acts at the edge is a value like any other; one that acts at once needs no edge to be caught at. */
function resetUses({ signals, instances }: ModuleIr): Use[] {
  const domains = [
    ...signals
      .filter(({ kind, formal }) => kind === 'register' && formal !== true)
      .map(({ name, domain, location }) => ({ name, domain, location })),
    ...instances.flatMap(({ name, domains: pins, location }) => pins.map(({ here }) => ({ name, domain: here, location }))),
  ];
  return domains.flatMap(({ name, domain, location }) => {
    const { signal, kind } = domain.reset ?? {};
    if (signal === undefined || kind !== 'sync') return [];
    return [{ reader: `the reset of ${name}`, domain, expressions: [read(signal)], at: location }];
  });
}

function decisions(statement: Extract<Statement, { kind: 'if' | 'switch' }>): Expression[] {
  return statement.kind === 'switch' ? [statement.subject] : statement.arms.map(({ condition }) => condition);
}
