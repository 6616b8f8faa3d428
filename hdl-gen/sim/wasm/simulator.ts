/** The default simulator: a netlist compiled to WebAssembly. Needs no toolchain, and runs in Node and in browsers. */
import type { Netlist } from '../../ir/netlist.ts';
import { PortRangeError, PropertyFailure, UnknownClockError } from '../failures.ts';
import { requireBig, requireNumber } from '../port-values.ts';
import { Random } from '../random.ts';
import type { InputPort, OutputPort, Simulator } from '../simulator.ts';
import { compileToWasm, type WasmDesign, type WasmExports } from './compile.ts';
import { isNarrow, limbCount, type Slot } from './layout.ts';

// the part of the WebAssembly JavaScript interface that is used, the same in Node and in browsers
declare const WebAssembly: {
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object) => { readonly exports: unknown };
};

export interface WasmSimulator extends Simulator {
  /** how often each cover was reached */
  readonly covers: ReadonlyMap<string, number>;
  /** settles the named wires, so that `peek` shows the present, and gives the whole memory for fast readers */
  trace(): DataView;
  peek(name: string): bigint;
  readonly design: WasmDesign;
}

/**
 * @param seed start of registers without reset and of memories without contents
 * @returns a simulator in the state of power-up; give it a few cycles of reset
 */
export function simulateWasm(source: Netlist | WasmDesign, { seed = 1 }: { readonly seed?: number } = {}): WasmSimulator {
  const design = 'bytes' in source ? source : compileToWasm(source);
  const { netlist, layout } = design;
  const exports = new WebAssembly.Instance(new WebAssembly.Module(design.bytes)).exports as WasmExports;
  const view = new DataView(exports.memory.buffer);
  const words = new Int32Array(exports.memory.buffer);
  powerUp(design, view, seed);

  let cycle = 0;
  let dirty = true;
  const settle = (): void => {
    if (!dirty) return;
    exports.settle();
    dirty = false;
  };

  const inputs = new Map(
    netlist.inputs.map(({ name, width }, index): [string, InputPort] => {
      const { address } = at(layout.inputs, index);
      // what a reset has done until now stays done
      const before = netlist.resetting.includes(name) ? settle : () => {};
      return [
        name,
        {
          name,
          width,
          get value() {
            return readNumber(words, name, width, address);
          },
          set value(value: number) {
            requireNumber(name, width, value);
            before();
            words[address >> 2] = value | 0;
            dirty = true;
          },
          get big() {
            return readBig(view, width, address);
          },
          set big(value: bigint) {
            requireBig(name, width, value);
            before();
            writeBig(view, width, address, value);
            dirty = true;
          },
        },
      ];
    }),
  );
  const outputs = new Map(
    netlist.outputs.map(({ name, width }, index): [string, OutputPort] => {
      const settled = at(layout.settled, index).address;
      const sampled = at(layout.sampled, index).address;
      return [
        name,
        {
          name,
          width,
          get value() {
            settle();
            return readNumber(words, name, width, settled);
          },
          get big() {
            settle();
            return readBig(view, width, settled);
          },
          get sampled() {
            return readNumber(words, name, width, sampled);
          },
          get sampledBig() {
            return readBig(view, width, sampled);
          },
        },
      ];
    }),
  );

  const runOf = new Map(netlist.clocks.map((clock) => [clock, exports[`run_${clock}`] as (cycles: number) => number]));
  const [defaultClock = ''] = netlist.clocks;
  const named = new Map<string, Slot>([
    ...netlist.registers.map((register, index) => [register.name, at(layout.registers, index)] as const),
    ...netlist.wires.map((wire, index) => [wire.name, at(layout.wires, index)] as const),
  ]);

  return {
    name: 'wasm',
    design,
    inputs,
    outputs,
    get cycle() {
      return cycle;
    },
    get covers() {
      return new Map(
        netlist.properties.flatMap((property, index) =>
          property.kind === 'cover' ? [[property.name, view.getInt32(at(layout.covers, index).address, true)] as const] : [],
        ),
      );
    },
    step(cycles = 1, clock = defaultClock) {
      const run = runOf.get(clock);
      if (run === undefined) throw new UnknownClockError(netlist.name, clock, netlist.clocks);
      if (cycles < 1) return;
      const done = run(cycles);
      dirty = true;
      if (clock === defaultClock) cycle += done;
      const failed = netlist.properties[view.getInt32(layout.failure, true) - 1];
      view.setInt32(layout.failure, 0, true);
      if (failed !== undefined && failed.kind !== 'cover')
        throw new PropertyFailure(failed.kind, failed.name, failed.location, cycle, seed);
    },
    trace() {
      exports.trace();
      return view;
    },
    peek(name) {
      const slot = named.get(name);
      if (slot === undefined) throw new RangeError(`${netlist.name} has no register or wire ${name}`);
      exports.trace();
      return readBig(view, slot.width, slot.address);
    },
    close() {
      // nothing outlives the instance
    },
  };
}

function powerUp({ netlist, layout }: WasmDesign, view: DataView, seed: number): void {
  const random = new Random(seed);
  netlist.registers.forEach((register, index) =>
    writeBig(view, register.width, at(layout.registers, index).address, register.init ?? random.bits(register.width)),
  );
  netlist.memories.forEach(({ width, depth, init }, index) => {
    const { address, stride } = at(layout.memories, index);
    for (let word = 0; word < depth; word++) writeBig(view, width, address + word * stride, init?.[word] ?? random.bits(width));
  });
}

function readNumber(words: Int32Array, name: string, width: number, address: number): number {
  if (width > 32) throw new PortRangeError(name, width, 'use `big` for ports of more than 32 bits');
  return (words[address >> 2] ?? 0) >>> 0;
}

function readBig(view: DataView, width: number, address: number): bigint {
  if (isNarrow(width)) return BigInt(view.getUint32(address, true));
  let value = 0n;
  for (let limb = limbCount(width) - 1; limb >= 0; limb--) value = (value << 64n) | view.getBigUint64(address + 8 * limb, true);
  return value;
}

function writeBig(view: DataView, width: number, address: number, value: bigint): void {
  if (isNarrow(width)) view.setUint32(address, Number(value), true);
  else
    for (let limb = 0; limb < limbCount(width); limb++)
      view.setBigUint64(address + 8 * limb, BigInt.asUintN(64, value >> BigInt(64 * limb)), true);
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no entry ${index}`);
  return item;
}
