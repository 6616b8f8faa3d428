import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { KeyId } from '../../../spec/key-id.ts';
import { formatView } from '../../../spec/slot-machine.ts';
import type { Aead } from '../../../sw/aead/aead.ts';
import { AEADS } from '../../../sw/aead/engines.ts';
import { xorAead } from '../../../sw/aead/xor.ts';
import { aadOf, encodeFrame, nonceOf, parseFrame } from '../../../sw/frame/secured-frame.ts';
import { KeySchedule } from '../../../sw/keys/key-schedule.ts';
import { zeroize } from '../../../sw/keys/material.ts';
import { ReferencePeer } from '../../../sw/reference-model/peer.ts';
import { FRAME_VECTORS } from '../../vectors/vectors.ts';
import { frameOf, materialOf, payloadOf, peerOf } from './peers.ts';

const K0: KeyId = { master: 0, communication: 0 };
const K1: KeyId = { master: 0, communication: 1 };
const TIMEOUT = 4;
const KIND = { profile: 'paper', frameId: 0x8000, encrypt: true } as const;

let initiator: ReferencePeer;
let follower: ReferencePeer;
const pushBoth = (keyId: KeyId): void => {
  for (const peer of [initiator, follower]) expect(peer.push(keyId, materialOf(peer.state.role, keyId))).toBe('accepted');
};
const counterOf = (frame: Uint8Array): number | undefined => {
  const parsed = parseFrame(frame, KIND);
  return parsed.kind === 'ours' ? parsed.frame.counter : undefined;
};
/** Ready, switched, followed: both peers on the pending key. */
const rekey = (): void => {
  expect(initiator.receive(frameOf(follower)).kind).toBe('delivered');
  expect(follower.receive(frameOf(initiator)).kind).toBe('delivered');
  expect(initiator.receive(frameOf(follower)).kind).toBe('delivered');
};

beforeEach(() => {
  initiator = peerOf('initiator', 2, { obsoleteTimeout: TIMEOUT });
  follower = peerOf('follower', 2, { obsoleteTimeout: TIMEOUT });
  pushBoth(K0);
});

describe('paper V: a rekey at frame level', () => {
  it('delivers every frame, and goes through the views of Fig. 7', () => {
    pushBoth(K1);
    rekey();
    expect([initiator.consumerView, follower.consumerView].map(formatView)).toEqual(['OA', 'OA']);
    expect(initiator.nextTimeout).toBe(TIMEOUT);
    initiator.elapse(TIMEOUT);
    expect(formatView(initiator.consumerView)).toBe('UA');
    expect(initiator.nextTimeout).toBe(Number.POSITIVE_INFINITY);
  });

  it('counters begin at 1 with every key', () => {
    expect([frameOf(initiator), frameOf(initiator)].map(counterOf)).toEqual([1, 2]);
    pushBoth(K1);
    expect(counterOf(frameOf(initiator))).toBe(3);
    rekey();
    expect(initiator.lastTransmitCounter).toBe(1);
    expect(counterOf(frameOf(initiator))).toBe(2);
  });

  it('counters begin at 1 in the third slot as well, and both views move', () => {
    initiator = peerOf('initiator', 3, { obsoleteTimeout: TIMEOUT });
    follower = peerOf('follower', 3, { obsoleteTimeout: TIMEOUT });
    pushBoth(K0);
    for (const communication of [1, 2]) {
      frameOf(initiator);
      frameOf(follower);
      pushBoth({ master: 0, communication });
      rekey();
      expect([initiator, follower].map((peer) => peer.lastTransmitCounter)).toEqual([1, 1]);
    }
    expect([initiator.providerView, follower.providerView].map(formatView)).toEqual(['UUA', 'UUA']);
  });

  it('after an erase sends and opens nothing, has zeroed its keys, and begins anew with the next one', () => {
    pushBoth(K1);
    rekey();
    const last = frameOf(initiator);
    expect(follower.receive(last).kind).toBe('delivered');
    for (const peer of [initiator, follower]) peer.eraseAll();
    expect([initiator.providerView, initiator.consumerView].map(formatView)).toEqual(['UU', 'UU']);
    expect(initiator.transmit(payloadOf(0))).toBeUndefined();
    expect(follower.receive(last).kind).toBe('unknownKey');
    expect(initiator.nextTimeout).toBe(Number.POSITIVE_INFINITY);
    pushBoth({ master: 1, communication: 0 });
    const first = frameOf(initiator);
    expect(counterOf(first)).toBe(1);
    expect(follower.receive(first).kind).toBe('delivered');
    expect(follower.receive(last).kind).toBe('unknownKey');
  });

  it('does not send without a key', () => {
    expect(peerOf('initiator', 2).transmit(payloadOf(0))).toBeUndefined();
  });
});

