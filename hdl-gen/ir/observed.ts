/**
 * Signals inside an instance that a proof reads (`m.observe`). They become output ports of the instance's module when a
 * design is printed or lowered, and stand in no module as its author wrote it: hardware can't depend on them unseen.
 */
import { UnknownInside } from '../errors/name-errors.ts';
import { modulesInnerFirst } from './hierarchy.ts';
import type { Expression, Instance, ModuleIr, Observation, Signal } from './module.ts';

const exposed = new WeakMap<ModuleIr, ModuleIr>();

/** The design with a port for each signal observed; a design without any is returned as it is. */
export function withObservedPorts(module: ModuleIr): ModuleIr {
  const before = exposed.get(module);
  if (before !== undefined) return before;
  for (const inner of modulesInnerFirst(module)) {
    if (exposed.has(inner)) continue;
    const instances = inner.instances.map(expose);
    const isSame = instances.every((instance, index) => instance === inner.instances[index]);
    exposed.set(inner, isSame ? inner : { ...inner, instances });
  }
  return exposed.get(module) ?? module;
}

function expose(instance: Instance): Instance {
  const inner = withObservedPorts(instance.observed.reduce(passUp, instance.module));
  if (instance.observed.length === 0) return inner === instance.module ? instance : { ...instance, module: inner };
  const ports = instance.observed.map(({ inside, signal }) => {
    const port: Signal = { ...signal, kind: 'output', name: `observed_${flat(inside)}` };
    const value = insideValue(inner, nameWithin(inside));
    if (value === undefined) throw new UnknownInside(instance.name, inner.name, inside);
    return { port, signal, assignment: { kind: 'assign', target: port, value, location: signal.location } as const };
  });
  return {
    ...instance,
    connections: [...instance.connections, ...ports.map(({ port, signal }) => ({ port: port.name, signal }))],
    module: {
      ...inner,
      name: `${inner.name}_observed`,
      ports: [...inner.ports, ...ports.map(({ port }) => port)],
      statements: [...inner.statements, ...ports.map(({ assignment }) => assignment)],
    },
  };
}

/** What is observed deeper down is first observed by the module in between, under a name of its own. */
function passUp(module: ModuleIr, { inside, signal }: Observation): ModuleIr {
  const [name = '', ...deeper] = inside.split('.');
  if (deeper.length === 0) return module;
  const here: Signal = { ...signal, name: nameWithin(inside) };
  const observation = { inside: deeper.join('.'), signal: here };
  return {
    ...module,
    signals: [...module.signals, here],
    instances: module.instances.map((instance) =>
      instance.name === name ? { ...instance, observed: [...instance.observed, observation] } : instance,
    ),
  };
}

/** In the module that a path begins in; what was passed up has a name apart from `step_context`, the wire to the port of an instance. */
function nameWithin(inside: string): string {
  return inside.includes('.') ? `passed_up_${flat(inside)}` : inside;
}

function flat(path: string): string {
  return path.replaceAll('.', '_');
}

/** The value at a path of instance names that ends in a signal or a memory; undefined where nothing is. */
export function valueAtPath(module: ModuleIr, path: readonly string[]): Expression | undefined {
  let inner: ModuleIr | undefined = module;
  for (const name of path.slice(0, -1)) inner = inner?.instances.find((instance) => instance.name === name)?.module;
  return inner && insideValue(inner, path.at(-1) ?? '');
}

/** What stands under a name in a module: a signal, or all words of a memory, word 0 lowest; undefined where nothing does. */
function insideValue(module: ModuleIr, name: string): Expression | undefined {
  const signal = [...module.ports, ...module.signals].find((candidate) => candidate.name === name && candidate.formal !== true);
  if (signal !== undefined) return { kind: 'signal', width: signal.width, signal };
  const memory = module.memories.find((candidate) => candidate.name === name);
  if (memory === undefined) return undefined;
  const { width, depth } = memory;
  const addressBits = Math.max(1, Math.ceil(Math.log2(depth)));
  const words = Array.from({ length: depth }, (_, word): Expression => {
    const address: Expression = { kind: 'constant', width: addressBits, value: BigInt(word) };
    return { kind: 'read', width, memory, address };
  });
  return { kind: 'concat', width: width * depth, parts: words.reverse() };
}
