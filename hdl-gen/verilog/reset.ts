/** Resets as conditions. */
import type { Domain } from '../ir/domain.ts';

/** The condition under which a domain is reset. */
export function resets({ name, active }: Domain['reset']): string {
  return active === 'high' ? name : `!${name}`;
}

export function isReleased({ name, active }: Domain['reset']): string {
  return active === 'high' ? `!${name}` : name;
}