describe.each(FRAME_VECTORS.frames.filter(({ counter }) => counter === 1))('a frame that was made by hand: $what', (vector) => {
  const { profile, engine } = vector;
  const settings = {
    profile,
    encrypt: vector.encrypt,
    vlanTci: vector.vlanTci,
    obsoleteTimeout: TIMEOUT,
    passReceived: false,
    source: vector.source,
    destination: vector.destination,
  };
  const other = vector.frameId ^ 1;
  const [sender, receiver] = vector.direction === 'IOC>IOD' ? (['initiator', 'follower'] as const) : (['follower', 'initiator'] as const);
  const peerWith = (role: 'initiator' | 'follower', transmitFrameId: number, receiveFrameId: number): ReferencePeer => {
    const peer = new ReferencePeer(role, 2, { ...settings, transmitFrameId, receiveFrameId }, AEADS[engine]);
    peer.push(K0, new KeySchedule(FRAME_VECTORS.masterKey, { profile, engine, relation: 0 }).material(role));
    return peer;
  };

  it('is what the peer sends first, from the master key on', () => {
    const sent = peerWith(sender, vector.frameId, other).transmit({ cSdu: vector.cSdu, apduStatus: vector.apduStatus });
    expect(Buffer.from(sent ?? []).toString('hex')).toBe(Buffer.from(vector.frame).toString('hex'));
  });

  it('is delivered by the other peer', () => {
    const { cSdu, apduStatus } = vector;
    expect(peerWith(receiver, other, vector.frameId).receive(vector.frame)).toEqual({ kind: 'delivered', keyId: K0, cSdu, apduStatus });
  });
});

describe('what an attacker sends', () => {
  it('a replay is stale under the Active key and under the Obsolete one, and unknown when that is erased', () => {
    const old = frameOf(initiator);
    expect(follower.receive(old).kind).toBe('delivered');
    expect(follower.receive(old).kind).toBe('stale');
    pushBoth(K1);
    rekey();
    const before = follower.state;
    expect(follower.receive(old).kind).toBe('stale');
    expect(follower.state).toEqual(before);
    follower.elapse(TIMEOUT);
    expect(follower.receive(old).kind).toBe('unknownKey');
  });

  it('a frame under the Obsolete key is stale, however high its counter', () => {
    const late = [frameOf(initiator), frameOf(initiator), frameOf(initiator)].at(-1) ?? new Uint8Array();
    pushBoth(K1);
    rekey();
    expect(counterOf(late)).toBeGreaterThan(1);
    expect(follower.receive(late).kind).toBe('stale');
  });

  it('counter 0 is no frame, under a Pending key neither', () => {
    pushBoth(K1);
    const parsed = parseFrame(frameOf(initiator), KIND);
    if (parsed.kind !== 'ours') throw new Error('the frame of the initiator is ours');
    const { key, iv } = materialOf('initiator', K1).transmit;
    const header = { ...parsed.frame, currentKeyId: 1, nextKeyId: 1 };
    const frame = (counter: number): Uint8Array => {
      const input = { key, nonce: nonceOf(iv, counter), aad: aadOf({ ...header, counter }), text: header.text, encrypt: true };
      return encodeFrame({ ...header, counter, ...xorAead.seal(input) });
    };
    expect(follower.receive(frame(0)).kind).toBe('stale');
    expect(formatView(follower.consumerView)).toBe('AP');
    expect(follower.receive(frame(1)).kind).toBe('delivered');
  });

  it('an older frame that was overtaken is stale', () => {
    const [first, second] = [frameOf(initiator), frameOf(initiator)];
    expect([second, first].map((frame) => follower.receive(frame).kind)).toEqual(['delivered', 'stale']);
  });

  it('one bit flipped anywhere is not delivered, and changes nothing (M1)', () => {
    pushBoth(K1);
    const frame = frameOf(initiator, 0x1234);
    fc.assert(
      fc.property(fc.nat(8 * frame.length - 1), (bit) => {
        const forged = frame.with(bit >> 3, (frame[bit >> 3] ?? 0) ^ (1 << (bit & 7)));
        const before = follower.state;
        expect(['icvFailed', 'unknownKey', 'dropped']).toContain(follower.receive(forged).kind);
        expect(follower.state).toEqual(before);
      }),
      { numRuns: 300 },
    );
    expect(follower.receive(frame)).toMatchObject({ kind: 'delivered', keyId: K0, ...payloadOf(0x1234) });
  });

  it('a frame sent back to its sender does not open', () => {
    const reflecting = peerOf('initiator', 2, { receiveFrameId: 0x8000 });
    reflecting.push(K0, materialOf('initiator', K0));
    expect(reflecting.receive(frameOf(initiator)).kind).toBe('icvFailed');
  });
});

