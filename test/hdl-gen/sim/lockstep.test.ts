/** What lockstep sees: every bit of every output in every cycle that is compared. The second simulator is one that errs where it is told. */
import { describe, expect, it } from 'vitest';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { UnknownClockError } from '../../../hdl-gen/sim/failures.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import { type Lockstep, lockstep } from '../../../hdl-gen/sim/lockstep.ts';
import { wordsOf, wordsOfAll } from '../../../hdl-gen/sim/process/protocol.ts';
import type { ProcessSimulator } from '../../../hdl-gen/sim/process/simulator.ts';
import { LockstepMismatch } from '../../../hdl-gen/sim/process-failures.ts';
import type { Simulator } from '../../../hdl-gen/sim/simulator.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { into, subject } from './contract.ts';

const netlist = lower(subject.elaborate());
const RESET_CYCLES = 1;

interface Erring {
  /** bit of an output that is the other way round */
  readonly flips?: { readonly cycle: number; readonly output: string; readonly bit: number };
  /** and that has no value */
  readonly unknown?: { readonly cycle: number; readonly output: string; readonly bit: number };
}

function set(simulator: Simulator, name: string, value: bigint): void {
  into(simulator, name).big = value;
}

/** Answers as the interpreter does, but for what it errs in. */
function erring({ flips, unknown }: Erring): ProcessSimulator & { readonly closed: boolean } {
  const simulator = interpret(netlist);
  const inputWords = wordsOfAll(netlist.inputs);
  const outputWords = wordsOfAll(netlist.outputs);
  let cycle = 0;
  let unknownVectors: Uint32Array | undefined;
  let closed = false;
  const place = (mark: { readonly output: string; readonly bit: number }): { readonly word: number; readonly mask: number } => {
    const before = netlist.outputs.slice(
      0,
      netlist.outputs.findIndex(({ name }) => name === mark.output),
    );
    return { word: wordsOfAll(before) + Math.floor(mark.bit / 32), mask: (1 << (mark.bit % 32)) >>> 0 };
  };
  return {
    name: 'erring',
    pid: 0,
    inputWords,
    outputWords,
    inputs: simulator.inputs,
    outputs: simulator.outputs,
    get cycle() {
      return cycle;
    },
    get closed() {
      return closed;
    },
    get unknownVectors() {
      return unknownVectors;
    },
    unknown: () => 0n,
    step: () => {
      throw new Error('lockstep runs vectors');
    },
    close: () => {
      closed = true;
      simulator.close();
    },
    runVectors(vectors, cycles) {
      const replies = new Uint32Array(cycles * outputWords);
      unknownVectors = unknown === undefined ? undefined : new Uint32Array(cycles * outputWords);
      for (let row = 0; row < cycles; row++, cycle++) {
        let at = row * (inputWords + 1) + 1;
        for (const { name, width } of netlist.inputs) {
          let value = 0n;
          for (let word = 0; word < wordsOf(width); word++) value |= BigInt(vectors[at++] ?? 0) << BigInt(32 * word);
          set(simulator, name, value);
        }
        simulator.step();
        let to = row * outputWords;
        for (const { name, width } of netlist.outputs) {
          const value = simulator.outputs.get(name)?.sampledBig ?? 0n;
          for (let word = 0; word < wordsOf(width); word++) replies[to++] = Number(BigInt.asUintN(32, value >> BigInt(32 * word)));
        }
        const mark = (words: Uint32Array, error: Erring['flips']): void => {
          if (error?.cycle !== cycle) return;
          const { word, mask } = place(error);
          words[row * outputWords + word] = ((words[row * outputWords + word] ?? 0) ^ mask) >>> 0;
        };
        mark(replies, flips);
        if (unknownVectors !== undefined) mark(unknownVectors, unknown);
      }
      return replies;
    },
  };
}

function runBoth(second: ProcessSimulator, cycles: number): Lockstep {
  const both = lockstep(simulateWasm(netlist), second, netlist, RESET_CYCLES);
  set(both, 'rst', 1n);
  both.step(RESET_CYCLES);
  set(both, 'rst', 0n);
  for (let cycle = 0; cycle < cycles; cycle++) {
    set(both, 'add', BigInt(cycle & 0xff));
    set(both, 'wide', BigInt(cycle) << 68n);
    both.step();
  }
  return both;
}

const bitsOf = netlist.outputs.reduce((sum, { width }) => sum + width, 0);

describe('lockstep', () => {
  const borders = netlist.outputs.flatMap(({ name, width }) =>
    [...new Set([0, width >> 1, width - 1])].map((bit) => ({ output: name, bit })),
  );

  it.each(borders)('sees bit $bit of output $output, in the first cycle after the reset and in the last', ({ output, bit }) => {
    for (const cycle of [RESET_CYCLES, 8]) {
      const both = runBoth(erring({ flips: { cycle, output, bit } }), 8);
      const failure = (() => {
        try {
          both.flush();
        } catch (error) {
          return error;
        }
      })();
      expect(failure).toBeInstanceOf(LockstepMismatch);
      expect(failure).toMatchObject({ cycle, port: output });
    }
  });

  it('compares every bit of every output, and says how many', () => {
    const both = runBoth(erring({}), 8);
    both.flush();
    expect(both.bits).toEqual({ compared: 8 * bitsOf, unknown: 0 });
    both.flush();
    expect(both.bits.compared).toBe(8 * bitsOf);
  });

  it('does not compare what the reset has not set yet', () => {
    const both = runBoth(erring({ flips: { cycle: 0, output: 'held', bit: 3 } }), 2);
    expect(() => both.flush()).not.toThrow();
  });

  it('passes over a bit without a value, and counts it', () => {
    const mark = { cycle: 3, output: 'oddback', bit: 32 };
    const both = runBoth(erring({ flips: mark, unknown: mark }), 8);
    both.flush();
    expect(both.bits).toEqual({ compared: 8 * bitsOf - 1, unknown: 1 });
  });

  it('compares across batches, and in the last one when it is closed', () => {
    const far = 4096 + 5;
    const second = erring({ flips: { cycle: far, output: 'total', bit: 7 } });
    const both = runBoth(second, far);
    expect(both.bits.compared).toBe(4095 * bitsOf);
    expect(() => both.close()).toThrow(`output total differs in cycle ${far}`);
    expect(second.closed).toBe(true);
  });

  it('knows its clocks, its cycle and both names', () => {
    const both = runBoth(erring({}), 3);
    expect(() => both.step(1, 'other')).toThrow(UnknownClockError);
    expect(both.cycle).toBe(4);
    expect(both.name).toBe('lockstep of wasm and erring');
  });
});
