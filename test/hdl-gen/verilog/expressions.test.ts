import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bits, input, type Module, module, mux, output, type Ports } from '../../../hdl-gen/index.ts';
import { verilogText } from '../../../hdl-gen/verilog/design.ts';
import { inTemporaryDirectory, isInstalled, run } from './tools.ts';
import { anyTree, build, evaluate, INPUT_WIDTHS, sizeOf, type Tree, treeOf } from './trees.ts';

/** Trees a run; more with `EXPRESSION_TREES=100000 npx vitest run test/hdl-gen/verilog/expressions.test.ts`. */
const TREES = Number(process.env['EXPRESSION_TREES'] ?? 1200);
const SEED = Number(process.env['EXPRESSION_SEED'] ?? Date.now() % 2 ** 31);
const VECTORS = 3;
const PER_MODULE = 400;

/** An output `y` that is `value`, or, with a condition, `value` where it holds and its complement elsewhere. */
interface Subject {
  readonly value: Tree;
  readonly condition: Tree | undefined;
}

/** Reads an input for certain: Icarus never runs an `always @(*)` where its optimiser finds the condition constant. */
const anyCondition = treeOf(1, 3).map((tree): Tree => ({ op: 'xor', width: 1, of: [tree, { op: 'input', width: 1, index: 0, low: 0 }] }));
const anySubject: fc.Arbitrary<Subject> = fc.record({ value: anyTree, condition: fc.option(anyCondition, { nil: undefined, freq: 2 }) });
const anyVector: fc.Arbitrary<readonly bigint[]> = fc.tuple(
  ...INPUT_WIDTHS.map((width) => fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n })),
);

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

function expected({ value, condition }: Subject, vector: readonly bigint[]): bigint {
  const result = evaluate(value, vector);
  return condition === undefined || evaluate(condition, vector) === 1n ? result : BigInt.asUintN(value.width, ~result);
}

function testbench(subjects: readonly Subject[], vectors: readonly (readonly bigint[])[]): string {
  return [
    'module testbench;',
    ...INPUT_WIDTHS.map((width, index) => `  reg [${width - 1}:0] x${index};`),
    ...subjects.map(({ value }, index) => `  wire [${value.width - 1}:0] y${index};`),
    `  subjects dut (.clk(1'b0), .rst(1'b0)${INPUT_WIDTHS.map((_, index) => `, .x${index}(x${index})`).join('')}${subjects.map((_, index) => `, .y${index}(y${index})`).join('')});`,
    '  initial begin',
    ...vectors.flatMap((vector) => [
      ...vector.map((value, index) => `    x${index} = ${INPUT_WIDTHS[index]}'h${value.toString(16)};`),
      '    #1;',
      ...subjects.map((_, index) => `    $display("%h", y${index});`),
    ]),
    '  end',
    'endmodule',
    '',
  ].join('\n');
}

/** What Icarus says of every subject under every vector: one hexadecimal number a line. */
function simulate(subjects: readonly Subject[], vectors: readonly (readonly bigint[])[]): Promise<string[]> {
  return inTemporaryDirectory(async (directory) => {
    await writeFile(join(directory, 'all.v'), `${verilogText(moduleOf(subjects).elaborate())}\n${testbench(subjects, vectors)}`);
    const complaints = run('iverilog', ['-g2005', '-s', 'testbench', '-o', 'all.vvp', 'all.v'], directory);
    if (complaints !== '') throw new Error(complaints.slice(0, 2000));
    return run('vvp', ['-n', 'all.vvp'], directory).split('\n');
  });
}

it.skipIf(!isInstalled('iverilog'))(
  `${TREES} random expressions are worth in Icarus what the operators' definitions say (skipped where Icarus is not installed)`,
  { timeout: 600_000 },
  async () => {
    const all = fc.sample(anySubject, { numRuns: TREES, seed: SEED });
    const vectors = fc.sample(anyVector, { numRuns: VECTORS, seed: SEED });
    const failures: string[] = [];
    let compared = 0;
    for (let start = 0; start < all.length; start += PER_MODULE) {
      const subjects = all.slice(start, start + PER_MODULE);
      const lines = await simulate(subjects, vectors);
      vectors.forEach((vector, v) => {
        subjects.forEach((subject, s) => {
          const found = lines[v * subjects.length + s] ?? 'nothing';
          const wanted = expected(subject, vector);
          compared += 1;
          if (!/^[0-9a-f]+$/.test(found) || BigInt(`0x${found}`) !== wanted) failures.push(explain(subject, vector, found, wanted));
        });
      });
    }
    failures.sort((a, b) => a.length - b.length);
    expect(failures[0], `seed ${SEED}: replay with EXPRESSION_SEED=${SEED} EXPRESSION_TREES=${TREES}`).toBeUndefined();
    expect(compared).toBe(TREES * VECTORS);
  },
);

function explain(subject: Subject, vector: readonly bigint[], found: string, wanted: bigint): string {
  const text = JSON.stringify(subject, (_key, value: unknown) => (typeof value === 'bigint' ? `0x${value.toString(16)}` : value));
  return `${sizeOf(subject.value)} nodes: found ${found}, expected ${wanted.toString(16)}: ${text} with inputs ${vector.map((value) => value.toString(16)).join(' ')}`;
}
