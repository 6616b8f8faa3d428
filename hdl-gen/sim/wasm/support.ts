/**
 * What an operation depends on: the registers, memories and inputs that its value can be told from. Operations that depend on the
 * same make a group, which has to be evaluated only when some of that has changed.
 *
 * Sets are of 64 bits. A bit stands for the registers of one instance and one clock and the memories beside them, or for the inputs of
 * one interface; the last one for what is constant, which is evaluated once.
 */
import type { NodeId } from '../../ir/netlist.ts';
import { type Graph, operandsOf } from './graph.ts';

export interface Support {
  readonly ofNode: readonly bigint[];
  readonly ofRegister: readonly bigint[];
  readonly ofMemory: readonly bigint[];
  readonly ofInput: readonly bigint[];
}

/** Nothing that could change. */
const CONSTANT = 1n << 63n;
const BITS = 63;

export function supportOf(graph: Graph): Support {
  const registers = graph.registers.map(({ name, clock }) => `register ${clock} ${ownerOf(name, '.')}`);
  // a memory changes with the registers beside it, as those that point into it
  const memories = graph.memories.map(({ name, writes: [write] }) => write && `register ${write.clock} ${ownerOf(name, '.')}`);
  const inputs = graph.inputs.map(({ name }) => `input ${ownerOf(name, '_') || name}`);
  const keys = [...new Set([...registers, ...memories, ...inputs])].filter((key) => key !== undefined);
  // where there are more than bits, neighbours share one
  const share = Math.max(1, Math.ceil(keys.length / BITS));
  const bits = new Map(keys.map((key, index) => [key, 1n << BigInt(Math.floor(index / share))]));
  const bitOf = (key: string | undefined): bigint => (key === undefined ? 0n : (bits.get(key) ?? 0n));
  const ofRegister = registers.map(bitOf);
  const ofMemory = memories.map(bitOf);
  const ofInput = inputs.map(bitOf);

  const ofNode: bigint[] = [];
  for (const node of graph.nodes) {
    let set = 0n;
    if (node.op === 'register') set = ofRegister[node.index] ?? 0n;
    else if (node.op === 'input') set = ofInput[node.index] ?? 0n;
    else if (node.op === 'read') set = ofMemory[node.memory] ?? 0n;
    for (const operand of operandsOf(node)) set |= ofNode[operand] ?? 0n;
    ofNode.push(withoutConstant(set));
  }
  return { ofNode, ofRegister, ofMemory, ofInput };
}

/** The union of the supports of some nodes. */
export function union({ ofNode }: Support, ids: readonly NodeId[]): bigint {
  return withoutConstant(ids.reduce((set, id) => set | (ofNode[id] ?? 0n), 0n));
}

/** What depends on anything at all is not constant. */
function withoutConstant(set: bigint): bigint {
  const rest = set & ~CONSTANT;
  return rest === 0n ? CONSTANT : rest;
}

/** `a.b` of `a.b.c`; empty at the top. */
function ownerOf(name: string, separator: string): string {
  const end = name.lastIndexOf(separator);
  return end < 0 ? '' : name.slice(0, end);
}
