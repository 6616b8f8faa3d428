import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { keyturn } from './in-process.ts';

/** Packet sockets are root's. */
const isRoot = process.getuid?.() === 0;

describe('keyturn bridge refuses, explains, and goes no further', () => {
  it.each([
    ['no interface', 2, ['--target', 'sim'], "required option '--interface <name>' not specified"],
    ['a page without frames', 2, ['--interface', 'lo', '--page', 'mac'], 'Allowed choices are network, host'],
    ['an interface that is not there', 1, ['--interface', 'nowhere9', '--target', 'sim'], 'there is no network interface nowhere9'],
  ])('%s', (_, exit, args, message) => refuses(args, exit, message));

  it.skipIf(!isRoot)('a board without that mailbox (skipped where the test is not run by root)', () =>
    refuses(['--interface', 'lo', '--target', 'sim', '--wire', 'gmii'], 2, 'has no page network: choose --wire fifo'),
  );

  async function refuses(args: readonly string[], exit: number, message: string): Promise<void> {
    const { stdout, stderr, exitCode } = await keyturn('bridge', ...args);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: exit });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n {4}at /);
  }

  it.skipIf(!isRoot)('a user without the right to packet sockets (skipped where the test is not run by root)', async () => {
    // root without that one right: another user may not be allowed to read the folder of the clone
    const { stderr, exitCode } = await execa(
      'setpriv',
      ['--bounding-set=-net_raw', 'node', 'bin/keyturn.js', 'bridge', '--interface', 'lo', '--target', 'sim'],
      { reject: false },
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no permission for packet sockets (lo): run as root, or give the process CAP_NET_RAW');
  });
});

it.skipIf(!isRoot)('Ctrl-C ends a bridge, and its statistics are printed (skipped where the test is not run by root)', async () => {
  const running = execa('node', ['bin/keyturn.js', 'bridge', '--interface', 'lo', '--target', 'sim', '--json'], { reject: false });
  running.stderr.on('data', (text: Buffer) => {
    if (text.includes('is joined to lo')) setImmediate(() => running.kill('SIGINT'));
  });
  const { stdout, stderr, exitCode } = await running;
  expect({ stderr, exitCode }).toEqual({
    stderr: 'keyturn: page network of a simulated initiator with 2 slots is joined to lo',
    exitCode: 0,
  });
  expect(JSON.parse(stdout)).toMatchObject({ toInterface: { passed: 0, tooLong: 0 }, mailbox: { framesReceiveDropped: 0 } });
});
