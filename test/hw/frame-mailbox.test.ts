/** A frame mailbox over its registers and its streams. */
import { describe, it } from 'vitest';
import { MAILBOX_CHECKS } from '../../formal/rtl/cosimulation/mailbox.ts';
import { lower } from '../../hdl-gen/ir/lower.ts';
import { compileToWasm } from '../../hdl-gen/sim/wasm/compile.ts';
import { frameMailbox } from '../../hw/frame-mailbox.ts';

const design = compileToWasm(lower(frameMailbox.elaborate()));

describe('a frame mailbox', () => {
  // asserts with node:assert, as the mutants are judged without vitest
  for (const { claim, run } of MAILBOX_CHECKS) it(claim, () => run(design));
});
