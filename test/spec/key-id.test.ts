import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  announcedKind,
  FIRST_KEY_ID,
  formatKeyId,
  KEY_ID_BITS,
  type KeyId,
  nextKeyId,
  nextWireKeyId,
  wireKeyId,
} from '../../spec/key-id.ts';

const keyId: fc.Arbitrary<KeyId> = fc.record({ master: fc.nat(1000), communication: fc.nat(1000) });

describe('paper V: "KeyId = 2 ‖ 3 … two n-RTT key updates and three 0-RTT key updates since the last n-RTT key update"', () => {
  it('counts as the paper does', () => {
    const kinds = ['n-RTT', '0-RTT', 'n-RTT', '0-RTT', '0-RTT', '0-RTT'] as const;
    const key = kinds.reduce<KeyId>((id, kind) => nextKeyId(id, kind), FIRST_KEY_ID);
    expect(formatKeyId(key)).toBe('2|3');
    expect(wireKeyId(key)).toBe(0b10_11);
    expect(KEY_ID_BITS).toBe(4);
  });

  it('VI: "the current KeyId, the preceding KeyId and the next KeyId, either by 0-RTT or n-RTT" are told apart by 4 bits', () => {
    fc.assert(
      fc.property(keyId, fc.constantFrom('0-RTT' as const, 'n-RTT' as const), (preceding, kind) => {
        const current = nextKeyId(preceding, kind);
        const wires = [preceding, current, nextKeyId(current, '0-RTT'), nextKeyId(current, 'n-RTT')].map((keyId) => wireKeyId(keyId));
        expect(new Set(wires.slice(1)).size).toBe(3);
        expect(wires[0]).not.toBe(wires[1]);
        expect(wires[0]).not.toBe(wires[2]);
      }),
    );
  });

  it('successors on the wire are the wire form of the successors, and tell their kind', () => {
    fc.assert(
      fc.property(keyId, fc.constantFrom('0-RTT' as const, 'n-RTT' as const), (id, kind) => {
        const next = wireKeyId(nextKeyId(id, kind));
        expect(nextWireKeyId(wireKeyId(id), kind)).toBe(next);
        expect(announcedKind(wireKeyId(id), next)).toBe(kind);
        expect(announcedKind(wireKeyId(id), wireKeyId(id))).toBeUndefined();
      }),
    );
  });
});
