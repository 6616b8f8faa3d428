/** What an AEAD engine of the hardware must do by itself, in the order in which mutants are likely to be seen. */
import { deepStrictEqual, ok } from 'node:assert';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import type { ModuleIr } from '../../../hdl-gen/ir/module.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { compileToWasm, type WasmDesign } from '../../../hdl-gen/sim/wasm/compile.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { portOf } from '../../../sim/bus/axi-lite-master.ts';
import { EngineDriver, type EngineFrame, type Flow, FREE } from '../../../sim/vectors/engine-driver.ts';
import { AEAD_ENGINES, type EngineName } from '../../../spec/aead-engines.ts';
import { NONCE_OCTETS } from '../../../spec/header.ts';
import { AEADS } from '../../../sw/aead/engines.ts';
import { materialOf } from '../../../sw/aead/material.ts';

export interface EngineCheck {
  /** what holds of the engine, as a sentence */
  readonly claim: string;
  /** Drives the engine and asserts (AssertionError, PropertyFailure, EngineHangs) what must come of it. */
  readonly run: (design: WasmDesign) => void;
}

export function compiledEngine(module: ModuleIr): WasmDesign {
  return compileToWasm(lower(module));
}

const SLOW: Flow = { offers: [true], takes: [true, false, false] };
const PAUSED: Flow = { offers: [true, false, true, true, false], takes: [true, true, false, false, true, false, true] };

/** Octets of AAD and of text: none, less than a block, a block, more; and the header of a frame with a C_SDU. */
const LENGTHS = [
  [21, 40],
  [0, 0],
  [0, 16],
  [16, 0],
  [5, 1],
  [16, 32],
  [20, 31],
  [33, 17],
  [15, 15],
  [1, 47],
  [3, 300],
  [0, 8191],
  [4100, 3],
  [0, 33],
  [32, 8],
  [48, 20],
  [32, 0],
  // one more than whole blocks of AAD are left behind a block
  [17, 0],
  [33, 0],
  [49, 20],
  // both in one block, and one octet more
  [8, 8],
  [9, 8],
  [0, 17],
  [0, 40],
  // every remainder
  ...Array.from({ length: 16 }, (_, octets) => [octets, 16 + octets] as const),
] as const;

/** Of these every register is looked at in every cycle. */
const SHORT = LENGTHS.slice(0, 8);

interface Case {
  readonly frame: EngineFrame;
  readonly expected: { readonly text: Uint8Array; readonly icv: Uint8Array };
}

/** A frame under a key of its own, and what the model of the software makes of it. */
function frameOf(engine: EngineName, random: Random, [aad, text]: readonly [number, number], encrypt: boolean, open: boolean): Case {
  const key = random.bytes(AEAD_ENGINES[engine].keyOctets);
  const plain = { nonce: random.bytes(NONCE_OCTETS), aad: random.bytes(aad), text: random.bytes(text), encrypt };
  const sealed = AEADS[engine].seal({ key, ...plain });
  const frame = { ...plain, material: materialOf(engine, key), open };
  return open ? { frame: { ...frame, text: sealed.text }, expected: { text: plain.text, icv: sealed.icv } } : { frame, expected: sealed };
}

function processes(engine: EngineName, flow: Flow): EngineCheck['run'] {
  return (design) => {
    const driver = new EngineDriver(simulateWasm(design));
    const random = new Random(1);
    for (const lengths of LENGTHS)
      for (const encrypt of [true, false])
        for (const open of [false, true]) {
          const { frame, expected } = frameOf(engine, random, lengths, encrypt, open);
          deepStrictEqual(driver.process(frame, flow), expected);
          if (flow === PAUSED) driver.simulator.step(2);
        }
  };
}

/** What an engine shows and holds, in every cycle of frames of certain lengths, and in the one behind each frame. */
interface Trace {
  readonly control: string;
  /** of each register in turn */
  readonly during: ReadonlyMap<string, string>;
  readonly behind: ReadonlyMap<string, readonly bigint[]>;
}

const CONTROL = ['in_ready', 'out_valid', 'out_last', 'icv_valid'];

