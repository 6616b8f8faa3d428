import { expect, it, vi } from 'vitest';
import { frameOf, materialOf, payloadOf, peerOf } from './peers.ts';

// the true last counter is 2^32 - 1 frames away
vi.mock('../../../spec/header.ts', async (original) => ({ ...(await original<object>()), COUNTER_LAST: 3 }));

it('SP 800-38D, section 8.3: sending stops at the last counter, and goes on with the next key', () => {
  const initiator = peerOf('initiator', 2);
  const follower = peerOf('follower', 2);
  for (const peer of [initiator, follower])
    peer.push({ master: 0, communication: 0 }, materialOf(peer.state.role, { master: 0, communication: 0 }));
  for (const counter of [1, 2, 3]) {
    frameOf(initiator);
    expect(initiator.lastTransmitCounter).toBe(counter);
  }
  expect(initiator.transmit(payloadOf(0))).toBeUndefined();
  expect(initiator.lastTransmitCounter).toBe(3);

  const next = { master: 0, communication: 1 };
  for (const peer of [initiator, follower]) peer.push(next, materialOf(peer.state.role, next));
  expect(initiator.transmit(payloadOf(0))).toBeUndefined();
  expect(initiator.receive(frameOf(follower)).kind).toBe('delivered');
  frameOf(initiator);
  expect(initiator.lastTransmitCounter).toBe(1);
});
