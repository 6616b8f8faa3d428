/** Frames that come late or twice, across the switch of a key and a new association. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../../spec/delivery.ts';
import type { KeyId } from '../../../spec/key-id.ts';
import { formatView } from '../../../spec/slot-machine.ts';
import type { ReferencePeer } from '../../../sw/reference-model/peer.ts';
import { frameOf, materialOf, peerOf } from './peers.ts';

const K0: KeyId = { master: 0, communication: 0 };
const K1: KeyId = { master: 0, communication: 1 };
const K2: KeyId = { master: 1, communication: 0 };
const TIMEOUT = 4;

let initiator: ReferencePeer;
let follower: ReferencePeer;

function begin(delivery: Delivery, slots = 2): void {
  initiator = peerOf('initiator', slots, { delivery, obsoleteTimeout: TIMEOUT });
  follower = peerOf('follower', slots, { delivery, obsoleteTimeout: TIMEOUT });
  push(K0);
}

function push(keyId: KeyId): void {
  for (const peer of [initiator, follower]) expect(peer.push(keyId, materialOf(peer.state.role, keyId))).toBe('accepted');
}

const frames = (count: number): Uint8Array[] => Array.from({ length: count }, () => frameOf(initiator));
const kinds = (list: readonly Uint8Array[]): string[] => list.map((frame) => follower.receive(frame).kind);
const all = (kind: string, count: number): string[] => new Array<string>(count).fill(kind);

/** The follower is ready, the initiator's provider switches, and the follower hears of it. */
function followerSwitches(): void {
  initiator.receive(frameOf(follower));
  expect(follower.receive(frameOf(initiator)).kind).toBe('delivered');
  expect(formatView(follower.consumerView)).toContain('O');
}

describe('delivery `window`', () => {
  beforeEach(() => begin('window'));

  it('each frame of the window is delivered once: 64 behind the newest are, the 65th is not', () => {
    const sent = frames(70);
    expect(follower.receive(sent[69] ?? sent[0] ?? new Uint8Array()).kind).toBe('delivered');
    expect(kinds(sent.slice(0, 69))).toEqual([...all('stale', 5), ...all('delivered', 64)]);
    expect(kinds(sent)).toEqual(all('stale', 70));
  });

  it('late frames of the old key are delivered behind the switch, each once, until it has run out', () => {
    const [first, second, third, fourth] = frames(4) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    expect(kinds([second])).toEqual(['delivered']);
    push(K1);
    followerSwitches();
    // one that was overtaken, and one that is newer than any under its key
    expect(kinds([first, third, first, second, third])).toEqual(['delivered', 'delivered', 'stale', 'stale', 'stale']);
    follower.elapse(TIMEOUT - 1);
    expect(kinds([fourth])).toEqual(['delivered']);
    follower.elapse(1);
    expect(kinds([fourth])).toEqual(['unknownKey']);
  });

  it('each key has its own counters: the same ones are delivered under both', () => {
    const old = frames(10);
    expect(kinds(old.slice(5))).toEqual(all('delivered', 5));
    push(K1);
    initiator.receive(frameOf(follower));
    const fresh = frames(10);
    expect(kinds(fresh.slice(8))).toEqual(all('delivered', 2));
    expect(kinds(fresh.slice(0, 8))).toEqual(all('delivered', 8));
    expect(kinds(old.slice(0, 5))).toEqual(all('delivered', 5));
    expect(kinds([...old, ...fresh])).toEqual(all('stale', 20));
  });

  it('nothing that a late frame says is obeyed', () => {
    const [plain] = frames(1);
    expect(initiator.push(K1, materialOf('initiator', K1))).toBe('accepted');
    const announcing = frameOf(initiator);
    expect(follower.receive(announcing).kind).toBe('delivered');
    expect(follower.state.request).toBe(1);
    // from before the announcement, it asks for nothing
    expect(kinds([plain ?? new Uint8Array()])).toEqual(['delivered']);
    expect(follower.state.request).toBe(1);
  });

  it('a forged frame moves no window', () => {
    const [first, second, third] = frames(3) as [Uint8Array, Uint8Array, Uint8Array];
    const forged = Uint8Array.from(third);
    forged.set([(forged.at(-6) ?? 0) ^ 1], forged.length - 6);
    expect(kinds([forged, first, forged, second])).toEqual(['icvFailed', 'delivered', 'icvFailed', 'delivered']);
  });

  it('a slot that is used again begins with an empty window', () => {
    expect(kinds(frames(3))).toEqual(all('delivered', 3));
    for (const keyId of [K1, K2]) {
      push(keyId);
      followerSwitches();
      initiator.receive(frameOf(follower));
      for (const peer of [initiator, follower]) peer.elapse(TIMEOUT);
      const sent = frames(5);
      expect(kinds(sent.toReversed())).toEqual(all('delivered', 5));
      expect(kinds(sent)).toEqual(all('stale', 5));
    }
  });

  it('a new association opens nothing of the one before, and delivers its own from the first counter on', () => {
    const old = frames(3);
    expect(kinds(old.slice(2))).toEqual(['delivered']);
    for (const peer of [initiator, follower]) peer.eraseAll();
    expect(kinds(old)).toEqual(all('unknownKey', 3));
    push(K1);
    const sent = frames(3);
    expect(kinds([...sent.toReversed(), ...sent])).toEqual([...all('delivered', 3), ...all('stale', 3)]);
    expect(kinds(old)).toEqual(all('unknownKey', 3));
  });

  it('of three slots, each of two Obsolete keys delivers its own', () => {
    begin('window', 3);
    const [early] = frames(1);
    expect(kinds(frames(1))).toEqual(['delivered']);
    push(K1);
    followerSwitches();
    const [later] = frames(1);
    expect(kinds(frames(1))).toEqual(['delivered']);
    initiator.receive(frameOf(follower));
    push(K2);
    followerSwitches();
    expect(formatView(follower.consumerView)).toBe('OOA');
    const late = [early, later].map((frame) => frame ?? new Uint8Array());
    expect(kinds([...late, ...late])).toEqual([...all('delivered', 2), ...all('stale', 2)]);
  });
});

describe('delivery `newest`', () => {
  it('drops all of that', () => {
    begin('newest');
    const [first, second, third] = frames(3) as [Uint8Array, Uint8Array, Uint8Array];
    expect(kinds([second, first])).toEqual(['delivered', 'stale']);
    push(K1);
    followerSwitches();
    expect(kinds([third, first])).toEqual(['stale', 'stale']);
  });
});
