/** What the inequalities advise is tried: with it they hold, and with one less (or more) they do not. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseConfiguration, relationShape, timingOf, timingShape } from '../../spec/configuration.ts';
import { type InequalityId, judgeTiming, latestTriggerTime } from '../../spec/timing.ts';

const schema = z.strictObject({ ...relationShape, ...timingShape });
const judged = (settings: object, id: InequalityId, delayMax: number) => {
  const timing = timingOf(parseConfiguration(schema, settings, 'test'), { delayMin: 1600, delayMax });
  const judgement = judgeTiming(timing).find(({ inequality }) => inequality.id === id);
  return { holds: judgement?.holds, mend: judgement?.inequality.mend(timing) ?? '' };
};

describe('advice on an inequality that breaks', () => {
  it.each([
    ['E1', 'obsoleteTimeout', { obsoleteTimeout: 1000 }, 20_000],
    ['E1', 'obsoleteTimeout', { obsoleteTimeout: 1000, clockErrorPpm: 100_000 }, 20_000],
    ['E3', 'alarmAfter', { alarmAfter: 5 }, 20_000],
    ['E4', 'rekeyFrames', { rekeyFrames: 10 }, 20_000],
    ['E4', 'rekeyInterval', { rekeyFrames: 0, rekeyInterval: 10 }, 20_000],
    ['E5', 'peerObsoleteTimeout', { peerObsoleteTimeout: 200_000 }, 20_000],
    ['E6', 'rekeyFrames', { rekeyFrames: 4_000_000_000 }, 20_000],
    ['E6', 'rekeyInterval', { rekeyFrames: 0, rekeyInterval: 900_000_000_000, marginBits: 64 }, 20_000],
    ['E7', 'rekeyFrames', { rekeyFrames: 2 }, 200_000],
    ['E7', 'rekeyInterval', { rekeyFrames: 0, rekeyInterval: 10 }, 200_003],
  ] as const)('%s: %s is the nearest that mends it', (id, setting, settings, delayMax) => {
    const { holds, mend } = judged(settings, id, delayMax);
    expect(holds).toBe(false);
    const [, bound, value] = new RegExp(`${setting} to at (least|most) (\\d+)`).exec(mend) ?? [];
    const nearest = Number(value);
    expect(judged({ ...settings, [setting]: nearest }, id, delayMax).holds, mend).toBe(true);
    const step = id === 'E6' && setting === 'rekeyInterval' ? 2560 : 1;
    expect(judged({ ...settings, [setting]: nearest + (bound === 'least' ? -step : step) }, id, delayMax).holds, mend).toBe(false);
  });

  it('E2: fewer slots', () => {
    const timing = timingOf({ ...parseConfiguration(schema, {}, 'test'), slots: 5 }, { delayMin: 1600, delayMax: 20_000 });
    const { holds, inequality } = judgeTiming(timing).find(({ inequality }) => inequality.id === 'E2') ?? {};
    expect([holds, inequality?.mend(timing)]).toEqual([false, 'set slots to at most 4']);
  });

  it('one frame is early enough where it is', () => {
    const timing = timingOf(parseConfiguration(schema, { marginBits: 100, sendInterval: 1000, cSduOctets: 1 }, 'test'), {
      delayMin: 0,
      delayMax: 0,
    });
    // 2^14.5 / 4 frames at 500 ns each, less what a rekey takes: time for so many frames of 12,880 ns
    const mend = (keyGeneration: number): string =>
      judgeTiming({ ...timing, keyGeneration })
        .find(({ inequality }) => inequality.id === 'E6')
        ?.inequality.mend({ ...timing, keyGeneration }) ?? '';
    const rest = latestTriggerTime({ ...timing, keyGeneration: 0 });
    expect(mend(rest - timing.sendInterval.max)).toMatch(/^set rekeyFrames to at most 1,/);
    expect(mend(rest - timing.sendInterval.max + 1)).toMatch(/^no rekey is early enough/);
  });

  it('says so where no trigger is early enough', () => {
    expect(judged({ marginBits: 100, sendInterval: 1000 }, 'E6', 200_000)).toEqual({
      holds: false,
      mend: expect.stringMatching(/^no rekey is early enough/),
    });
  });
});
