/** Registers over the socket of a simulated board, with this test as the board: the lines that pass are written out by hand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boardRequest, boardTarget, lines } from '../../../sw/register-target/board.ts';
import { TargetUnavailable } from '../../../sw/register-target/target.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
  path = join(folder, 'board.sock');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A board that answers each line with what `answer` says of it: lines, or the end of the connection. */
async function board(answer: (request: string) => string | undefined) {
  const asked: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const request of text.trimEnd().split('\n')) {
        asked.push(request);
        const said = answer(request);
        if (said === undefined) socket.destroy();
        else socket.write(`${said}\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { asked, sockets, end: () => server.close() };
}

const hasEnded = () => new TargetUnavailable(`the simulated board at ${path} has ended`, 'start it again');

describe('a target on a simulated board', () => {
  it('asks whose register of which page, and takes the answers in their order', async () => {
    const answers = ['[7,null]', '[0,null]', '[4294967295,null]'];
    const { asked, end } = await board(() => answers.shift());
    const target = await boardTarget(path, 'follower', 'host');
    expect(await Promise.all([target.read32(0x10), target.write32(0x14, 5), target.read32(0x18)])).toEqual([7, undefined, 0xffff_ffff]);
    expect(asked).toEqual(['["follower","host",16,null]', '["follower","host",20,5]', '["follower","host",24,null]']);
    target.close();
    end();
  });

  it('says which board, and which page unless it is the peer', async () => {
    const { end } = await board(() => undefined);
    const targets = [await boardTarget(path, 'initiator', 'peer'), await boardTarget(path, 'follower', 'mac')];
    expect(targets.map(({ description }) => description)).toEqual([
      `the initiator on the simulated board at ${path}`,
      `page mac of the follower on the simulated board at ${path}`,
    ]);
    expect(await targets[0]?.waitForInterrupt(1)).toBe(false);
    for (const target of targets) target.close();
    end();
  });

  it('that refuses an access says why, and goes on; what it says unasked is no answer', async () => {
    const answers = ['[0,"no such register"]\n[1,null]', '[2,null]'];
    const { end } = await board(() => answers.shift());
    const target = await boardTarget(path, 'initiator', 'peer');
    await expect(target.read32(0xffc)).rejects.toThrow(new Error('no such register'));
    expect(await target.read32(0)).toBe(2);
    target.close();
    end();
  });

  it('that ends refuses what was asked, and what is asked from then on', async () => {
    const { end } = await board(() => undefined);
    const target = await boardTarget(path, 'initiator', 'peer');
    const both = await Promise.allSettled([target.read32(0), target.write32(4, 1)]);
    expect(both.map((one) => one.status === 'rejected' && one.reason)).toEqual([hasEnded(), hasEnded()]);
    await expect(target.read32(0)).rejects.toThrow(hasEnded());
    end();
  });

  it('that is closed lets go of the board', async () => {
    const { sockets, end } = await board(() => '[1,null]');
    const target = await boardTarget(path, 'initiator', 'peer');
    expect(await target.read32(0)).toBe(1);
    const [socket] = sockets;
    const closed = new Promise((resolve) => socket?.on('close', resolve));
    target.close();
    // one that held on would keep this waiting
    await closed;
    end();
    expect(sockets).toHaveLength(1);
  });

  it('that is not there is refused, with what starts one', async () => {
    await expect(boardTarget(path, 'initiator', 'peer')).rejects.toThrow(
      new TargetUnavailable(`no simulated board answers at ${path} (ENOENT)`, 'start one: keyturn board --socket PATH'),
    );
  });
});

it.each([
  [['initiator', 'peer', 0, null], true],
  [['follower', 'mac', 0xffff_ffff, 0xffff_ffff], true],
  [['follower', 'mac', 0, 0], true],
  [['nobody', 'peer', 0, null], false],
  [['initiator', 'attic', 0, null], false],
  [['initiator', 'peer', -1, null], false],
  [['initiator', 'peer', 2 ** 32, null], false],
  [['initiator', 'peer', 0, -1], false],
  [['initiator', 'peer', 0, 2 ** 32], false],
  [['initiator', 'peer', 0.5, null], false],
  [['initiator', 'peer', 0], false],
])('%j is a request: %s', (request, isOne) => {
  expect(boardRequest.safeParse(request).success).toBe(isOne);
});

it('the end of the other side is no error of its lines', () => {
  const socket = new Socket();
  lines(socket);
  socket.on('error', () => undefined);
  expect(() => socket.emit('error', new Error('ECONNRESET'))).not.toThrow();
});
