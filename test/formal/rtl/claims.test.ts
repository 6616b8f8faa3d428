import { describe, expect, it } from 'vitest';
import { CLAIMS } from '../../../formal/rtl/claims.ts';
import { prove } from '../../../hdl-gen/formal/prove.ts';

describe.each(CLAIMS)('$claim', ({ design, proofs }) => {
  it.each(proofs)('is proved ($mode, $depth cycles)', async (options) => {
    const { obligations } = await prove(design.elaborate(), options);
    expect(obligations).toBeGreaterThan(0);
  });
});
