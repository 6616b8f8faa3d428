/** Nodes of a netlist under construction: equal nodes are made once, and what is constant is computed. */

import type { BinaryOp, NetNode, NodeId } from './netlist.ts';
import { ones } from './ones.ts';

export class NodePool {
  readonly nodes: NetNode[] = [];
  readonly #ids = new Map<string, NodeId>();

  constant(width: number, value: bigint): NodeId {
    return this.#intern({ op: 'constant', width, value }, `${value}:${width}`);
  }

  input(width: number, index: number): NodeId {
    return this.#intern({ op: 'input', width, index }, `i${index}`);
  }

  register(width: number, index: number): NodeId {
    return this.#intern({ op: 'register', width, index }, `r${index}`);
  }

  read(width: number, memory: number, address: NodeId): NodeId {
    return this.#intern({ op: 'read', width, memory, address }, `m${memory},${address}`);
  }

  unary(op: 'not' | 'reduceAnd' | 'reduceOr' | 'reduceXor' | 'zext' | 'sext', width: number, a: NodeId): NodeId {
    const value = this.#value(a);
    if (op === 'not' && value !== undefined) return this.constant(width, value ^ ones(width));
    if (op === 'zext' && value !== undefined) return this.constant(width, value);
    return this.#intern({ op, width, a }, `${op},${width},${a}`);
  }

  binary(op: BinaryOp, width: number, a: NodeId, b: NodeId): NodeId {
    return this.#shortcut(op, width, a, b) ?? this.#intern({ op, width, a, b }, `${op},${width},${a},${b}`);
  }

  slice(width: number, a: NodeId, low: number): NodeId {
    const source = this.nodes[a];
    if (source?.width === width) return a;
    const value = this.#value(a);
    if (value !== undefined) return this.constant(width, (value >> BigInt(low)) & ones(width));
    if (source?.op === 'slice') return this.slice(width, source.a, source.low + low);
    const parts = source?.op === 'concat' ? this.#partsWithin(source.parts, low, width) : undefined;
    if (parts !== undefined) return this.concat(width, parts);
    return this.#intern({ op: 'slice', width, a, low }, `[${a},${low},${width}`);
  }

  concat(width: number, parts: readonly NodeId[]): NodeId {
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return only;
    const values = parts.map((part) => this.#value(part));
    if (values.every((value) => value !== undefined))
      return this.constant(
        width,
        values.reduce((all, value, index) => (all << BigInt(this.#width(parts[index]))) | value, 0n),
      );
    return this.#intern({ op: 'concat', width, parts }, `{${parts.join(',')}`);
  }

  /** `before` with `value` in the place of its bits from `low` upwards. */
  insert(before: NodeId, low: number, value: NodeId): NodeId {
    const [width, count] = [this.#width(before), this.#width(value)];
    const high = low + count;
    const above = high < width ? [this.slice(width - high, before, high)] : [];
    const below = low > 0 ? [this.slice(low, before, 0)] : [];
    return this.concat(width, [...above, value, ...below]);
  }

  mux(width: number, select: NodeId, a: NodeId, b: NodeId): NodeId {
    const value = this.#value(select);
    if (value !== undefined) return value === 1n ? a : b;
    if (a === b) return a;
    if (width === 1 && this.#value(a) === 1n && this.#value(b) === 0n) return select;
    return this.#intern({ op: 'mux', width, select, a, b }, `?${select},${a},${b}`);
  }

  not(a: NodeId): NodeId {
    return this.unary('not', this.nodes[a]?.width ?? 1, a);
  }

  and(a: NodeId, b: NodeId): NodeId {
    return this.binary('and', this.nodes[a]?.width ?? 1, a, b);
  }

  #shortcut(op: BinaryOp, width: number, a: NodeId, b: NodeId): NodeId | undefined {
    const left = this.#value(a);
    const right = this.#value(b);
    if (op === 'and') {
      if (left === 0n || right === 0n) return this.constant(width, 0n);
      if (left === ones(width) || a === b) return b;
      if (right === ones(width)) return a;
    }
    if (op === 'or') {
      if (left === 0n || a === b) return b;
      if (right === 0n) return a;
      if (left === ones(width) || right === ones(width)) return this.constant(width, ones(width));
    }
    if (op === 'eq' && left !== undefined && right !== undefined) return this.constant(1, left === right ? 1n : 0n);
    if ((op === 'shl' || op === 'shr') && right !== undefined) return this.#moved(op, width, a, right);
    return undefined;
  }

  /** A shift by a constant only moves bits. */
  #moved(op: 'shl' | 'shr', width: number, a: NodeId, amount: bigint): NodeId {
    if (amount >= BigInt(width)) return this.constant(width, 0n);
    const by = Number(amount);
    if (by === 0) return a;
    const zeros = this.constant(by, 0n);
    return this.concat(width, op === 'shl' ? [this.slice(width - by, a, 0), zeros] : [zeros, this.slice(width - by, a, by)]);
  }

  #width(id: NodeId | undefined): number {
    return (id === undefined ? undefined : this.nodes[id])?.width ?? 1;
  }

  /** The parts of a concatenation that make up these bits; undefined where the bits cut through more than one. */
  #partsWithin(parts: readonly NodeId[], low: number, width: number): NodeId[] | undefined {
    const found: NodeId[] = [];
    let at = 0;
    for (const part of parts.toReversed()) {
      const partWidth = this.#width(part);
      if (at <= low && low + width <= at + partWidth) return [this.slice(width, part, low - at)];
      if (at >= low && at + partWidth <= low + width) found.unshift(part);
      else if (at < low + width && at + partWidth > low) return undefined;
      at += partWidth;
    }
    return found;
  }

  #value(id: NodeId): bigint | undefined {
    const node = this.nodes[id];
    return node?.op === 'constant' ? node.value : undefined;
  }

  #intern(node: NetNode, key: string): NodeId {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.nodes.push(node) - 1;
    this.#ids.set(key, id);
    return id;
  }
}
