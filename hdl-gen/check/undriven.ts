/** Signals that never take a value. */
import { Undriven } from '../errors/check-errors.ts';
import { isDriven } from '../ir/drivers.ts';
import type { ModuleIr, Signal } from '../ir/module.ts';
import { isCombinational, kindOf } from './kinds.ts';
import { isAssigned, nameOf, type Part, partsOf } from './parts.ts';

/** A fallback is a value, so an instance input with a fallback may stay unassigned. */
export function undriven(module: ModuleIr): Undriven[] {
  const missing = (signal: Signal): readonly Part[] => {
    const parts = partsOf(module, signal);
    if (!isDriven(module.statements, signal)) return [{ signal, low: 0, width: signal.width }];
    return parts.length === 1 ? [] : parts.filter((part) => !isAssigned(module, part));
  };
  return [...module.ports, ...module.signals]
    .filter(
      (signal) => (isCombinational(signal) && signal.fallback === undefined) || (signal.kind === 'register' && signal.formal !== true),
    )
    .flatMap((signal) => {
      const names = missing(signal).map(nameOf);
      const verb = signal.kind === 'register' ? 'next' : 'set';
      return names.length === 0 ? [] : [new Undriven(names.join(', '), kindOf(signal), verb, [{ what: 'declared', at: signal.location }])];
    });
}
