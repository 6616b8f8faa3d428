import { afterEach, describe, expect, it } from 'vitest';
import { relationKeys } from '../../../formal/rtl/relation-keys.ts';
import { stepRefinement } from '../../../formal/rtl/step-refinement.ts';
import { ProofFailure, prove } from '../../../hdl-gen/formal/prove.ts';
import { optionsSchema } from '../../../sim/options.ts';
import { runSimulation } from '../../../sim/run.ts';
import { StationMismatch } from '../../../sim/station-mismatch.ts';
import { SLOT_TRANSITIONS, type SlotState } from '../../../spec/slot-machine.ts';
import { withNaiveReading } from '../../hw/naive-step.ts';
import { BY_SAMPLE, oneIn } from '../../one-in.ts';

describe('a naive reading of the rules', () => {
  const READINGS = [
    { role: 'initiator', reading: 'switchWithoutReady', of: stepRefinement, breaks: ProofFailure },
    { role: 'initiator', reading: 'actBeforeIcv', of: stepRefinement, breaks: ProofFailure },
    { role: 'follower', reading: 'actBeforeIcv', of: relationKeys, breaks: /no_cause_without_the_icv/ },
    { role: 'follower', reading: 'announceBeforeInstalled', of: relationKeys, breaks: /announces_what_is_installed/ },
  ] as const;
  it.each(oneIn(2, READINGS))(`$role that does $reading is refused by the proof (${BY_SAMPLE})`, async ({ role, reading, of, breaks }) => {
    const proof = prove(withNaiveReading(of({ role, slots: 2 }).elaborate(), role, reading), {
      mode: 'bounded',
      depth: 8,
    });
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
    const proof = prove(stepRefinement({ role: 'initiator', slots: 2 }).elaborate(), { mode: 'bounded', depth: 3 });
    await expect(proof).rejects.toThrow(/consumer_\d/);
  });

  it('is refused by the co-simulation', async () => {
    demote.to = 'Unused';
    const run = runSimulation({ options: optionsSchema.parse({ frames: 300, rekeyFrames: 60 }) });
    await expect(run).rejects.toThrow(StationMismatch);
  });
});
