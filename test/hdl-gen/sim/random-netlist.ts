/** Random netlists: every operator, widths to 200, registers and memories. */
import fc from 'fast-check';
import { NodePool } from '../../../hdl-gen/ir/fold.ts';
import type { BinaryOp, Netlist, NetMemory, NetRegister, NodeId } from '../../../hdl-gen/ir/netlist.ts';

const WIDTHS = [1, 2, 7, 8, 31, 32, 33, 63, 64, 65, 100, 128, 129, 192, 200] as const;
const SAME: readonly BinaryOp[] = ['and', 'or', 'xor', 'add', 'sub', 'mul'];
const COMPARE: readonly BinaryOp[] = ['eq', 'ne', 'lt', 'le', 'lts', 'les'];
const SHIFT: readonly BinaryOp[] = ['shl', 'shr', 'sar'];
/** Index of a memory that nothing writes. */
const TABLE = 2;
/** Registers beyond which instances are evaluated apart (`hdl-gen/sim/wasm/support.ts`). */
const IDLE = 64;
const UNARY = ['not', 'reduceAnd', 'reduceOr', 'reduceXor', 'zext', 'sext'] as const;

/** A netlist, from a stream of random integers: whatever they are, it is well-formed. */
export const randomNetlist: fc.Arbitrary<Netlist> = fc
  .array(fc.nat(2 ** 31 - 1), { minLength: 60, maxLength: 400 })
  .map((choices) => build(choices));

function build(choices: readonly number[]): Netlist {
  let position = 0;
  const pick = <T>(list: readonly T[]): T => list[(choices[position++ % choices.length] ?? 0) % list.length] as T;
  const below = (bound: number): number => (choices[position++ % choices.length] ?? 0) % bound;
  const pool = new NodePool();
  const width = (id: NodeId): number => pool.nodes[id]?.width ?? 1;
  const known: NodeId[] = [];
  const inputs = Array.from({ length: 4 }, (_, index) => {
    const w = pick(WIDTHS);
    const node = pool.input(w, index);
    known.push(node);
    // of interfaces and instances of their own: what depends on one is evaluated apart from what depends on another
    return { name: `in${index}_data`, width: w, node };
  });
  const rst = pool.input(1, inputs.length);
  inputs.push({ name: 'rst', width: 1, node: rst });
  const registers: (NetRegister & { next: NodeId })[] = Array.from({ length: 4 }, (_, index) => {
    const w = pick(WIDTHS);
    const node = pool.register(w, index);
    known.push(node);
    return {
      name: `u${index}.reg`,
      width: w,
      clock: 'clk',
      init: below(2) === 0 ? null : BigInt(below(2 ** Math.min(w, 30))),
      node,
      next: node,
    };
  });
  const shapes = Array.from({ length: 2 }, () => ({ width: pick(WIDTHS), depth: 1 + below(9) }));
  /** some node of exactly that width */
  const sized = (wanted: number): NodeId => {
    const source = pick(known);
    const has = width(source);
    if (has === wanted) return source;
    return has > wanted ? pool.slice(wanted, source, below(has - wanted + 1)) : pool.unary(pick(['zext', 'sext']), wanted, source);
  };
  /** the same on parts of values, joined in some order */
  const alike = (): NodeId => {
    const op = pick(['and', 'or', 'xor', 'add', 'sub', 'not', 'mux', 'read'] as const);
    const lane = op === 'read' ? 8 : pick([4, 8, 16]);
    const [a, b, select, step] = [sized(128), sized(128), sized(1), pick([1, 3, 5, 7])];
    const part = (of: NodeId, index: number): NodeId => pool.slice(lane, of, lane * ((step * index) % (128 / lane)));
    const count = pick([4, 5, 128 / lane]);
    const parts = Array.from({ length: count }, (_, index) => {
      const [x, y] = [part(a, index), part(b, index + 1)];
      if (op === 'read') return pool.read(8, TABLE, x);
      if (op === 'not') return pool.unary(op, lane, x);
      return op === 'mux' ? pool.mux(lane, select, x, y) : pool.binary(op, lane, x, y);
    });
    return pool.concat(lane * count, below(2) === 0 ? parts : parts.reverse());
  };
  const operations = Math.floor(choices.length / 4);
  for (let count = 0; count < operations; count++) {
    const w = pick(WIDTHS);
    const make: readonly (() => NodeId)[] = [
      () => pool.binary(pick(SAME), w, sized(w), sized(w)),
      () => pool.binary(pick(COMPARE), 1, sized(w), sized(w)),
      () => pool.binary(pick(SHIFT), w, sized(w), below(3) === 0 ? pool.constant(9, BigInt(below(260))) : sized(pick([1, 3, 8, 70]))),
      () => pool.mux(w, sized(1), sized(w), sized(w)),
      () => {
        const op = pick(UNARY);
        const a = pick(known);
        const extra = op === 'zext' || op === 'sext' ? below(70) : 0;
        return pool.unary(op, op.startsWith('reduce') ? 1 : width(a) + extra, a);
      },
      () => {
        const parts = [pick(known), pick(known), pick(known)];
        return pool.concat(
          parts.reduce((sum, part) => sum + width(part), 0),
          parts,
        );
      },
      () => pool.constant(w, BigInt(below(2 ** Math.min(w, 30)))),
      alike,
      () => {
        const memory = below(2);
        return pool.read(shapes[memory]?.width ?? 1, memory, sized(pick([1, 2, 4, 40])));
      },
    ];
    const node = pick(make)();
    if (width(node) <= 400) known.push(node);
  }
  for (const register of registers) {
    const [next, constant] = [sized(register.width), pool.constant(register.width, BigInt(below(2 ** Math.min(register.width, 30))))];
    const arms = pick([
      [next, next],
      [constant, next],
      [next, constant],
    ] as const);
    register.next = pool.mux(register.width, rst, ...arms);
  }
  // instances with few registers are evaluated together, so half of the netlists have more
  const idle = below(2) * IDLE;
  for (let count = 0; count < idle; count++) {
    const node = pool.register(1, registers.length);
    registers.push({ name: `u${count % 4}.idle_${count}`, width: 1, clock: 'clk', init: 0n, node, next: node });
  }
  const memories: NetMemory[] = shapes.map((shape, index) => ({
    name: `mem_${index}`,
    ...shape,
    init: null,
    writes: Array.from({ length: 2 }, () => ({
      clock: 'clk',
      enable: sized(1),
      address: sized(pick([2, 4, 40])),
      data: sized(shape.width),
    })),
  }));
  const table = Array.from({ length: 256 }, (_, index) => BigInt((index * 167 + 13) % 256));
  memories.push({ name: 'table', width: 8, depth: table.length, init: table, writes: [] });
  const outputs = Array.from({ length: 6 }, (_, index) => {
    const node = pick(known.slice(-12));
    return { name: `out_${index}`, width: width(node), node, clock: 'clk' };
  });
  return {
    name: 'random',
    nodes: pool.nodes,
    inputs,
    outputs,
    clocks: ['clk'],
    registers,
    memories,
    properties: [],
    wires: [],
    resetting: [],
  };
}
