/** Comparisons that are always 0 or always 1. */
import { AlwaysDecided } from '../errors/check-errors.ts';
import { decided } from '../ir/logic.ts';
import type { Expression, ModuleIr } from '../ir/module.ts';
import { partsOf } from '../verilog/reads.ts';
import { evaluated } from './evaluated.ts';

export function decidedComparisons(module: ModuleIr): AlwaysDecided[] {
  const seen = new Set<Expression>();
  return evaluated(module).flatMap(({ expression, at }) =>
    partsOf([expression], seen).flatMap((part) => {
      const value = decided(part);
      return value === undefined ? [] : [new AlwaysDecided(value, [{ what: 'used', at }])];
    }),
  );
}
