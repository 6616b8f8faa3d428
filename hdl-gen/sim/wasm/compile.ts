/** Netlist → WebAssembly: one function that runs cycles, one that settles the outputs, one that settles the named wires. */
import { addTo } from '../../ir/lists.ts';
import { argumentsOf, type Netlist, type NetNode, type NodeId } from '../../ir/netlist.ts';
import {
  emitBinary,
  emitConcat,
  emitConstant,
  emitCopy,
  emitLoad,
  emitMux,
  emitSlice,
  emitStore,
  emitUnary,
  newValue,
  type Value,
} from './arithmetic.ts';
import { Code, encodeModule, I32, OP, type WasmFunction } from './encode.ts';
import { type Layout, layOut } from './layout.ts';
import { type Schedule, type Scheduled, schedule } from './schedule.ts';

export interface WasmDesign {
  readonly netlist: Netlist;
  readonly layout: Layout;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a compiled design exports. */
export interface WasmExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly settle: () => void;
  readonly trace: () => void;
  /** `run_<clock>`: runs up to that many cycles, and returns how many it ran before a property failed */
  readonly [run: `run_${string}`]: (cycles: number) => number;
}

const PAGE = 65536;

export function compileToWasm(netlist: Netlist): WasmDesign {
  const layout = layOut(netlist);
  const functions: WasmFunction[] = [
    { name: 'settle', parameters: [], results: [], code: settle(netlist, layout) },
    { name: 'trace', parameters: [], results: [], code: trace(netlist, layout) },
    ...netlist.clocks.map((clock) => ({ name: `run_${clock}`, parameters: [I32], results: [I32], code: run(netlist, layout, clock) })),
  ];
  return { netlist, layout, bytes: encodeModule(functions, Math.ceil(layout.size / PAGE) + 1) };
}

/** Emits nodes on demand of one function, each once; its locals are used again after the last use of a node. */
class Evaluation {
  readonly #netlist: Netlist;
  readonly #layout: Layout;
  readonly #code: Code;
  readonly #values = new Map<NodeId, Value>();
  /** nodes whose value stands in a local */
  readonly #owners = new Map<number, number>();
  #roots: ReadonlySet<NodeId> = new Set();

  constructor(netlist: Netlist, layout: Layout, code: Code) {
    this.#netlist = netlist;
    this.#layout = layout;
    this.#code = code;
  }

  /** Emits everything that the roots need; the roots stay. */
  prepare(roots: readonly NodeId[]): void {
    this.#roots = new Set(roots);
    this.#emitAll(schedule(this.#netlist, roots));
  }

