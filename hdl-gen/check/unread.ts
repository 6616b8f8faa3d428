/** Signals that nothing reads. */
import { Unread } from '../errors/check-errors.ts';
import type { Expression, ModuleIr, Signal } from '../ir/module.ts';
import { expressionsOf, partsOf } from '../verilog/reads.ts';
import { kindOf } from './kinds.ts';

/** What only a property reads is read. */
export function unread(module: ModuleIr): Unread[] {
  // an output of a foreign module that nothing reads is left open
  const read = new Set<Signal>([
    ...module.unused,
    ...module.externals.flatMap(({ connections }) => connections.map(({ signal }) => signal)),
  ]);
  for (const part of partsOf(allExpressions(module))) if (part.kind === 'signal') read.add(part.signal);
  return [...module.ports, ...module.signals]
    .filter((signal) => signal.kind !== 'output' && signal.kind !== 'inout' && signal.kind !== 'instanceInput' && !read.has(signal))
    .map((signal) => new Unread(signal.name, kindOf(signal), [{ what: 'declared', at: signal.location }]));
}

function allExpressions({ statements, reads, properties, pasts }: ModuleIr): Expression[] {
  return [
    ...expressionsOf(statements),
    ...reads.flatMap(({ address, enable }) => [address, enable]),
    ...properties.map(({ condition }) => condition),
    ...pasts.map(({ value }) => value),
  ];
}
