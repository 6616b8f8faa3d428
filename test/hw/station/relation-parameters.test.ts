/** The parameters of all relations beside a table of registers, and what the table of FrameIDs is told of them. */
import { describe, it } from 'vitest';
import { cosimulate } from '../../../formal/rtl/cosimulation/cosimulate.ts';
import { relationParametersCycles } from '../../../formal/rtl/cosimulation/relation-parameters.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { relationParameters } from '../../../hw/station/relation-parameters.ts';

const SEED = Number(process.env['PARAMETERS_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `PARAMETERS_SEED=${SEED} npx vitest run test/hw/station/relation-parameters.test.ts`;

describe('the parameters of relations', () => {
  it.each([2, 3, 200])(`of %i relations: what was written last is read, and the table is told of it (${REPLAY})`, (relations) => {
    cosimulate(lower(relationParameters(relations).elaborate()), { cycles: relationParametersCycles(relations, SEED, 8000) });
  });
});
