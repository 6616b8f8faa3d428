/** Mutants that survive, each with its reason; kept by hand. `npm run mutate` fails on one that is not here. */
import type { Survivor } from './verdict.ts';

export const SURVIVORS: readonly Survivor[] = [];