  #emitAll(list: Schedule): void {
    const done = lastUses(this.#netlist, list);
    list.forEach(({ id, branch }, position) => {
      const node = this.#node(id);
      const value = branch === undefined || node.op !== 'mux' ? this.#emit(node) : this.#branch(node, branch);
      this.#own(id, value);
      this.#code.releaseTemporaries();
      for (const used of done.get(position) ?? []) if (!this.#roots.has(used)) this.#disown(used);
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
  #branch(node: Extract<NetNode, { op: 'mux' }>, branch: NonNullable<Scheduled['branch']>): Value {
    const code = this.#code;
    const result = newValue(code, node.width);
    code.keep(result.limbs);
    const arm = (list: Schedule, from: NodeId): void => {
      this.#emitAll(list);
      emitCopy(code, this.value(from), result);
      for (const { id } of list) if (!this.#roots.has(id)) this.#disown(id);
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
    if (value === undefined) throw new RangeError(`node ${id} was not prepared`);
    return value;
  }

  #node(id: NodeId): NetNode {
    const node = this.#netlist.nodes[id];
    if (node === undefined) throw new RangeError(`no node ${id}`);
    return node;
  }

  #emit(node: NetNode): Value {
    const code = this.#code;
    switch (node.op) {
      case 'constant':
        return emitConstant(code, node.width, node.value);
      case 'input':
        return emitLoad(code, node.width, slot(this.#layout.inputs, node.index).address);
      case 'register':
        return emitLoad(code, node.width, slot(this.#layout.registers, node.index).address);
      case 'read':
        return this.#read(node.width, node.memory, node.address);
      case 'slice':
        return emitSlice(code, node.width, this.value(node.a), node.low);
      case 'concat':
        return emitConcat(
          code,
          node.width,
          node.parts.map((part) => this.value(part)),
        );
      case 'mux':
        return emitMux(code, node.width, this.value(node.select), this.value(node.a), this.value(node.b));
      case 'not':
      case 'reduceAnd':
      case 'reduceOr':
      case 'reduceXor':
      case 'zext':
      case 'sext':
        return emitUnary(code, node.op, node.width, this.value(node.a));
      default:
        return emitBinary(code, node.op, node.width, this.value(node.a), this.value(node.b));
    }
  }

  #read(width: number, memory: number, address: NodeId): Value {
    const code = this.#code;
    const { base, inside } = this.address(memory, address);
    const word = emitLoad(code, width, slot(this.#layout.memories, memory).address, base);
    return emitMux(code, width, { width: 1, limbs: [inside] }, word, emitConstant(code, width, 0n));
  }

  /** Locals with the octet offset of a memory word, and whether the address lies in the memory; the offset is 0 where it does not. */
  address(memory: number, address: NodeId): { base: number; inside: number } {
    const code = this.#code;
    const { depth } = slot(this.#netlist.memories, memory);
    const index = this.value(address);
    const inside = emitBinary(code, 'lt', 1, index, emitConstant(code, Math.max(index.width, 1), clamp(BigInt(depth), index.width)));
    const always = depth >= 2 ** index.width;
    const base = code.local(I32);
    const flag = code.local(I32);
    // after the nodes, addresses of writes are asked for one by one, and nothing is given back
    if (always) code.i32(1).set(flag);
    else code.get(slot(inside.limbs, 0)).set(flag);
    const low = index.width > 32 ? emitSlice(code, 32, index, 0) : index;
    code.get(slot(low.limbs, 0)).i32(0).get(flag).op(OP.select).i32(slot(this.#layout.memories, memory).stride).op(OP.i32Mul).set(base);
    return { base, inside: flag };
  }
}

/** By position in the list: the nodes of this list whose last use is there. What leaves the list is not among them. */
function lastUses(netlist: Netlist, list: Schedule): ReadonlyMap<number, readonly NodeId[]> {
  const own = new Set(list.map(({ id }) => id));
  const last = new Map<NodeId, number>();
  const use = (items: Schedule, position: number): void => {
    for (const { id, branch } of items) {
      const node = netlist.nodes[id];
      for (const argument of node === undefined ? [] : argumentsOf(node)) if (own.has(argument)) last.set(argument, position);
      if (branch !== undefined) for (const arm of [branch.taken, branch.other]) use(arm, position);
    }
  };
  list.forEach((item, position) => use([item], position));
  const done = new Map<number, NodeId[]>();
  for (const [id, position] of last) addTo(done, position, id);
  return done;
}

function clamp(value: bigint, width: number): bigint {
  const largest = (1n << BigInt(width)) - 1n;
  return value > largest ? largest : value;
}

/** The outputs, and what an asynchronous reset does at once. */
function settle(netlist: Netlist, layout: Layout): Code {
  const held = resetAtOnce(netlist, '');
  return storeAll(
    netlist,
    layout,
    [...netlist.outputs, ...held.map(({ node }) => ({ node }))],
    [...layout.settled, ...held.map(({ index }) => slot(layout.registers, index))],
  );
}

/** Registers with an asynchronous reset that another clock than `clock` drives: their value, which is `init` while it is given. */
function resetAtOnce(netlist: Netlist, clock: string): { readonly node: NodeId; readonly index: number }[] {
  return netlist.registers.flatMap(({ settled, clock: own }, index) =>
    settled === undefined || own === clock ? [] : [{ node: settled, index }],
  );
}

function trace(netlist: Netlist, layout: Layout): Code {
  return storeAll(netlist, layout, netlist.wires, layout.wires);
}

function storeAll(netlist: Netlist, layout: Layout, ports: readonly { readonly node: NodeId }[], slots: Layout['wires']): Code {
  const code = new Code(0);
  const evaluation = new Evaluation(netlist, layout, code);
  evaluation.prepare(ports.map((port) => port.node));
  ports.forEach((port, index) => emitStore(code, evaluation.value(port.node), slot(slots, index).address));
  return code;
}

function run(netlist: Netlist, layout: Layout, clock: string): Code {
  const code = new Code(1);
  const CYCLES = 0;
  const done = code.local(I32);
  code.keep([done]);
  code.loop(() => {
    cycle(netlist, layout, clock, code, () => code.get(done).op(OP.return));
    code.get(done).i32(1).op(OP.i32Add, OP.localTee, done).get(CYCLES).op(OP.i32LtU);
  });
  code.get(done);
  return code;
}

function cycle(netlist: Netlist, layout: Layout, clock: string, code: Code, stop: () => void): void {
  const evaluation = new Evaluation(netlist, layout, code);
  const outputs = netlist.outputs.flatMap((port, index) => (port.clock === clock ? [{ port, index }] : []));
  const registers = [
    ...netlist.registers.flatMap(({ clock: own, next, node }, index) => (own === clock && next !== node ? [{ node: next, index }] : [])),
    ...resetAtOnce(netlist, clock),
  ];
  const writes = netlist.memories.flatMap((memory, index) =>
    memory.writes.filter((write) => write.clock === clock).map((write) => ({ write, index })),
  );
  const properties = netlist.properties.flatMap((property, index) => (property.clock === clock ? [{ property, index }] : []));
  evaluation.prepare([
    ...outputs.map(({ port }) => port.node),
    ...registers.map(({ node }) => node),
    ...writes.flatMap(({ write }) => [write.enable, write.address, write.data]),
    ...properties.flatMap(({ property }) => [property.condition, property.enable]),
  ]);

  for (const { port, index } of outputs) emitStore(code, evaluation.value(port.node), slot(layout.sampled, index).address);
  for (const { property, index } of properties) {
    const condition = slot(evaluation.value(property.condition).limbs, 0);
    code.get(condition);
    if (property.kind !== 'cover') code.op(OP.i32Eqz);
    code.get(slot(evaluation.value(property.enable).limbs, 0)).op(OP.i32And);
    code.if(() => {
      if (property.kind === 'cover') {
        const { address } = slot(layout.covers, index);
        code.i32(0).i32(0).memory(OP.i32Load, address).i32(1).op(OP.i32Add).memory(OP.i32Store, address);
      } else {
        code
          .i32(0)
          .i32(index + 1)
          .memory(OP.i32Store, layout.failure);
        stop();
      }
    });
  }
  for (const { write, index } of writes) {
    const { base, inside } = evaluation.address(index, write.address);
    code
      .get(slot(evaluation.value(write.enable).limbs, 0))
      .get(inside)
      .op(OP.i32And);
    code.if(() => emitStore(code, evaluation.value(write.data), slot(layout.memories, index).address, base));
  }
  for (const { node, index } of registers) emitStore(code, evaluation.value(node), slot(layout.registers, index).address);
}

function slot<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no entry ${index}`);
  return item;
}
