import { describe, expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { ALL } from '../../one-in.ts';
import { ENGINES, type Engine, expected, type Subject, type Vector } from './engines.ts';
import { inTemporaryDirectory, isInstalled } from './tools.ts';
import { anyTree, INPUT_WIDTHS, sizeOf, treeOf } from './trees.ts';

/** Trees a run; all of them with `EXPRESSION_TREES=10000 npx vitest run test/hdl-gen/verilog/expressions.test.ts`. */
const TREES = Number(process.env['EXPRESSION_TREES'] ?? (ALL ? 400 : 150));
const SEED = Number(process.env['EXPRESSION_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `EXPRESSION_SEED=${SEED} EXPRESSION_TREES=${TREES} npx vitest run test/hdl-gen/verilog/expressions.test.ts`;
const VECTORS = 3;

const random = new Random(SEED);
const subjects = Array.from({ length: TREES }, anySubject);
const vectors: readonly Vector[] = Array.from({ length: VECTORS }, () => INPUT_WIDTHS.map((width) => random.bits(width)));

function anySubject(): Subject {
  const value = anyTree(random);
  if (random.chance(0.85)) return { value, condition: undefined };
  // reads an input for certain: Icarus never runs an `always @(*)` where its optimiser finds the condition constant
  const input = { op: 'input', width: 1, index: 0, low: 0 } as const;
  return { value, condition: { op: 'xor', width: 1, of: [treeOf(random, 1, 3), input], constant: 0 } };
}

describe(`${TREES} random expressions, seed ${SEED}, are worth what the operators' definitions say`, () => {
  for (const engine of ENGINES) {
    const skipped = engine.tool !== undefined && !isInstalled(engine.tool);
    const title = `in ${engine.name}${engine.tool === undefined ? '' : ` (skipped where ${engine.tool} is not installed)`}`;
    it(title, { concurrent: true, skip: skipped }, () => inTemporaryDirectory((directory) => expectAgreement(engine, directory)));
  }
});

async function expectAgreement({ run, batch: size }: Engine, directory: string): Promise<void> {
  const failures: string[] = [];
  let compared = 0;
  for (let start = 0; start < TREES; start += size) {
    const batch = subjects.slice(start, start + size);
    const found = await run(batch, vectors, directory);
    vectors.forEach((vector, v) =>
      batch.forEach((subject, s) => {
        const [is, wanted] = [found[v * batch.length + s] ?? 'nothing', expected(subject, vector)];
        compared += 1;
        if (is !== wanted) failures.push(explain(subject, vector, is, wanted));
      }),
    );
  }
  failures.sort((a, b) => a.length - b.length);
  expect(failures[0], `${failures.length} differences; replay with ${REPLAY}`).toBeUndefined();
  expect(compared).toBe(TREES * VECTORS);
}

function explain(subject: Subject, vector: Vector, found: string, wanted: string): string {
  const text = JSON.stringify(subject, (_key, value: unknown) => (typeof value === 'bigint' ? `0x${value.toString(16)}` : value));
  return `${sizeOf(subject.value)} nodes: found ${found}, expected ${wanted}: ${text} with inputs ${vector.map((value) => value.toString(16)).join(' ')}`;
}
