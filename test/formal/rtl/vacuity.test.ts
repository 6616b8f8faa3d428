/** No proof is empty; apart from `claims.test.ts`, so that both run at once. */
import { describe, expect, it } from 'vitest';
import { CLAIMS } from '../../../formal/rtl/claims.ts';
import { ProofFailure, prove } from '../../../hdl-gen/formal/prove.ts';
import { not } from '../../../hdl-gen/ir/logic.ts';
import type { ModuleIr, Property } from '../../../hdl-gen/ir/module.ts';

/** The module with its first own assertion turned round, and no other one: that one must fail. */
function withMutatedAssertion(module: ModuleIr): ModuleIr {
  const first = module.properties.find(({ kind }) => kind === 'assert');
  return withAssumptionsOnly(module, first === undefined ? [] : [{ ...first, condition: not(first.condition) }]);
}

function withAssumptionsOnly(module: ModuleIr, more: readonly Property[] = []): ModuleIr {
  return {
    ...module,
    properties: [...module.properties.filter(({ kind }) => kind === 'assume'), ...more],
    instances: module.instances.map((instance) => ({ ...instance, module: withAssumptionsOnly(instance.module) })),
  };
}

const asserts = ({ design }: (typeof CLAIMS)[number]): boolean => design.elaborate().properties.some(({ kind }) => kind === 'assert');

describe.each(CLAIMS.filter(asserts))('$claim', ({ design }) => {
  it('is no empty proof: with one assertion turned round it fails', async () => {
    const mutant = withMutatedAssertion(design.elaborate());
    await expect(prove(mutant, { mode: 'bounded', depth: 6 })).rejects.toThrow(ProofFailure);
  });
});
