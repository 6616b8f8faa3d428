import { describe, expect, it } from 'vitest';
import { CLAIMS, type Claim } from '../../../formal/rtl/claims.ts';
import { type ProofOptions, prove } from '../../../hdl-gen/formal/prove.ts';
import type { ModuleIr } from '../../../hdl-gen/ir/module.ts';

interface Proved {
  readonly subject: ModuleIr;
  readonly proofs: readonly ProofOptions[];
}

/**
 * The claim with a cover of what the design's first own assertion says. Where no run reaches it, the assertion turned round
 * would hold too, and its proof would be empty.
 */
function withFirstAssertionReached({ design, proofs }: Claim): Proved {
  const module = design.elaborate();
  const first = module.properties.find(({ kind }) => kind === 'assert');
  if (first === undefined) return { subject: module, proofs };
  // what a claim without a cover has of covers is reached elsewhere: by a whole round, by a test bench
  const covers = proofs.some(({ mode }) => mode === 'cover');
  const { properties, ...rest } = covers ? module : withoutCovers(module);
  const subject: ModuleIr = { ...rest, properties: [...properties, { ...first, kind: 'cover', name: 'c_first_assertion' }] };
  return { subject, proofs: covers ? proofs : [...proofs, { mode: 'cover', depth: 6 }] };
}

function withoutCovers(module: ModuleIr): ModuleIr {
  const properties = module.properties.filter(({ kind }) => kind !== 'cover');
  const instances = module.instances.map((instance) => ({ ...instance, module: withoutCovers(instance.module) }));
  return { ...module, properties, instances };
}

describe.each(CLAIMS)('$claim', (claim) => {
  const { subject, proofs } = withFirstAssertionReached(claim);
  it.each(proofs)('is proved, and is about something ($mode, $depth cycles)', async (options) => {
    const { obligations } = await prove(subject, options);
    expect(obligations).toBeGreaterThan(0);
  });
});
