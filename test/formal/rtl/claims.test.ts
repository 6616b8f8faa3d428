/** The claims about the hardware: asked of a solver where the design is not the one on record, and a few of the others by chance. */
import { describe, expect, it } from 'vitest';
import { CLAIMS } from '../../../formal/rtl/claims.ts';
import { questionDigest, readProofRecord, recordName } from '../../../formal/rtl/proved.ts';
import { subjectOfClaim } from '../../../formal/rtl/subject-of-claim.ts';
import { prove } from '../../../hdl-gen/formal/prove.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';

const SEED = Number(process.env['PROOFS_SEED'] ?? Date.now() % 2 ** 31);
const ALL = process.env['KEYTURN_PROOFS'] === 'all';
/** Of the claims that are on record. */
const ASKED_AGAIN = 0.1;
const record = readProofRecord();

describe(`claims (asked again: ${ALL ? 'all' : `by PROOFS_SEED=${SEED}`}; KEYTURN_PROOFS=all asks all)`, () => {
  const random = new Random(SEED);
  describe.each(CLAIMS)('$claim', (claim) => {
    const { module, proofs } = subjectOfClaim(claim);
    const again = ALL || random.chance(ASKED_AGAIN);
    it.each(proofs)('is proved, and is about something ($mode, $depth cycles)', async (options) => {
      const known = record[recordName(claim.claim, options)];
      const isKnown = known?.question === questionDigest(module, options);
      const { obligations } = again || !isKnown ? await prove(module, options) : known;
      expect(obligations).toBeGreaterThan(0);
    });
  });
});
