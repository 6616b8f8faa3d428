/**
 * A netlist as it is compiled. Everything that only moves bits (slices, joins, extensions, shifts by constants) is one operation,
 * `move`, from where the bits first stood; copies of one bit are another, `repeat`.
 */
import type { BinaryOp, Netlist, NetNode, NodeId } from '../../ir/netlist.ts';

/** Bits [low, low + width) of `source`, which stand from bit `at` on in the result. */
export interface Piece {
  readonly source: NodeId;
  readonly low: number;
  readonly width: number;
  readonly at: number;
}

export type Operation =
  | Extract<NetNode, { op: 'constant' | 'input' | 'register' | 'read' | 'mux' }>
  | ({ readonly width: number } & (
      | { readonly op: 'not' | 'reduceXor'; readonly a: NodeId }
      | { readonly op: BinaryOp; readonly a: NodeId; readonly b: NodeId }
      /** bits that no piece covers are 0 */
      | { readonly op: 'move'; readonly pieces: readonly Piece[] }
      /** each octet of the result is the word of a table at the same octet of the address */
      | { readonly op: 'look'; readonly memory: number; readonly address: NodeId }
      /** every bit of the result is the one bit of `a` */
      | { readonly op: 'repeat'; readonly a: NodeId }
    ));

/** A netlist with operations in the place of its nodes. */
export interface Graph extends Omit<Netlist, 'nodes'> {
  readonly nodes: readonly Operation[];
}

/** The operations that an operation is computed from. */
export function operandsOf(operation: Operation): readonly NodeId[] {
  switch (operation.op) {
    case 'constant':
    case 'input':
    case 'register':
      return [];
    case 'read':
    case 'look':
      return [operation.address];
    case 'mux':
      return [operation.select, operation.a, operation.b];
    case 'move':
      return operation.pieces.map(({ source }) => source);
    default:
      return 'b' in operation ? [operation.a, operation.b] : [operation.a];
  }
}

/** What an edge looks at, beside the next values of registers. */
export function seenAtEdge({ memories, properties, registers }: Graph): readonly NodeId[] {
  return [
    ...memories.flatMap(({ writes }) => writes.flatMap(({ enable, address, data }) => [enable, address, data])),
    ...properties.flatMap(({ condition, enable }) => [condition, enable]),
    ...registers.flatMap(({ settled }) => (settled === undefined ? [] : [settled])),
  ];
}

/** What holds its value from one edge to the next, and constants: nothing has to be computed for it. */
export function isSource({ op }: Operation): boolean {
  return op === 'constant' || op === 'input' || op === 'register';
}

export function operationAt(graph: Graph, id: NodeId): Operation {
  const operation = graph.nodes[id];
  if (operation === undefined) throw new RangeError(`no operation ${id}`);
  return operation;
}
