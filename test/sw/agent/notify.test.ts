/** Against a datagram socket of Python: Node has none. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { notifier, signsOfLife } from '../../../sw/agent/notify.ts';

const HEAR = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
name = sys.argv[1]
s.bind('\\0' + name[1:] if name.startswith('@') else name)
print('bound', flush=True)
for _ in range(2): print(s.recv(4096).decode(), flush=True)
`;

it('sends systemd datagrams, to a path and to an abstract name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-'));
  try {
    for (const name of [join(folder, 'notify'), `@keyturn-test-${process.pid}`]) {
      const heard = execa('python3', ['-c', HEAR, name]);
      await new Promise((resolve) => heard.stdout.once('data', resolve));
      const { notify, aliveEvery } = await notifier({ NOTIFY_SOCKET: name, WATCHDOG_USEC: '3000000' });
      expect(aliveEvery).toBe(1500);
      notify('READY=1');
      notify('STATUS=secured, KeyId 0|1');
      expect((await heard).stdout).toBe('bound\nREADY=1\nSTATUS=secured, KeyId 0|1');
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('gives signs of life no more often than it must, and none where nobody watches', () => {
  let now = 1000;
  const told: unknown[] = [];
  const notify = (state: string): void => void told.push([now, state]);
  const alive = signsOfLife({ notify, aliveEvery: 10 }, () => now);
  const unwatched = signsOfLife({ notify, aliveEvery: undefined }, () => now);
  for (; now < 1025; now++) {
    alive();
    unwatched();
  }
  expect(told).toEqual([
    [1010, 'WATCHDOG=1'],
    [1020, 'WATCHDOG=1'],
  ]);
});

it('tells nobody where nobody listens, and gives no signs of life where another process is watched', async () => {
  const { notify, aliveEvery } = await notifier({});
  expect(aliveEvery).toBeUndefined();
  expect(() => notify('READY=1')).not.toThrow();
  const other = await notifier({ NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '3000000', WATCHDOG_PID: '1' });
  expect(other.aliveEvery).toBeUndefined();
  expect(() => other.notify('READY=1')).not.toThrow();
  const alive = async (watchdog: NodeJS.ProcessEnv) => (await notifier({ NOTIFY_SOCKET: '/nowhere', ...watchdog })).aliveEvery;
  expect(await alive({})).toBeUndefined();
  expect(await alive({ WATCHDOG_USEC: '0' })).toBeUndefined();
  expect(await alive({ WATCHDOG_USEC: '3000000', WATCHDOG_PID: String(process.pid) })).toBe(1500);
});
