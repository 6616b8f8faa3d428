/** Signals that never take a value. */
import { Undriven } from '../errors/check-errors.ts';
import type { ModuleIr } from '../ir/module.ts';
import { isCombinational, kindOf, targetsOf } from './targets.ts';

/** A fallback is a value, so an instance input with a fallback may stay unassigned. */
export function undriven(module: ModuleIr): Undriven[] {
  const assigned = new Set(module.statements.flatMap((statement) => [...targetsOf(statement)]));
  return [...module.ports, ...module.signals]
    .filter(
      (signal) =>
        !assigned.has(signal) &&
        ((isCombinational(signal) && signal.fallback === undefined) || (signal.kind === 'register' && signal.formal !== true)),
    )
    .map(
      (signal) =>
        new Undriven(signal.name, kindOf(signal), signal.kind === 'register' ? 'next' : 'set', [{ what: 'declared', at: signal.location }]),
    );
}
