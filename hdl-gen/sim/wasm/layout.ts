/** Where everything of a design stands in the linear memory of its compiled simulator. */
import type { Netlist } from '../../ir/netlist.ts';

/** A value of up to 32 bits takes 4 octets, a wider one 8 for each 64 bits, least significant limb first. */
export interface Slot {
  readonly address: number;
  readonly width: number;
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
  readonly memories: readonly { readonly address: number; readonly stride: number }[];
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

export function layOut(netlist: Netlist): Layout {
  let end = 0;
  const place = (octets: number): number => {
    if (octets > 4) end = Math.ceil(end / 8) * 8;
    const address = end;
    end += octets;
    return address;
  };
  const slots = (items: readonly { readonly width: number }[]): Slot[] =>
    items.map(({ width }) => ({ address: place(storage(width)), width }));
  const inputs = slots(netlist.inputs);
  const registers = slots(netlist.registers);
  const sampled = slots(netlist.outputs);
  const settled = slots(netlist.outputs);
  const wires = slots(netlist.wires);
  const covers = slots(netlist.properties.map(() => ({ width: 32 })));
  const failure = place(4);
  const memories = netlist.memories.map(({ width, depth }) => {
    const stride = storage(width);
    end = Math.ceil(end / 8) * 8;
    return { address: place(stride * depth), stride };
  });
  return { inputs, registers, sampled, settled, wires, covers, failure, memories, size: end };
}
