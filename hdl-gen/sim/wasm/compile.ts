/**
 * Netlist → WebAssembly. The logic is cut into groups of operations that depend on the same registers, memories and inputs.
 * `evaluate` runs those whose support has changed; an edge takes what they left. Where nothing has changed, nothing runs.
 */
import { addTo } from '../../ir/lists.ts';
import type { Netlist, NodeId } from '../../ir/netlist.ts';
import { emitStore } from './arithmetic.ts';
import { canonical } from './canonical.ts';
import { Differences } from './differences.ts';
import { emitEdge } from './edge.ts';
import { Code, encodeModule, I32, I64, OP, type WasmFunction } from './encode.ts';
import { Evaluation } from './evaluation.ts';
import { type Graph, isSource, operationAt } from './graph.ts';
import { type Group, groupsOf } from './groups.ts';
import { type Layout, layOut, slot } from './layout.ts';
import { emitMovers, type MoverPlan, planMovers } from './movers.ts';
import { type Resets, withoutResets } from './resets.ts';
import { emitIf, loadSet, storeSet } from './sets.ts';
import { sunk } from './sinking.ts';
import { type Support, supportOf } from './support.ts';

export interface WasmDesign {
  readonly netlist: Netlist;
  readonly layout: Layout;
  /** of each input, what changes with it (`support.ts`) */
  readonly marksOfInput: readonly bigint[];
  readonly movers: MoverPlan;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a compiled design exports. */
export interface WasmExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly settle: () => void;
  readonly trace: () => void;
  /**
   * `run_<clock>`: runs up to that many cycles, and returns how many it ran before a property failed, or until what it runs to
   * @param cycle the number of the first one, for movers
   */
  readonly [run: `run_${string}`]: (cycles: number, to: (typeof TO)[keyof typeof TO], cycle: number) => number;
}

/** What a run ends after: nothing else, a cycle in which an output was sampled with another value than in the one before, an event of a mover or such an output that none looks after. */
export const TO = { end: 0, change: 1, event: 2 } as const;

/** What the functions of a design are made from. */
export interface Plan {
  readonly graph: Graph;
  readonly resets: Resets;
  readonly layout: Layout;
  readonly support: Support;
  readonly groups: readonly Group[];
  /** of each operation, the part of its group */
  readonly parts: readonly number[];
  readonly movers: MoverPlan;
}

/** Index of the function `evaluate`; those that it calls come behind it. */
const EVALUATE = 0;
const PAGE = 65536;
/** Octets of `evaluate` beyond which groups are functions of their own: a call costs as much as a small group, a large function is long in the making. */
const LARGEST = 1 << 18;
/** Groups beyond which they are asked for in bunches: asking costs as much as a small group. */
const MANY = 64;
const BUNCH = 8;

/** @throws WasmLimitError for a design that is too large for it */
export function compileToWasm(netlist: Netlist): WasmDesign {
  const { graph, resets } = withoutResets(canonical(netlist));
  const support = sunk(graph, supportOf(graph));
  const { list: groups, kept, parts } = groupsOf(graph, support);
  const layout = layOut(
    netlist,
    kept.map((id) => ({ id, width: operationAt(graph, id).width })),
  );
  const movers = planMovers(netlist, layout, support);
  const plan: Plan = { graph, resets, layout, support, groups, parts, movers };
  const inside: WasmFunction[] = [];
  const evaluate = evaluateCode(plan, (group) => {
    const code = new Code(0);
    emitGroup(code, plan, group);
    return EVALUATE + inside.push({ name: undefined, parameters: [], results: [I64], code });
  });
  const functions: WasmFunction[] = [
    { name: undefined, parameters: [], results: [], code: evaluate },
    ...inside,
    { name: 'settle', parameters: [], results: [], code: settleCode(plan) },
    { name: 'trace', parameters: [], results: [], code: traceCode(plan) },
    ...netlist.clocks.map((clock) => ({ name: `run_${clock}`, parameters: [I32, I32, I32], results: [I32], code: runCode(plan, clock) })),
  ];
  return {
    netlist,
    layout,
    marksOfInput: support.ofInput,
    movers,
    bytes: encodeModule(netlist.name, functions, Math.ceil(movers.size / PAGE) + 1),
  };
}

/** Evaluates a group; leaves on the stack the registers whose next value differs from the one they hold, and the gates that changed. */
function emitGroup(code: Code, { graph, layout, support, parts }: Plan, group: Group): void {
  const outputs = group.outputs.map((index) => ({ node: slot(graph.outputs, index).node, address: slot(layout.settled, index).address }));
  const registers = group.registers.map((index) => ({
    node: slot(graph.registers, index).next,
    address: slot(layout.registers, index).address,
    bit: support.ofRegister[index] ?? 0n,
  }));
  const kept = new Set(group.kept);
  const outputsOf = byNode(outputs);
  const registersOf = byNode(registers);
  const differences = new Map<bigint, Differences>();
  const gates = group.kept.flatMap((id) => support.gates.get(id) ?? []);
  for (const bit of [...gates, ...registers.map((register) => register.bit)])
    if (!differences.has(bit)) differences.set(bit, new Differences(code));
  const isElsewhere = (id: NodeId): boolean =>
    !isSource(operationAt(graph, id)) &&
    (support.ofNode[id] !== group.support || support.levels[id] !== group.level || parts[id] !== group.part);
  new Evaluation(graph, layout, code, isElsewhere).run([...kept, ...outputs.map(({ node }) => node)], (id, value) => {
    const home = kept.has(id) ? layout.kept.get(id) : undefined;
    const gate = support.gates.get(id);
    if (home !== undefined && gate !== undefined) differences.get(gate)?.add(value, home.address);
    if (home !== undefined) emitStore(code, value, home.address);
    for (const output of outputsOf.get(id) ?? []) emitStore(code, value, output.address);
    for (const register of registersOf.get(id) ?? []) differences.get(register.bit)?.add(value, register.address);
  });
  code.i64(0n);
  for (const [bit, difference] of differences) {
    difference.push();
    code.op(OP.i64ExtendI32U).i64(placeOf(bit)).op(OP.i64Shl, OP.i64Or);
    difference.release();
  }
}

