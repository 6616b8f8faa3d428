/**
 * Signals inside an instance that a proof reads (`m.observe`). They become output ports of the instance's module when a
 * design is printed or lowered, and stand in no module as its author wrote it: hardware can't depend on them unseen.
 */
import { UnknownInside } from '../errors/build-errors.ts';
import type { Expression, Instance, ModuleIr, Signal } from './module.ts';

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
  const module = withObservedPorts(instance.module);
  if (instance.observed.length === 0) return module === instance.module ? instance : { ...instance, module };
  const ports = instance.observed.map(({ inside, signal }) => {
    const port: Signal = { ...signal, kind: 'output', name: `observed_${inside}` };
    const value = insideValue(module, inside);
    if (value === undefined) throw new UnknownInside(instance.name, module.name, inside);
    return { port, signal, assignment: { kind: 'assign', target: port, value, location: signal.location } as const };
  });
  return {
    ...instance,
    connections: [...instance.connections, ...ports.map(({ port, signal }) => ({ port: port.name, signal }))],
    module: {
      ...module,
      name: `${module.name}_observed`,
      ports: [...module.ports, ...ports.map(({ port }) => port)],
      statements: [...module.statements, ...ports.map(({ assignment }) => assignment)],
    },
  };
}

/** What stands under a name in a module: a signal, or all words of a memory, word 0 lowest; undefined where nothing does. */
export function insideValue(module: ModuleIr, name: string): Expression | undefined {
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
