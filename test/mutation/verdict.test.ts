import { describe, expect, it } from 'vitest';
import { type Mutant, mutantsOf } from './stryker.ts';
import { describeMutant, type Survivor, scoreOf, verdictOn } from './verdict.ts';

const mutant = (changes: Partial<Mutant>): Mutant => ({
  file: 'spec/x.ts',
  line: 3,
  mutator: 'EqualityOperator',
  original: 'a < b',
  replacement: 'a <= b',
  status: 'Survived',
  ...changes,
});
const reason: Survivor = {
  file: 'spec/x.ts',
  mutator: 'EqualityOperator',
  original: 'a < b',
  replacement: 'a <= b',
  reason: 'they are never equal',
};

describe('a survivor', () => {
  it('without a reason is unexplained; with one it is not, on whatever line it stands', () => {
    expect(verdictOn([mutant({})], []).unexplained).toHaveLength(1);
    const verdict = verdictOn([mutant({ line: 99 })], [reason]);
    expect(verdict).toMatchObject({ killed: 0, unexplained: [], outdated: [] });
    expect(verdict.explained).toHaveLength(1);
  });

  it('is another one where any of file, mutator, original and replacement differs, or where there is one too many', () => {
    const others = [{ file: 'spec/y.ts' }, { mutator: 'Other' }, { original: 'a < c' }, { replacement: 'a > b' }];
    for (const other of others) expect(verdictOn([mutant(other)], [reason]).unexplained).toHaveLength(1);
    expect(verdictOn([mutant({}), mutant({ line: 4 })], [reason]).unexplained).toHaveLength(1);
    expect(verdictOn([mutant({}), mutant({ line: 4 })], [{ ...reason, times: 2 }]).unexplained).toHaveLength(0);
  });

  it('that no test reaches counts as one', () => {
    const verdict = verdictOn([mutant({ status: 'NoCoverage' })], []);
    expect(verdict.unexplained.map(describeMutant)).toEqual(['spec/x.ts:3 EqualityOperator (reached by no test)\n  - a < b\n  + a <= b']);
  });
});

describe('a reason', () => {
  it('is outdated when its mutant is killed, not when its file was not mutated', () => {
    expect(verdictOn([mutant({ status: 'Killed' })], [reason]).outdated).toEqual([reason]);
    expect(verdictOn([mutant({ file: 'spec/y.ts', status: 'Killed' })], [reason]).outdated).toEqual([]);
  });
});

it('the score leaves out what has a reason, what is ignored and what does not compile', () => {
  const mutants = ['Killed', 'Timeout', 'RuntimeError', 'Ignored', 'CompileError'].map((status) => mutant({ status, original: status }));
  expect(scoreOf(verdictOn([...mutants, mutant({})], [reason]))).toBe(1);
  expect(scoreOf(verdictOn([...mutants, mutant({})], []))).toBe(0.75);
  expect(scoreOf(verdictOn([], []))).toBe(1);
});

it('reads the text of a mutant out of the source in a report, over several lines too', () => {
  const source = 'const a = 1;\nif (a <\n    b) c();\n';
  const location = { start: { line: 2, column: 5 }, end: { line: 3, column: 6 } };
  const mutants = [{ id: '0', mutatorName: 'EqualityOperator', replacement: 'a <=\n b', status: 'Killed', location }];
  expect(mutantsOf({ files: { 'spec/x.ts': { source, mutants } } })).toEqual([
    mutant({ line: 2, status: 'Killed', original: 'a < b', replacement: 'a <= b' }),
  ]);
});
