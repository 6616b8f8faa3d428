/** The operations of a design by what they depend on, in an order in which each group finds what it needs done. */
import { addTo } from '../../ir/lists.ts';
import type { NodeId } from '../../ir/netlist.ts';
import { type Graph, isSource, operandsOf, operationAt } from './graph.ts';
import type { Support } from './support.ts';

export interface Group {
  readonly support: bigint;
  /** operations whose value is kept for other groups and for the edge */
  readonly kept: readonly NodeId[];
  /** indices of outputs, and of registers whose next value it has */
  readonly outputs: readonly number[];
  readonly registers: readonly number[];
}

export interface Groups {
  /** what a group depends on comes before it */
  readonly list: readonly Group[];
  /** all operations whose value is kept */
  readonly kept: readonly NodeId[];
}

export function groupsOf(graph: Graph, { ofNode }: Support): Groups {
  const supportOf = (id: NodeId): bigint => ofNode[id] ?? 0n;
  const atEdge = [
    ...graph.memories.flatMap(({ writes }) => writes.flatMap(({ enable, address, data }) => [enable, address, data])),
    ...graph.properties.flatMap(({ condition, enable }) => [condition, enable]),
    ...graph.registers.flatMap(({ settled }) => (settled === undefined ? [] : [settled])),
  ].filter((id) => !isSource(operationAt(graph, id)));
  const taken = [...graph.registers.entries()].filter(([, { next, node }]) => next !== node);
  // a register that takes another one's value takes that before the edge, so it is kept as well
  const kept = new Set([...atEdge, ...taken.map(([, { next }]) => next)]);

  const seen = new Set<NodeId>();
  const stack = [...kept, ...graph.outputs.map(({ node }) => node)];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    for (const operand of operandsOf(operationAt(graph, id))) {
      stack.push(operand);
      if (supportOf(operand) !== supportOf(id) && !isSource(operationAt(graph, operand))) kept.add(operand);
    }
  }

  const of = { kept: new Map<bigint, NodeId[]>(), outputs: new Map<bigint, number[]>(), registers: new Map<bigint, number[]>() };
  for (const id of kept) addTo(of.kept, supportOf(id), id);
  graph.outputs.forEach(({ node }, index) => {
    addTo(of.outputs, supportOf(node), index);
  });
  for (const [index, { next }] of taken) addTo(of.registers, supportOf(next), index);
  const supports = new Set([...of.kept.keys(), ...of.outputs.keys()]);
  // a subset is smaller, so it comes first
  const list = [...supports]
    .map((support) => ({ support, size: sizeOf(support) }))
    .sort((a, b) => a.size - b.size)
    .map(({ support }) => ({
      support,
      kept: of.kept.get(support) ?? [],
      outputs: of.outputs.get(support) ?? [],
      registers: of.registers.get(support) ?? [],
    }));
  return { list, kept: [...kept] };
}

/** Elements of a set; what is constant is needed by all others. */
function sizeOf(support: bigint): number {
  let size = 0;
  for (let rest = support & ((1n << 63n) - 1n); rest > 0n; rest &= rest - 1n) size++;
  return size;
}
