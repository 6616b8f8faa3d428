/**
 * What an operation depends on: the registers, memories and inputs that its value can be told from. Operations that depend on the
 * same make a group, which has to be evaluated only when some of that has changed.
 *
 * Sets are of 64 bits. A bit stands for the registers of one cluster of instances (`clusters.ts`) and one clock and the memories beside
 * them, or for the inputs of one interface; the last one for what is constant, which is evaluated once. Registers that never hold have
 * a bit apart from those beside them, which would seem to change as often, and so, apart from both, have those that go on by themselves,
 * such as a count of cycles; and what is compared with one that never holds has a bit of its own, since it seldom comes to anything
 * else than in the cycle before. Such a comparison is a `gate`: whoever reads it depends on that bit alone.
 */
import type { NodeId } from '../../ir/netlist.ts';
import { clustersOf, ownerOf } from './clusters.ts';
import { type Graph, type Operation, operandsOf, operationAt } from './graph.ts';

export interface Support {
  /** what the value of a node is computed from, or what is computed from it alone (`sinking.ts`) */
  readonly ofNode: readonly bigint[];
  /** gates between the sources and the node, one behind the other */
  readonly levels: readonly number[];
  /** the bit of each gate */
  readonly gates: ReadonlyMap<NodeId, bigint>;
  readonly ofRegister: readonly bigint[];
  readonly ofMemory: readonly bigint[];
  readonly ofInput: readonly bigint[];
}

/** Nothing that could change. */
const CONSTANT = 1n << 63n;
const BITS = 63;
const COMPARISONS: ReadonlySet<Operation['op']> = new Set(['eq', 'ne', 'lt', 'le', 'lts', 'les']);

export function supportOf(graph: Graph): Support {
  const clusterOf = clustersOf(graph.registers.map(({ name }) => name));
  const isRestless = graph.registers.map((register) => !mayHold(graph, register));
  const counting = countingOf(graph, isRestless);
  const kindOf = (index: number): string => (counting[index] === true ? 'counting' : isRestless[index] === true ? 'restless' : 'register');
  const registers = graph.registers.map(({ name, clock }, index) => `${kindOf(index)} ${clock} ${clusterOf(name)}`);
  // a memory changes with the registers beside it, as those that point into it
  const memories = graph.memories.map(({ name, writes: [write] }) => write && `register ${write.clock} ${clusterOf(name)}`);
  const inputs = graph.inputs.map(({ name }) => `input ${ownerOf(name, '_') || name}`);
  const keys = [...new Set([...registers, ...memories, ...inputs])].filter((key) => key !== undefined);
  // where there are more than bits, neighbours share one
  const share = Math.max(1, Math.ceil(keys.length / BITS));
  const bits = new Map(keys.map((key, index) => [key, 1n << BigInt(Math.floor(index / share))]));
  const bitOf = (key: string | undefined): bigint => (key === undefined ? 0n : (bits.get(key) ?? 0n));
  const ofRegister = registers.map(bitOf);
  const ofMemory = memories.map(bitOf);
  const ofInput = inputs.map(bitOf);
  const restless = ofRegister.reduce((set, bit, index) => (isRestless[index] === true ? set | bit : set), 0n);

  const ofNode: bigint[] = [];
  const levels: number[] = [];
  const gates = new Map<NodeId, bigint>();
  /** by level and support: gates that are evaluated together share a bit */
  const bitsOfGates = new Map<string, bigint>();
  let free = Math.ceil(keys.length / share);
  graph.nodes.forEach((node, id) => {
    let set = 0n;
    let level = 0;
    if (node.op === 'register') set = ofRegister[node.index] ?? 0n;
    else if (node.op === 'input') set = ofInput[node.index] ?? 0n;
    else if (node.op === 'read') set = ofMemory[node.memory] ?? 0n;
    for (const operand of operandsOf(node)) {
      const gate = gates.get(operand);
      set |= gate ?? ofNode[operand] ?? 0n;
      level = Math.max(level, (levels[operand] ?? 0) + (gate === undefined ? 0 : 1));
    }
    ofNode.push(withoutConstant(set));
    levels.push(level);
    if (!COMPARISONS.has(node.op) || (set & restless) === 0n) return;
    const key = `${level} ${set}`;
    const bit = bitsOfGates.get(key) ?? (free < BITS ? 1n << BigInt(free++) : undefined);
    if (bit === undefined) return;
    bitsOfGates.set(key, bit);
    gates.set(id, bit);
  });
  return { ofNode, levels, gates, ofRegister, ofMemory, ofInput };
}

/** Whether there is a condition under which the register keeps what it has, or a part of it. */
function mayHold(graph: Graph, { node, next }: Graph['registers'][number]): boolean {
  const choices = new Set([next]);
  for (const id of choices) {
    if (id === node) return true;
    const operation = operationAt(graph, id);
    if (operation.op === 'mux') choices.add(operation.a).add(operation.b);
    if (operation.op === 'move') for (const { source } of operation.pieces) choices.add(source);
  }
  return false;
}

/** Registers behind each other, at the most, that are told from those which go on by themselves. */
const CHAIN = 4;

/** Registers that go on by themselves, such as a count of cycles: what they take next is told from such registers alone. */
function countingOf(graph: Graph, isRestless: readonly boolean[]): readonly boolean[] {
  let counting = isRestless;
  for (let round = 0; round < CHAIN; round++) {
    const isTold: boolean[] = [];
    for (const node of graph.nodes) {
      if (node.op === 'register') isTold.push(counting[node.index] === true);
      else isTold.push(node.op !== 'input' && node.op !== 'read' && operandsOf(node).every((operand) => isTold[operand] === true));
    }
    counting = graph.registers.map(({ next }, index) => counting[index] === true && isTold[next] === true);
  }
  return counting;
}

/** What changes the values of some nodes. */
export function union({ ofNode, gates }: Support, ids: readonly NodeId[]): bigint {
  return withoutConstant(ids.reduce((set, id) => set | (gates.get(id) ?? ofNode[id] ?? 0n), 0n));
}

export function isConstant(set: bigint): boolean {
  return set === CONSTANT;
}

/** What depends on anything at all is not constant. */
function withoutConstant(set: bigint): bigint {
  const rest = set & ~CONSTANT;
  return rest === 0n ? CONSTANT : rest;
}
