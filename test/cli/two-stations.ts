import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newKeyFile } from '../../sw/key-files/key-file.ts';

/** Two stations that know each other, as fast as a simulated board wants them: `initiator.json`, `follower.json`, and what they name. */
export function twoStations(folder: string, settings: Readonly<Record<string, unknown>> = {}): void {
  const at = (name: string): string => join(folder, name);
  const keys = { initiator: newKeyFile(at('initiator.id'), 'identity'), follower: newKeyFile(at('follower.id'), 'identity') };
  newKeyFile(at('line.psk'), 'psk');
  for (const [role, other] of [
    ['initiator', 'follower'],
    ['follower', 'initiator'],
  ] as const)
    writeFileSync(
      at(`${role}.json`),
      JSON.stringify({
        initiatorAddress: '02:00:00:00:00:01',
        followerAddress: '02:00:00:00:00:02',
        identity: `${role}.id`,
        psk: 'line.psk',
        peerPublicKey: Buffer.from(keys[other].publicPart).toString('hex'),
        state: `${role}.state`,
        control: `${role}.sock`,
        sendInterval: 2_000_000,
        clockPeriod: 1000,
        octetTime: 1000,
        obsoleteTimeout: 60_000_000,
        silence: 20_000_000_000,
        firstRetry: 500_000_000,
        giveUpAfter: 20_000_000_000,
        ...settings,
      }),
    );
}
