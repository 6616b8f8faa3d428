/** Clocks that are made inside a module, under a name of their own. */
import { ClockSourceTwice } from '../errors/foreign-errors.ts';
import type { Domain } from '../ir/domain.ts';
import { SourceLocation } from '../ir/location.ts';
import { verilogName } from './names.ts';
import { requireOpen } from './place.ts';
import type { Scope } from './scope.ts';

/** The domain of a wire `<name>_clk`, without a reset; what gives it may come later (`clockFrom`). */
export function namedClock(scope: Scope, name: string, from: Domain | undefined): Domain {
  requireOpen(scope, 'clock');
  const location = SourceLocation.capture();
  const domain: Domain = { clock: scope.claim(`${verilogName(name)}_clk`, location), reset: undefined, made: true };
  scope.clocks.push({ domain, from: undefined, location });
  if (from !== undefined) clockFrom(scope, domain, from);
  return domain;
}

/** @throws ClockSourceTwice */
export function clockFrom(scope: Scope, domain: Domain, from: Domain): void {
  requireOpen(scope, 'clockFrom');
  const at = scope.clocks.findIndex((clock) => clock.domain.clock === domain.clock);
  const clock = scope.clocks[at];
  if (clock === undefined || clock.from !== undefined) throw new ClockSourceTwice(domain.clock, clock?.from?.clock);
  scope.use({ clock: from.clock, reset: undefined, ...(from.made === undefined ? {} : { made: from.made }) });
  scope.clocks[at] = { ...clock, from };
}
