/**
 * What only one group needs is evaluated there, though it depends on less. It would be evaluated less often by itself; but it would be
 * kept, and evaluated whether its value is looked at or not, where a branch of the group that needs it may leave it out.
 */
import { addTo } from '../../ir/lists.ts';
import type { NodeId } from '../../ir/netlist.ts';
import { type Graph, isSource, operandsOf, operationAt, seenAtEdge } from './graph.ts';
import { isConstant, type Support } from './support.ts';

export function sunk(graph: Graph, support: Support): Support {
  const { gates } = support;
  const [ofNode, levels] = [[...support.ofNode], [...support.levels]];
  const { roots, users } = usesOf(graph);
  const isSinking = (id: NodeId): boolean =>
    !roots.has(id) && !gates.has(id) && !isSource(operationAt(graph, id)) && !isConstant(ofNode[id] ?? 0n);
  // users come behind what they use, so theirs are settled
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const [first, ...others] = users.get(id) ?? [];
    if (first === undefined || !isSinking(id)) continue;
    const [set, level] = [ofNode[first] ?? 0n, levels[first] ?? 0];
    if (others.some((user) => ofNode[user] !== set || levels[user] !== level)) continue;
    ofNode[id] = set;
    levels[id] = level;
  }
  return { ...support, ofNode, levels };
}

/** What is seen from outside, and of each operation that it takes, which others use it. */
function usesOf(graph: Graph): { readonly roots: ReadonlySet<NodeId>; readonly users: ReadonlyMap<NodeId, readonly NodeId[]> } {
  const roots = new Set([...seenAtEdge(graph), ...graph.registers.map(({ next }) => next), ...graph.outputs.map(({ node }) => node)]);
  const users = new Map<NodeId, NodeId[]>();
  const reached = new Set(roots);
  // the loop comes to what it adds, too
  for (const id of reached)
    for (const operand of operandsOf(operationAt(graph, id))) {
      addTo(users, operand, id);
      reached.add(operand);
    }
  return { roots, users };
}
