import { afterEach, describe, expect, it } from 'vitest';
import { CLAIMS } from '../../../formal/rtl/claims.ts';
import { slotRefinement } from '../../../formal/rtl/slot-refinement.ts';
import { ProofFailure, prove } from '../../../hdl-gen/formal/prove.ts';
import type { ModuleIr } from '../../../hdl-gen/ir/module.ts';
import { optionsSchema } from '../../../sim/options.ts';
import { runSimulation } from '../../../sim/run.ts';
import { ScoreboardMismatch } from '../../../sim/scoreboard.ts';
import { SLOT_TRANSITIONS, type SlotState } from '../../../spec/slot-machine.ts';

/** The module with its first own assertion turned round. */
function withMutatedAssertion(module: ModuleIr): ModuleIr {
  const index = module.properties.findIndex(({ kind }) => kind === 'assert');
  return {
    ...module,
    properties: module.properties.map((property, at) =>
      at === index ? { ...property, condition: { kind: 'unary', op: 'not', width: 1, a: property.condition } } : property,
    ),
  };
}

describe.each(CLAIMS)('$claim', ({ design, proofs }) => {
  it.each(proofs)('is proved ($mode, $depth cycles)', async (options) => {
    const { obligations } = await prove(design.elaborate(), options);
    expect(obligations).toBeGreaterThan(0);
  });

  it('is no empty proof: with one assertion turned round it fails', async () => {
    const mutant = withMutatedAssertion(design.elaborate());
    await expect(prove(mutant, { mode: 'bounded', depth: 6 })).rejects.toThrow(ProofFailure);
  });
});

describe('one entry of the transition table changed by hand', () => {
  const demote = SLOT_TRANSITIONS.find(({ event }) => event === 'demote') as { to: SlotState };
  afterEach(() => {
    demote.to = 'Obsolete';
  });

  it('is refused by the proof of the RTL', async () => {
    demote.to = 'Unused';
    await expect(prove(slotRefinement(2).elaborate(), { mode: 'induction', depth: 2 })).rejects.toThrow(/consumer_follows_the_table/);
  });

  it('is refused by the co-simulation', async () => {
    demote.to = 'Unused';
    const run = runSimulation({ options: optionsSchema.parse({ frames: 300, rekeyFrames: 60 }) });
    await expect(run).rejects.toThrow(ScoreboardMismatch);
  });
});
