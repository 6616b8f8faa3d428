/**
 * A module as its author wrote it: signals, control flow, memories, instances. Plain data; the builder makes
 * it, the checks and the Verilog emitter read it, `lower.ts` flattens it for the simulators.
 */
import type { Attributes } from './attributes.ts';
import type { Domain } from './domain.ts';
import type { Enumeration } from './enumeration.ts';
import type { ExternalInstance, NamedClock, PadBits } from './external.ts';
import type { SourceLocation } from './location.ts';
import type { BinaryOp, UnaryOp } from './netlist.ts';

export type SignalKind =
  | 'input'
  | 'output'
  /** both ways: leads to one pin of a foreign module, through instances */
  | 'inout'
  /** driven by `set` */
  | 'wire'
  /** driven by `next` */
  | 'register'
  /** input of an instance: driven here by `set` */
  | 'instanceInput'
  /** output of an instance: read here */
  | 'instanceOutput'
  /** data register of a synchronous memory read port; written by the port alone, never reset */
  | 'memoryOutput';

export interface Signal {
  readonly kind: SignalKind;
  /** as it stands in the Verilog */
  readonly name: string;
  readonly width: number;
  readonly location: SourceLocation;
  /** registers: reset and power-up value; null has no reset and starts random. Others: null */
  readonly init: bigint | null;
  /** combinational signals: value where no assignment is reached; undefined: every path must assign */
  readonly fallback: bigint | undefined;
  /** the clock that a register takes its value at, or that a port changes with */
  readonly domain: Domain;
  /** a wire that carries a value into its domain from another one: why that is safe */
  readonly crossing?: string;
  readonly attributes?: Attributes;
  /** what its author says of it, on one line */
  readonly comment?: string;
  /** what its values are called: the states of an FSM, the members of an enumeration */
  readonly enumeration?: Enumeration;
  /** exists only for properties (`past`) */
  readonly formal?: boolean;
}

/** `count[7:4]`: bits of a signal, in the words of a message. */
export function partName({ name }: Signal, low: number, width: number): string {
  return `${name}[${width === 1 ? low : `${low + width - 1}:${low}`}]`;
}

export type Expression = {
  readonly width: number;
} /** `enumeration` says what the value is called, where a signal of the module has that enumeration */ & (
  | { readonly kind: 'constant'; readonly value: bigint; readonly enumeration?: Enumeration }
  | { readonly kind: 'signal'; readonly signal: Signal }
  /** asynchronous read; of an address that has no word 0, unless it is known to have one (`exists`) */
  | { readonly kind: 'read'; readonly memory: Memory; readonly address: Expression; readonly exists?: true }
  | { readonly kind: 'unary'; readonly op: UnaryOp; readonly a: Expression }
  | { readonly kind: 'binary'; readonly op: BinaryOp; readonly a: Expression; readonly b: Expression }
  | { readonly kind: 'slice'; readonly a: Expression; readonly low: number }
  | { readonly kind: 'concat'; readonly parts: readonly Expression[] }
  | { readonly kind: 'mux'; readonly select: Expression; readonly a: Expression; readonly b: Expression }
);

export interface Memory {
  readonly name: string;
  readonly width: number;
  readonly depth: number;
  /** contents at power-up; null starts random (a block RAM that was never written) */
  readonly init: readonly bigint[] | null;
  /** what the synthesiser should use */
  readonly style: 'block' | 'distributed';
  /** the clock of the writes */
  readonly domain: Domain;
  /** the clock of a second write port */
  readonly second?: Domain;
  /** why reads from another domain never meet a write */
  readonly crossing?: string;
  readonly location: SourceLocation;
}

/** The domains whose clocks write a memory. */
export function writersOf({ domain, second }: Memory): readonly Domain[] {
  return second === undefined ? [domain] : [domain, second];
}

/** Synchronous read port, in the domain of `data`: it takes the word at `address` at the edge where `enable` is 1, and holds it otherwise. */
export interface SyncRead {
  readonly memory: Memory;
  readonly address: Expression;
  readonly enable: Expression;
  readonly data: Signal;
  /** what a read of the address that is written at the same edge returns */
  readonly onCollision: 'old' | 'new';
  readonly location: SourceLocation;
}

