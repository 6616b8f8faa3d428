/** A share of the mutants, drawn by a seed. */
import { Random } from '../../hdl-gen/sim/random.ts';
import type { Mutant } from './stryker.ts';

/** The same ones each time; all of them where there are no more. Those of prose are never drawn. */
export function drawn(mutants: readonly Mutant[], count: number, seed: number): readonly Mutant[] {
  const random = new Random(seed);
  const left = mutants.filter(({ status }) => status !== 'Ignored');
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(random.below(left.length), 1)).flat();
}
