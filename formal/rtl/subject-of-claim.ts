/** What is proved of a claim: its design, with the question whether the claim is about anything. */
import type { ProofOptions } from '../../hdl-gen/formal/prove.ts';
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import type { Claim } from './claims.ts';

export interface ClaimSubject {
  readonly module: ModuleIr;
  readonly proofs: readonly ProofOptions[];
}

/**
 * The claim with a cover of what the design's first own assertion says. Where no run reaches it, the assertion turned round
 * would hold too, and its proof would be empty.
 */
export function subjectOfClaim({ design, proofs }: Claim): ClaimSubject {
  const module = design.elaborate();
  const first = module.properties.find(({ kind }) => kind === 'assert');
  if (first === undefined) return { module, proofs };
  // what a claim without a cover has of covers is reached elsewhere: by a whole round, by a test bench
  const covers = proofs.some(({ mode }) => mode === 'cover');
  const { properties, ...rest } = covers ? module : withoutCovers(module);
  const asked: ModuleIr = { ...rest, properties: [...properties, { ...first, kind: 'cover', name: 'c_first_assertion' }] };
  return { module: asked, proofs: covers ? proofs : [...proofs, { mode: 'cover', depth: 6 }] };
}

function withoutCovers(module: ModuleIr): ModuleIr {
  const properties = module.properties.filter(({ kind }) => kind !== 'cover');
  const instances = module.instances.map((instance) => ({ ...instance, module: withoutCovers(instance.module) }));
  return { ...module, properties, instances };
}
