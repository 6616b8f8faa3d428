import { afterEach, describe, expect, it } from 'vitest';
import { activationRefinement } from '../../../formal/rtl/activation-refinement.ts';
import { slotRefinement } from '../../../formal/rtl/slot-refinement.ts';
import { ProofFailure, prove } from '../../../hdl-gen/formal/prove.ts';
import { optionsSchema } from '../../../sim/options.ts';
import { runSimulation } from '../../../sim/run.ts';
import { ScoreboardMismatch } from '../../../sim/scoreboard.ts';
import { SLOT_TRANSITIONS, type SlotState } from '../../../spec/slot-machine.ts';

describe('hardware with a defect', () => {
  const DEFECTS = [
    { role: 'initiator', defect: 'switchWithoutReady', breaks: ProofFailure },
    { role: 'initiator', defect: 'actBeforeIcv', breaks: ProofFailure },
    { role: 'follower', defect: 'actBeforeIcv', breaks: ProofFailure },
    { role: 'follower', defect: 'announceBeforeInstalled', breaks: /announces_what_is_installed/ },
  ] as const;
  it.each(DEFECTS)('$role that does $defect is refused by the proof', async ({ role, defect, breaks }) => {
    const proof = prove(activationRefinement({ role, slots: 2, defect }).elaborate(), { mode: 'induction', depth: 2 });
    await expect(proof).rejects.toThrow(breaks);
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
