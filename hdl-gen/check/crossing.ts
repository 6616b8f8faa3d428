/** Values that a register, a memory or a port of one clock takes from another clock. */
import { ClockCrossing } from '../errors/check-errors.ts';
import { call, type Deep, run } from '../ir/deep.ts';
import type { Domain } from '../ir/domain.ts';
import { bodiesOf, type Driven, drivenBy, driversOf, statementsIn } from '../ir/drivers.ts';
import { netOf } from '../ir/external.ts';
import type { SourceLocation } from '../ir/location.ts';
import { read } from '../ir/logic.ts';
import { type Expression, type ModuleIr, type Signal, type Statement, writersOf } from '../ir/module.ts';
import { memoriesIn, signalsIn } from '../verilog/reads.ts';
import { inputsOfPin } from './dependencies.ts';

/** Something that changes with a clock, read where it must not be. */
interface Source {
  readonly name: string;
  readonly clock: string;
  readonly at: SourceLocation;
  /** the wires between it and its reader, the reader's side first */
  readonly through: Wires | undefined;
}

interface Wires {
  readonly signal: Signal;
  readonly next: Wires | undefined;
}

interface Use {
  readonly reader: string;
  readonly domain: Domain;
  readonly expressions: readonly Expression[];
  readonly at: () => SourceLocation;
}

export function clockCrossings(module: ModuleIr): ClockCrossing[] {
  const clocks = new Set([...module.ports, ...module.signals, ...module.memories].map(({ domain }) => domain.clock));
  if (clocks.size < 2) return [];
  const sources = sourcesIn(module);
  const errors = new Map<string, ClockCrossing>();
  const report = (use: Use, source: Source): void => {
    const key = `${use.reader} ${source.name}`;
    if (netOf(module, source.clock) === netOf(module, use.domain.clock) || errors.has(key)) return;
    const path = [use.reader, ...namesOf(source.through), source.name];
    errors.set(
      key,
      new ClockCrossing(path, use.domain.clock, source.clock, [
        { what: `${use.reader} takes it`, at: use.at() },
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
        { reader: data.name, domain: data.domain, expressions: [], at: () => location },
        { name: memory.name, clock, at: memory.location, through: undefined },
      );
  }
  return [...errors.values()];
}

function namesOf(wires: Wires | undefined): string[] {
  const names: string[] = [];
  for (let wire = wires; wire !== undefined; wire = wire.next) names.push(wire.signal.name);
  return names;
}

/** What an expression reads that changes with a clock, through all wires: each source once. */
function sourcesIn(module: ModuleIr): (expression: Expression) => Iterable<Source> {
  const known = new Map<Signal, ReadonlyMap<string, Source>>();
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
  function* behind(signal: Signal): Deep<ReadonlyMap<string, Source>> {
    const before = known.get(signal);
    if (before !== undefined) return before;
    const inputs = throughPin(signal);
    const isWire = (signal.kind === 'wire' && signal.crossing === undefined) || signal.kind === 'output' || signal.kind === 'instanceInput';
    if (inputs === undefined && !isWire)
      return new Map([[signal.name, { name: signal.name, clock: signal.domain.clock, at: signal.location, through: undefined }]]);
    // a loop is another check's business
    known.set(signal, new Map());
    const found = new Map<string, Source>();
    const add = ({ through, ...source }: Source): void => {
      if (!found.has(source.name)) found.set(source.name, { ...source, through: { signal, next: through } });
    };
    for (const input of inputs ?? []) for (const source of (yield* call(behind(input))).values()) add(source);
    if (inputs === undefined)
      for (const expression of expressionsBehind(module.statements, signal))
        for (const source of yield* call(sourcesOf(expression))) add(source);
    known.set(signal, found);
    return found;
  }
  function* sourcesOf(expression: Expression): Deep<readonly Source[]> {
    const found: Source[] = [];
    for (const signal of signalsIn(expression)) for (const source of (yield* call(behind(signal))).values()) found.push(source);
    for (const memory of memoriesIn(expression))
      if (memory.crossing === undefined)
        for (const { clock } of writersOf(memory)) found.push({ name: memory.name, clock, at: memory.location, through: undefined });
    return found;
  }
  return (expression) => run(sourcesOf(expression));
}

/** What decides the value of a signal: the values assigned, and the conditions around them. */
function expressionsBehind(statements: readonly Statement[], target: Signal): Expression[] {
  return statementsIn(driversOf(statements, target)).flatMap((statement) => {
    if (!drivenBy(statement).has(target) || statement.kind === 'write') return [];
    return statement.kind === 'assign' ? [statement.value] : decisions(statement);
  });
}

function uses(module: ModuleIr): Use[] {
  // what a pin without a clock takes, the outputs of its instance have
  const logicPins = new Set(
    module.externals.flatMap(({ external, connections }) =>
      connections.filter(({ port }) => external.pins.find(({ name }) => name === port)?.clock === undefined).map(({ signal }) => signal),
    ),
  );
  const inStatement = (statement: Statement): Use[] => {
    if (statement.kind === 'write') {
      const { memory, address, data, lanes = [], domain, location } = statement;
      return [{ reader: memory.name, domain, expressions: [address, data].concat(lanes), at: () => location }];
    }
    const expressions = statement.kind === 'assign' ? [statement.value] : decisions(statement);
    return [...drivenBy(statement)].flatMap((driven): Use[] => {
      if ('kind' in driven && (driven.kind === 'wire' || logicPins.has(driven))) return [];
      const domains = 'kind' in driven ? [driven.domain] : writersOf(driven);
      return domains.map((domain) => ({ reader: driven.name, domain, expressions, at: () => firstDriver(statement, driven) }));
    });
  };
  return [
    ...statementsIn(module.statements).flatMap(inStatement),
    ...module.reads.map(({ data, address, enable, location }) => ({
      reader: data.name,
      domain: data.domain,
      expressions: [address, enable],
      at: () => location,
    })),
    ...resetUses(module),
  ];
}

/** Where what a statement drives is first driven in it. */
function firstDriver(statement: Statement, driven: Driven): SourceLocation {
  let at = statement;
  while (at.kind === 'if' || at.kind === 'switch') {
    const inner = bodiesOf(at).flatMap((body) => driversOf(body, driven).slice(0, 1))[0];
    if (inner === undefined) throw new RangeError(`nothing drives ${driven.name}`);
    at = inner;
  }
  return at.location;
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
    return [{ reader: `the reset of ${name}`, domain, expressions: [read(signal)], at: () => location }];
  });
}

function decisions(statement: Extract<Statement, { kind: 'if' | 'switch' }>): Expression[] {
  return statement.kind === 'switch' ? [statement.subject] : statement.arms.map(({ condition }) => condition);
}
