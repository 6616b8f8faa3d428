/** What `keyturn rekey` says of what came of a rekey, told by an agent that is played. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeyId } from '../../spec/key-id.ts';
import { listen } from '../../sw/agent/control-socket.ts';
import type { AgentStatus } from '../../sw/agent/status.ts';
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

const status = (keyId: KeyId): AgentStatus => ({
  ...STATUS,
  relations: [{ ...RELATION, lastFailure: FAILURE, key: { keyId, age: 1, framesSent: 1, framesLeft: 1, timeLeft: 1 } }],
});

/** An agent that has another key once it was asked for a rekey. */
async function agent(before: KeyId, after: KeyId): Promise<void> {
  let now = before;
  server = await listen(path, async ({ command }) => {
    if (command === 'rekey') now = after;
    return { status: status(now) };
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
  await agent({ master: 0, communication: 1 }, { master: 0, communication: 2 });
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
    stderr: `keyturn: ${path}: no new key within 120 ms, and the old one goes on; last failure ${FAILURE.at}: ${FAILURE.what}\n`,
  });
});
