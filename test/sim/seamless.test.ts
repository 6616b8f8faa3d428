import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { optionsSchema, type SimulationOptions } from '../../sim/options.ts';
import { shortcomings } from '../../sim/report/conclusion.ts';
import type { SimulationResult } from '../../sim/report/result.ts';
import { runSimulation } from '../../sim/run.ts';

const CAPTURE = fileURLToPath(new URL('../../../shared/data/captures/cisagov_profinet_io_cm_mixed_1.pcap', import.meta.url));

/** A short run that rekeys often: as harsh as the demo, and harsher where a case says so. */
function run(changes: Partial<SimulationOptions>, more: Partial<Parameters<typeof runSimulation>[0]> = {}): Promise<SimulationResult> {
  return runSimulation({ options: optionsSchema.parse({ frames: 500, rekeyFrames: 100, ...changes }), ...more });
}

function expectSeamless(result: SimulationResult): void {
  const { undecryptable, forgedAccepted, replayedAccepted, dedicatedMessages, stalledCycles } = result.total;
  expect({ undecryptable, forgedAccepted, replayedAccepted, dedicatedMessages, stalledCycles }).toEqual({
    undecryptable: 0,
    forgedAccepted: 0,
    replayedAccepted: 0,
    dedicatedMessages: 0,
    stalledCycles: 0,
  });
}

/** Every genuine frame has exactly one end, in each direction; copies come on top. */
function expectAllAccountedFor({ direction }: SimulationResult, frames: number): void {
  for (const { framesSent, framesDelivered, framesLostByChannel, staleDropped, undecryptable } of Object.values(direction)) {
    expect(framesSent).toBe(frames);
    expect(framesDelivered + framesLostByChannel + staleDropped + undecryptable).toBe(frames);
  }
}

describe('rekeying a running connection', () => {
  it.each([
    { slots: 2, protection: 'encryption' as const },
    { slots: 3, protection: 'authentication' as const },
    { slots: 4, protection: 'encryption' as const },
  ])('is seamless with $slots slots and $protection', async (changes) => {
    const result = await run(changes);
    expectSeamless(result);
    expectAllAccountedFor(result, 500);
    expect(result.rekeys.length).toBeGreaterThanOrEqual(4);
    expect(result.total.framesLostByChannel).toBeGreaterThan(0);
    expect(result.total.forgedRejected + result.total.replayedRejected + result.total.reflectedRejected).toBeGreaterThan(0);
  });

  it('delivers late frames too where they are wanted, each once, the last ones of an old key among them, and the judge agrees', async () => {
    const out = mkdtempSync(join(tmpdir(), 'keyturn-window-'));
    try {
      const result = await run({ delivery: 'window', reorderChance: 0.3, seed: 7 }, { out, keyLog: true });
      expectSeamless(result);
      const { framesSent, framesDelivered, framesLostByChannel, staleDropped, deliveredLate, deliveredUnderOldKey } = result.total;
      expect({ staleDropped, dropped: framesSent - framesDelivered - framesLostByChannel }).toEqual({ staleDropped: 0, dropped: 0 });
      expect(deliveredLate).toBeGreaterThan(50);
      expect(deliveredUnderOldKey).toBeGreaterThan(0);
      expect(shortcomings(result)).toEqual([]);
    } finally {
      rmSync(out, { recursive: true });
    }
  });

  it('loses only what the channel loses: every settled rekey went through its five steps in their order (paper, Fig. 7)', async () => {
    const { rekeys } = await run({ seed: 5 });
    const settled = rekeys.filter((rekey) => rekey.steps.initiatorConsumerSwitch !== null);
    expect(settled.length).toBeGreaterThanOrEqual(4);
    for (const { steps } of settled) {
      const order = [0, steps.followerInstalled, steps.initiatorProviderSwitch, steps.followerSwitch, steps.initiatorConsumerSwitch].map(
        Number,
      );
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }
  });

  it.each([8, 10])('keeps a key Obsolete for as long as was asked for, with a clock of %i ns', async (clockPeriod) => {
    const result = await run({ clockPeriod, obsoleteTimeout: 48_000, seed: 5 });
    expectSeamless(result);
    expect(result.cycleNs).toBe(clockPeriod);
    const kept = result.rekeys.flatMap(({ steps: { initiatorConsumerSwitch, initiatorTimeout } }) =>
      initiatorConsumerSwitch === null || initiatorTimeout === null ? [] : [(initiatorTimeout - initiatorConsumerSwitch) * clockPeriod],
    );
    expect(kept.length).toBeGreaterThanOrEqual(4);
    // the timer counts the cycle of the switch, and the slot shows one later
    for (const ns of kept) expect(Math.abs(ns - 48_000)).toBeLessThanOrEqual(clockPeriod);
  });

  it('survives a channel that loses one frame in five', async () => {
    const result = await run({ loss: 0.2, reorderChance: 0.2, seed: 3 });
    expectSeamless(result);
    expect(result.rekeys.length).toBeGreaterThanOrEqual(3);
  });

  it('rekeys by time', async () => {
    const result = await run({ rekeyFrames: 0, rekeyInterval: 600_000, seed: 2 });
    expectSeamless(result);
    expect(result.rekeys.length).toBeGreaterThanOrEqual(3);
  });

  it('gives the same result for the same seed, and another one for another', async () => {
    const [first, again, other] = await Promise.all([
      run({ seed: 7, frames: 120 }),
      run({ seed: 7, frames: 120 }),
      run({ seed: 8, frames: 120 }),
    ]);
    expect(again).toEqual(first);
    expect(other.total).not.toEqual(first.total);
  });

  it('carries the cyclic frames of a capture of real hardware', async ({ skip }) => {
    if (!existsSync(CAPTURE)) skip('../shared/data is not here: the capture of real hardware is not part of the project');
    const result = await run({ frames: 300 }, { trafficFile: CAPTURE });
    expectSeamless(result);
    expect(result.settings.traffic).toBe('cisagov_profinet_io_cm_mixed_1.pcap: 56 and 46 cyclic frames');
  });

  it('runs in lockstep with Verilator on the emitted Verilog', async () => {
    const result = await run({ simulator: 'lockstep', frames: 250 });
    expectSeamless(result);
    expect(result.rekeys.length).toBeGreaterThanOrEqual(2);
  });

  it('runs on Verilator alone, and gives what the embedded simulator gives', async () => {
    const [verilator, wasm] = [await run({ simulator: 'verilator', frames: 60 }), await run({ simulator: 'wasm', frames: 60 })];
    expect({ ...verilator, simulator: '', settings: {} }).toEqual({ ...wasm, simulator: '', settings: {} });
  });
});
