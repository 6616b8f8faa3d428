/** Netlist → graph: bits move once, from where they first stood, and what is written in several ways becomes one. */
import type { BinaryOp, Netlist, NetMemory, NetNode, NodeId } from '../../ir/netlist.ts';
import { ones } from '../../ir/ones.ts';
import type { Graph, Operation, Piece } from './graph.ts';
import { asLanes, type Maker } from './lanes.ts';
import { contentsOf } from './layout.ts';

/** A move of more pieces than these is not taken apart again: a word that is built bit by bit would cost their square. */
const MOST_PIECES = 128;
/** So many copies of a bit in a row are a `repeat`. */
const RUN = 3;
/** Lanes of lanes, at most: beyond it they stay apart. */
const DEEPEST = 64;

export function canonical(netlist: Netlist): Graph {
  const builder = new Builder(netlist.memories);
  const ids: NodeId[] = [];
  const here = (id: NodeId): NodeId => {
    const known = ids[id];
    if (known === undefined) throw new RangeError(`node ${id} comes after its user`);
    return known;
  };
  for (const node of netlist.nodes) ids.push(builder.add(node, here));
  const moved = <T extends { readonly node: NodeId }>(items: readonly T[]): T[] =>
    items.map((item) => ({ ...item, node: here(item.node) }));
  return {
    ...netlist,
    nodes: builder.nodes,
    inputs: moved(netlist.inputs),
    outputs: moved(netlist.outputs),
    wires: moved(netlist.wires),
    registers: moved(netlist.registers).map(({ settled, ...register }) => ({
      ...register,
      next: here(register.next),
      ...(settled === undefined ? {} : { settled: here(settled) }),
    })),
    memories: netlist.memories.map((memory) => ({
      ...memory,
      writes: memory.writes.map(({ clock, enable, address, data }) => ({
        clock,
        enable: here(enable),
        address: here(address),
        data: here(data),
      })),
    })),
    properties: netlist.properties.map((property) => ({
      ...property,
      condition: here(property.condition),
      enable: here(property.enable),
    })),
  };
}

class Builder implements Maker {
  readonly nodes: Operation[] = [];
  /** of the lanes that are being looked into */
  #depth = 0;
  readonly #ids = new Map<string, NodeId>();
  readonly #memories: readonly NetMemory[];
  /** of each memory, the first one of the same contents */
  readonly #same: readonly number[];

