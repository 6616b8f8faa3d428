/** Foreign modules: Verilog that nobody here has written, such as the primitives of a device. Plain data, as `module.ts` is. */
import type { Attributes } from './attributes.ts';
import type { Domain, Reset } from './domain.ts';
import type { SourceLocation } from './location.ts';
import type { Instance, ModuleIr, Signal } from './module.ts';

/** A sized literal has a width; a number is an integer of 32 bits or a real. */
export type ParameterValue = number | string | { readonly width: number; readonly value: bigint };

/** A pin that is no clock. */
export interface Pin {
  readonly name: string;
  readonly direction: 'in' | 'out' | 'inout';
  readonly width: number;
  /** the clock pin that it changes with; '' for none in the design; undefined: with whatever its inputs without a clock do */
  readonly clock: string | undefined;
  /** of an input that is not assigned */
  readonly fallback: bigint | undefined;
}

export interface ClockPin {
  readonly name: string;
  readonly reset: Reset | undefined;
  /** level of a clock pin that is left open; undefined: it is none that may be */
  readonly open: 0 | 1 | undefined;
}

/** A pin that clocks come out of. */
export interface ClockSource {
  readonly name: string;
  /** undefined: one bit, and not a vector of one */
  readonly width: number | undefined;
  /** the clock pin whose edges it has */
  readonly follows: string | undefined;
  /** the clock pin that it is made of, with edges of its own: constraints know its period by that */
  readonly derivedFrom: string | undefined;
}

export interface ExternalIr {
  /** as in the Verilog */
  readonly name: string;
  readonly location: SourceLocation;
  readonly pins: readonly Pin[];
  readonly clockPins: readonly ClockPin[];
  readonly clockSources: readonly ClockSource[];
  /** with their defaults */
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  /** files with the module itself, for simulators of Verilog */
  readonly verilog: readonly string[];
}

/** A clock that comes out of an instance. */
export interface ClockFromPin {
  readonly pin: string;
  /** of a vector */
  readonly bit: number | undefined;
  readonly domain: Domain;
}

/** Bits of an inout port. */
export interface PadBits {
  readonly signal: Signal;
  readonly low: number;
  readonly width: number;
}

export interface ExternalInstance {
  readonly name: string;
  readonly external: ExternalIr;
  /** those that were given, in the order of the declaration */
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  /** pin → the signal here that stands for it */
  readonly connections: readonly { readonly port: string; readonly signal: Signal }[];
  /** clock pins that are not left open → the domain here */
  readonly domains: readonly { readonly port: Domain; readonly here: Domain }[];
  /** every clock that it gives, used or not */
  readonly clocks: readonly ClockFromPin[];
  readonly pads: readonly { readonly pin: string; readonly pad: PadBits }[];
  /** what stands for it in a simulation: an instance of a module, or the test bench, through ports */
  readonly model: Instance | 'bench' | undefined;
  readonly attributes?: Attributes;
  readonly location: SourceLocation;
}

/** A clock with a name of its own (`m.clock`). */
export interface NamedClock {
  readonly domain: Domain;
  /** undefined until it is given */
  readonly from: Domain | undefined;
  readonly location: SourceLocation;
}

/** Where a clock of a module comes from. */
export type ClockOrigin =
  | { readonly port: Domain }
  | { readonly instance: ExternalInstance; readonly source: ClockSource; readonly bit: number | undefined };

/** A clock under its first name: one that `m.clock` names is the one that it was given. */
export function netOf(module: Pick<ModuleIr, 'clocks'>, clock: string): string {
  const seen = new Set([clock]);
  // a name of itself is a mistake that the checks report
  for (const name of seen) {
    const from = module.clocks.find(({ domain }) => domain.clock === name)?.from;
    if (from === undefined) return name;
    seen.add(from.clock);
  }
  return clock;
}

/** Through names and through foreign modules whose clock follows another one; undefined for a clock without a source. */
export function originOf(module: ModuleIr, clock: string): ClockOrigin | undefined {
  const seen = new Set([netOf(module, clock)]);
  for (const net of seen) {
    const port = module.domains.find((domain) => domain.clock === net);
    if (port !== undefined) return { port };
    for (const instance of module.externals) {
      const given = instance.clocks.find(({ domain }) => domain.clock === net);
      const source = given && instance.external.clockSources.find(({ name }) => name === given.pin);
      if (given === undefined || source === undefined) continue;
      const followed = instance.domains.find(({ port: { clock: pin } }) => pin === source.follows)?.here;
      if (followed === undefined) return { instance, source, bit: given.bit };
      seen.add(netOf(module, followed.clock));
    }
  }
  return undefined;
}

/** The clocks that something in the module is driven by, or connected to. */
export function clocksInUse(module: ModuleIr): ReadonlySet<string> {
  const registers = module.signals.filter(({ kind }) => kind === 'register' || kind === 'memoryOutput');
  const connected = [...module.instances, ...module.externals].flatMap(({ domains }) => domains.map(({ here }) => here));
  const named = module.clocks.flatMap(({ from }) => (from === undefined ? [] : [from]));
  const domains = [...[...registers, ...module.memories, ...module.properties].map(({ domain }) => domain), ...connected, ...named];
  return new Set(domains.map(({ clock }) => clock));
}
