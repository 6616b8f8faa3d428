import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, type ControlRequest, listen } from '../../../sw/agent/control-socket.ts';
import { STATUS } from './told-status.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-'));
  path = join(folder, 'agent.sock');
});
afterEach(() => rmSync(folder, { recursive: true }));

const close = (server: { close(done: () => void): unknown }): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

describe('the control socket', () => {
  it('takes a request, gives its answer, and is for its user alone', async () => {
    const seen: ControlRequest[] = [];
    const server = await listen(path, async (request) => {
      seen.push(request);
      return { status: STATUS, refused: 'not now' };
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await ask(path, { command: 'rekey', kind: 'n-RTT' })).toEqual({ status: STATUS, refused: 'not now' });
    expect(seen).toEqual([{ command: 'rekey', kind: 'n-RTT' }]);
    await close(server);
  });

  it('takes the place of what a killed agent left, and not of one that lives', async () => {
    writeFileSync(path, '');
    await expect(ask(path, { command: 'status' })).rejects.toThrow(`${path}: no agent answers (ECONNREFUSED): start one: keyturn agent`);
    const server = await listen(path, async () => ({ status: STATUS }));
    await expect(listen(path, async () => ({ status: STATUS }))).rejects.toThrow('another agent runs there');
    expect((await ask(path, { command: 'status' })).status.state).toBe('secured');
    await close(server);
    await expect(ask(path, { command: 'status' })).rejects.toThrow('no agent answers (ENOENT)');
  });

  it.each(['nonsense', '{"command":"erase"}', '{"command":"rekey","kind":"2-RTT"}', '[]'])('does nothing on %s', async (line) => {
    let asked = 0;
    const server = await listen(path, async () => {
      asked++;
      return { status: STATUS };
    });
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(path, () => socket.write(`${line}\n`));
      socket.on('data', (data) => resolve(String(data)));
    });
    expect(answer).toBe('{"error":"expected a request of keyturn status or keyturn rekey"}\n');
    expect(asked).toBe(0);
    await close(server);
  });
});