  constructor(memories: readonly NetMemory[]) {
    const first = new Map<string, number>();
    this.#memories = memories;
    this.#same = memories.map((memory, index) => {
      const contents = contentsOf(memory);
      const same = contents === undefined ? index : (first.get(contents) ?? index);
      if (contents !== undefined) first.set(contents, same);
      return same;
    });
  }

  add(node: NetNode, here: (id: NodeId) => NodeId): NodeId {
    const { width } = node;
    switch (node.op) {
      case 'constant':
        return this.constant(width, node.value);
      case 'input':
      case 'register':
        return this.#intern(node, `${node.op},${node.index}`);
      case 'read':
        return this.#read(width, this.#same[node.memory] ?? node.memory, here(node.address));
      case 'not':
        return this.#not(here(node.a));
      case 'zext':
        return this.move(width, [this.#whole(here(node.a), 0)]);
      case 'sext':
        return this.#signExtend(width, here(node.a));
      case 'reduceAnd':
        return this.binary('eq', 1, here(node.a), this.constant(this.#width(here(node.a)), ones(this.#width(here(node.a)))));
      case 'reduceOr':
        return this.binary('ne', 1, here(node.a), this.constant(this.#width(here(node.a)), 0n));
      case 'reduceXor':
        return this.#width(here(node.a)) === 1
          ? here(node.a)
          : this.#intern({ op: node.op, width, a: here(node.a) }, `parity,${here(node.a)}`);
      case 'slice':
        return this.#slice(width, here(node.a), node.low);
      case 'concat': {
        let at = width;
        const pieces = node.parts.map((part) => {
          at -= this.#width(here(part));
          return this.#whole(here(part), at);
        });
        return this.move(width, pieces);
      }
      case 'mux':
        return this.mux(width, here(node.select), here(node.a), here(node.b));
      default:
        return this.binary(node.op, width, here(node.a), here(node.b));
    }
  }

  #read(width: number, memory: number, address: NodeId): NodeId {
    return this.#intern({ op: 'read', width, memory, address }, `read,${memory},${address}`);
  }

  isTable(memory: number): boolean {
    const shape = this.#memories[memory];
    return shape !== undefined && contentsOf(shape) !== undefined && shape.width === 8 && shape.depth === 256;
  }

  /** Of an address of whole octets. */
  lookUp(width: number, memory: number, address: NodeId): NodeId {
    return this.#intern({ op: 'look', width, memory, address }, `look,${memory},${address}`);
  }

  constant(width: number, value: bigint): NodeId {
    return this.#intern({ op: 'constant', width, value }, `${value}:${width}`);
  }

  #slice(width: number, source: NodeId, low: number): NodeId {
    return this.move(width, [{ source, low, width, at: 0 }]);
  }

  #whole(source: NodeId, at: number): Piece {
    return { source, low: 0, width: this.#width(source), at };
  }

  #signExtend(width: number, a: NodeId): NodeId {
    const has = this.#width(a);
    if (has === width) return a;
    const sign = this.#slice(1, a, has - 1);
    return this.move(width, [this.#whole(a, 0), this.#whole(this.#repeat(width - has, sign), has)]);
  }

  /** The bits of the pieces, which do not overlap; zeros elsewhere. */
  move(width: number, given: readonly Piece[]): NodeId {
    let constant = 0n;
    const pieces: Piece[] = [];
    for (const piece of given.flatMap((one) => this.#origins(one)).sort((a, b) => a.at - b.at)) {
      const value = this.#value(piece.source);
      if (value === undefined) appendPiece(pieces, piece);
      else constant |= ((value >> BigInt(piece.low)) & ones(piece.width)) << BigInt(piece.at);
    }
    if (pieces.length === 0) return this.constant(width, constant);
    const runs = this.#runs(pieces);
    const [only] = runs;
    if (runs.length === 1 && constant === 0n && only?.width === width && this.#width(only.source) === width) return only.source;
    if (constant !== 0n) runs.push({ source: this.constant(width, constant), low: 0, width, at: 0 });
    const key = `move,${width}:${runs.map((piece) => `${piece.source},${piece.low},${piece.width},${piece.at}`).join(';')}`;
    return this.#ids.get(key) ?? this.#lanes(key, width, runs) ?? this.#intern({ op: 'move', width, pieces: runs }, key);
  }

  /** One operation on all pieces in the place of many, where it is known by the same key from now on. */
  #lanes(key: string, width: number, pieces: readonly Piece[]): NodeId | undefined {
    if (this.#depth === DEEPEST) return undefined;
    const isConstant = ({ source }: Piece): boolean => this.#value(source) !== undefined;
    this.#depth++;
    const lanes = asLanes(
      this,
      width,
      pieces.filter((piece) => !isConstant(piece)),
    );
    this.#depth--;
    if (lanes === undefined) return undefined;
    const id = pieces.filter(isConstant).reduce((rest, { source }) => this.binary('or', width, rest, source), lanes);
    this.#ids.set(key, id);
    return id;
  }

  /** Where the bits of a piece come from, through moves and repeats. */
  #origins(piece: Piece): readonly Piece[] {
    const source = this.nodes[piece.source];
    if (source?.op === 'repeat') return [{ source: this.#repeat(piece.width, source.a), low: 0, width: piece.width, at: piece.at }];
    if (source?.op !== 'move' || source.pieces.length > MOST_PIECES) return [piece];
    const end = piece.low + piece.width;
    return source.pieces.flatMap((inner) => {
      const [from, to] = [Math.max(piece.low, inner.at), Math.min(end, inner.at + inner.width)];
      if (from >= to) return [];
      const origin = { source: inner.source, low: inner.low + from - inner.at, width: to - from, at: piece.at + from - piece.low };
      // the constant of a move lies over its other pieces, with zeros there
      return this.#value(inner.source) === undefined ? this.#origins(origin) : [origin];
    });
  }

  /** Copies of one bit in a row become one piece. */
  #runs(pieces: readonly Piece[]): Piece[] {
    const runs: Piece[] = [];
    for (let index = 0; index < pieces.length; ) {
      const first = pieces[index];
      if (first === undefined) break;
      let end = index + 1;
      while (first.width === 1 && isCopy(pieces[end], first, end - index)) end++;
      const count = end - index;
      const bit = count < RUN ? undefined : this.#slice(1, first.source, first.low);
      if (bit === undefined) runs.push(...pieces.slice(index, end));
      else runs.push({ source: this.#repeat(count, bit), low: 0, width: count, at: first.at });
      index = end;
    }
    return runs;
  }

  #repeat(width: number, bit: NodeId): NodeId {
    if (width === 1) return bit;
    const value = this.#value(bit);
    if (value !== undefined) return this.constant(width, value === 1n ? ones(width) : 0n);
    return this.#intern({ op: 'repeat', width, a: bit }, `repeat,${width},${bit}`);
  }

  #not(a: NodeId): NodeId {
    const operation = this.nodes[a];
    const width = this.#width(a);
    if (operation?.op === 'constant') return this.constant(width, operation.value ^ ones(width));
    if (operation?.op === 'not') return operation.a;
    if (operation?.op === 'eq') return this.binary('ne', 1, operation.a, operation.b);
    if (operation?.op === 'ne') return this.binary('eq', 1, operation.a, operation.b);
    return this.#intern({ op: 'not', width, a }, `not,${a}`);
  }

  mux(width: number, select: NodeId, a: NodeId, b: NodeId): NodeId {
    const value = this.#value(select);
    if (value !== undefined) return value === 1n ? a : b;
    if (a === b) return a;
    const condition = this.nodes[select];
    if (condition?.op === 'not') return this.mux(width, condition.a, b, a);
    const [taken, other] = [this.#value(a), this.#value(b)];
    if (taken === ones(width) && other === 0n) return this.#repeat(width, select);
    if (taken === 0n && other === ones(width)) return this.#repeat(width, this.#not(select));
    return this.#intern({ op: 'mux', width, select, a, b }, `mux,${select},${a},${b}`);
  }

  binary(op: BinaryOp, width: number, a: NodeId, b: NodeId): NodeId {
    const [left, right] = [this.#value(a), this.#value(b)];
    const isSymmetric = op === 'and' || op === 'or' || op === 'xor' || op === 'eq' || op === 'ne' || op === 'add';
    if (isSymmetric && left !== undefined && right === undefined) return this.binary(op, width, b, a);
    return this.#simpler(op, width, a, b, right) ?? this.#intern({ op, width, a, b }, `${op},${width},${a},${b}`);
  }

  /** @param value of `b`, where that is constant; of a symmetric operation it is `b` that is */
  #simpler(op: BinaryOp, width: number, a: NodeId, b: NodeId, value: bigint | undefined): NodeId | undefined {
    const all = ones(width);
    switch (op) {
      case 'and':
        if (a === b || value === all) return a;
        return value === 0n ? b : this.#masked(width, a, b);
      case 'or':
        if (a === b || value === 0n) return a;
        return value === all ? b : undefined;
      case 'xor':
        if (a === b) return this.constant(width, 0n);
        if (value === 0n) return a;
        return value === all ? this.#not(a) : undefined;
      case 'add':
      case 'sub':
        return value === 0n ? a : undefined;
      case 'eq':
      case 'ne':
        if (this.#width(a) !== 1) return undefined;
        if (value !== undefined) return (value === 1n) === (op === 'eq') ? a : this.#not(a);
        return op === 'ne' ? this.binary('xor', 1, a, b) : undefined;
      case 'shl':
      case 'shr':
      case 'sar':
        return value === undefined ? undefined : this.#shifted(op, width, a, value);
      default:
        return undefined;
    }
  }

  /** Masked by copies of a bit is chosen by that bit. */
  #masked(width: number, a: NodeId, b: NodeId): NodeId | undefined {
    for (const [mask, kept] of [
      [this.nodes[a], b],
      [this.nodes[b], a],
    ] as const)
      if (mask?.op === 'repeat') return this.mux(width, mask.a, kept, this.constant(width, 0n));
    return undefined;
  }

  #shifted(op: 'shl' | 'shr' | 'sar', width: number, a: NodeId, amount: bigint): NodeId {
    const by = amount >= BigInt(width) ? width : Number(amount);
    if (by === 0) return a;
    if (op === 'shl') return this.move(width, by === width ? [] : [{ source: a, low: 0, width: width - by, at: by }]);
    const kept = by === width ? [] : [{ source: a, low: by, width: width - by, at: 0 }];
    if (op === 'shr') return this.move(width, kept);
    const signs = this.#repeat(by, this.#slice(1, a, width - 1));
    return this.move(width, [...kept, this.#whole(signs, width - by)]);
  }

  #width(id: NodeId): number {
    return this.nodes[id]?.width ?? 1;
  }

  #value(id: NodeId): bigint | undefined {
    const operation = this.nodes[id];
    return operation?.op === 'constant' ? operation.value : undefined;
  }

  #intern(operation: Operation, key: string): NodeId {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.nodes.push(operation) - 1;
    this.#ids.set(key, id);
    return id;
  }
}

/** A piece that goes on where the last one ends is one with it. */
function appendPiece(pieces: Piece[], piece: Piece): void {
  const last = pieces.at(-1);
  const goesOn = last?.source === piece.source && last.low + last.width === piece.low && last.at + last.width === piece.at;
  if (goesOn) pieces[pieces.length - 1] = { ...last, width: last.width + piece.width };
  else pieces.push(piece);
}

function isCopy(piece: Piece | undefined, first: Piece, distance: number): boolean {
  return piece?.source === first.source && piece.low === first.low && piece.width === 1 && piece.at === first.at + distance;
}
