/** The code of operations in one function: each once, in locals that are used again after the last use. */
import { addTo } from '../../ir/lists.ts';
import type { NodeId } from '../../ir/netlist.ts';
import {
  emitBinary,
  emitConstant,
  emitCopy,
  emitLoad,
  emitLoadOctet,
  emitMasked,
  emitMoved,
  emitMux,
  emitNot,
  emitParity,
  emitRepeat,
  emitSlice,
  newValue,
  type Value,
} from './arithmetic.ts';
import { type Code, I32, OP } from './encode.ts';
import { type Graph, type Operation, operandsOf, operationAt } from './graph.ts';
import { type Layout, slot } from './layout.ts';
import { type Schedule, type Scheduled, schedule } from './schedule.ts';
import { emitLookUp } from './tables.ts';

/** Emits operations in one function, each once; its locals are used again after the last use of a node. */
export class Evaluation {
  readonly #graph: Graph;
  readonly #layout: Layout;
  readonly #code: Code;
  readonly #isKept: (id: NodeId) => boolean;
  readonly #values = new Map<NodeId, Value>();
  /** nodes whose value stands in a local */
  readonly #owners = new Map<number, number>();

  /** @param isKept of operations whose value stands in memory already */
  constructor(graph: Graph, layout: Layout, code: Code, isKept: (id: NodeId) => boolean = () => false) {
    this.#graph = graph;
    this.#layout = layout;
    this.#code = code;
    this.#isKept = isKept;
  }

