/** Clocks, and what resets the registers that they drive. */
import type { Signal } from './module.ts';

/** A clock, taken at its rising edge, and its reset. Two domains with one clock are one for the clock-crossing check. */
export interface Domain {
  /** the clock port */
  readonly clock: string;
  readonly reset: Reset;
}

export interface Reset {
  /** the reset port, or the signal of the module that resets */
  readonly name: string;
  /** `async` acts at once, also while the clock stands */
  readonly kind: 'sync' | 'async';
  /** the level that resets */
  readonly active: 'high' | 'low';
  /** set where a register of the module resets, not a port */
  readonly signal?: Signal;
}

export interface DomainOptions {
  readonly reset?: Reset['kind'];
  readonly active?: Reset['active'];
}

/** Ports `clk` and `rst`, synchronous and active high: the domain of whatever does not say another. */
export const DEFAULT_DOMAIN: Domain = { clock: 'clk', reset: { name: 'rst', kind: 'sync', active: 'high' } };

/**
 * A clock domain: `clockDomain('rx')` has the ports `rx_clk` and `rx_rst` (`rx_rst_n` when it is active low).
 * @param name prefix of the two ports
 */
export function clockDomain(name: string, { reset = 'sync', active = 'high' }: DomainOptions = {}): Domain {
  return { clock: `${name}_clk`, reset: { name: `${name}_rst${active === 'low' ? '_n' : ''}`, kind: reset, active } };
}

/** Domain of an input that no clock of the design drives: a pin. Every use of it is a clock crossing. */
export const asynchronous: Domain = { clock: '', reset: { name: '', kind: 'sync', active: 'high' } };

/** Whether two domains are reset by the same signal, so that one always block serves both. */
export function sameDomain(a: Domain, b: Domain): boolean {
  return a.clock === b.clock && a.reset.name === b.reset.name;
}

/** The domains of the list, each once. */
export function distinctDomains(domains: readonly Domain[]): readonly Domain[] {
  return domains.filter((domain, index) => domains.findIndex((other) => sameDomain(domain, other)) === index);
}
