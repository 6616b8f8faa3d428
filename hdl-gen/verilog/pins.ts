/** Clock and reset pins of an instance. */
import type { Domain } from '../ir/domain.ts';

/** Each pin once, with what it is connected to; a reset of the other level is turned over. */
export function domainPins(domains: readonly { readonly port: Domain; readonly here: Domain }[]): (readonly [string, string])[] {
  const pins = new Map<string, string>();
  for (const { port, here } of domains) {
    pins.set(port.clock, here.clock);
    if (port.reset === undefined || here.reset === undefined) continue;
    pins.set(port.reset.name, `${port.reset.active === here.reset.active ? '' : '~'}${here.reset.name}`);
  }
  return [...pins];
}
