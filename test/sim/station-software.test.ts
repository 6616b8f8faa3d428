/** Software that is told to start again, and what it may still do when it was ended. */
import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../sim/options.ts';
import { parseRestarts } from '../../sim/restart.ts';
import { StationSoftware } from '../../sim/station-software.ts';
import { partiesOf } from '../sw/agreement/ends.ts';

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
