/** Attacks by themselves, as often as there are frames: nothing gets through that may not, and run and judge count the same. */
import { describe, expect, it } from 'vitest';
import { networkTiming } from '../../../cli/sim-network.ts';
import { runNetwork } from '../../../sim/network-run.ts';
import { optionsSchema, type SimulationOptions } from '../../../sim/options.ts';
import { shortcomings } from '../../../sim/report/conclusion.ts';
import type { SimulationResult } from '../../../sim/report/result.ts';
import { PROFILE_NAMES } from '../../../spec/header.ts';
import { judgedRun, objections } from './judged-run.ts';

/** Attacks that arrived, by the name that they are counted by, and those that got through. */
function attacksIn({ total }: SimulationResult) {
  const { forgedRejected, replayedRejected, reflectedRejected, swappedRejected, oldKeyRejected, oldKeyDelivered } = total;
  const others = forgedRejected + replayedRejected + reflectedRejected;
  const accepted = total.forgedAccepted + total.replayedAccepted;
  return { swappedRejected, oldKeyRejected, oldKeyDelivered, others, accepted };
}

/** An AEAD that protects, room on the line for two attacks beside each frame, and a channel in which they may come before it. */
const HARSH = {
  engine: 'aes-128-gcm',
  attacks: 1,
  sendInterval: 4800,
  jitter: 4000,
  loss: 0.05,
  frames: 90,
} as const satisfies Partial<SimulationOptions>;

describe('frames that have swapped their ICVs', () => {
  it.each(PROFILE_NAMES)('are rejected, in profile %s', async (profile) => {
    const { result, verdict } = await judgedRun({ ...HARSH, attackKinds: 'swapped', profile });
    expect(objections({ result, verdict })).toEqual([]);
    const attacks = attacksIn(result);
    expect(attacks.swappedRejected).toBeGreaterThan(100);
    expect(attacks).toMatchObject({ oldKeyRejected: 0, oldKeyDelivered: 0, others: 0, accepted: 0 });
    expect(new Set(result.frames.map(({ fate }) => fate))).toContain('swapped');
  });
});

describe('frames under keys that were replaced', () => {
  it.each(PROFILE_NAMES)('are never delivered where the newest counts, in profile %s', async (profile) => {
    const { result, verdict } = await judgedRun({ ...HARSH, attackKinds: 'old-key', profile });
    expect(objections({ result, verdict })).toEqual([]);
    const attacks = attacksIn(result);
    expect(attacks.oldKeyRejected).toBeGreaterThan(100);
    expect(attacks).toMatchObject({ swappedRejected: 0, oldKeyDelivered: 0, others: 0, accepted: 0 });
  });

  it('are delivered where late frames are, each once, while the key is Obsolete, and no longer', async () => {
    const { result, verdict } = await judgedRun({ ...HARSH, attackKinds: 'old-key', delivery: 'window' });
    expect(objections({ result, verdict })).toEqual([]);
    const attacks = attacksIn(result);
    expect(attacks.oldKeyDelivered).toBeGreaterThan(5);
    // each is sent twice
    expect(attacks.oldKeyRejected).toBeGreaterThan(attacks.oldKeyDelivered);
    expect(attacks).toMatchObject({ swappedRejected: 0, others: 0, accepted: 0 });
    // nothing of the genuine ones is lost by it
    expect(result.total).toMatchObject({ staleDropped: 0, undecryptable: 0 });
  });

  it('nor those of an association before', async () => {
    const { result } = await judgedRun({ ...HARSH, attackKinds: 'old-key', restart: 'follower@20,initiator@60', silence: 96_000 });
    expect(attacksIn(result)).toMatchObject({ oldKeyDelivered: 0, accepted: 0 });
    expect(result.associations.length).toBeGreaterThan(2);
    expect(attacksIn(result).oldKeyRejected).toBeGreaterThan(50);
  });
});

it('a controller rejects both, and so do its devices, in hardware and in the model', async () => {
  const shape = { relations: 2, rtlDevices: 1, frames: 60, rekeyFrames: 20, nRttEvery: 2, windowRelations: '1' };
  const attacks = { engine: 'aes-128-gcm', attacks: 1, attackKinds: 'swapped,old-key', jitter: 12_000 } as const;
  const results = await runNetwork({ options: optionsSchema.parse({ ...networkTiming(shape), ...shape, ...attacks }) });
  expect(shortcomings(...results)).toEqual([]);
  const found = results.map(attacksIn);
  for (const { swappedRejected, oldKeyRejected, others } of found) {
    expect(swappedRejected).toBeGreaterThan(30);
    expect(oldKeyRejected).toBeGreaterThan(10);
    expect(others).toBe(0);
  }
  expect(found.map(({ oldKeyDelivered }) => oldKeyDelivered > 0)).toEqual([false, true]);
  for (const { frames } of results) {
    for (const to of ['initiator', 'follower'] as const)
      expect(new Set(frames.filter((frame) => frame.to === to).map(({ fate }) => fate))).toContain('old-key');
  }
});