describe('frames of others', () => {
  it('pass or are dropped, as the settings say; a tag that a switch strips does not matter', () => {
    const other = new Uint8Array(60);
    expect(follower.receive(other).kind).toBe('dropped');
    expect(peerOf('follower', 2, { passReceived: true }).receive(other).kind).toBe('passed');
    const tagged = peerOf('initiator', 2, { vlanTci: 0xc000 });
    tagged.push(K0, materialOf('initiator', K0));
    const frame = frameOf(tagged);
    expect(follower.receive(Uint8Array.from([...frame.subarray(0, 12), ...frame.subarray(16)])).kind).toBe('delivered');
  });

  it('of ours without a C_SDU are malformed', () => {
    expect(follower.receive(frameOf(initiator).subarray(0, 41)).kind).toBe('malformed');
  });
});

describe('keys', () => {
  it('are copied: the caller erases its own', () => {
    const material = materialOf('initiator', K0);
    const peer = peerOf('initiator', 2);
    peer.push(K0, material);
    zeroize(material);
    expect(follower.receive(frameOf(peer)).kind).toBe('delivered');
  });

  it('are zeroed when their slot is Unused in both views, and not before', () => {
    const used: Uint8Array[] = [];
    const watching: Aead = {
      ...xorAead,
      seal: (input) => {
        used.push(input.key);
        return xorAead.seal(input);
      },
      open: (input) => {
        used.push(input.key);
        return xorAead.open(input);
      },
    };
    const peer = new ReferencePeer('initiator', 2, { ...initiator.settings, obsoleteTimeout: TIMEOUT }, watching);
    peer.push(K0, materialOf('initiator', K0));
    follower.receive(frameOf(peer));
    peer.receive(frameOf(follower));
    const old = [...used];
    const isZero = (key: Uint8Array): boolean => key.every((octet) => octet === 0);
    for (const one of [peer, follower]) one.push(K1, materialOf(one.state.role, K1));
    peer.receive(frameOf(follower));
    follower.receive(frameOf(peer));
    peer.receive(frameOf(follower));
    peer.elapse(TIMEOUT - 1);
    expect(old.map(isZero)).toEqual([false, false]);
    peer.elapse(1);
    expect(old.map(isZero)).toEqual([true, true]);
    used.length = 0;
    expect(follower.receive(frameOf(peer)).kind).toBe('delivered');
    expect(used.map(isZero)).toEqual([false]);
  });

  it('a refused Push changes nothing (M3)', () => {
    pushBoth(K1);
    const before = initiator.state;
    const K2 = { master: 0, communication: 2 };
    expect(initiator.push(K2, materialOf('initiator', K2))).toBe('refused');
    expect(initiator.state).toEqual(before);
  });
});

describe('a key that is withdrawn (M12)', () => {
  it('is gone at both peers with the next frame, and is the only one under its Active key', () => {
    pushBoth(K1);
    expect(initiator.cancel()).toBe('accepted');
    expect([initiator.providerView, initiator.consumerView].map(formatView)).toEqual(['AU', 'AU']);
    expect(initiator.cancel()).toBe('refused');
    expect(follower.receive(frameOf(initiator)).kind).toBe('delivered');
    expect([follower.providerView, follower.consumerView].map(formatView)).toEqual(['AU', 'AU']);
  });

  it('is none where nothing is Pending, nor with a follower: that is refused, and changes nothing', () => {
    const before = initiator.state;
    expect(initiator.cancel()).toBe('refused');
    expect(initiator.state).toEqual(before);
    pushBoth(K1);
    expect(follower.cancel()).toBe('refused');
    expect(formatView(follower.providerView)).toBe('AP');
  });
});

it('without a key there is nothing to erase, and nothing in the way', () => {
  const peer = peerOf('initiator', 2);
  peer.eraseAll();
  expect(peer.transmit(payloadOf(0))).toBeUndefined();
});
