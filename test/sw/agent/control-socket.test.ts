import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ask, type ControlRequest, listen } from '../../../sw/agent/control-socket.ts';
import { STATUS } from './told-status.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-'));
  path = join(folder, 'agent.sock');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

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

  it.each([
    'nonsense',
    '',
    '[]',
    '{"command":"erase"}',
    '{"command":"status","of":"all"}',
    '{"command":"rekey","kind":"2-RTT"}',
    ...[-1, 0x10000, 1.5, '"1"'].map((relation) => `{"command":"rekey","kind":"0-RTT","relation":${relation}}`),
  ])('does nothing on %s', async (line) => {
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

  it.each([0, 0xffff])('takes relation %i for one', async (relation) => {
    const server = await listen(path, async (request) => ({ status: STATUS, refused: JSON.stringify(request) }));
    const { refused = '' } = await ask(path, { command: 'rekey', kind: '0-RTT', relation });
    expect(JSON.parse(refused)).toEqual({ command: 'rekey', kind: '0-RTT', relation });
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

  it('reads a request of 65,536 characters to its end', async () => {
    const server = await listen(path, () => expect.fail('it was asked'));
    const answer = await new Promise<string>((resolve) => {
      const client = connect(path, () => client.write('x'.repeat(65_536)));
      server.once('connection', (socket) =>
        socket.on('data', () => {
          if (socket.bytesRead === 65_536) client.write('\n');
        }),
      );
      let heard = '';
      client.on('data', (data) => {
        heard += String(data);
      });
      client.on('close', () => resolve(heard));
    });
    expect(answer).toContain('expected a request');
    await close(server);
  });

  it('reads an answer as long as that of 256 relations may be, in UTF-8', async () => {
    const refused = 'é'.repeat(1_000_000);
    const server = await listen(path, async () => ({ status: STATUS, refused }));
    const answer = await ask(path, { command: 'status' });
    expect(answer.refused === refused).toBe(true);
    await close(server);
  });

  it('lives on when who asks is gone before the answer', async () => {
    const server = await listen(path, async () => ({ status: STATUS }));
    const thrown = new Promise<unknown>((resolve) => {
      server.once('connection', (socket) => {
        try {
          socket.emit('error', new Error('write EPIPE'));
          resolve(undefined);
        } catch (error) {
          resolve(error);
        }
      });
    });
    await ask(path, { command: 'status' });
    expect(await thrown).toBeUndefined();
    await close(server);
  });

  /** What is given five seconds has had them at once. */
  function timePasses(): number[] {
    const given: number[] = [];
    vi.spyOn(Socket.prototype, 'setTimeout').mockImplementation(function (this: Socket, ms, gone) {
      given.push(ms);
      if (gone !== undefined) setImmediate(gone);
      return this;
    });
    return given;
  }

  it('hangs up on who asks nothing for five seconds', async () => {
    const server = await listen(path, () => expect.fail('it was asked'));
    const given = timePasses();
    await new Promise<void>((resolve) => connect(path).resume().on('close', resolve));
    expect(given).toEqual([5000]);
    await close(server);
  });

  it('takes an agent that says nothing for five seconds for none', async () => {
    const server = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const given = timePasses();
    await expect(ask(path, { command: 'status' })).rejects.toThrow(`${path}: no agent answers (no answer): start one: keyturn agent`);
    expect(given).toEqual([5000]);
    await close(server);
  });

  it('of somebody else is told as such, and is not taken away', async () => {
    // root, who may run this, has every permission
    vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket) {
      return this.destroy(Object.assign(new Error(`connect EACCES ${path}`), { code: 'EACCES' }));
    });
    await expect(ask(path, { command: 'status' })).rejects.toThrow(`${path}: no permission (EACCES): ask as the user whose agent it is`);
    writeFileSync(path, '');
    await expect(listen(path, async () => ({ status: STATUS }))).rejects.toThrow('connect EACCES');
    expect(existsSync(path)).toBe(true);
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
