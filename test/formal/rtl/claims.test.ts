import { describe, expect, it } from 'vitest';
import { CLAIMS } from '../../../formal/rtl/claims.ts';
import { prove } from '../../../hdl-gen/formal/prove.ts';

describe.each(CLAIMS)('$claim', ({ design, proofs }) => {
  const elaborated = design.elaborate();
  it.each(proofs)('is proved ($mode, $depth cycles)', async (options) => {
    const { obligations } = await prove(elaborated, options);
    expect(obligations).toBeGreaterThan(0);
  });
});
