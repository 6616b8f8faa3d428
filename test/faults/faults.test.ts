/** The list of faults fits the code as it stands; `npx tsx test/faults/run.ts` puts them in. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAILURE_CASES, failureCasesPage } from './failure-cases.ts';
import { type Fault, FaultDoesNotApply, withFault } from './fault.ts';
import { FAULTS } from './list.ts';

const ROOT = resolve(import.meta.dirname, '../..');

describe('a fault', () => {
  const fault: Fault = {
    id: 'X',
    what: '',
    file: 'spec/x.ts',
    find: 'a + b',
    replace: 'a - b',
    seenBy: { file: 'test/x.test.ts', test: '' },
  };

  it('changes the one place that it names', () => {
    expect(withFault(fault, 'const sum = a + b;')).toBe('const sum = a - b;');
  });

  it.each(['const sum = b + a;', 'a + b, a + b'])('is refused where its place is missing, or not the only one: %s', (text) => {
    expect(() => withFault(fault, text)).toThrow(FaultDoesNotApply);
  });
});

describe('the list of faults', () => {
  it('has each name once', () => {
    const ids = FAULTS.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  it('fits the code and names tests that are there', () => {
    for (const fault of FAULTS) {
      expect(() => withFault(fault, readFileSync(join(ROOT, fault.file), 'utf8'))).not.toThrow();
      expect(existsSync(join(ROOT, fault.seenBy.file)), fault.seenBy.file).toBe(true);
      expect(fault.replace).not.toBe(fault.find);
    }
  });
});

describe('the failure cases of the protocol', () => {
  it('are R1 to R25, each with a fault that breaks what is done about it', () => {
    expect(FAILURE_CASES.map(({ rule }) => rule)).toEqual(Array.from({ length: 25 }, (_, index) => `R${index + 1}`));
    for (const { rule, faults } of FAILURE_CASES) expect(faults.length, rule).toBeGreaterThan(0);
  });

  it('are on the page as they are in the list (renew it with `npx tsx test/faults/failure-cases.ts > docs/failure-cases.md`)', () => {
    expect(readFileSync(join(ROOT, 'docs/failure-cases.md'), 'utf8')).toBe(failureCasesPage());
  });
});
