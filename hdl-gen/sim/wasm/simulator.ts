/** The default simulator: a netlist compiled to WebAssembly. Needs no toolchain, and runs in Node and in browsers. */
import type { Netlist } from '../../ir/netlist.ts';
import { PortRangeError, PropertyFailure, UnknownClockError } from '../failures.ts';
import { requireBig, requireNumber } from '../port-values.ts';
import { Random } from '../random.ts';
import type { InputPort, OutputPort, Simulator } from '../simulator.ts';
import { compileToWasm, TO, type WasmDesign, type WasmExports } from './compile.ts';
import { isNarrow, limbCount, type Slot } from './layout.ts';
import { movedPorts } from './moved-ports.ts';

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

/** Designs as the engine has them: what it has optimised while it ran is not lost to the next simulator of the same design. */
const modules = new WeakMap<WasmDesign, object>();

/**
 * @param seed start of registers without reset and of memories without contents
 * @returns a simulator in the state of power-up; give it a few cycles of reset
 */
export function simulateWasm(source: Netlist | WasmDesign, { seed = 1 }: { readonly seed?: number } = {}): WasmSimulator {
  const design = 'bytes' in source ? source : compileToWasm(source);
  const { netlist, layout } = design;
  const compiled = modules.get(design) ?? new WebAssembly.Module(design.bytes);
  modules.set(design, compiled);
  const exports = new WebAssembly.Instance(compiled).exports as WasmExports;
  const view = new DataView(exports.memory.buffer);
  const words = new Int32Array(exports.memory.buffer);
  powerUp(design, view, seed);

  let cycle = 0;
  const state: State = { view, words, marks: layout.marks >> 2, dirty: true };
  const settle = (): void => {
    if (!state.dirty) return;
    exports.settle();
    state.dirty = false;
  };

  const inputs = new Map(
    netlist.inputs.map((port, index): [string, InputPort] => {
      // what a reset has done until now stays done
      const before = netlist.resetting.includes(port.name) ? settle : undefined;
      return [port.name, new WasmInput(state, port, at(layout.inputs, index).address, at(design.marksOfInput, index), before)];
    }),
  );
  const outputs = new Map(
    netlist.outputs.map((port, index): [string, OutputPort] => [
      port.name,
      new WasmOutput(state, port, at(layout.settled, index).address, at(layout.sampled, index).address, settle),
    ]),
  );

  const runOf = new Map(netlist.clocks.map((clock) => [clock, exports[`run_${clock}`] as WasmExports[`run_${string}`]]));
  const [defaultClock = ''] = netlist.clocks;
  const run = (cycles: number, clock: string, to: (typeof TO)[keyof typeof TO]): number => {
    const runClock = runOf.get(clock);
    if (runClock === undefined) throw new UnknownClockError(netlist.name, clock, netlist.clocks);
    if (cycles < 1) return 0;
    const done = runClock(cycles, to, cycle);
    state.dirty = true;
    if (clock === defaultClock) cycle += done;
    const failure = words[layout.failure >> 2] ?? 0;
    if (failure === 0) return done;
    words[layout.failure >> 2] = 0;
    const failed = at(netlist.properties, failure - 1);
    if (failed.kind === 'cover') throw new RangeError(`cover ${failed.name} can't fail`);
    throw new PropertyFailure(failed.kind, failed.name, failed.location, cycle, seed);
  };
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
      run(cycles, clock, TO.end);
    },
    stepToChange(cycles) {
      return run(cycles, defaultClock, TO.change);
    },
    movers: movedPorts(design.movers, exports.memory.buffer, inputs, (cycles) => run(cycles, defaultClock, TO.event)),
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

/** What the ports of a simulation share. */
interface State {
  readonly view: DataView;
  readonly words: Int32Array;
  /** word of the marks (`support.ts`) */
  readonly marks: number;
  /** something has changed since the outputs were settled */
  dirty: boolean;
}

