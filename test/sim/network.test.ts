/** A controller in hardware with devices in hardware and in the model, on links with faults and attackers of their own. */
import { describe, expect, it } from 'vitest';
import { networkTiming, requireRelations } from '../../cli/sim-network.ts';
import { runNetwork } from '../../sim/network-run.ts';
import { optionsSchema, parseOptions, type SimulationOptions } from '../../sim/options.ts';
import type { Results } from '../../sim/recorded-run.ts';
import { shortcomings } from '../../sim/report/conclusion.ts';
import type { SimulationResult } from '../../sim/report/result.ts';

const RELATIONS = 3;
const FRAMES = 160;

function run(changes: Partial<SimulationOptions>): Promise<Results> {
  const shape = { relations: RELATIONS, rtlDevices: 2, frames: FRAMES, rekeyFrames: 60, nRttEvery: 2 };
  return runNetwork({ options: optionsSchema.parse({ ...networkTiming(shape), ...shape, ...changes }) });
}

const kindsOf = ({ rekeys }: SimulationResult): readonly string[] => rekeys.filter(({ finished }) => finished).map(({ kind }) => kind);
const announced = ({ rekeys }: SimulationResult, number: number): number => rekeys[number]?.announcedAtNs ?? Number.NaN;

describe('a controller with devices', () => {
  it('rekeys every relation without a trace, those with a model at the other end too', async () => {
    const results = await run({ attacks: 0.1, hostFrames: 20 });
    expect(shortcomings(...results)).toEqual([]);
    for (const result of results) {
      expect(kindsOf(result)).toEqual(expect.arrayContaining(['0-RTT', 'n-RTT']));
      expect(result.direction.initiator.framesSent).toBe(FRAMES);
      expect(result.direction.follower.framesSent).toBe(FRAMES);
      const { framesDelivered, framesLostByChannel, staleDropped, undecryptable } = result.total;
      expect(framesDelivered + framesLostByChannel + staleDropped).toBe(2 * FRAMES);
      expect(undecryptable).toBe(0);
      expect(result.total.forgedRejected + result.total.replayedRejected + result.total.reflectedRejected).toBeGreaterThan(0);
      expect(result.total.hostFrames - result.total.associationMessages - result.total.agreementMessages).toBe(2 * (FRAMES / 20));
    }
    // the model is what hardware is compared with: of it alone there is nothing to compare
    expect(results.map(({ compared }) => compared.follower.verdicts > 0)).toEqual([true, true, false]);
    expect(results.every(({ compared }) => compared.initiator.verdicts > 0 && compared.initiator.payloads > 0)).toBe(true);
  });

  it('delivers late frames once where it is told to, to hardware and to models', async () => {
    const results = await run({ delivery: 'window', frames: 140, reorderChance: 0.3 });
    expect(shortcomings(...results)).toEqual([]);
    for (const { total } of results) {
      expect(total.deliveredLate).toBeGreaterThan(10);
      expect(total.framesDelivered + total.framesLostByChannel).toBe(2 * 140);
    }
  });

  it('rekeys the relations one after another', async () => {
    const results = await run({});
    const interval = optionsSchema.parse(networkTiming({ relations: RELATIONS })).sendInterval;
    // a third of the 60 frames of a key lies between the first rekeys of two relations; agreement and losses take some
    for (const number of [0, 1]) {
      const [one, two, three] = results.map((result) => announced(result, number));
      expect((two ?? 0) - (one ?? 0)).toBeGreaterThan(10 * interval);
      expect((three ?? 0) - (two ?? 0)).toBeGreaterThan(10 * interval);
    }
  });

  it('cuts the link of one relation and of no other', async () => {
    const quiet = { loss: 0, duplicates: 0, reorderChance: 0, attacks: 0 } as const;
    const results = await run({ ...quiet, outage: '1/50:79' });
    expect(shortcomings(...results)).toEqual([]);
    expect(results.map(({ total }) => total.framesLostByChannel)).toEqual([0, 60, 0]);
  });

  it('takes no frame of one relation for one of another, whatever FrameID and source it is given', async () => {
    const results = await run({ frames: 100, nRttEvery: 0, loss: 0, reorderChance: 0, attacks: 1 });
    expect(shortcomings(...results)).toEqual([]);
    for (const result of results) {
      const crossed = result.frames.filter(({ fate }) => fate === 'crossed');
      expect(crossed.some(({ to }) => to === 'initiator')).toBe(true);
      expect(crossed.some(({ to }) => to === 'follower')).toBe(true);
    }
  });

  it('has no more devices in hardware, and no cuts of more relations, than there are relations', () => {
    const check = (changes: Partial<SimulationOptions>) => () => parseOptions({ relations: 2, ...changes }, 'the options');
    expect(check({ rtlDevices: 3 })).toThrow(/rtlDevices is 3, expected at most relations, which is 2/);
    expect(check({ outage: '2/5:9' })).toThrow(/there is no relation 2, expected 0 to 1/);
    expect(check({ outage: '1/5:9' })).not.toThrow();
    expect(() => requireRelations(optionsSchema.parse({ rtlDevices: 1 }), 'the options')).toThrow(
      /expected 2 or more with --rtl-devices, found 1/,
    );
  });
});