function byNode<T extends { readonly node: NodeId }>(items: readonly T[]): ReadonlyMap<NodeId, readonly T[]> {
  const lists = new Map<NodeId, T[]>();
  for (const item of items) addTo(lists, item.node, item);
  return lists;
}

/** Of the one element of a set. */
function placeOf(bit: bigint): bigint {
  return BigInt(bit.toString(2).length - 1);
}

/** Groups in their order, a few together where there are many: most of the time none of them has to be evaluated. */
function inBunches(groups: readonly Group[]): readonly (readonly Group[])[] {
  const size = groups.length < MANY ? 1 : BUNCH;
  return Array.from({ length: Math.ceil(groups.length / size) }, (_, index) => groups.slice(index * size, (index + 1) * size));
}

function unionOf(groups: readonly Group[]): bigint {
  return groups.reduce((set, { support }) => set | support, 0n);
}

/**
 * Evaluates the groups that depend on what is marked.
 * @param called takes the groups that are functions, and gives their indices
 */
function evaluateCode(plan: Plan, called: (group: Group) => number): Code {
  const { layout, groups, support } = plan;
  const gates = [...support.gates.values()].reduce((set, bit) => set | bit, 0n);
  const code = new Code(0);
  const [marks, changed, found] = [code.local(I64), code.local(I64), code.local(I64)];
  code.keep([marks, changed, found]);
  loadSet(code, layout.marks);
  code.set(marks).get(marks).op(OP.i64Eqz);
  code.if(() => code.op(OP.return));
  loadSet(code, layout.changed);
  code.set(changed);
  const emit = (group: Group): void => {
    if (code.bytes.length < LARGEST) emitGroup(code, plan, group);
    else code.call(called(group));
    // what stands behind a gate comes later, so it sees the mark
    if (group.kept.some((id) => support.gates.has(id))) {
      code.set(found);
      code.get(found).i64(gates).op(OP.i64And).get(marks).op(OP.i64Or).set(marks);
      code.get(found);
    }
    code.get(changed).op(OP.i64Or).set(changed);
  };
  for (const some of inBunches(groups))
    emitIf(code, marks, unionOf(some), () => {
      for (const group of some) {
        if (some.length === 1) emit(group);
        else emitIf(code, marks, group.support, () => emit(group));
      }
    });
  storeSet(code, layout.changed, () => code.get(changed));
  for (const address of layout.pending.values())
    storeSet(code, address, () => {
      loadSet(code, address);
      code.get(marks).op(OP.i64Or);
    });
  storeSet(code, layout.marks, () => code.i64(0n));
  return code;
}

/** The outputs, and what an asynchronous reset does at once. */
function settleCode(plan: Plan): Code {
  const code = new Code(0);
  code.call(EVALUATE);
  emitEdge(code, plan).resetElsewhere('');
  return code;
}

/** The named wires, from the values that the groups have left. */
function traceCode({ graph, layout }: Plan): Code {
  const code = new Code(0);
  code.call(EVALUATE);
  const wires = new Map<NodeId, number[]>();
  graph.wires.forEach(({ node }, index) => {
    addTo(wires, node, slot(layout.wires, index).address);
  });
  new Evaluation(graph, layout, code, (id) => layout.kept.has(id)).run([...wires.keys()], (id, value) => {
    for (const address of wires.get(id) ?? []) emitStore(code, value, address);
  });
  return code;
}

function runCode(plan: Plan, clock: string): Code {
  const code = new Code(3);
  const [CYCLES, UNTIL, CYCLE] = [0, 1, 2];
  const done = code.local(I32);
  code.keep([done]);
  const edge = emitEdge(code, plan);
  const isDefault = clock === plan.graph.clocks[0];
  const none: MoverPlan = { ...plan.movers, sources: [], sinks: [], axiLite: [] };
  const movers = emitMovers(code, isDefault ? plan.movers : none, plan.layout, () => code.get(CYCLE).get(done).op(OP.i32Add));
  code.loop(() => {
    code.call(EVALUATE);
    edge.begin(clock);
    edge.unlessBusy(() => {
      movers.pushBusy();
      code.op(OP.i32Eqz).if(() => {
        edge.covers(clock, () => code.get(CYCLES).get(done).op(OP.i32Sub));
        code.get(CYCLES).op(OP.return);
      });
    });
    edge.outputs(clock);
    edge.properties(clock, () => code.get(done).op(OP.return));
    edge.covers(clock, () => code.i32(1));
    edge.writes(clock);
    edge.registers(clock);
    edge.reset(clock);
    edge.resetElsewhere(clock);
    edge.end(clock);
    movers.move();
    code.get(done).i32(1).op(OP.i32Add, OP.localTee, done).get(CYCLES).op(OP.i32LtU);
    edge.pushChanged('others');
    movers.pushEvent();
    code.op(OP.i32Or);
    edge.pushChanged('looked after');
    code.get(UNTIL).i32(TO.change).op(OP.i32Eq, OP.i32And, OP.i32Or);
    code.get(UNTIL).i32(TO.end).op(OP.i32Ne, OP.i32And);
    code.op(OP.i32Eqz, OP.i32And);
  });
  code.get(done);
  return code;
}
