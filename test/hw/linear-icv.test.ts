/**
 * The dummy engine is linear, as the paper's is (section VII): why it is called insecure. What it does find,
 * every single flipped bit, it must find.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { xorEngine } from '../../hw/aead/xor.ts';
import { APDU_STATUS_OCTETS, ICV_OCTETS, PROFILES } from '../../spec/header.ts';
import { ReferencePeer } from '../../sw/reference-model/peer.ts';
import { EngineBench } from './aead/engine-bench.ts';

const BLOCK = 16;
const MASTER = { master: 0, communication: 0 };
const design = EngineBench.compile(xorEngine);
const octets = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength, size: 'max' });

function flipped(octetsOf: Uint8Array, ...bits: readonly number[]): Uint8Array {
  const copy = octetsOf.slice();
  for (const bit of bits) copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

/** A frame between two reference peers. */
function modelFrame(
  cSdu: Uint8Array,
  key: Uint8Array,
  encrypt: boolean,
): { readonly frame: Uint8Array; readonly receiver: () => ReferencePeer } {
  const iv = new Uint8Array(12).fill(3);
  const material = { transmit: { key, iv }, receive: { key, iv } };
  const address = Uint8Array.of(2, 0, 0, 0, 0, 1);
  const peerOf = (role: 'initiator' | 'follower'): ReferencePeer => {
    const peer = new ReferencePeer(role, 2, {
      encrypt,
      vlanTci: undefined,
      source: address,
      destination: address,
      transmitFrameId: 0x8000,
      receiveFrameId: 0x8000,
      passReceived: false,
      obsoleteTimeout: 10,
    });
    peer.push(MASTER, material);
    return peer;
  };
  const frame = peerOf('initiator').transmit({ cSdu, apduStatus: Uint8Array.of(0, 1, 0x35, 0) });
  if (frame === undefined) throw new Error('the peer has a key, and sends');
  return { frame, receiver: () => peerOf('follower') };
}

/** Whether the hardware engine computes the ICV that stands in the frame. */
function opensInHardware(one: Sealed): boolean {
  return String(new EngineBench(design).process({ ...one, encrypt: true, open: true }).icv) === String(one.icv);
}

interface Sealed {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  readonly text: Uint8Array;
  readonly icv: Uint8Array;
}

const plain = fc.record({ key: octets(16), nonce: octets(12), aad: octets(25), text: octets(2 * BLOCK + 1, 100) });
const sealed: fc.Arbitrary<Sealed> = plain.map((one) => ({
  ...one,
  ...new EngineBench(design).process({ ...one, encrypt: true, open: false }),
}));

describe('the same bit flipped in two blocks passes the XOR ICV', () => {
  it('in the reference model, which delivers the changed payload', () => {
    fc.assert(
      fc.property(octets(2 * BLOCK, 100), octets(16), fc.boolean(), fc.nat(8 * BLOCK - 1), (cSdu, key, encrypt, bit) => {
        const { frame, receiver } = modelFrame(cSdu, key, encrypt);
        const first = 8 * PROFILES.paper.headerOctets + bit;
        const outcome = receiver().receive(flipped(frame, first, first + 8 * BLOCK));
        expect(outcome).toMatchObject({ kind: 'delivered', cSdu: flipped(cSdu, bit, bit + 8 * BLOCK) });
      }),
    );
  });

  it('in the hardware engine, between any two blocks of text, and between text and associated data', () => {
    fc.assert(
      fc.property(sealed, fc.nat(8 * BLOCK - 1), fc.integer({ min: 1, max: 5 }), (one, bit, distance) => {
        const other = bit + 8 * BLOCK * distance;
        fc.pre(other < 8 * one.text.length);
        expect(opensInHardware(one)).toBe(true);
        expect(opensInHardware({ ...one, text: flipped(one.text, bit, other) })).toBe(true);
        expect(opensInHardware({ ...one, text: flipped(one.text, bit), aad: flipped(one.aad, bit) })).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a single flipped bit never passes', () => {
  it('in the reference model: every bit of a frame', () => {
    const { frame, receiver } = modelFrame(
      Uint8Array.from({ length: 40 }, (_, index) => 5 * index),
      new Uint8Array(16).fill(0x3c),
      true,
    );
    expect(receiver().receive(frame).kind).toBe('delivered');
    for (let bit = 0; bit < 8 * frame.length; bit++)
      expect(receiver().receive(flipped(frame, bit)).kind, `bit ${bit}`).not.toBe('delivered');
    // behind the FrameID and the KeyIds it is the ICV that finds it
    const first = 8 * (PROFILES.paper.headerOctets - 4);
    for (let bit = first; bit < 8 * frame.length; bit++)
      expect(receiver().receive(flipped(frame, bit)).kind, `bit ${bit}`).toBe('icvFailed');
    expect(frame.length).toBe(PROFILES.paper.headerOctets + 40 + ICV_OCTETS + APDU_STATUS_OCTETS);
  });

  it('in the hardware engine: any bit of text, associated data, nonce, key and ICV', () => {
    fc.assert(
      fc.property(sealed, fc.constantFrom('text', 'aad', 'nonce', 'key', 'icv'), fc.nat(), (one, part, place) => {
        expect(opensInHardware({ ...one, [part]: flipped(one[part], place % (8 * one[part].length)) })).toBe(false);
      }),
    );
  });
});
