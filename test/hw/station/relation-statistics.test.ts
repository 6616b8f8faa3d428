/** The counts of all relations beside a list of what happened. */
import { describe, it } from 'vitest';
import { cosimulate } from '../../../formal/rtl/cosimulation/cosimulate.ts';
import { relationStatisticsCycles } from '../../../formal/rtl/cosimulation/relation-statistics.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { relationStatistics } from '../../../hw/station/relation-statistics.ts';

const SEED = Number(process.env['STATISTICS_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `STATISTICS_SEED=${SEED} npx vitest run test/hw/station/relation-statistics.test.ts`;

describe('the counts of relations', () => {
  it.each([2, 3, 200])(`of %i relations: each event once, for its relation (${REPLAY})`, (relations) => {
    cosimulate(lower(relationStatistics(relations).elaborate()), { cycles: relationStatisticsCycles(relations, SEED, 8000) });
  });
});
