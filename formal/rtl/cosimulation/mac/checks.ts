/** All that is checked of a MAC on the bench. */
import type { Kind } from './mac-bench.ts';
import type { MacCheck } from './mac-check.ts';
import { CARRIER, receiving } from './receiving.ts';
import { sending } from './sending.ts';

export const MAC_CHECKS: Readonly<Record<Kind, readonly MacCheck[]>> = {
  rmii: [...receiving('rmii'), ...CARRIER, ...sending('rmii')],
  gmii: [...receiving('gmii'), ...sending('gmii')],
};
