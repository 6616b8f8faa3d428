/** What needs the C library says so, where koffi does not load. */
import { expect, it, vi } from 'vitest';
import { notifier } from '../../../sw/agent/notify.ts';
import { packetSocket } from '../../../sw/ethernet/packet-socket.ts';
import { TargetUnavailable } from '../../../sw/register-target/target.ts';

vi.mock('koffi', () => {
  throw new Error('of another machine');
});

it.each([
  ['packet sockets', () => packetSocket('lo')],
  ['messages to systemd', () => notifier({ NOTIFY_SOCKET: '/run/notify' })],
])('%s', async (what, act) => {
  await expect(act()).rejects.toThrow(TargetUnavailable);
  await expect(act()).rejects.toThrow(new RegExp(`^${what} need the package koffi`));
});
