/** Whether everything is asked, however long it takes: `KEYTURN_PROOFS=all`. */
export const ALL = process.env['KEYTURN_PROOFS'] === 'all';

/** Of those samples that have no seed of their own. */
export const SAMPLE_SEED = Number(process.env['SAMPLE_SEED'] ?? Date.now() % 2 ** 31);
/** For the names of their tests. */
export const BY_SAMPLE = ALL ? 'all' : `by SAMPLE_SEED=${SAMPLE_SEED}; KEYTURN_PROOFS=all asks all`;

/** One in so many, others by each seed; all where everything is asked. */
export function oneIn<T>(count: number, all: readonly T[], seed = SAMPLE_SEED): readonly T[] {
  return ALL ? all : all.filter((_, index) => (index + seed) % count === 0);
}
