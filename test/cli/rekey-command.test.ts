/** What `keyturn rekey` says of what came of a rekey, told by an agent that is played. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeyId } from '../../spec/key-id.ts';
import { listen } from '../../sw/agent/control-socket.ts';
import type { RelationStatus } from '../../sw/agent/status.ts';
import { RELATION, STATUS } from '../sw/agent/told-status.ts';
import { keyturn } from './in-process.ts';

const FAILURE = { at: '2026-11-27T00:00:00.000Z', what: 'agreementFailed' };

let folder: string;
let path: string;
let server: Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-rekey-'));
  path = join(folder, 'agent.sock');
});
afterEach(async () => {
  await new Promise((resolve) => server?.close(resolve));
  rmSync(folder, { recursive: true });
});

const relation = (keyId: KeyId, number = 0): RelationStatus => ({
  ...RELATION,
  relation: number,
  lastFailure: FAILURE,
  key: { keyId, age: 1, framesSent: 1, framesLeft: 1, timeLeft: 1, failedVerdicts: 4 },
});

/** An agent that has another key once it was asked for a rekey. @param told of it from then on */
async function agent(before: KeyId, after: KeyId, told: Partial<RelationStatus> = {}): Promise<void> {
  let now = relation(before);
  server = await listen(path, async ({ command }) => {
    if (command === 'rekey') now = { ...relation(after), ...told };
    return { status: { ...STATUS, relations: [now] } };
  });
}

it.each([
  { flags: ['--agree'], after: { master: 1, communication: 0 }, stdout: 'KeyId 0|1 -> 1|0\n' },
  { flags: [], after: { master: 0, communication: 2 }, stdout: 'KeyId 0|1 -> 0|2\n' },
])('tells the KeyIds of the key before and of the new one: $flags', async ({ flags, after, stdout }) => {
  await agent({ master: 0, communication: 1 }, after);
  expect(await keyturn('rekey', '--control', path, ...flags)).toMatchObject({ exitCode: 0, stdout, stderr: '' });
});

it('says that an agreement failed, where a rekey without one came in its place', async () => {
  await agent({ master: 0, communication: 1 }, { master: 0, communication: 2 }, { failures: 1 });
  expect(await keyturn('rekey', '--control', path, '--agree')).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: `keyturn: ${path}: the agreement failed, and a 0-RTT rekey came in its place: KeyId 0|1 -> 0|2; last failure ${FAILURE.at}: ${FAILURE.what}\n`,
  });
});

it('says that the old key goes on where no new one came in time', async () => {
  await agent({ master: 0, communication: 1 }, { master: 0, communication: 1 });
  const { exitCode, stderr } = await keyturn('rekey', '--control', path, '--timeout', '120');
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    // the failure that it tells of was before
    stderr: `keyturn: ${path}: no new key within 120 ms, and the old one goes on\n`,
  });
});

it('says that nothing came of it where the stations have associated anew', async () => {
  await agent({ master: 3, communication: 1 }, { master: 0, communication: 0 }, { associations: 2 });
  const { exitCode, stderr } = await keyturn('rekey', '--control', path, '--agree');
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: `keyturn: ${path}: the stations have associated anew meanwhile, and nothing came of the rekey: KeyId 3|1 -> 0|0\n`,
  });
});

it('is of the relation that is named, where the agent has several', async () => {
  const asked: unknown[] = [];
  server = await listen(path, async (request) => {
    if (request.command === 'rekey') asked.push(request);
    const isDone = asked.length > 0;
    const relations = [relation({ master: 0, communication: 4 }, 1), relation({ master: 0, communication: isDone ? 8 : 7 }, 2)];
    return { status: { ...STATUS, relations }, ...(isDone && asked.length === 2 ? { refused: 'name it with --relation' } : {}) };
  });
  expect(await keyturn('rekey', '--control', path, '--relation', '2')).toMatchObject({ exitCode: 0, stdout: 'KeyId 0|7 -> 0|8\n' });
  expect(await keyturn('rekey', '--control', path)).toMatchObject({ exitCode: 1, stderr: `keyturn: ${path}: name it with --relation\n` });
  expect(asked).toEqual([
    { command: 'rekey', kind: '0-RTT', relation: 2 },
    { command: 'rekey', kind: '0-RTT' },
  ]);
});
