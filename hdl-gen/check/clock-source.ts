/** Clocks with a name and without a source. */
import { ClockWithoutSource } from '../errors/foreign-errors.ts';
import { originOf } from '../ir/external.ts';
import type { ModuleIr } from '../ir/module.ts';

/** A clock that comes from itself has no source either. */
export function clocksWithoutSource(module: ModuleIr): ClockWithoutSource[] {
  return module.clocks
    .filter(({ domain, from }) => from === undefined || originOf(module, domain.clock) === undefined)
    .map(({ domain, location }) => new ClockWithoutSource(domain.clock, [{ what: 'made', at: location }]));
}
