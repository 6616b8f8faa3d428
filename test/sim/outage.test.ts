/** Cuts of the link, short and long, before, within and after a rekey: judged from outside, nothing is lost but what was cut. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { faultsOf } from '../../judge/judge.ts';
import { optionsSchema, type SimulationOptions } from '../../sim/options.ts';
import type { SimulationResult } from '../../sim/report/result.ts';
import { runSimulation } from '../../sim/run.ts';
import { oneIn } from '../one-in.ts';

const SEED = Number(process.env['OUTAGE_SEED'] ?? Date.now() % 2 ** 31);

const folder = mkdtempSync(join(tmpdir(), 'keyturn-outage-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Short frames, so that many of them are simulated in little time. */
async function judged(changes: Partial<SimulationOptions>): Promise<SimulationResult> {
  const options = optionsSchema.parse({ sendInterval: 1600, cSduLength: 40, rekeyFrames: 300, hostFrames: 0, waves: 0, ...changes });
  return runSimulation({ options, out: join(folder, String(Math.random())), keyLog: true });
}

/** The frame that announces the first rekey is the 301st or one right behind it; some ten frames later both use the new key. */
const PLACES = { before: 100, within: 303, after: 320 } as const;

const CUTS = [10, 400, 5000].flatMap((length) => (['before', 'within', 'after'] as const).map((place) => ({ length, place })));

describe('a cut of the link', () => {
  it.each(oneIn(4, CUTS, SEED))(
    `of $length frames $place a rekey: only these are lost, and the rekeys go on (by OUTAGE_SEED=${SEED}; KEYTURN_PROOFS=all asks all)`,
    async ({ length, place }) => {
      const from = PLACES[place];
      // one that comes before the rekey is over when the counter triggers it
      const rekeyFrames = place === 'before' ? from + length + 50 : 300;
      const frames = Math.max(from + length, rekeyFrames) + 400;
      const result = await judged({ frames, rekeyFrames, loss: 0, attacks: 0, outage: `${from}:${from + length - 1}` });
      const { judged: verdict } = result;
      if (verdict === undefined) throw new Error('the run was not judged');
      expect(faultsOf(verdict)).toEqual([]);
      expect(verdict.direction.initiator.lost).toBe(length);
      expect(verdict.direction.follower.lost).toBe(length);
      expect(result.total.framesLostByChannel).toBe(2 * length);
      expect(verdict.finishedRekeys).toBeGreaterThanOrEqual(place === 'before' ? 1 : 2);
      const [first] = verdict.rekeys;
      const cutFor = length * 1600;
      const tookNs = (first?.finishedNs ?? 0) - (first?.announcedNs ?? 0);
      if (place === 'within') expect(tookNs).toBeGreaterThan(cutFor);
      else expect(tookNs).toBeLessThan(30 * 1600);
    },
  );

  it('of one direction alone: the other one loses nothing', async () => {
    const result = await judged({ frames: 700, loss: 0, attacks: 0, outage: 'follower=303:402' });
    expect(result.judged && faultsOf(result.judged)).toEqual([]);
    expect(result.judged?.direction.initiator.lost).toBe(0);
    expect(result.judged?.direction.follower.lost).toBe(100);
  });

  it('with an attacker who brings what was cut: late frames are none that were replayed', async () => {
    const result = await judged({ frames: 1500, loss: 0.01, attacks: 0.5, outage: '500:900' });
    expect(result.judged && faultsOf(result.judged)).toEqual([]);
    expect(result.total.replayedAccepted).toBe(0);
    expect(result.judged?.total.lost).toBe(result.total.framesLostByChannel);
  });

  it('in bursts: as many as Gilbert says, one behind the other', async () => {
    const result = await judged({ frames: 1000, loss: 0, burstStart: 0.01, burstLength: 12 });
    expect(result.judged && faultsOf(result.judged)).toEqual([]);
    expect(result.judged?.total.lost).toBeGreaterThan(50);
    expect(result.judged?.total.lost).toBe(result.total.framesLostByChannel);
  });
});
