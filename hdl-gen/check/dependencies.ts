/** What the combinational signals of a module depend on within one cycle. Registers and memory contents end a path. */

import { portName } from '../build/names.ts';
import type { Place } from '../errors/hdl-error.ts';
import { type Driven, drivenBy, statementsIn } from '../ir/drivers.ts';
import type { ExternalInstance } from '../ir/external.ts';
import type { SourceLocation } from '../ir/location.ts';
import type { ModuleIr, Signal, Statement } from '../ir/module.ts';
import { signalsIn } from '../verilog/reads.ts';

/** For each signal the signals it reads, and where it does. */
export type Dependencies = ReadonlyMap<Signal, ReadonlyMap<Signal, SourceLocation>>;

const graphs = new WeakMap<ModuleIr, Dependencies>();

/**
 * Signals are taken whole: a signal of which one bit depends on another bit of it depends on itself. Instances
 * are seen through port by port.
 */
export function dependencies(module: ModuleIr): Dependencies {
  let graph = graphs.get(module);
  if (graph === undefined) {
    graph = build(module);
    graphs.set(module, graph);
  }
  return graph;
}

/** The shortest path from a signal to one it depends on, both ends included; undefined when it does not. */
export function dependencyPath(graph: Dependencies, from: Signal, to: Signal): readonly Signal[] | undefined {
  const cameFrom = new Map<Signal, Signal>();
  const queue = [from];
  for (const signal of queue) {
    for (const next of graph.get(signal)?.keys() ?? []) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, signal);
      if (next === to) return trace(cameFrom, from, to);
      queue.push(next);
    }
  }
  return undefined;
}

/** Where each signal of a path reads the next one. */
export function hops(graph: Dependencies, path: readonly Signal[]): Place[] {
  return path.slice(0, -1).flatMap((signal, index) => {
    const next = path[index + 1];
    const at = next === undefined ? undefined : graph.get(signal)?.get(next);
    return next === undefined || at === undefined ? [] : [{ what: `${signal.name} reads ${next.name}`, at }];
  });
}

function trace(cameFrom: ReadonlyMap<Signal, Signal>, from: Signal, to: Signal): Signal[] {
  const path = [to];
  for (let signal = cameFrom.get(to); signal !== undefined && signal !== from; signal = cameFrom.get(signal)) path.push(signal);
  return [from, ...path.reverse()];
}

function build(module: ModuleIr): Dependencies {
  const graph = new Map<Signal, Map<Signal, SourceLocation>>();
  const add = (target: Signal, source: Signal, at: SourceLocation): void => {
    if (isState(target) || isState(source)) return;
    const edges = graph.get(target) ?? new Map<Signal, SourceLocation>();
    if (!edges.has(source)) edges.set(source, at);
    graph.set(target, edges);
  };
  const statements = statementsIn(module.statements);
  for (const statement of statements)
    if (statement.kind === 'assign') for (const source of signalsIn(statement.value)) add(statement.target, source, statement.location);
  for (const statement of statements) {
    if (statement.kind !== 'if' && statement.kind !== 'switch') continue;
    const targets = [...drivenBy(statement)].filter(isCombinational);
    if (targets.length === 0) continue;
    for (const { signals, at } of decisionsOf(statement))
      for (const source of signals) for (const target of targets) add(target, source, at);
  }
  for (const { module: child, connections, location } of module.instances) {
    const signalOf = new Map(connections.map(({ port, signal }) => [port, signal]));
    for (const { port, signal } of connections) {
      for (const input of inputsBehind(child, port)) {
        const source = signalOf.get(input);
        if (source !== undefined) add(signal, source, location);
      }
    }
  }
  for (const instance of module.externals) {
    const signalOf = new Map(instance.connections.map(({ port, signal }) => [port, signal]));
    for (const { name } of instance.external.pins) {
      const target = signalOf.get(name);
      if (target?.kind !== 'instanceOutput') continue;
      for (const input of inputsOfPin(instance, name)) {
        const source = signalOf.get(input);
        if (source !== undefined) add(target, source, instance.location);
      }
    }
  }
  return graph;
}

/** The input pins that an output pin depends on within one cycle: by the model, or else those without a clock, if it has none. */
export function inputsOfPin({ external, model }: ExternalInstance, pin: string): readonly string[] {
  const inputs = external.pins.filter(({ direction }) => direction === 'in');
  if (model !== undefined && model !== 'bench') {
    const ports = new Map(inputs.map(({ name }) => [portName(name), name]));
    return inputsBehind(model.module, portName(pin)).flatMap((port) => ports.get(port) ?? []);
  }
  const isLogic = external.pins.find(({ name }) => name === pin)?.clock === undefined;
  return isLogic ? inputs.filter(({ clock }) => clock === undefined).map(({ name }) => name) : [];
}

/** Signals that a condition reads. */
interface Read {
  readonly signals: ReadonlySet<Signal>;
  readonly at: SourceLocation;
}

function decisionsOf(statement: Extract<Statement, { kind: 'if' | 'switch' }>): Read[] {
  if (statement.kind === 'switch') return [{ signals: signalsIn(statement.subject), at: statement.location }];
  return statement.arms.map((arm) => ({ signals: signalsIn(arm.condition), at: arm.location }));
}

function isCombinational(driven: Driven): driven is Signal {
  return 'kind' in driven && !isState(driven);
}

function isState(signal: Signal): boolean {
  return signal.kind === 'register' || signal.kind === 'memoryOutput';
}

const summaries = new WeakMap<ModuleIr, Map<string, readonly string[]>>();

/** The input ports that an output port of the module depends on within one cycle. */
function inputsBehind(module: ModuleIr, port: string): readonly string[] {
  const summary = summaries.get(module) ?? new Map<string, readonly string[]>();
  summaries.set(module, summary);
  let inputs = summary.get(port);
  if (inputs === undefined) {
    const output = module.ports.find((candidate) => candidate.kind === 'output' && candidate.name === port);
    inputs =
      output === undefined
        ? []
        : reachable(dependencies(module), output).flatMap((signal) => (signal.kind === 'input' ? [signal.name] : []));
    summary.set(port, inputs);
  }
  return inputs;
}

function reachable(graph: Dependencies, from: Signal): Signal[] {
  const seen = new Set([from]);
  for (const signal of seen) for (const next of graph.get(signal)?.keys() ?? []) seen.add(next);
  return [...seen];
}