function traceOf(engine: EngineName, design: WasmDesign, seed: number): Trace {
  const simulator = simulateWasm(design);
  const step = simulator.step.bind(simulator);
  const names = design.netlist.registers.map(({ name }) => name);
  const control: number[] = [];
  const during = new Map(names.map((name) => [name, [] as bigint[]]));
  const behind = new Map([...names, 'icv'].map((name) => [name, [] as bigint[]]));
  simulator.step = (cycles) => {
    step(cycles);
    control.push(...CONTROL.map((name) => portOf(simulator.outputs, name).sampled));
    for (const [name, values] of during) values.push(simulator.peek(name));
  };
  const driver = new EngineDriver(simulator);
  const random = new Random(seed);
  for (const lengths of SHORT)
    for (const [encrypt, flow] of [
      [true, FREE],
      [false, PAUSED],
    ] as const) {
      const { frame } = frameOf(engine, random, lengths, encrypt, encrypt);
      // a nonce is public, and may stay
      driver.process({ ...frame, nonce: new Uint8Array(NONCE_OCTETS) }, flow);
      for (const [name, values] of behind) values.push(name === 'icv' ? portOf(simulator.outputs, name).big : simulator.peek(name));
    }
  return { control: control.join(), during: new Map([...during].map(([name, values]) => [name, values.join()])), behind };
}

/** Whatever depends on key or data is as it was at reset in the cycle behind the ICV, and no cycle of the handshake depends on them. */
function keepsNothing(engine: EngineName): EngineCheck['run'] {
  return (design) => {
    const [one, other] = [traceOf(engine, design, 3), traceOf(engine, design, 4)];
    ok(one.control === other.control, 'the time that a frame takes tells of its key or its data');
    const secret = [...one.during.keys()].filter((name) => one.during.get(name) !== other.during.get(name));
    ok(secret.length > 0, 'no register depends on keys: nothing was looked at');
    const atReset = new Map(design.netlist.registers.map(({ name, init }) => [name, init]));
    for (const name of [...secret, 'icv'])
      ok(
        one.behind.get(name)?.every((value) => value === (name === 'icv' ? 0n : atReset.get(name))),
        `${name} is not as it was at reset behind its frame`,
      );
  };
}

/** A frame that has less text than it says comes to its end, and the next one is as if it had not been. */
function endsEarly(engine: EngineName): EngineCheck['run'] {
  return (design) => {
    const driver = new EngineDriver(simulateWasm(design));
    const random = new Random(5);
    for (const encrypt of [true, false])
      for (const text of [1, 15, 16, 17, 40]) {
        const cut = frameOf(engine, random, [24, text], encrypt, false);
        for (const more of [1, 16, 40]) {
          deepStrictEqual(driver.process({ ...cut.frame, saysOctets: text + more }).text, cut.expected.text);
          const { frame, expected } = frameOf(engine, random, [24, 40], true, false);
          deepStrictEqual(driver.process(frame), expected);
        }
      }
  };
}

/** Cycles from `start` to the ICV. */
function takes(engine: EngineName, cyclesOf: (text: number) => number): EngineCheck['run'] {
  return (design) => {
    const driver = new EngineDriver(simulateWasm(design));
    for (const text of [16, 32, 160, 4096]) {
      const before = driver.simulator.cycle;
      driver.process(frameOf(engine, new Random(1), [0, text], true, false).frame);
      deepStrictEqual(driver.simulator.cycle - before, cyclesOf(text) + 1);
    }
  };
}

/** Cycles from `start` to the ICV of whole blocks of text without AAD, as the engines' docstrings have them. */
const LATENCY: Readonly<Record<Exclude<EngineName, 'xor'>, (text: number) => number>> = {
  'aes-128-gcm': (text) => Math.max(43, 13 + text + 1),
  'aes-256-gcm': (text) => Math.max(43, 17 + text + 1),
  'ascon-aead128': (text) => text + 24,
};

export function engineChecks(engine: keyof typeof LATENCY): readonly EngineCheck[] {
  return [
    { claim: 'seals and opens as the model does', run: processes(engine, FREE) },
    { claim: 'seals and opens as the model does, with pauses on both sides', run: processes(engine, PAUSED) },
    { claim: 'seals and opens as the model does, for a slow sink', run: processes(engine, SLOW) },
    { claim: 'ends a frame that has less text than it says, and is ready for the next', run: endsEarly(engine) },
    { claim: 'keeps nothing of a key, and takes no time that depends on one', run: keepsNothing(engine) },
    { claim: 'takes an octet a cycle, and as many cycles to the ICV as it says', run: takes(engine, LATENCY[engine]) },
  ];
}