export type Statement =
  /** `set` of a combinational signal or `next` of a register, by the target's kind; a later one wins */
  | {
      readonly kind: 'assign';
      readonly target: Signal;
      /** set where a part of the target is assigned: its lowest bit; it has as many bits as the value */
      readonly low?: number;
      readonly value: Expression;
      readonly location: SourceLocation;
    }
  | {
      readonly kind: 'write';
      readonly memory: Memory;
      readonly address: Expression;
      readonly data: Expression;
      /** a bit for each lane of the word, the lowest first: lanes whose bit is 0 keep what they have; a divisor of the width many */
      readonly lanes?: Expression;
      /** that of the memory, or its second one */
      readonly domain: Domain;
      readonly location: SourceLocation;
    }
  | {
      readonly kind: 'if';
      readonly arms: readonly IfArm[];
      readonly otherwise: readonly Statement[] | undefined;
    }
  | {
      readonly kind: 'switch';
      readonly subject: Expression;
      readonly arms: readonly SwitchArm[];
      readonly otherwise: readonly Statement[] | undefined;
      /** what the values of the subject are called */
      readonly enumeration?: Enumeration;
      readonly location: SourceLocation;
    };

/** The first arm that fits is taken. */
export interface SwitchArm {
  readonly value: bigint;
  /** ones where the bits of the subject must be those of `value`, which has zeros elsewhere; undefined: everywhere */
  readonly care?: bigint;
  readonly body: readonly Statement[];
}

/** `1??0`. */
export function patternText(width: number, value: bigint, care: bigint): string {
  const bit = (index: bigint): string => (((care >> index) & 1n) === 0n ? '?' : String((value >> index) & 1n));
  return Array.from({ length: width }, (_, index) => bit(BigInt(width - 1 - index))).join('');
}

export interface IfArm {
  readonly condition: Expression;
  readonly body: readonly Statement[];
  readonly location: SourceLocation;
  /** a property was stated in the arm, or what it does stands elsewhere: it is not empty */
  readonly states?: boolean;
}

export interface Property {
  readonly kind: 'assert' | 'assume' | 'cover';
  readonly name: string;
  readonly condition: Expression;
  readonly domain: Domain;
  readonly location: SourceLocation;
}

/** `data` was `value` one cycle ago; reads 0 in the first cycle after reset. Only for properties. */
export interface Past {
  readonly data: Signal;
  readonly value: Expression;
}

/** A signal or memory inside an instance, by its path there (`fifo.words`), and the signal here that stands for it. */
export interface Observation {
  readonly inside: string;
  readonly signal: Signal;
}

export interface Instance {
  readonly name: string;
  readonly module: ModuleIr;
  /** port name of the instantiated module → the signal here that stands for it */
  readonly connections: readonly { readonly port: string; readonly signal: Signal }[];
  /** what properties here read inside the instance (`observed.ts`) */
  readonly observed: readonly Observation[];
  /** the domains that the instantiated module has as ports → the domain here that each is connected to */
  readonly domains: readonly { readonly port: Domain; readonly here: Domain }[];
  /** inout ports of the instantiated module → those here */
  readonly pads?: readonly { readonly pin: string; readonly pad: PadBits }[];
  readonly attributes?: Attributes;
  readonly location: SourceLocation;
}

export interface StreamPort {
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly valid: Signal;
  readonly ready: Signal;
  readonly last?: Signal;
  readonly payload: readonly Signal[];
}

export interface ModuleIr {
  readonly name: string;
  readonly description: string;
  readonly location: SourceLocation;
  /** inputs and outputs, in declaration order, without clocks and resets */
  readonly ports: readonly Signal[];
  readonly streams: readonly StreamPort[];
  /** the domains whose clock and reset are ports, the default one first */
  readonly domains: readonly Domain[];
  /** wires, registers, instance ports, memory outputs, in declaration order */
  readonly signals: readonly Signal[];
  readonly memories: readonly Memory[];
  readonly reads: readonly SyncRead[];
  readonly instances: readonly Instance[];
  /** instances of foreign modules */
  readonly externals: readonly ExternalInstance[];
  /** clocks that are made in the module and have a name of their own */
  readonly clocks: readonly NamedClock[];
  readonly statements: readonly Statement[];
  readonly properties: readonly Property[];
  readonly pasts: readonly Past[];
  readonly attributes?: Attributes;
  /** signals that the author says are deliberately not read */
  readonly unused: ReadonlySet<Signal>;
}
