/** What `keyturn status` prints of an agent, which is played. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listen } from '../../sw/agent/control-socket.ts';
import type { AgentStatus, RelationStatus } from '../../sw/agent/status.ts';
import { RELATION, STATUS } from '../sw/agent/told-status.ts';
import { keyturn } from './in-process.ts';

let folder: string;
let path: string;
let server: Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-status-'));
  path = join(folder, 'agent.sock');
});
afterEach(async () => {
  await new Promise((resolve) => server?.close(resolve));
  rmSync(folder, { recursive: true });
});

const KEY = {
  keyId: { master: 1, communication: 3 },
  age: 90_000,
  framesSent: 10,
  framesLeft: 20,
  timeLeft: 3000,
  failedVerdicts: 4,
} as const;
const SECOND: RelationStatus = {
  ...RELATION,
  relation: 2,
  peer: '02:00:00:00:00:03',
  state: 'peerSilent',
  lastFailure: { at: '2026-11-27T00:00:00.000Z', what: 'peerSilent' },
};

const tells = async (status: Partial<AgentStatus>): Promise<void> => {
  server = await listen(path, async () => ({ status: { ...STATUS, ...status } }));
};
const status = (...flags: readonly string[]) => keyturn('status', '--control', path, ...flags);

it('tells all of the only relation', async () => {
  await tells({ relations: [{ ...RELATION, key: KEY, slots: [{ provider: 'Active', consumer: 'Active' }] }] });
  const { exitCode, stdout } = await status();
  expect(exitCode).toBe(0);
  expect(stdout.split('\n').map((line) => line.replace(/ +/g, ' ').trim())).toEqual([
    'relation 0, initiator, peer 02:00:00:00:00:02',
    'state secured',
    'KeyId 1|3',
    'age 1.5 min',
    'sent under it 10 frames',
    'rest 20 frames, 3.0 s at this cycle time',
    'failed verdicts 4 since it was installed',
    'delivered 0 frames of the peer',
    'rekeys 0 0-RTT, 0 n-RTT',
    'agent secured, up 1 ms, start 1, 1 associations',
    'last failure none',
    '',
    'slot provider consumer',
    '0 Active Active',
    '',
  ]);
});

it('tells of several a line each, and all of the one that is named; its exit code is that of the worst', async () => {
  const slots = [
    { provider: 'Unused', consumer: 'Obsolete' },
    { provider: 'Active', consumer: 'Active' },
  ] as const;
  await tells({ state: 'peerSilent', relations: [{ ...RELATION, relation: 1, key: KEY, slots }, SECOND] });
  const all = await status();
  expect(all.exitCode).toBe(1);
  expect(all.stdout.split('\n').map((line) => line.replace(/ +/g, ' ').trim())).toEqual([
    'initiator: peerSilent, up 1 ms, start 1, 1 associations',
    'relation peer state KeyId age rest slots 0-RTT + n-RTT last failure',
    '1 02:00:00:00:00:02 secured 1|3 1.5 min 3.0 s UA OA 0 + 0 none',
    '2 02:00:00:00:00:03 peerSilent none in use - - - 0 + 0 2026-11-27T00:00:00.000Z: peerSilent',
    '',
  ]);
  const first = await status('--relation', '1');
  expect(first.exitCode).toBe(0);
  expect(first.stdout).toContain('1, initiator, peer 02:00:00:00:00:02');
  expect((await status('--relation', '2')).exitCode).toBe(1);
  expect(JSON.parse((await status('--relation', '2', '--json')).stdout)).toEqual(SECOND);
  expect(JSON.parse((await status('--json')).stdout).relations).toHaveLength(2);
  expect(await status('--relation', '7')).toMatchObject({
    exitCode: 1,
    stderr: `keyturn: ${path}: found no relation 7, expected one of 1, 2\n`,
  });
});

it('tells of 256 relations', async () => {
  const slots = Array.from({ length: 4 }, () => ({ provider: 'Obsolete', consumer: 'Obsolete' }) as const);
  await tells({
    relations: Array.from({ length: 256 }, (_, relation) => ({ ...SECOND, state: 'secured' as const, relation, key: KEY, slots })),
  });
  const { stdout, exitCode } = await status('--json');
  expect(JSON.parse(stdout).relations).toHaveLength(256);
  expect(exitCode).toBe(0);
});

it('says what is wrong with the agent itself', async () => {
  await tells({ state: 'degraded', reason: 'the disk is full' });
  const { exitCode, stdout } = await status();
  expect(exitCode).toBe(0);
  expect(stdout).toContain('degraded: the disk is full');
});
