/** Who says what an expression is worth: two simulators of the Verilog text, and the two of the netlist. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { bits, input, type Module, module, mux, output, type Ports } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import type { Simulator } from '../../../hdl-gen/sim/simulator.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { verilogText } from '../../../hdl-gen/verilog/design.ts';
import { build, evaluate, INPUT_WIDTHS, type Tree } from './trees.ts';

/** An output that is `value`, or, with a condition, `value` where it holds and its complement elsewhere. */
export interface Subject {
  readonly value: Tree;
  readonly condition: Tree | undefined;
}

/** A value for each input. */
export type Vector = readonly bigint[];

export interface Engine {
  readonly name: string;
  /** the program it needs */
  readonly tool?: string;
  /** how many subjects it takes at once */
  readonly batch: number;
  /**
   * Under each vector in turn, what each subject is worth, in hexadecimal without leading zeros.
   * @param directory to work in, the same for all batches
   */
  readonly run: (subjects: readonly Subject[], vectors: readonly Vector[], directory: string) => Promise<readonly string[]>;
}

export const ENGINES: readonly Engine[] = [
  {
    name: 'the interpreter',
    batch: 1000,
    run: async (subjects, vectors) => inProcess(interpret(lower(moduleOf(subjects).elaborate())), vectors),
  },
  {
    name: 'WebAssembly',
    // engines allow 50,000 locals in a function
    batch: 250,
    run: async (subjects, vectors) => inProcess(simulateWasm(lower(moduleOf(subjects).elaborate())), vectors),
  },
  {
    name: 'Icarus',
    tool: 'iverilog',
    batch: 1000,
    run: async (subjects, vectors, directory) => {
      await writeVerilog(subjects, vectors, directory);
      quiet(await tool('iverilog', ['-g2005', '-s', 'testbench', '-o', 'all.vvp', 'all.v'], directory));
      return printed(await tool('vvp', ['-n', 'all.vvp'], directory), subjects.length * vectors.length);
    },
  },
  {
    name: 'Verilator',
    tool: 'verilator',
    batch: 2000,
    run: async (subjects, vectors, directory) => {
      await writeVerilog(subjects, vectors, directory);
      // without an optimisation that gets some trees of bit operations wrong (verilator#5186)
      const flags = ['--cc', '--main', '--exe', '--timing', '-fno-const-bit-op-tree', '-Wno-lint', '--no-skip-identical'];
      const small = ['--no-decoration', '--output-split', '0'];
      quiet(await tool('verilator', [...flags, ...small, '--top-module', 'testbench', '-o', 'all', 'all.v'], directory));
      // unoptimised and in one piece, since the compiler takes longer than all the rest
      const cheap = ['OPT_FAST=-O0', 'OPT_SLOW=-O0', 'OPT_GLOBAL=-O0', 'VM_PARALLEL_BUILDS=0'];
      const built = await tool('make', ['-C', 'obj_dir', '-f', 'Vtestbench.mk', ...cheap], directory);
      if (/^Command failed/m.test(built)) quiet(built);
      return printed(await tool('./obj_dir/all', [], directory), subjects.length * vectors.length);
    },
  },
];

/** What each subject is worth by the definitions of the operators. */
export function expected({ value, condition }: Subject, vector: Vector): string {
  const result = evaluate(value, vector);
  const taken = condition === undefined || evaluate(condition, vector) === 1n;
  return (taken ? result : BigInt.asUintN(value.width, ~result)).toString(16);
}

function moduleOf(subjects: readonly Subject[]): Module<Ports> {
  const inputs = INPUT_WIDTHS.map((width, index) => [`x${index}`, input(bits(width as number))] as const);
  const outputs = subjects.map(({ value }, index) => [`y${index}`, output(bits(value.width))] as const);
  return module('subjects', { ...Object.fromEntries(inputs), ...Object.fromEntries(outputs) }, (io, m) => {
    const xs = INPUT_WIDTHS.map((_, index) => io[`x${index}`] as never);
    subjects.forEach(({ value, condition }, index) => {
      const y = io[`y${index}`] as unknown as { set(v: unknown): void };
      const built = build(value, xs);
      if (condition === undefined) return y.set(built);
      const decides = build(condition, xs) as never;
      if (index % 2 === 0) m.when(decides, () => y.set(built)).otherwise(() => y.set(built.not()));
      else m.switch(decides, { 0: () => y.set(built.not()) }, () => y.set(mux(decides, built, 0)));
    });
  }) as Module<Ports>;
}

function inProcess(simulator: Simulator, vectors: readonly Vector[]): readonly string[] {
  return vectors.flatMap((vector) => {
    vector.forEach((value, index) => {
      const port = simulator.inputs.get(`x${index}`);
      if (port !== undefined) port.big = value;
    });
    simulator.step();
    return [...simulator.outputs.values()].map(({ sampledBig }) => sampledBig.toString(16));
  });
}

/** `all.v`: the module and its testbench. */
async function writeVerilog(subjects: readonly Subject[], vectors: readonly Vector[], directory: string): Promise<void> {
  await writeFile(join(directory, 'all.v'), `${verilogText(moduleOf(subjects).elaborate())}\n${testbench(subjects, vectors)}`);
}

/** The lines that the testbench prints, without what a simulator adds. */
function printed(text: string, count: number): readonly string[] {
  const values = text.split('\n').filter((line) => /^[0-9a-fxz]+$/i.test(line));
  if (values.length !== count) quiet(text);
  // how many zeros lead is the simulator's affair
  return values.map((value) => value.replace(/^0+(?=.)/, ''));
}

function testbench(subjects: readonly Subject[], vectors: readonly Vector[]): string {
  return [
    'module testbench;',
    ...INPUT_WIDTHS.map((width, index) => `  reg [${width - 1}:0] x${index};`),
    ...subjects.map(({ value }, index) => `  wire [${value.width - 1}:0] y${index};`),
    `  subjects dut (${[...INPUT_WIDTHS.map((_, index) => `x${index}`), ...subjects.map((_, index) => `y${index}`)].map((name) => `.${name}(${name})`).join(', ')});`,
    // a loop, so that a compiler sees the long body once
    ...INPUT_WIDTHS.map((width, index) => `  reg [${width - 1}:0] v${index} [0:${vectors.length - 1}];`),
    '  integer i;',
    '  initial begin',
    ...vectors.flatMap((vector, at) =>
      vector.map((value, index) => `    v${index}[${at}] = ${INPUT_WIDTHS[index]}'h${value.toString(16)};`),
    ),
    `    for (i = 0; i < ${vectors.length}; i = i + 1) begin`,
    ...INPUT_WIDTHS.map((_, index) => `      x${index} = v${index}[i];`),
    '      #1;',
    ...subjects.map((_, index) => `      $display("%h", y${index});`),
    '    end',
    '    $finish;',
    '  end',
    'endmodule',
    '',
  ].join('\n');
}

/** What the tool says on both channels; an exit status other than 0 is added to it. */
async function tool(name: string, args: readonly string[], directory: string): Promise<string> {
  const { all, failed, shortMessage } = await execa(name, args, { cwd: directory, all: true, reject: false });
  return failed ? `${all}\n${shortMessage}` : all;
}

function quiet(complaints: string): void {
  if (complaints !== '') throw new Error(complaints.slice(0, 4000));
}
