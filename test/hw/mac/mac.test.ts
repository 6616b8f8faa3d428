/** What the MACs make of their receiving pins, and put on their transmitting ones. */
import { describe, it } from 'vitest';
import { MAC_CHECKS } from '../../../formal/rtl/cosimulation/mac/checks.ts';
import { MacBench } from '../../../formal/rtl/cosimulation/mac/mac-bench.ts';

const SEED = Number(process.env['MAC_SEED'] ?? Date.now() % 2 ** 31);

describe.each(['rmii', 'gmii'] as const)(`the MAC of %s (MAC_SEED=${SEED} npx vitest run test/hw/mac/mac.test.ts)`, (kind) => {
  for (const { claim, run } of MAC_CHECKS[kind]) {
    // asserts with node:assert, as the mutants are judged without vitest
    it(claim, () => run((options) => new MacBench(kind, options), SEED));
  }
});
