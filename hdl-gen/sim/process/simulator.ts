/** A simulation of the emitted Verilog in a child process, behind the interface of every simulator. */
import type { Interface } from '../../ir/interface.ts';
import { UnknownClockError } from '../failures.ts';
import { SimulatorClosed, SimulatorDied } from '../process-failures.ts';
import type { Simulator } from '../simulator.ts';
import { Channel, ChannelBroken, type Program } from './channel.ts';
import { bigAt, inputPort, outputPort, portMap } from './ports.ts';
import { COMMAND, HEAD_WORDS, wordsOf, wordsOfAll } from './protocol.ts';

/** Bytes of answers asked for at a time: a child that can't write on while we still write would wait for ever. */
const ANSWER_BYTES = 16 * 1024;

export interface ProcessSimulator extends Simulator {
  readonly pid: number;
  /** 32-bit words of all inputs, and of all outputs, of one cycle */
  readonly inputWords: number;
  readonly outputWords: number;
  /**
   * Runs a cycle for each set of inputs, which the index of the cycle's clock stands before; all outputs as they are
   * just before the edge of each cycle. @throws SimulatorDied
   */
  runVectors(inputs: Uint32Array, cycles: number): Uint32Array;
  /** of the last `runVectors`, ones at the bits that have no value (X or Z); undefined where every bit has one */
  readonly unknownVectors: Uint32Array | undefined;
  /** ones at the bits of an output's settled value that are X or Z, and read as 0; 0 where every bit has a value */
  unknown(output: string): bigint;
}

export interface ProcessSimulation {
  readonly program: Program;
  readonly netlist: Interface;
  /** answers are pairs of words, the second with ones where the first has X or Z (`%z` of IEEE 1364-2005, 17.2.1.2) */
  readonly fourState: boolean;
}

/** @throws SimulatorDied, ToolMissing */
export async function simulateInProcess({ program, netlist, fourState }: ProcessSimulation): Promise<ProcessSimulator> {
  const { title } = program;
  const channel = await Channel.open(program).catch((error: unknown) => {
    throw error instanceof ChannelBroken ? new SimulatorDied(title, 0, error.said) : error;
  });
  const inputWords = wordsOfAll(netlist.inputs);
  const outputWords = wordsOfAll(netlist.outputs);
  const message = new Uint32Array(HEAD_WORDS + inputWords);
  const present = message.subarray(HEAD_WORDS);
  const answered = new Uint32Array(outputWords);
  const sampled = new Uint32Array(outputWords);
  const settled = new Uint32Array(outputWords);
  const unknown = new Uint32Array(outputWords);
  let unknownVectors: Uint32Array | undefined;
  let cycle = 0;
  let dirty = true;

  const ask = (question: Uint32Array, values: Uint32Array, unknowns: Uint32Array): void => {
    // a closed descriptor may already be somebody else's file
    if (channel.isClosed) throw new SimulatorClosed(title);
    try {
      if (!fourState) return channel.ask(question, values);
      const pairs = new Uint32Array(2 * values.length);
      channel.ask(question, pairs);
      for (let at = 0; at < values.length; at++) {
        unknowns[at] = pairs[2 * at + 1] ?? 0;
        values[at] = (pairs[2 * at] ?? 0) & ~(unknowns[at] ?? 0);
      }
    } catch (error) {
      throw error instanceof ChannelBroken ? new SimulatorDied(title, cycle, error.said) : error;
    }
  };
  /** The outputs of a clock are sampled at its edges only. */
  const takeSamples = (clock: string): void => {
    let at = 0;
    for (const port of netlist.outputs) {
      const end = at + wordsOf(port.width);
      if (port.clock === clock) sampled.set(answered.subarray(at, end), at);
      at = end;
    }
  };
  const settle = (): void => {
    if (!dirty) return;
    message.set([COMMAND.settle, 0, 0]);
    ask(message, settled, unknown);
    dirty = false;
  };
  const unknowns = portMap(
    netlist.outputs,
    ({ width }, at) =>
      () =>
        bigAt(unknown, width, at),
  );

  return {
    name: title.toLowerCase(),
    pid: channel.pid,
    inputs: portMap(netlist.inputs, (port, at) =>
      inputPort(port, present, at, () => {
        // what a reset has done until now stays done
        if (netlist.resetting.includes(port.name)) settle();
        dirty = true;
      }),
    ),
    outputs: portMap(netlist.outputs, (port, at) => outputPort(port, at, { sampled, settled }, settle)),
    inputWords,
    outputWords,
    get cycle() {
      return cycle;
    },
    step(cycles = 1, clock = netlist.clocks[0] ?? '') {
      const index = netlist.clocks.indexOf(clock);
      if (index < 0) throw new UnknownClockError(netlist.name, clock, netlist.clocks);
      if (cycles < 1) return;
      message.set([COMMAND.run, index, cycles]);
      ask(message, answered, unknown);
      takeSamples(clock);
      if (index === 0) cycle += cycles;
      dirty = true;
    },
    runVectors(inputs, cycles) {
      const row = inputWords + 1;
      const values = new Uint32Array(cycles * outputWords);
      const without = new Uint32Array(fourState ? values.length : 0);
      const most = Math.max(1, Math.floor(ANSWER_BYTES / (4 * Math.max(1, outputWords) * (fourState ? 2 : 1))));
      for (let from = 0; from < cycles; from += most) {
        const count = Math.min(most, cycles - from);
        const question = new Uint32Array(HEAD_WORDS + count * row);
        question.set([COMMAND.vectors, 0, count]);
        question.set(inputs.subarray(from * row, (from + count) * row), HEAD_WORDS);
        const part = [from * outputWords, (from + count) * outputWords] as const;
        ask(question, values.subarray(...part), without.subarray(...part));
        for (let at = from; at < from + count; at++) if (inputs[at * row] === 0) cycle++;
      }
      if (fourState) unknownVectors = without;
      dirty = true;
      return values;
    },
    get unknownVectors() {
      return unknownVectors;
    },
    unknown(output) {
      const bits = unknowns.get(output);
      if (bits === undefined) throw new RangeError(`${netlist.name} has no output ${output}`);
      settle();
      return bits();
    },
    close() {
      channel.close();
    },
  };
}
