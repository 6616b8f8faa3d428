import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ElaborationFailure } from '../../../hdl-gen/errors/check-errors.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import type { ModuleIr } from '../../../hdl-gen/ir/module.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import type { Simulator } from '../../../hdl-gen/sim/simulator.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { verilogText } from '../../../hdl-gen/verilog/design.ts';
import { inTemporaryDirectory, isInstalled, run } from '../verilog/tools.ts';
import { moduleOf } from './build.ts';
import { fromWord, Model, scalars } from './model.ts';
import { anyProgram, type Program, widthOf } from './programs.ts';

/** Designs a run; more with `AGGREGATE_DESIGNS=200 npx vitest run test/hdl-gen/aggregates/random.test.ts`. */
const DESIGNS = Number(process.env['AGGREGATE_DESIGNS'] ?? 8);
/** Of these, as many as are worth the minutes that a compiler and a synthesiser take. */
const [COMPILED, SYNTHESISED] = [Math.ceil(DESIGNS / 4), Math.ceil(DESIGNS / 8)];
const SEED = Number(process.env['AGGREGATE_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `AGGREGATE_SEED=${SEED} AGGREGATE_DESIGNS=${DESIGNS} npx vitest run test/hdl-gen/aggregates/random.test.ts`;
const CYCLES = 24;

interface Cycle {
  readonly inputs: Readonly<Record<string, bigint>>;
  readonly isReset: boolean;
}

interface Subject {
  readonly program: Program;
  readonly ir: ModuleIr;
  readonly cycles: readonly Cycle[];
  /** what the outputs are worth before each edge, by the rules */
  readonly wanted: readonly ReadonlyMap<string, bigint>[];
}

/** One drawn design in six is taken: so many refusals in a row mean that something else is wrong. */
const DRAWS = 300;

const random = new Random(SEED);
const subjects = Array.from({ length: DESIGNS }, (_, index) => anySubject(`design_${index}`));

/** A design that hdl-gen takes: of those drawn, some overrule what they have just assigned. */
function anySubject(name: string): Subject {
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const program = anyProgram(random, name);
    try {
      const ir = moduleOf(program).elaborate();
      const cycles = Array.from({ length: CYCLES }, (_, cycle): Cycle => {
        const inputs = Object.entries(program.inputs).map(([port, kind]) => [port, random.bits(widthOf(kind))] as const);
        return { inputs: Object.fromEntries(inputs), isReset: cycle === 0 || random.chance(0.05) };
      });
      const model = new Model(program);
      return { program, ir, cycles, wanted: cycles.map(({ inputs, isReset }) => model.cycle(inputs, isReset)) };
    } catch (error) {
      if (!(error instanceof ElaborationFailure) || error.errors.some(({ code }) => code !== 'HG023')) throw error;
    }
  }
  throw new Error(`none of ${DRAWS} designs in a row was taken; again with ${REPLAY}`);
}

/** The input ports of a cycle, by their names in the Verilog. */
function pins({ program }: Subject, { inputs, isReset }: Cycle): readonly (readonly [string, bigint, number])[] {
  const data = Object.entries(program.inputs).flatMap(([name, kind]) => scalars(name, kind, fromWord(kind, inputs[name] ?? 0n)));
  return [['rst', isReset ? 1n : 0n, 1], ...data];
}

/** What each design's outputs were in each cycle, in the order of the ports, in hexadecimal. */
type Lines = readonly string[];

function lineOf(values: readonly bigint[]): string {
  return values.map((value) => value.toString(16)).join(' ');
}

function inProcess(simulate: (subject: Subject) => Simulator): Lines {
  return subjects.flatMap((subject) => {
    const simulator = simulate(subject);
    return subject.cycles.map((cycle) => {
      for (const [name, value] of pins(subject, cycle)) {
        const port = simulator.inputs.get(name);
        if (port === undefined) throw new Error(`${subject.program.name} has no input ${name}`);
        port.big = value;
      }
      simulator.step();
      return lineOf([...simulator.outputs.values()].map(({ sampledBig }) => sampledBig));
    });
  });
}

/** The first so many designs under one test bench. */
function testbench(count: number): string {
  const body = subjects.slice(0, count).flatMap((subject, index) => {
    const names = pins(subject, { inputs: {}, isReset: true });
    const outputs = subject.ir.ports.filter(({ kind }) => kind === 'output');
    const connected = [...names.map(([name]) => name), ...outputs.map(({ name }) => name)];
    return [
      ...names.map(([name, , width]) => `  reg [${width - 1}:0] d${index}_${name};`),
      ...outputs.map(({ name, width }) => `  wire [${width - 1}:0] d${index}_${name};`),
      `  reg d${index}_clk = 0;`,
      `  ${subject.program.name} d${index} (.clk(d${index}_clk)${connected.map((name) => `, .${name}(d${index}_${name})`).join('')});`,
      '  initial begin',
      `    #${1 + index * 1000};`,
      ...subject.cycles.flatMap((cycle) => [
        ...pins(subject, cycle).map(([name, value, width]) => `    d${index}_${name} = ${width}'h${value.toString(16)};`),
        `    #1 $display("${outputs.map(() => '%h').join(' ')}", ${outputs.map(({ name }) => `d${index}_${name}`).join(', ')});`,
        `    d${index}_clk = 1; #1 d${index}_clk = 0;`,
      ]),
      ...(index === count - 1 ? ['    $finish;'] : []),
      '  end',
    ];
  });
  return ['module testbench;', ...body, 'endmodule', ''].join('\n');
}

function printed(text: string): Lines {
  return text
    .split('\n')
    .filter((line) => /^[0-9a-fxz]+( [0-9a-fxz]+)*$/i.test(line))
    .map((line) =>
      line
        .split(' ')
        .map((value) => value.replace(/^0+(?=.)/, ''))
        .join(' '),
    );
}

/** Their text. */
function designs(count: number): string {
  return subjects
    .slice(0, count)
    .map(({ ir }) => verilogText(ir))
    .join('\n');
}

function expectWanted(found: Lines, count = DESIGNS): void {
  expect(found.length, `lines; replay with ${REPLAY}`).toBe(count * CYCLES);
  const failures = subjects.slice(0, count).flatMap(({ program, ir, wanted }, index) => {
    const outputs = ir.ports.filter(({ kind }) => kind === 'output').map(({ name }) => name);
    return wanted.flatMap((values, cycle) => {
      // before the first edge nothing was reset
      if (cycle === 0) return [];
      const line = (found[index * CYCLES + cycle] ?? '').split(' ');
      return outputs.flatMap((name, at) => {
        const right = values.get(name)?.toString(16);
        return line[at] === right ? [] : [`${program.name} cycle ${cycle}: ${name} is ${line[at]}, expected ${right}`];
      });
    });
  });
  expect(failures.slice(0, 5), `${failures.length} differences; replay with ${REPLAY}`).toEqual([]);
}

it(`the interpreter does with ${DESIGNS} random designs of aggregates, seed ${SEED}, what their rules say`, () => {
  expectWanted(inProcess(({ ir }) => interpret(lower(ir))));
});

it('WebAssembly does the same', () => {
  expectWanted(inProcess(({ ir }) => simulateWasm(lower(ir))));
});

it.skipIf(!isInstalled('iverilog'))('Icarus does the same with the Verilog (skipped where it is not installed)', () =>
  inTemporaryDirectory(async (directory) => {
    await writeFile(join(directory, 'all.v'), `${designs(DESIGNS)}\n${testbench(DESIGNS)}`);
    expect(run('iverilog', ['-g2005', '-s', 'testbench', '-o', 'all.vvp', 'all.v'], directory)).toBe('');
    expectWanted(printed(run('vvp', ['-n', 'all.vvp'], directory)));
  }),
);

it.skipIf(!isInstalled('verilator'))(
  'Verilator does the same with the Verilog (skipped where it is not installed)',
  { timeout: 300_000 },
  () =>
    inTemporaryDirectory(async (directory) => {
      await writeFile(join(directory, 'all.v'), `${designs(COMPILED)}\n${testbench(COMPILED)}`);
      const flags = ['--cc', '--main', '--exe', '--timing', '-fno-const-bit-op-tree', '-Wno-lint', '--output-split', '0'];
      expect(run('verilator', [...flags, '--top-module', 'testbench', '-o', 'all', 'all.v'], directory)).toBe('');
      const cheap = ['OPT_FAST=-O0', 'OPT_SLOW=-O0', 'OPT_GLOBAL=-O0', 'VM_PARALLEL_BUILDS=0'];
      run('make', ['-C', 'obj_dir', '-f', 'Vtestbench.mk', ...cheap], directory);
      expectWanted(printed(run('./obj_dir/all', [], directory)), COMPILED);
    }),
);

it.skipIf(!isInstalled('yosys') || !isInstalled('iverilog'))(
  'the gates that Yosys makes of it do the same (skipped without Yosys or Icarus)',
  { timeout: 300_000 },
  () =>
    inTemporaryDirectory(async (directory) => {
      await writeFile(join(directory, 'rtl.v'), designs(SYNTHESISED));
      const chosen = subjects.slice(0, SYNTHESISED);
      const each = chosen.map(
        ({ program }) =>
          `read_verilog rtl.v; synth -flatten -noabc -top ${program.name}; write_verilog -noattr ${program.name}.v; design -reset`,
      );
      expect(run('yosys', ['-q', '-p', each.join('; ')], directory)).toBe('');
      await writeFile(join(directory, 'bench.v'), testbench(SYNTHESISED));
      const files = chosen.map(({ program }) => `${program.name}.v`);
      expect(run('iverilog', ['-g2005', '-s', 'testbench', '-o', 'all.vvp', ...files, 'bench.v'], directory)).toBe('');
      expectWanted(printed(run('vvp', ['-n', 'all.vvp'], directory)), SYNTHESISED);
    }),
);
