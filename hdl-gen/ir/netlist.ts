/**
 * A design after elaboration: flat, without control flow, in topological order.
 *
 * Every simulator and every check that needs a graph works on this form; the Verilog emitter does not (it
 * prints the structured form of `module.ts`), so that a simulator run on the emitted text is an independent
 * witness of this lowering.
 *
 * Values are two-state and unsigned: a node of width w holds an integer in [0, 2^w).
 */
import type { Enumeration } from './enumeration.ts';

/** Index of a node in `Netlist.nodes`; every argument of a node has a smaller index than the node. */
export type NodeId = number;

export type BinaryOp =
  | 'and'
  | 'or'
  | 'xor'
  /** modulo 2^width; both arguments have the node's width */
  | 'add'
  | 'sub'
  | 'mul'
  /** one-bit results; both arguments have one width */
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  /** the same comparisons on two's complement values */
  | 'lts'
  | 'les'
  /** shifts of `a` (the node's width) by the unsigned value of `b` (any width); `sar` copies the sign bit */
  | 'shl'
  | 'shr'
  | 'sar';

export type UnaryOp =
  | 'not'
  /** one-bit results over all bits of `a` */
  | 'reduceAnd'
  | 'reduceOr'
  | 'reduceXor'
  /** widen `a` to the node's width, with zeros or with copies of its top bit */
  | 'zext'
  | 'sext';

export type NetNode = { readonly width: number } & (
  | { readonly op: 'constant'; readonly value: bigint }
  /** current value of the input port `inputs[index]` */
  | { readonly op: 'input'; readonly index: number }
  /** current value of `registers[index]` */
  | { readonly op: 'register'; readonly index: number }
  /** word of `memories[memory]` at `address`, before this cycle's writes; an address >= depth reads 0 */
  | { readonly op: 'read'; readonly memory: number; readonly address: NodeId }
  | { readonly op: UnaryOp; readonly a: NodeId }
  | { readonly op: BinaryOp; readonly a: NodeId; readonly b: NodeId }
  /** bits [low, low + width) of `a` */
  | { readonly op: 'slice'; readonly a: NodeId; readonly low: number }
  /** most significant part first, as in Verilog's braces */
  | { readonly op: 'concat'; readonly parts: readonly NodeId[] }
  /** `select` is one bit wide: 1 takes `a`, 0 takes `b` */
  | { readonly op: 'mux'; readonly select: NodeId; readonly a: NodeId; readonly b: NodeId }
);

export interface NetPort {
  readonly name: string;
  readonly width: number;
  readonly node: NodeId;
}

export interface NetRegister {
  /** hierarchical, joined with dots: `u_fifo.count` */
  readonly name: string;
  readonly width: number;
  /** name of the clock port at whose rising edge `next` is taken */
  readonly clock: string;
  /** value at power-up; null starts random from the simulator's seed (a register without reset) */
  readonly init: bigint | null;
  /** the node `{op: 'register'}` that reads it */
  readonly node: NodeId;
  /** next value; resets and enables are already muxes in it */
  readonly next: NodeId;
  /** with an asynchronous reset: `init` while that is given, else `node`; the register takes it whenever the logic settles */
  readonly settled?: NodeId;
  /** what its values are called, for waveforms */
  readonly enumeration?: Enumeration;
}

export interface NetMemory {
  readonly name: string;
  readonly width: number;
  readonly depth: number;
  /** contents at power-up; null starts random from the simulator's seed */
  readonly init: readonly bigint[] | null;
  /** at the edge of the write's clock, in this order: a later write to the same address wins; an address >= depth writes nothing */
  readonly writes: readonly { readonly clock: string; readonly enable: NodeId; readonly address: NodeId; readonly data: NodeId }[];
}

export interface NetProperty {
  /** hierarchical name */
  readonly name: string;
  readonly kind: 'assert' | 'assume' | 'cover';
  readonly clock: string;
  /** one bit; checked at the edge in cycles where `enable` is 1 (it is 0 in reset) */
  readonly condition: NodeId;
  readonly enable: NodeId;
  /** the user's source line, for messages */
  readonly location: string;
}

export interface Netlist {
  readonly name: string;
  readonly nodes: readonly NetNode[];
  /** data inputs, resets included, clocks excluded */
  readonly inputs: readonly NetPort[];
  /** each is sampled at the edges of its clock */
  readonly outputs: readonly (NetPort & { readonly clock: string })[];
  /** the first is the default one; of a design without a clock one without a name, which is no port: a step settles it and samples */
  readonly clocks: readonly string[];
  readonly registers: readonly NetRegister[];
  readonly memories: readonly NetMemory[];
  readonly properties: readonly NetProperty[];
  /** named signals other than ports and registers, hierarchical, for waveforms */
  readonly wires: readonly NetPort[];
  /** names of the inputs that asynchronous resets are made of: a change of one acts at once, and is seen even between two edges */
  readonly resetting: readonly string[];
}

/** The nodes that a node is computed from. */
export function argumentsOf(node: NetNode): readonly NodeId[] {
  switch (node.op) {
    case 'constant':
    case 'input':
    case 'register':
      return [];
    case 'read':
      return [node.address];
    case 'concat':
      return node.parts;
    case 'mux':
      return [node.select, node.a, node.b];
    default:
      return 'b' in node ? [node.a, node.b] : [node.a];
  }
}
