/** Software that starts again in mid-run, on simulated hardware that goes on: secured again without a hand's help, judged from outside. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { optionsSchema, parseOptions } from '../../sim/options.ts';
import { shortcomings } from '../../sim/report/conclusion.ts';
import { parseRestarts } from '../../sim/restart.ts';
import { runSimulation } from '../../sim/run.ts';
import { StationSoftware } from '../../sim/station-software.ts';
import { partiesOf } from '../sw/agreement/ends.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-restart-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('restarts', () => {
  it('are a station and a frame each', () => {
    expect(parseRestarts('', 10, 'x')).toEqual([]);
    expect(parseRestarts('initiator@5, follower@9', 10, 'x')).toEqual([
      { side: 'initiator', frame: 5 },
      { side: 'follower', frame: 9 },
    ]);
  });

  it.each(['somebody@5', 'initiator@0', 'initiator@10', 'initiator', '5', 'initiator@5;follower@6'])('%s is none', (restart) => {
    expect(() => parseOptions({ restart, frames: 10 }, 'plant.json')).toThrow(
      `restart: expected a station and a frame from 1 to 9, found ${JSON.stringify(restart)}; for example follower@1000`,
    );
  });
});

describe('software that was ended', () => {
  it.each(['initiator', 'follower'] as const)('touches no register any more, wherever it was: %s', async (side) => {
    const accesses: string[] = [];
    let left = 1;
    const access = (what: string): void => {
      accesses.push(what);
      if (--left === 0) software.kill();
    };
    const space = {
      read32: async (offset: number) => {
        access(`read ${offset}`);
        return 0;
      },
      write32: async (offset: number) => access(`write ${offset}`),
    };
    const settings = {
      parties: partiesOf(side),
      psk: new Uint8Array(32),
      nRttEvery: 2,
      timing: { firstRetry: 5, longestRetry: 20, giveUpAfter: 60 },
      silence: 80,
      random: (octets: number) => new Uint8Array(octets).fill(1),
    };
    const nobody = () => expect.fail('nobody asked');
    const software = new StationSoftware(space, {
      settings,
      keysOf: nobody,
      trigger: {},
      counterAlarm: 1,
      port: { send: nobody, now: () => 0 },
      onEvent: nobody,
      onPush: nobody,
    });
    for (let round = 0; round < 3; round++) await software.service();
    expect(accesses).toHaveLength(1);
  });
});

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
