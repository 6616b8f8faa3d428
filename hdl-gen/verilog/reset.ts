/** Resets as conditions. */
import type { Reset } from '../ir/domain.ts';

/** The condition under which a domain is reset. */
export function resets({ name, active }: Reset): string {
  return active === 'high' ? name : `!${name}`;
}

export function isReleased({ name, active }: Reset): string {
  return active === 'high' ? `!${name}` : name;
}
