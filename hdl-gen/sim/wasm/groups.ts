/** The operations of a design by what they depend on, in an order in which each group finds what it needs done. */
import type { NodeId } from '../../ir/netlist.ts';
import { type Graph, isSource, operandsOf, operationAt, seenAtEdge } from './graph.ts';
import { operations } from './schedule.ts';
import type { Support } from './support.ts';

/** Operations of WebAssembly beyond which a group is cut: engines take 50,000 values at once in a function, and long for the making of a large one. */
const LARGEST = 100_000;

export interface Group {
  readonly support: bigint;
  /** gates behind which it stands (`support.ts`) */
  readonly level: number;
  /** which part it is of what depends on the same, as large as a function may be */
  readonly part: number;
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
  /** of each operation, the part of its group */
  readonly parts: readonly number[];
}

export function groupsOf(graph: Graph, support: Support): Groups {
  const parts = partsOf(graph, support);
  const groups = new Map<
    string,
    { support: bigint; level: number; part: number; kept: NodeId[]; outputs: number[]; registers: number[] }
  >();
  const groupOf = (id: NodeId): { kept: NodeId[]; outputs: number[]; registers: number[] } => {
    const [set, level, part] = [support.ofNode[id] ?? 0n, support.levels[id] ?? 0, parts[id] ?? 0];
    const key = `${level} ${set} ${part}`;
    const group = groups.get(key) ?? { support: set, level, part, kept: [], outputs: [], registers: [] };
    groups.set(key, group);
    return group;
  };
  const atEdge = seenAtEdge(graph).filter((id) => !isSource(operationAt(graph, id)));
  const taken = [...graph.registers.entries()].filter(([, { next, node }]) => next !== node);
  // a register that takes another one's value takes that before the edge, so it is kept as well
  const kept = new Set([...atEdge, ...taken.map(([, { next }]) => next)]);

  const seen = new Set<NodeId>();
  const stack = [...kept, ...graph.outputs.map(({ node }) => node)];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    if (support.gates.has(id)) kept.add(id);
    for (const operand of operandsOf(operationAt(graph, id))) {
      stack.push(operand);
      if (!isTogether(support, parts, operand, id) && !isSource(operationAt(graph, operand))) kept.add(operand);
    }
  }

  for (const id of kept) groupOf(id).kept.push(id);
  graph.outputs.forEach(({ node }, index) => groupOf(node).outputs.push(index));
  for (const [index, { next }] of taken) groupOf(next).registers.push(index);
  // a subset is smaller, so it comes first
  const list = [...groups.values()]
    .map((group) => ({ group, size: sizeOf(group.support) }))
    .sort((a, b) => a.group.level - b.group.level || a.size - b.size || a.group.part - b.group.part)
    .map(({ group }) => group);
  return { list, kept: [...kept], parts };
}

/** Operations come after what they are computed from, so a part needs those before it alone. */
function partsOf(graph: Graph, { ofNode, levels }: Support): number[] {
  const sizes = new Map<string, number>();
  return graph.nodes.map((operation, id) => {
    const key = `${levels[id]} ${ofNode[id]}`;
    const size = (sizes.get(key) ?? 0) + operations(operation);
    sizes.set(key, size);
    return Math.floor(size / LARGEST);
  });
}

function isTogether({ ofNode, levels }: Support, parts: readonly number[], a: NodeId, b: NodeId): boolean {
  return ofNode[a] === ofNode[b] && levels[a] === levels[b] && parts[a] === parts[b];
}

/** Elements of a set; what is constant is needed by all others. */
function sizeOf(support: bigint): number {
  let size = 0;
  for (let rest = support & ((1n << 63n) - 1n); rest > 0n; rest &= rest - 1n) size++;
  return size;
}
