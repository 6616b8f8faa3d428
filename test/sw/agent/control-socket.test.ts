import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
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
    await expect(listen(path, async () => ({ status: STATUS }))).rejects.toThrow(
      'another agent runs there: stop it, or give this one another "control"',
    );
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

  it('answers once a line is whole, and reads no more than the first', async () => {
    const seen: ControlRequest[] = [];
    const server = await listen(path, async (request) => {
      seen.push(request);
      return { status: STATUS };
    });
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(path, () => {
        socket.write('{"command":');
        setImmediate(() => socket.write('"status"}\n{"command":"rekey","kind":"0-RTT"}\n'));
      });
      socket.on('data', (data) => resolve(String(data)));
    });
    expect(JSON.parse(answer)).toEqual({ status: STATUS });
    expect(seen).toEqual([{ command: 'status' }]);
    await close(server);
  });

  it('hangs up on a request of more than 65,536 characters without an end', async () => {
    const server = await listen(path, () => expect.fail('it was asked'));
    const closed = (length: number) =>
      new Promise<string>((resolve) => {
        const socket = connect(path, () => socket.write('x'.repeat(length)));
        let heard = '';
        socket.on('data', (data) => {
          heard += String(data);
        });
        socket.on('error', () => {});
        socket.on('close', () => resolve(heard));
      });
    expect(await closed(65_537)).toBe('');
    await close(server);
  });

  it('leaves the umask of the process as it was', async () => {
    const before = process.umask();
    const server = await listen(path, async () => ({ status: STATUS }));
    expect(process.umask()).toBe(before);
    await close(server);
    await expect(listen(join(folder, 'none', 'agent.sock'), async () => ({ status: STATUS }))).rejects.toThrow('listen E');
    expect(process.umask()).toBe(before);
  });

  it.each(['nonsense', '7', 'null', '{"error":"no"}', undefined])('that answers %s is no agent', async (line) => {
    const server = createServer((socket) => socket.resume().end(line === undefined ? '' : `${line}\n`));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const asked = ask(path, { command: 'status' });
    await expect(asked).rejects.toThrow(`${path}: no agent answers (no answer): start one: keyturn agent`);
    await expect(asked).rejects.toMatchObject({ name: 'ControlError' });
    await close(server);
  });
});
