/**
 * What to evaluate where. Most registers hold most of the time, so what only one arm of a mux needs is evaluated
 * only when that arm is taken: such a mux becomes a branch, and the nodes that nobody else uses move into it.
 */
import { addTo } from '../../ir/lists.ts';
import type { NodeId } from '../../ir/netlist.ts';
import { type Graph, type Operation, operandsOf, operationAt } from './graph.ts';
import { isNarrow, limbCount } from './layout.ts';

/** A list of nodes in topological order; a mux that is a branch brings the nodes of its arms with it. */
export type Schedule = readonly Scheduled[];

export interface Scheduled {
  readonly id: NodeId;
  readonly branch?: { readonly taken: Schedule; readonly other: Schedule };
}

/** Branches inside branches, at most: a chain of a thousand conditions would be a thousand deep. */
const DEEPEST = 64;

/** A branch pays when it saves at least so many operations. */
const WORTH = 12;

interface Scope {
  readonly parent: Scope | undefined;
  readonly depth: number;
}

const ROOT: Scope = { parent: undefined, depth: 0 };

/** @param isKnown whose value stands elsewhere: it is loaded, and what it is computed from is left alone */
export function schedule(graph: Graph, roots: readonly NodeId[], isKnown: (id: NodeId) => boolean): Schedule {
  const operandsHere = (id: NodeId): readonly NodeId[] => (isKnown(id) ? [] : operandsOf(operationAt(graph, id)));
  const nodes = reachable(roots, operandsHere);
  // first as if every mux were a branch, then with those only that pay
  const all = place(graph, nodes, roots, operandsHere, (id) => !isKnown(id));
  const cost = new Map<Scope, number>();
  for (const id of nodes) add(cost, all.scopeOf.get(id), isKnown(id) ? 0 : operations(operationAt(graph, id)));
  const pays = (id: NodeId): boolean => (all.arms.get(id) ?? []).reduce((sum, arm) => sum + (cost.get(arm) ?? 0), 0) >= WORTH;
  const { scopeOf, arms } = place(graph, nodes, roots, operandsHere, pays);

  const members = new Map<Scope, NodeId[]>();
  for (const id of nodes) addTo(members, scopeOf.get(id) ?? ROOT, id);
  const listOf = (scope: Scope): Schedule =>
    (members.get(scope) ?? []).map((id) => {
      const [taken, other] = arms.get(id) ?? [];
      return taken === undefined || other === undefined ? { id } : { id, branch: { taken: listOf(taken), other: listOf(other) } };
    });
  return listOf(ROOT);
}

/** The nodes that the roots need, each shortly before the first that uses it, so that few values are waited for at once. */
function reachable(roots: readonly NodeId[], operandsHere: (id: NodeId) => readonly NodeId[]): NodeId[] {
  const done = new Set<NodeId>();
  const stack = roots.toReversed();
  for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
    const waiting = done.has(id) ? [] : operandsHere(id).filter((operand) => !done.has(operand));
    if (waiting.length > 0) for (const operand of waiting.reverse()) stack.push(operand);
    else {
      done.add(id);
      stack.pop();
    }
  }
  return [...done];
}

/** The innermost scope around all uses of each node: users come after what they use, so one pass from the end suffices. */
function place(
  graph: Graph,
  nodes: readonly NodeId[],
  roots: readonly NodeId[],
  operandsHere: (id: NodeId) => readonly NodeId[],
  isBranch: (id: NodeId) => boolean,
) {
  const scopeOf = new Map<NodeId, Scope>(roots.map((id) => [id, ROOT]));
  const arms = new Map<NodeId, readonly [Scope, Scope]>();
  const use = (id: NodeId, scope: Scope): void => {
    const before = scopeOf.get(id);
    scopeOf.set(id, before === undefined ? scope : common(before, scope));
  };
  for (const id of nodes.toReversed()) {
    const node = operationAt(graph, id);
    const scope = scopeOf.get(id) ?? ROOT;
    if (node.op === 'mux' && scope.depth < DEEPEST && isBranch(id)) {
      const inside = (): Scope => ({ parent: scope, depth: scope.depth + 1 });
      const [taken, other] = [inside(), inside()];
      arms.set(id, [taken, other]);
      use(node.select, scope);
      use(node.a, taken);
      use(node.b, other);
    } else {
      // a register is read before the cycle changes any, a constant costs nothing
      for (const operand of operandsHere(id)) use(operand, scope);
    }
  }
  return { scopeOf, arms };
}

function common(a: Scope, b: Scope): Scope {
  let [x, y] = [a, b];
  while (x !== y) {
    if (x.depth >= y.depth && x.parent !== undefined) x = x.parent;
    else if (y.parent !== undefined) y = y.parent;
  }
  return x;
}

/** About how many WebAssembly operations a node costs. */
export function operations(node: Operation): number {
  const limbs = isNarrow(node.width) ? 1 : limbCount(node.width);
  switch (node.op) {
    case 'constant':
    case 'input':
    case 'register':
      return 0;
    case 'shl':
    case 'shr':
    case 'sar':
      return limbs === 1 ? 3 : 40 * limbs;
    case 'mul':
      return limbs === 1 ? 3 : 32 * limbs * limbs;
    case 'move':
      return 2 * node.pieces.length;
    case 'read':
      return 6 * limbs;
    case 'look':
      return node.width;
    default:
      return 3 * limbs;
  }
}

function add(cost: Map<Scope, number>, scope: Scope | undefined, amount: number): void {
  const at = scope ?? ROOT;
  cost.set(at, (cost.get(at) ?? 0) + amount);
  // what stands in an inner scope is saved with the outer one too
  if (at.parent !== undefined) add(cost, at.parent, amount);
}
