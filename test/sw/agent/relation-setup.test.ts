/** What settings mean to the hardware and to the agreements, written out by hand. */
import { expect, it } from 'vitest';
import { hardwareSettings, rekeying } from '../../../sw/agent/relation-setup.ts';
import { configurationOf } from './station-world.ts';

const settings = (changed: Readonly<Record<string, unknown>> = {}) => {
  const [relation] = configurationOf('initiator', [3], { initiatorFrameId: 0x8001, ...changed }).relations;
  return relation ?? expect.fail('no relation');
};
const [INITIATOR, FOLLOWER] = [Uint8Array.of(2, 0, 0, 0, 0, 1), Uint8Array.of(2, 0, 0, 0, 1, 3)];

it.each([
  ['initiator', { source: INITIATOR, destination: FOLLOWER, transmitFrameId: 0x8001, receiveFrameId: 0x8103 }],
  ['follower', { source: FOLLOWER, destination: INITIATOR, transmitFrameId: 0x8103, receiveFrameId: 0x8001 }],
] as const)('the registers of the %s', (role, addresses) => {
  expect(hardwareSettings(role, settings({ protection: 'encryption', vlanTci: 0xc005 }))).toMatchObject({
    ...addresses,
    encrypt: true,
    vlanTci: 0xc005,
    passReceived: true,
    passTransmitted: true,
    // 20 ms of 8 ns
    obsoleteTimeout: 2_500_000,
  });
  expect(hardwareSettings(role, settings()).delivery).toBe('newest');
  expect(hardwareSettings(role, settings({ protection: 'authentication', vlanTci: 0, delivery: 'window' }))).toMatchObject({
    encrypt: false,
    vlanTci: undefined,
    delivery: 'window',
  });
});

it('0 stands for never: no rekey by time, no withdrawal, no new master key before the last', () => {
  const timing = { firstRetry: 4e6, longestRetry: 16e6, giveUpAfter: 60e6 };
  const set = settings();
  expect(rekeying({ ...set, rekeyInterval: 7, announcementTimeout: 8, nRttEvery: 9 }, 0.75)).toEqual({
    trigger: { first: 0.75, frames: set.rekeyFrames, time: 7, announcement: 8 },
    nRttEvery: 9,
    silence: 300e6,
    timing,
  });
  expect(rekeying({ ...set, rekeyInterval: 0, announcementTimeout: 0, nRttEvery: 0 }, 1)).toEqual({
    trigger: { first: 1, frames: set.rekeyFrames },
    nRttEvery: Number.POSITIVE_INFINITY,
    silence: 300e6,
    timing,
  });
});
