/** Two simulators, one truth: every output compared in every cycle. */
import type { Netlist, NetPort } from '../ir/netlist.ts';
import { UnknownClockError } from './failures.ts';
import { wordsOf } from './process/protocol.ts';
import type { ProcessSimulator } from './process/simulator.ts';
import { LockstepMismatch } from './process-failures.ts';
import type { InputPort, Simulator } from './simulator.ts';

export interface Lockstep extends Simulator {
  /** Compares what was not yet. @throws LockstepMismatch */
  flush(): void;
  /** bits of outputs in all cycles so far that were compared, and that were not since the second had no value there */
  readonly bits: { readonly compared: number; readonly unknown: number };
}

/** Cycles that go to the other process in one message. */
const BATCH = 4096;

/**
 * The first simulator is driven; what it was given and what it answered is replayed on the second, thousands of
 * cycles at a time, and compared output by output. A difference shows at the end of its batch, with its cycle. Bits
 * that have no value in the second (X or Z) are not compared.
 * @param comparesFrom first cycle that is compared: before the reset is over, registers hold what each simulator likes
 * @throws LockstepMismatch from `step` and `close`
 */
export function lockstep(
  first: Simulator,
  second: ProcessSimulator,
  design: Pick<Netlist, 'inputs' | 'outputs' | 'clocks' | 'resetting'>,
  comparesFrom = 0,
): Lockstep {
  const inputs = design.inputs.map((port) => reader(port, required(first.inputs.get(port.name), port.name)));
  const outputs = design.outputs.map((port) => sampledReader(port, required(first.outputs.get(port.name), port.name)));
  const vectorWords = second.inputWords + 1;
  const given = new Uint32Array(BATCH * vectorWords);
  const answered = new Uint32Array(BATCH * second.outputWords);
  const clocks: (string | undefined)[] = [];
  /** of each vector, the cycle that it belongs to */
  const cycles: number[] = [];
  const clockOfWord = design.outputs.flatMap(({ width, clock }) => Array.from({ length: wordsOf(width) }, () => clock));
  let filled = 0;
  let stepped = 0;
  const bits = { compared: 0, unknown: 0 };
  const bitsOfWord = design.outputs.flatMap(({ width }) =>
    Array.from({ length: wordsOf(width) }, (_, word) => Math.min(32, width - 32 * word)),
  );

  const flush = (): void => {
    if (filled === 0) return;
    const replies = second.runVectors(given, filled);
    const first = cycles.findIndex((cycle) => cycle >= comparesFrom);
    const unknown = second.unknownVectors;
    for (let at = (first < 0 ? filled : first) * second.outputWords; at < filled * second.outputWords; at++) {
      if (!isSampled(at)) continue;
      const without = unknown?.[at] ?? 0;
      if ((((replies[at] ?? 0) ^ (answered[at] ?? 0)) & ~without) !== 0) fail(at, replies);
      const count = onesIn(without);
      bits.unknown += count;
      bits.compared += (bitsOfWord[at % second.outputWords] ?? 0) - count;
    }
    filled = 0;
    cycles.length = 0;
  };
  /** Adds what the second simulator is given: the inputs as they are, and an edge; without a clock they are only looked at. */
  const take = (clock?: string): void => {
    let at = filled * vectorWords;
    given[at++] = clock === undefined ? design.clocks.length : design.clocks.indexOf(clock);
    for (const read of inputs) at = read(given, at);
    clocks[filled] = clock;
    cycles[filled] = stepped;
  };
  const done = (): void => {
    filled++;
    if (filled === BATCH) flush();
  };
  /** Outputs are compared at the edges of their own clock. */
  const isSampled = (at: number): boolean => clockOfWord[at % second.outputWords] === clocks[Math.floor(at / second.outputWords)];
  const settle = (): void => {
    take();
    done();
  };
  /** A reset that is given and taken away between two edges acts in both simulators. */
  const beforeReset = (port: InputPort): InputPort => ({
    name: port.name,
    width: port.width,
    get value() {
      return port.value;
    },
    set value(value: number) {
      settle();
      port.value = value;
    },
    get big() {
      return port.big;
    },
    set big(value: bigint) {
      settle();
      port.big = value;
    },
  });
  const fail = (at: number, replies: Uint32Array): never => {
    const cycle = Math.floor(at / second.outputWords);
    let word = at % second.outputWords;
    const port = design.outputs.find(({ width }) => {
      if (word < wordsOf(width)) return true;
      word -= wordsOf(width);
      return false;
    });
    const from = at - word;
    const value = (words: Uint32Array): bigint =>
      Array.from({ length: wordsOf(port?.width ?? 1) }, (_, index) => BigInt(words[from + index] ?? 0) << BigInt(32 * index)).reduce(
        (a, b) => a | b,
        0n,
      );
    throw new LockstepMismatch(cycles[cycle] ?? 0, port?.name ?? '?', [first.name, value(answered)], [second.name, value(replies)]);
  };

  return {
    name: `lockstep of ${first.name} and ${second.name}`,
    inputs: new Map([...first.inputs].map(([name, port]) => [name, design.resetting.includes(name) ? beforeReset(port) : port])),
    outputs: first.outputs,
    get cycle() {
      return first.cycle;
    },
    step(cycles = 1, clock = design.clocks[0] ?? '') {
      if (!design.clocks.includes(clock)) throw new UnknownClockError('a simulation in lockstep', clock, design.clocks);
      for (let index = 0; index < cycles; index++) {
        take(clock);
        first.step(1, clock);
        let at = filled * second.outputWords;
        for (const read of outputs) at = read(answered, at);
        stepped++;
        done();
      }
    },
    flush,
    bits,
    close() {
      try {
        flush();
      } finally {
        first.close();
        second.close();
      }
    },
  };
}

function onesIn(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}

type Reader = (words: Uint32Array, at: number) => number;

function reader({ width }: NetPort, port: { readonly value: number; readonly big: bigint }): Reader {
  if (width > 32) return (words, at) => putBig(words, at, width, port.big);
  return (words, at) => {
    words[at] = port.value;
    return at + 1;
  };
}

function sampledReader({ width }: NetPort, port: { readonly sampled: number; readonly sampledBig: bigint }): Reader {
  if (width > 32) return (words, at) => putBig(words, at, width, port.sampledBig);
  return (words, at) => {
    words[at] = port.sampled;
    return at + 1;
  };
}

function putBig(words: Uint32Array, at: number, width: number, value: bigint): number {
  for (let word = 0; word < wordsOf(width); word++) words[at + word] = Number(BigInt.asUintN(32, value >> BigInt(32 * word)));
  return at + wordsOf(width);
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new RangeError(`the simulator has no port ${name}`);
  return value;
}
