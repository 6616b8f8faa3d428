/** What came of mutants: killed, surviving with a reason, surviving without. */
import type { Mutant } from './stryker.ts';

/** A mutant that no test can or need tell from the program, and why. Found again by its texts: lines move. */
export interface Survivor {
  readonly file: string;
  readonly mutator: string;
  readonly original: string;
  readonly replacement: string;
  /** how many of such texts there are in the file, 1 unless given */
  readonly times?: number;
  readonly reason: string;
}

export interface Verdict {
  readonly killed: number;
  readonly explained: readonly Mutant[];
  readonly unexplained: readonly Mutant[];
  /** entries of the list that no survivor fits any more */
  readonly outdated: readonly Survivor[];
}

const KILLED = new Set(['Killed', 'Timeout', 'RuntimeError']);
const SURVIVED = new Set(['Survived', 'NoCoverage']);

const key = ({ file, mutator, original, replacement }: Pick<Mutant, 'file' | 'mutator' | 'original' | 'replacement'>): string =>
  [file, mutator, original, replacement].join('\n');

/** @param list reasons; those of files without mutants are left alone */
export function verdictOn(mutants: readonly Mutant[], list: readonly Survivor[]): Verdict {
  const left = new Map(list.map((entry) => [key(entry), entry.times ?? 1]));
  const survived = mutants.filter(({ status }) => SURVIVED.has(status));
  const isExplained = (mutant: Mutant): boolean => {
    const count = left.get(key(mutant)) ?? 0;
    if (count > 0) left.set(key(mutant), count - 1);
    return count > 0;
  };
  const marks = survived.map((mutant) => ({ mutant, explained: isExplained(mutant) }));
  const files = new Set(mutants.map(({ file }) => file));
  return {
    killed: mutants.filter(({ status }) => KILLED.has(status)).length,
    explained: marks.filter(({ explained }) => explained).map(({ mutant }) => mutant),
    unexplained: marks.filter(({ explained }) => !explained).map(({ mutant }) => mutant),
    outdated: list.filter((entry) => files.has(entry.file) && (left.get(key(entry)) ?? 0) > 0),
  };
}

/** Share of the mutants that are killed, of those that a test could tell from the program. */
export function scoreOf({ killed, unexplained }: Verdict): number {
  return killed + unexplained.length === 0 ? 1 : killed / (killed + unexplained.length);
}

export function describeMutant({ file, line, mutator, original, replacement, status }: Mutant): string {
  return `${file}:${line} ${mutator}${status === 'NoCoverage' ? ' (reached by no test)' : ''}\n  - ${original}\n  + ${replacement}`;
}
