/** The counters of a MAC, over their registers. */
import { describe, it } from 'vitest';
import { MAC_COUNTER_CHECKS } from '../../../formal/rtl/cosimulation/mac-counters.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { compileToWasm } from '../../../hdl-gen/sim/wasm/compile.ts';
import { macCounters } from '../../../hw/mac/mac-counters.ts';

const SEED = Number(process.env['MAC_SEED'] ?? Date.now() % 2 ** 31);
const design = compileToWasm(lower(macCounters.elaborate()));

describe(`the counters of a MAC (MAC_SEED=${SEED} npx vitest run test/hw/mac/mac-counters.test.ts)`, () => {
  // asserts with node:assert, as the mutants are judged without vitest
  for (const { claim, run } of MAC_COUNTER_CHECKS) it(claim, () => run(design, SEED));
});