  /** Emits everything that the roots need, and gives each root to `take` as soon as it is there. */
  run(roots: readonly NodeId[], take: (id: NodeId, value: Value) => void): void {
    const wanted = new Set(roots);
    this.#emitAll(schedule(this.#graph, roots, this.#isKept), (id, value) => {
      if (wanted.has(id)) take(id, value);
    });
  }

  /** @param each called after each operation of the list; undefined: the list is an arm, whose result is used outside */
  #emitAll(list: Schedule, each?: (id: NodeId, value: Value) => void): void {
    const done = lastUses(this.#graph, list, each !== undefined);
    list.forEach(({ id, branch }, position) => {
      const operation = operationAt(this.#graph, id);
      const value = branch === undefined || operation.op !== 'mux' ? this.emit(id) : this.#branch(operation, branch);
      this.#own(id, value);
      this.#code.releaseTemporaries();
      each?.(id, value);
      this.#code.releaseTemporaries();
      for (const used of done.get(position) ?? []) this.#disown(used);
    });
  }

  #own(id: NodeId, value: Value): void {
    this.#values.set(id, value);
    this.#code.keep(value.limbs);
    for (const local of value.limbs) this.#owners.set(local, (this.#owners.get(local) ?? 0) + 1);
  }

  #disown(id: NodeId): void {
    const value = this.#values.get(id);
    this.#values.delete(id);
    for (const local of value?.limbs ?? []) {
      const owners = (this.#owners.get(local) ?? 0) - 1;
      this.#owners.set(local, owners);
      // two nodes may be one value, as an extension by zeros is
      if (owners === 0) this.#code.release(local);
    }
  }

  /** A mux as a branch: each arm evaluates what only it needs. */
  #branch(node: Extract<Operation, { op: 'mux' }>, branch: NonNullable<Scheduled['branch']>): Value {
    const code = this.#code;
    const result = newValue(code, node.width);
    code.keep(result.limbs);
    const arm = (list: Schedule, from: NodeId): void => {
      this.#emitAll(list);
      emitCopy(code, this.value(from), result);
      for (const { id } of list) this.#disown(id);
    };
    code.get(slot(this.value(node.select).limbs, 0));
    code.if(
      () => arm(branch.taken, node.a),
      () => arm(branch.other, node.b),
    );
    return result;
  }

  value(id: NodeId): Value {
    const value = this.#values.get(id);
    if (value === undefined) throw new RangeError(`operation ${id} comes after its user`);
    return value;
  }

  /** The value of a source, of a kept operation, or of one whose operands are there. */
  emit(id: NodeId): Value {
    const code = this.#code;
    const node = operationAt(this.#graph, id);
    const kept = this.#isKept(id) ? this.#layout.kept.get(id) : undefined;
    if (kept !== undefined) return emitLoad(code, node.width, kept.address);
    switch (node.op) {
      case 'constant':
        return emitConstant(code, node.width, node.value);
      case 'input':
        return emitLoad(code, node.width, slot(this.#layout.inputs, node.index).address);
      case 'register':
        return emitLoad(code, node.width, slot(this.#layout.registers, node.index).address);
      case 'read':
        return this.#read(node.width, node.memory, this.value(node.address));
      case 'look':
        return emitLookUp(code, slot(this.#layout.memories, node.memory).address, this.value(node.address));
      case 'move':
        return emitMoved(
          code,
          node.width,
          node.pieces.map(({ source, low, width, at }) => ({ source: this.value(source), low, width, at })),
        );
      case 'repeat':
        return emitRepeat(code, node.width, this.value(node.a));
      case 'mux':
        return this.#mux(node);
      case 'not':
        return emitNot(code, node.width, this.value(node.a));
      case 'reduceXor':
        return emitParity(code, this.value(node.a));
      default:
        return emitBinary(code, node.op, node.width, this.value(node.a), this.value(node.b));
    }
  }

  #mux({ width, select, a, b }: Extract<Operation, { op: 'mux' }>): Value {
    const code = this.#code;
    if (isZero(this.#graph, b)) return emitMasked(code, width, this.value(select), this.value(a));
    if (isZero(this.#graph, a)) return emitMasked(code, width, emitNot(code, 1, this.value(select)), this.value(b));
    return emitMux(code, width, this.value(select), this.value(a), this.value(b));
  }

  #read(width: number, memory: number, address: Value): Value {
    const code = this.#code;
    const { base, inside } = emitAddress(code, this.#graph, this.#layout, memory, address);
    const { address: start, stride } = slot(this.#layout.memories, memory);
    const word = stride === 1 ? emitLoadOctet(code, width, start, base) : emitLoad(code, width, start, base);
    return inside === undefined ? word : emitMasked(code, width, { width: 1, limbs: [inside] }, word);
  }
}

/** Locals with the octet offset of a memory word, and whether the address lies in the memory: undefined where it must, else the offset is 0 where it does not. */
export function emitAddress(
  code: Code,
  graph: Graph,
  layout: Layout,
  memory: number,
  index: Value,
): { readonly base: number; readonly inside: number | undefined } {
  const { depth } = slot(graph.memories, memory);
  const { stride } = slot(layout.memories, memory);
  const low = index.width > 32 ? emitSlice(code, 32, index, 0) : index;
  const base = code.local(I32);
  code.get(slot(low.limbs, 0));
  let inside: number | undefined;
  if (depth < 2 ** index.width) {
    const within = emitBinary(code, 'lt', 1, index, emitConstant(code, index.width, BigInt(depth)));
    inside = slot(within.limbs, 0);
    code.set(base);
    code.get(base).i32(0).get(inside).op(OP.select);
  }
  if (stride > 1) code.i32(stride).op(OP.i32Mul);
  code.set(base);
  return { base, inside };
}

function isZero(graph: Graph, id: NodeId): boolean {
  const operation = operationAt(graph, id);
  return operation.op === 'constant' && operation.value === 0n;
}

/**
 * By position in the list: the nodes of this list whose last use is there.
 * @param isWhole what nobody uses is done with at once; else it may be what the list is for
 */
function lastUses(graph: Graph, list: Schedule, isWhole: boolean): ReadonlyMap<number, readonly NodeId[]> {
  const own = new Set(list.map(({ id }) => id));
  const last = new Map<NodeId, number>(isWhole ? list.map(({ id }, position) => [id, position]) : []);
  const use = (items: Schedule, position: number): void => {
    for (const { id, branch } of items) {
      for (const operand of operandsOf(operationAt(graph, id))) if (own.has(operand)) last.set(operand, position);
      if (branch !== undefined) for (const arm of [branch.taken, branch.other]) use(arm, position);
    }
  };
  list.forEach((item, position) => use([item], position));
  const done = new Map<number, NodeId[]>();
  for (const [id, position] of last) addTo(done, position, id);
  return done;
}
