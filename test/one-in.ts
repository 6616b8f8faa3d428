/** Whether everything is asked, however long it takes: `KEYTURN_PROOFS=all`. */
export const ALL = process.env['KEYTURN_PROOFS'] === 'all';

/** One in so many, others by each seed; all where everything is asked. */
export function oneIn<T>(count: number, all: readonly T[], seed: number): readonly T[] {
  return ALL ? all : all.filter((_, index) => (index + seed) % count === 0);
}
