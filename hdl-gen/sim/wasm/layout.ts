/** Where everything of a design stands in the linear memory of its compiled simulator. */
import type { Netlist, NetMemory, NodeId } from '../../ir/netlist.ts';

/** A value of up to 32 bits takes 4 octets, a wider one 8 for each 64 bits, least significant limb first. */
export interface Slot {
  readonly address: number;
  readonly width: number;
}

export interface MemorySlot {
  readonly address: number;
  /** octets from a word to the next: 1 where nothing writes and a word fits */
  readonly stride: number;
}

export interface Layout {
  readonly inputs: readonly Slot[];
  readonly registers: readonly Slot[];
  /** outputs at the last edge, and settled now */
  readonly sampled: readonly Slot[];
  readonly settled: readonly Slot[];
  /** named wires, filled by `trace` */
  readonly wires: readonly Slot[];
  /** a counter for each property that is a cover, in the order of the properties */
  readonly covers: readonly Slot[];
  /** index + 1 of the property that failed, 0 while none has */
  readonly failure: number;
  readonly memories: readonly MemorySlot[];
  /** values that a group of operations leaves for others and for the edge */
  readonly kept: ReadonlyMap<NodeId, Slot>;
  /** sets of 64 bits (`support.ts`): what has changed since the logic was evaluated */
  readonly marks: number;
  /** registers whose next value is another one than they hold */
  readonly changed: number;
  /** by clock: what has changed since its last edge */
  readonly pending: ReadonlyMap<string, number>;
  readonly size: number;
}

export function isNarrow(width: number): boolean {
  return width <= 32;
}

/** 64-bit limbs of a wide value. */
export function limbCount(width: number): number {
  return Math.ceil(width / 64);
}

/** Octets that a value takes. */
export function storage(width: number): number {
  return isNarrow(width) ? 4 : 8 * limbCount(width);
}

/** @param kept the values kept between groups of operations */
export function layOut(netlist: Omit<Netlist, 'nodes'>, kept: readonly { readonly id: NodeId; readonly width: number }[]): Layout {
  let end = 0;
  const place = (octets: number): number => {
    if (octets > 4) end = Math.ceil(end / 8) * 8;
    const address = end;
    end += octets;
    return address;
  };
  const slots = (items: readonly { readonly width: number }[]): Slot[] =>
    items.map(({ width }) => ({ address: place(storage(width)), width }));
  const [marks, changed] = [place(8), place(8)];
  const pending = new Map(netlist.clocks.map((clock) => [clock, place(8)]));
  const inputs = slots(netlist.inputs);
  const registers = slots(netlist.registers);
  const sampled = slots(netlist.outputs);
  const settled = slots(netlist.outputs);
  const values = new Map(kept.map(({ id, width }) => [id, { address: place(storage(width)), width }]));
  const wires = slots(netlist.wires);
  const covers = slots(netlist.properties.map(() => ({ width: 32 })));
  const failure = place(4);
  const tables = new Map<string, MemorySlot>();
  const memories = netlist.memories.map((memory) => {
    const { width, depth } = memory;
    const contents = contentsOf(memory);
    const known = contents === undefined ? undefined : tables.get(contents);
    if (known !== undefined) return known;
    const stride = contents !== undefined && width <= 8 ? 1 : storage(width);
    end = Math.ceil(end / 8) * 8;
    const slot = { address: place(stride * depth), stride };
    if (contents !== undefined) tables.set(contents, slot);
    return slot;
  });
  return { inputs, registers, sampled, settled, wires, covers, failure, memories, kept: values, marks, changed, pending, size: end };
}

/** Of a memory that is never written; two of one contents are one. */
export function contentsOf({ width, depth, init, writes }: NetMemory): string | undefined {
  return writes.length === 0 && init !== null ? `${width} ${depth} ${init.join()}` : undefined;
}

export function slot<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no entry ${index}`);
  return item;
}