type PortShape = { readonly name: string; readonly width: number };

/** A class, so that all ports of all simulations have one form, and reading one costs a load. */
class WasmInput implements InputPort {
  readonly name: string;
  readonly width: number;
  readonly #state: State;
  readonly #address: number;
  readonly #word: number;
  readonly #low: number;
  readonly #high: number;
  readonly #before: (() => void) | undefined;
  readonly #largest: number;

  /** @param marks what changes with it  @param before called before each change */
  constructor(state: State, { name, width }: PortShape, address: number, marks: bigint, before: (() => void) | undefined) {
    this.name = name;
    this.width = width;
    this.#state = state;
    this.#address = address;
    this.#word = address >> 2;
    this.#low = Number(BigInt.asIntN(32, marks));
    this.#high = Number(BigInt.asIntN(32, marks >> 32n));
    this.#before = before;
    this.#largest = width > 32 ? -1 : 2 ** width - 1;
  }

  get value(): number {
    return readNumber(this.#state.words, this.name, this.width, this.#word);
  }
  set value(value: number) {
    // what is plainly right is not asked about, since this is called for every octet
    if (!(typeof value === 'number' && value >>> 0 === value && value <= this.#largest)) requireNumber(this.name, this.width, value);
    const { words } = this.#state;
    if (words[this.#word] === (value | 0)) return;
    this.#before?.();
    words[this.#word] = value | 0;
    this.#mark();
  }
  get big(): bigint {
    return readBig(this.#state.view, this.width, this.#address);
  }
  set big(value: bigint) {
    requireBig(this.name, this.width, value);
    this.#before?.();
    writeBig(this.#state.view, this.width, this.#address, value);
    this.#mark();
  }

  #mark(): void {
    const { words, marks } = this.#state;
    words[marks] = (words[marks] ?? 0) | this.#low;
    words[marks + 1] = (words[marks + 1] ?? 0) | this.#high;
    this.#state.dirty = true;
  }
}

class WasmOutput implements OutputPort {
  readonly name: string;
  readonly width: number;
  readonly #state: State;
  readonly #settled: number;
  readonly #sampled: number;
  readonly #settle: () => void;

  constructor(state: State, { name, width }: PortShape, settled: number, sampled: number, settle: () => void) {
    this.name = name;
    this.width = width;
    this.#state = state;
    this.#settled = settled;
    this.#sampled = sampled;
    this.#settle = settle;
  }

  get value(): number {
    this.#settle();
    return readNumber(this.#state.words, this.name, this.width, this.#settled >> 2);
  }
  get big(): bigint {
    this.#settle();
    return readBig(this.#state.view, this.width, this.#settled);
  }
  get sampled(): number {
    return readNumber(this.#state.words, this.name, this.width, this.#sampled >> 2);
  }
  get sampledBig(): bigint {
    return readBig(this.#state.view, this.width, this.#sampled);
  }
}

function powerUp({ netlist, layout }: WasmDesign, view: DataView, seed: number): void {
  const random = new Random(seed);
  netlist.registers.forEach((register, index) =>
    writeBig(view, register.width, at(layout.registers, index).address, register.init ?? random.bits(register.width)),
  );
  netlist.memories.forEach(({ width, depth, init }, index) => {
    const { address, stride } = at(layout.memories, index);
    for (let word = 0; word < depth; word++) {
      const value = init?.[word] ?? random.bits(width);
      if (stride === 1) view.setUint8(address + word, Number(value));
      else writeBig(view, width, address + word * stride, value);
    }
  });
  // nothing has been evaluated
  for (const address of [layout.marks, layout.changed, ...layout.pending.values()]) view.setBigInt64(address, -1n, true);
}

function readNumber(words: Int32Array, name: string, width: number, word: number): number {
  if (width > 32) throw new PortRangeError(name, width, 'use `big` for ports of more than 32 bits');
  return (words[word] ?? 0) >>> 0;
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
