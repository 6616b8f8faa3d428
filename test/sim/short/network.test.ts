/** A controller with two devices, one of them in hardware, for a few dozen frames. */
import { expect, it } from 'vitest';
import { networkTiming } from '../../../cli/sim-network.ts';
import { SimulationAborted } from '../../../sim/aborted.ts';
import { type NetworkRun, runNetwork } from '../../../sim/network-run.ts';
import { optionsSchema, type SimulationOptions } from '../../../sim/options.ts';
import { shortcomings } from '../../../sim/report/conclusion.ts';
import type { SimulationResult } from '../../../sim/report/result.ts';
import { SafetyViolation } from '../../../sim/safety-violation.ts';

const SHAPE = { relations: 2, rtlDevices: 1, frames: 50, rekeyFrames: 20, nRttEvery: 2, hostFrames: 20 };
const GOOD = { loss: 0, duplicates: 0, reorderChance: 0, attacks: 0 };
const optionsOf = (changes: Partial<SimulationOptions>): SimulationOptions =>
  optionsSchema.parse({ ...networkTiming(SHAPE), ...SHAPE, ...GOOD, ...changes });
const run = (changes: Partial<SimulationOptions> = {}, more: Partial<NetworkRun> = {}): Promise<readonly SimulationResult[]> =>
  runNetwork({ options: optionsOf(changes), ...more });

it('a good network delivers everything, and all is compared that hardware shows', async () => {
  const phases: string[] = [];
  const results = await run({}, { onPhase: (phase) => phases.push(phase) });
  expect(phases).toEqual(['generating the hardware', 'starting']);
  expect(shortcomings(...results)).toEqual([]);
  expect(results).toHaveLength(2);
  for (const result of results) {
    const both = { framesSent: 50, framesDelivered: 50, framesLostByChannel: 0, staleDropped: 0, undecryptable: 0 };
    // two of the host each way, and the messages of agreements
    const { associationMessages, agreementMessages } = result.total;
    expect(associationMessages).toBe(3);
    expect(result.total.hostFrames).toBe(4 + associationMessages + agreementMessages);
    expect(result.direction.initiator).toMatchObject({ ...both, associationMessages: 2 });
    expect(result.direction.follower).toMatchObject({ ...both, associationMessages: 1 });
    expect(result.associations.map(({ cause }) => cause)).toEqual(['start']);
    expect(result.rekeys.filter(({ finished }) => finished).length).toBeGreaterThanOrEqual(1);
    expect(result.compared.initiator).toMatchObject({ framesSent: 50, verdicts: 50, payloads: 50 });
  }
  const [hardware, model] = results;
  expect(hardware?.compared.follower).toMatchObject({ framesSent: 50, verdicts: 50, payloads: 50 });
  expect(Object.values(model?.compared.follower ?? {})).toEqual([0, 0, 0, 0, 0, 0]);
});

it('every fault and attack is counted, of each relation by itself', async () => {
  const results = await run({ loss: 0.1, duplicates: 0.15, reorderChance: 0.2, attacks: 0.5 });
  expect(
    shortcomings(...results.map((result) => ({ ...result, rekeys: result.rekeys.map((rekey) => ({ ...rekey, finished: true })) }))),
  ).toEqual([]);
  for (const { total, direction, frames } of results) {
    for (const side of ['initiator', 'follower'] as const) {
      const { framesSent, framesDelivered, framesLostByChannel, staleDropped, undecryptable } = direction[side];
      expect(framesSent).toBe(50);
      expect(framesDelivered + framesLostByChannel + staleDropped + undecryptable).toBe(50);
    }
    expect(total.framesLostByChannel).toBeGreaterThan(0);
    expect(total.staleDropped).toBeGreaterThan(0);
    expect(total.duplicatesDropped).toBeGreaterThan(0);
    expect(total.forgedRejected).toBeGreaterThan(0);
    expect(frames.some(({ fate }) => fate === 'crossed')).toBe(true);
  }
  expect(results[0]?.total).not.toEqual(results[1]?.total);
});

it('a cut of one relation is no other’s', async () => {
  const results = await run({ outage: '1/10:19', rekeyFrames: 30 });
  expect(results.map(({ total }) => total.framesLostByChannel)).toEqual([0, 20]);
});

it('is the same for the same seed, tells how far it is, and ends by a signal', async () => {
  const seen: { readonly done: number; readonly of: number; readonly rekeys: number }[] = [];
  const changes = { frames: 90, loss: 0.05 };
  const one = await run(changes, { onProgress: (progress) => seen.push(progress) });
  expect(await run(changes)).toEqual(one);
  expect(seen.length).toBeGreaterThan(0);
  for (const { done, of } of seen) {
    expect(of).toBe(180);
    expect(done).toBeLessThanOrEqual(180);
  }
  expect(seen.at(-1)?.done).toBeGreaterThan(60);
  expect(seen.at(-1)?.rekeys).toBeGreaterThan(0);
  await expect(run(changes, { signal: AbortSignal.abort() })).rejects.toThrow(SimulationAborted);
});

it('one over which nothing can be agreed on is given up', async () => {
  const failure = await run({ outage: '0ms:1s', frames: 5, silence: 20_000 }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(SafetyViolation);
  expect(String(failure)).toMatch(/no payload went out for 1000 send intervals\n {2}again with: npx keyturn sim .*--relations 2/);
});
