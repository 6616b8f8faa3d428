/** What a design holds inside, for waveforms: registers and named wires, read straight from the memory of the simulation. */
import { legendOf } from '../ir/enumeration.ts';
import type { VcdSignal } from './vcd.ts';
import { isNarrow, limbCount, type Slot } from './wasm/layout.ts';
import type { WasmSimulator } from './wasm/simulator.ts';

/** Every signal of a waveform at one time. */
export interface VcdState {
  /** in scopes from their dotted names, the states of FSMs named in a comment */
  readonly signals: readonly VcdSignal[];
  /** brings the wires up to date; the third argument of a `VcdWriter` */
  readonly refresh: () => void;
}

/**
 * Registers after the last edge, and wires settled from them. Whatever the design holds is among them, its keys too:
 * leave those out with `chosen` before a dump goes to others.
 * @param scope the scope that the design stands in; ports in the same scope come before these signals
 * @param chosen which signals are recorded, by hierarchical name; all without it
 */
export function vcdState(simulator: WasmSimulator, scope: readonly string[], chosen: (name: string) => boolean = () => true): VcdState {
  const { netlist, layout } = simulator.design;
  const view = simulator.trace();
  const signal = (name: string, slot: Slot | undefined, comment = ''): VcdSignal[] => {
    if (slot === undefined || !chosen(name)) return [];
    const path = name.split('.');
    return [
      {
        scope: [...scope, ...path.slice(0, -1)],
        name: path.at(-1) ?? name,
        width: slot.width,
        read: reader(view, slot),
        ...(comment === '' ? {} : { comment }),
      },
    ];
  };
  const signals = [
    ...netlist.registers.flatMap(({ name, enumeration }, index) =>
      signal(name, layout.registers[index], enumeration && legendOf(enumeration)),
    ),
    ...netlist.wires.flatMap(({ name }, index) => signal(name, layout.wires[index])),
  ];
  return {
    signals: signals.toSorted((a, b) => compareScopes(a.scope, b.scope)),
    refresh: () => {
      simulator.trace();
    },
  };
}

/** A scope before those within it, and all of them before the next. */
function compareScopes(a: readonly string[], b: readonly string[]): number {
  const level = a.findIndex((name, index) => name !== b[index]);
  if (level < 0) return a.length - b.length;
  const other = b[level];
  return other === undefined || (a[level] ?? '') > other ? 1 : -1;
}

function reader(view: DataView, { address, width }: Slot): () => number | bigint {
  if (isNarrow(width)) return () => view.getUint32(address, true);
  if (width <= 64) return () => view.getBigUint64(address, true);
  const limbs = limbCount(width);
  return () => {
    let value = 0n;
    for (let limb = limbs - 1; limb >= 0; limb--) value = (value << 64n) | view.getBigUint64(address + 8 * limb, true);
    return value;
  };
}
