/**
 * Signals inside an instance that a proof reads (`m.observe`). They become output ports of the instance's module when a
 * design is printed or lowered, and stand in no module as its author wrote it: hardware can't depend on them unseen.
 */
import { UnknownInside } from '../errors/build-errors.ts';
import type { Expression, Instance, ModuleIr, Observation, Signal } from './module.ts';

const exposed = new WeakMap<ModuleIr, ModuleIr>();

/** The design with a port for each signal observed; a design without any is returned as it is. */
export function withObservedPorts(module: ModuleIr): ModuleIr {
  let result = exposed.get(module);
  if (result === undefined) {
    const instances = module.instances.map(expose);
    result = instances.every((instance, index) => instance === module.instances[index]) ? module : { ...module, instances };
    exposed.set(module, result);
  }
  return result;
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
  const [name = '', ...deeper] = path;
  if (deeper.length === 0) return insideValue(module, name);
  const instance = module.instances.find((candidate) => candidate.name === name);
  return instance && valueAtPath(instance.module, deeper);
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
