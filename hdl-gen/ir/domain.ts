/** Clocks, and what resets the registers that they drive. */
import type { SourceLocation } from './location.ts';
import type { Expression, Signal } from './module.ts';

/** A clock, taken at its rising edge, and its reset. Two domains with one clock are one for the clock-crossing check. */
export interface Domain {
  /** the clock port; of a clock that is made inside the module, the wire that carries it */
  readonly clock: string;
  /** undefined: registers begin with their power-up value, and nothing brings them back to it */
  readonly reset: Reset | undefined;
  /** a clock that is made inside the module (`m.clock`, the clock of a foreign module) is no port of it */
  readonly made?: true;
  /** of its edges those count where this is 1; a reset acts at all of them */
  readonly enable?: Enable;
}

export interface Enable {
  /** one bit */
  readonly condition: Expression;
  readonly location: SourceLocation;
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

export interface ResetOptions {
  readonly reset?: Reset['kind'];
  readonly active?: Reset['active'];
}

/** How the reset of a domain acts. */
export interface DomainOptions extends ResetOptions {
  /** the clock port, where it is not `<name>_clk` */
  readonly clock?: string;
  /** the reset port, where it is not `<name>_rst` (`<name>_rst_n` when active low) */
  readonly resetPort?: string;
}

/** Ports `clk` and `rst`, synchronous and active high: the domain of whatever does not say another. */
export const DEFAULT_DOMAIN: Domain & { readonly reset: Reset } = {
  clock: 'clk',
  reset: { name: 'rst', kind: 'sync', active: 'high' },
};

/**
 * A clock domain: `clockDomain('rx')` has the ports `rx_clk` and `rx_rst` (`rx_rst_n` when it is active low);
 * `clockDomain('axi', { clock: 'aclk', resetPort: 'aresetn', active: 'low' })` has those of AXI. With `reset: 'none'` it has
 * a clock alone: registers begin with their power-up value.
 * @param name prefix of the ports that the options do not name
 */
export function clockDomain(
  name: string,
  options: DomainOptions | (Pick<DomainOptions, 'clock'> & { readonly reset: 'none' }) = {},
): Domain {
  const clock = options.clock ?? `${name}_clk`;
  if (options.reset === 'none') return { clock, reset: undefined };
  const { reset: kind = 'sync', active = 'high', resetPort } = options;
  return { clock, reset: { name: resetPort ?? `${name}_rst${active === 'low' ? '_n' : ''}`, kind, active } };
}

/** Domain of an input that no clock of the design drives: a pin. Every use of it is a clock crossing. */
export const asynchronous: Domain = { clock: '', reset: undefined };

/** Whether two domains are one: of one clock, reset by one signal in one way, so that one always block serves both. Their enables do not count. */
export function sameDomain(a: Domain, b: Domain): boolean {
  return samePins(a, b) && a.reset?.kind === b.reset?.kind && a.reset?.active === b.reset?.active;
}

/** Whether two domains have one clock and one reset, which may still act in two ways. */
export function samePins(a: Domain, b: Domain): boolean {
  return a.clock === b.clock && a.reset?.name === b.reset?.name;
}

/** The domains of the list, each once. */
export function distinctDomains(domains: readonly Domain[]): readonly Domain[] {
  return domains.filter((domain, index) => domains.findIndex((other) => sameDomain(domain, other)) === index);
}

/** The reset ports of the domains. */
export function resetPorts(domains: readonly Domain[]): readonly Reset[] {
  return domains.flatMap(({ reset }) => (reset === undefined ? [] : [reset]));
}
