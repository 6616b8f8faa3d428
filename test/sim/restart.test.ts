/** Software that starts again in mid-run, on simulated hardware that goes on: secured again without a hand's help, judged from outside. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { optionsSchema } from '../../sim/options.ts';
import { shortcomings } from '../../sim/report/conclusion.ts';
import { runSimulation } from '../../sim/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-restart-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a restart of either station, at rest and in the midst of a rekey, ends in a new association: no key and no nonce comes again, and rekeys go on', async () => {
  const options = optionsSchema.parse({
    frames: 1500,
    sendInterval: 1600,
    cSduLength: 40,
    rekeyFrames: 100,
    nRttEvery: 2,
    silence: 100_000,
    waves: 0,
    // at rest; when the initiator has pushed its key; when the follower has answered; while an agreement is under way
    restart: 'follower@50,initiator@402,follower@706,initiator@1001',
  });
  const result = await runSimulation({ options, out: join(folder, 'both'), keyLog: true });
  // of the judge too, and what it has counted otherwise
  expect(shortcomings(result)).toEqual([]);
  expect(result.associations.map(({ cause }) => cause)).toEqual(['start', 'restart', 'restart', 'restart', 'restart']);
  for (const { madeAtNs, messages } of result.associations) {
    expect(madeAtNs).not.toBeNull();
    expect(messages).toBeGreaterThanOrEqual(3);
  }
  const messages = result.associations.reduce((sum, association) => sum + association.messages, 0);
  expect(result.total.associationMessages).toBe(messages);
  expect(result.judged?.total.association).toBe(messages);
  const last = result.associations.at(-1)?.madeAtNs ?? Number.NaN;
  expect(result.rekeys.filter(({ finished, announcedAtNs }) => finished && announcedAtNs > last).length).toBeGreaterThanOrEqual(2);
  // what the initiator sends while the follower has no key is given up, until it notices the silence
  expect(result.direction.initiator.outsideAssociation).toBeGreaterThan(100);
});
