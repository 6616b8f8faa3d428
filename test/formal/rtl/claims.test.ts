/** The claims about the hardware: asked of a solver where the design is not the one on record, and a few of the others by chance. */
import { describe, expect, it } from 'vitest';
import { CLAIMS, RTL_RECORD } from '../../../formal/rtl/claims.ts';
import { subjectOfClaim } from '../../../formal/rtl/subject-of-claim.ts';
import { proofsOnRecord, WHICH_ARE_ASKED } from '../../hdl-gen/formal/on-record.ts';

const { obligationsOf, stale } = proofsOnRecord(RTL_RECORD);

describe.each(CLAIMS)(`$claim (${WHICH_ARE_ASKED})`, (claim) => {
  const { module, proofs } = subjectOfClaim(claim);
  it.each(proofs)('is proved, and is about something ($mode, $depth cycles)', async (options) => {
    expect(await obligationsOf(claim.claim, module, options)).toBeGreaterThan(0);
  });
});

it('are on record as they are asked (renew it with `npx tsx formal/rtl/prove-rtl.ts --record`)', () => {
  expect(stale).toEqual([]);
});
