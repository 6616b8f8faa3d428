/** One step of a relation in hardware against `step` in `spec/peer-rules.ts`. */
import { describe, expect, it } from 'vitest';
import { cosimulate } from '../../../formal/rtl/cosimulation/cosimulate.ts';
import { relationStepCycles } from '../../../formal/rtl/cosimulation/relation-step.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { RelationEvent, relationStep } from '../../../hw/station/step.ts';

const SEED = Number(process.env['STEP_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `STEP_SEED=${SEED} npx vitest run test/hw/station/step.test.ts`;
const ROLES = ['initiator', 'follower'] as const;

describe('one step of a relation', () => {
  it.each(ROLES.flatMap((role) => [2, 3, 4].map((slots) => ({ role, slots }))))(
    `$role, $slots slots: makes of each context and event what the rules make of them (${REPLAY})`,
    ({ role, slots }) => {
      cosimulate(lower(relationStep({ role, slots }).elaborate()), { cycles: relationStepCycles(role, slots, SEED, 2000) });
    },
  );

  it.each(ROLES)('%s: the walk comes by every event and its outcomes', (role) => {
    const cycles = relationStepCycles(role, 3, 1, 4000);
    const seen = (what: keyof typeof RelationEvent.codes, output: string, value: number): boolean =>
      cycles.some(({ inputs, outputs }) => inputs['what'] === RelationEvent.codes[what] && outputs[output] === value);
    for (const what of ['transmit', 'push', ...(role === 'initiator' ? (['cancel'] as const) : [])] as const)
      expect([what, seen(what, 'accepted', 1), seen(what, 'accepted', 0)]).toEqual([what, true, true]);
    expect([seen('verdict', 'fresh', 1), seen('verdict', 'requested', 1)]).toEqual([true, role === 'follower']);
    // a follower's key that nobody announces goes, and so does one that runs out
    expect(cycles.some(({ inputs, outputs }) => inputs['what'] === RelationEvent.codes.visit && outputs['emptied'] !== 0)).toBe(true);
    expect(cycles.some(({ outputs }) => outputs['next_withdrawn_valid'] === 1)).toBe(role === 'initiator');
  });
});
