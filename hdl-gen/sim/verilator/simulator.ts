/**
 * A Verilator simulation behind the interface of every simulator. It runs in a child process and talks through
 * two named FIFOs with blocking calls, so that the interface stays synchronous.
 */
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { PortRangeError, UnknownClockError } from '../failures.ts';
import { SimulatorClosed, SimulatorDied } from '../process-failures.ts';
import type { InputPort, OutputPort, Simulator } from '../simulator.ts';
import type { VerilatorBuild } from './build.ts';
import { COMMAND, HEAD_WORDS, wordsOf } from './harness.ts';

export interface VerilatorSimulator extends Simulator {
  /** 32-bit words of all inputs, and of all outputs, of one cycle */
  readonly inputWords: number;
  readonly outputWords: number;
  /**
   * Runs a cycle for each set of inputs, which the index of the cycle's clock stands before; all outputs as they are
   * just before the edge of each cycle. @throws SimulatorDied
   */
  runVectors(inputs: Uint32Array, cycles: number): Uint32Array;
}

/** @throws SimulatorDied */
export async function simulateVerilator(
  { executable, netlist }: VerilatorBuild,
  { seed = 1 }: { readonly seed?: number } = {},
): Promise<VerilatorSimulator> {
  const folder = mkdtempSync(join(tmpdir(), `hdl-gen-${process.pid}-`));
  const [toChild, fromChild] = [join(folder, 'in'), join(folder, 'out')];
  const log = join(folder, 'log');
  // what the child prints is in a file: its pipes would only be heard by the event loop, after a blocking call has failed
  const said = (): string => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  try {
    await execa('mkfifo', [toChild, fromChild]);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  // ended by us, or by the end of the FIFO; never by a Ctrl-C that is meant for us
  const child = execa(executable, [toChild, fromChild, String(seed), log], {
    stdin: 'ignore',
    buffer: false,
    reject: false,
    cleanup: false,
  });
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    await new Promise<void>((resolve, reject) => {
      const printed = { stdout: '', stderr: '' };
      child.stderr.on('data', (chunk) => {
        printed.stderr += chunk;
      });
      child.stdout.on('data', (chunk) => {
        printed.stdout += chunk;
        if (printed.stdout.includes('ready')) resolve();
      });
      // once it is ready, its end shows where it is asked something
      child.then(
        ({ shortMessage }) => reject(new SimulatorDied('Verilator', 0, `${printed.stdout}${printed.stderr}\n${shortMessage ?? ''}`)),
        reject,
      );
    });
  } catch (error) {
    process.off('exit', remove);
    remove();
    throw error;
  }
  const output = openSync(toChild, 'w');
  const input = openSync(fromChild, 'r');

  const inputWords = netlist.inputs.reduce((sum, port) => sum + wordsOf(port.width), 0);
  const outputWords = netlist.outputs.reduce((sum, port) => sum + wordsOf(port.width), 0);
  const message = new Uint32Array(HEAD_WORDS + inputWords);
  const present = message.subarray(HEAD_WORDS);
  const answered = new Uint32Array(outputWords);
  const sampled = new Uint32Array(outputWords);
  const settled = new Uint32Array(outputWords);
  let cycle = 0;
  let dirty = true;
  let closed = false;

  const ask = (question: Uint32Array, answer: Uint32Array): void => {
    // a closed descriptor may already be somebody else's file
    if (closed) throw new SimulatorClosed('Verilator');
    try {
      send(output, bytesOf(question));
      receive(input, bytesOf(answer));
    } catch {
      throw new SimulatorDied('Verilator', cycle, said());
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
    ask(message, settled);
    dirty = false;
  };

  return {
    name: 'verilator',
    inputs: portMap(netlist.inputs, (port, at) =>
      inputPort(port, present, at, () => {
        dirty = true;
      }),
    ),
    outputs: portMap(netlist.outputs, (port, at) => outputPort(port, at, sampled, settled, settle)),
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
      ask(message, answered);
      takeSamples(clock);
      if (index === 0) cycle += cycles;
      dirty = true;
    },
    runVectors(inputs, cycles) {
      const question = new Uint32Array(HEAD_WORDS + cycles * (inputWords + 1));
      question.set([COMMAND.vectors, 0, cycles]);
      question.set(inputs.subarray(0, cycles * (inputWords + 1)), HEAD_WORDS);
      const answer = new Uint32Array(cycles * outputWords);
      ask(question, answer);
      for (let at = 0; at < cycles; at++) if (inputs[at * (inputWords + 1)] === 0) cycle++;
      dirty = true;
      return answer;
    },
    close() {
      if (closed) return;
      closed = true;
      process.off('exit', remove);
      closeSync(output);
      closeSync(input);
      child.kill('SIGKILL');
      remove();
    },
  };
}

/** Ports by name, each with the index of its first word. */
function portMap<P extends { readonly name: string; readonly width: number }, R>(
  ports: readonly P[],
  make: (port: P, at: number) => R,
): ReadonlyMap<string, R> {
  let at = 0;
  return new Map(
    ports.map((port) => {
      const entry = [port.name, make(port, at)] as const;
      at += wordsOf(port.width);
      return entry;
    }),
  );
}

function inputPort(
  { name, width }: { readonly name: string; readonly width: number },
  words: Uint32Array,
  at: number,
  touch: () => void,
): InputPort {
  return {
    name,
    width,
    get value() {
      return numberAt(words, name, width, at);
    },
    set value(value: number) {
      if (!(value >= 0 && width <= 32 && value < 2 ** width))
        throw new PortRangeError(name, width, `${value} does not fit a number port of that width`);
      words[at] = value;
      touch();
    },
    get big() {
      return bigAt(words, width, at);
    },
    set big(value: bigint) {
      if (value < 0n || value >> BigInt(width) !== 0n) throw new PortRangeError(name, width, `${value} does not fit`);
      for (let word = 0; word < wordsOf(width); word++) words[at + word] = Number(BigInt.asUintN(32, value >> BigInt(32 * word)));
      touch();
    },
  };
}

function outputPort(
  { name, width }: { readonly name: string; readonly width: number },
  at: number,
  sampled: Uint32Array,
  settled: Uint32Array,
  settle: () => void,
): OutputPort {
  return {
    name,
    width,
    get value() {
      settle();
      return numberAt(settled, name, width, at);
    },
    get big() {
      settle();
      return bigAt(settled, width, at);
    },
    get sampled() {
      return numberAt(sampled, name, width, at);
    },
    get sampledBig() {
      return bigAt(sampled, width, at);
    },
  };
}

function numberAt(words: Uint32Array, name: string, width: number, at: number): number {
  if (width > 32) throw new PortRangeError(name, width, 'use `big` for ports of more than 32 bits');
  return words[at] ?? 0;
}

function bigAt(words: Uint32Array, width: number, at: number): bigint {
  let value = 0n;
  for (let word = wordsOf(width) - 1; word >= 0; word--) value = (value << 32n) | BigInt(words[at + word] ?? 0);
  return value;
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

function send(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

function receive(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(descriptor, bytes, at, bytes.length - at, null);
    if (count === 0) throw new Error('end of file');
    at += count;
  }
}
