/** A whole peer: a key that is withdrawn before anybody has switched to it, and what becomes of its KeyId. */
import assert from 'node:assert/strict';
import { CANCEL } from '../../../../spec/registers.ts';
import { SLVERR } from '../bus-bench.ts';
import { materialOf, octets } from './frames.ts';
import type { PeerBench } from './peer-bench.ts';
import type { PeerCheck } from './peer-check.ts';

const STATUS = [5, 6, 7, 8];
const CANCEL_AT = 0x08c;
/** Another key than that of `materialOf(1)`, for KeyId 1. */
const OTHER = materialOf(9);

function announcing(open: () => PeerBench): PeerBench {
  const peer = open();
  peer.setUp({ obsoleteTimeout: 30 });
  assert.equal(peer.push(0), 'accepted');
  assert.equal(peer.push(1), 'accepted');
  return peer;
}

/** KeyId 1 is free again: an initiator's after a switch to another key, a follower's at once. */
function withdrawn(peer: PeerBench): { readonly current: number; readonly counter: number } {
  if (peer.role === 'follower') {
    peer.receive(peer.theirs({ current: 0, next: 0, counter: 1 }));
    return { current: 0, counter: 1 };
  }
  assert.equal(peer.cancel(), 'accepted');
  assert.equal(peer.push(1, OTHER), 'refused', 'not before the next switch');
  peer.rekey(0, 4, 1);
  peer.step(40);
  return { current: 4, counter: 1 };
}

export const CANCELLING: readonly PeerCheck[] = [
  {
    claim: 'erases the key that is announced, once under each Active key, and only for the word that is asked; a follower refuses',
    run: (open) => {
      const peer = announcing(open);
      for (const word of [0, 1, 0x434e_434d, 0xffff_ffff]) assert.equal(peer.writeAt(CANCEL_AT, word), SLVERR);
      assert.equal(peer.read('cancelResult'), 0);
      assert.deepEqual([peer.views, peer.keyIds], ['AP/AP', [0, 1]]);
      if (peer.role === 'follower') {
        assert.equal(peer.cancel(), 'refused');
        assert.deepEqual([peer.views, peer.keyIds], ['AP/AP', [0, 1]]);
        assert.deepEqual([peer.traced.cancel_accepted.length, peer.traced.cancel_refused.length], [0, 1]);
        return;
      }
      assert.equal(peer.cancel(), 'accepted');
      assert.deepEqual([peer.views, peer.keyIds, peer.peek('keys.material_b')], ['AU/AU', [0, 0], 0n]);
      assert.notEqual(peer.peek('keys.material_a'), 0n);
      assert.equal(peer.cancel(), 'refused', 'nothing is announced');
      assert.equal(peer.push(1), 'refused', 'its KeyId is blocked');
      assert.equal(peer.push(4), 'accepted');
      assert.equal(peer.cancel(), 'refused', 'one was withdrawn before');
      peer.receive(peer.theirs({ current: 0, next: 4, counter: 1 }));
      peer.receive(peer.theirs({ current: 4, next: 4, counter: 1 }));
      peer.step(40);
      assert.equal(peer.push(1), 'accepted', 'it is free again with the switch');
      assert.equal(peer.cancel(), 'accepted');
      assert.deepEqual([peer.traced.cancel_accepted.length, peer.traced.cancel_refused.length], [2, 2]);
    },
  },
  {
    claim:
      'a cancel waits for the verdict on a frame that is being opened, and takes the key or comes too late, in whatever cycle it comes',
    run: (open) => {
      const outcomes = new Set<string>();
      for (let offset = 0; offset < 66; offset += 2) {
        const peer = announcing(open);
        if (peer.role === 'follower') return;
        peer.stage(OTHER);
        const settled = (): readonly number[] => [...peer.traced.cancel_accepted, ...peer.traced.cancel_refused];
        const step = peer.step.bind(peer);
        peer.step = (cycles = 1) => {
          for (let count = 0; count < cycles; count++) {
            const [pinned, before] = [peer.peek('opener.pinned'), settled().length];
            step();
            if (settled().length > before) assert.equal(pinned, 0n, 'no frame is being opened');
          }
        };
        peer.arrive(peer.theirs({ current: 1, next: 1, counter: 1, cSdu: octets(4, 1) }));
        peer.step(42 + offset);
        const result = peer.cancel();
        peer.write('keyPush', 1);
        peer.settle();
        const [judged = 0] = peer.traced.receive;
        const [cancelled = 0] = settled();
        assert.equal(result, cancelled < judged ? 'accepted' : 'refused');
        assert.equal(peer.traced.deliver.length, result === 'accepted' ? 0 : 1);
        assert.equal(peer.views.slice(0, 2), result === 'accepted' ? 'AU' : 'UA', 'the view of the provider');
        assert.equal(peer.traced.push_accepted.length, 2, 'no key takes the KeyId of one that is held or was withdrawn');
        // a visit may have its turn before it: the key before is Obsolete now
        outcomes.add(cancelled === judged + 2 ? 'waited' : result);
      }
      assert.deepEqual([...outcomes].sort(), ['accepted', 'refused', 'waited']);
    },
  },
  {
    claim: 'seals and opens nothing with a key that was withdrawn when another one comes under its KeyId',
    run: (open) => {
      const peer = announcing(open);
      const { current, counter } = withdrawn(peer);
      const delivered = peer.read('framesDelivered');
      assert.equal(peer.push(1, OTHER), 'accepted');
      const under1 = { current: 1, next: 1, counter: 1, cSdu: octets(20, 3), status: STATUS };
      peer.receive(peer.theirs(under1));
      assert.deepEqual([peer.read('framesIcvFailed'), peer.read('framesDelivered')], [1, delivered], 'the key that was withdrawn');
      peer.receive(peer.theirs({ current, next: 1, counter: counter + 1 }));
      peer.receive(peer.theirs(under1, OTHER.receive));
      assert.equal(peer.read('framesDelivered'), delivered + 2);
      peer.record(octets(12, 4), STATUS);
      peer.until('a frame', () => peer.sent.length === 1);
      const sent = { current: 1, next: 1, counter: 1, cSdu: octets(12, 4), status: STATUS };
      assert.deepEqual(peer.sent[0]?.octets, peer.own(sent, OTHER.transmit));
      assert.notDeepEqual(peer.sent[0]?.octets, peer.own(sent));
    },
  },
  {
    claim: 'answers SLVERR to a cancel while one waits, and its result is 0 until the verdict',
    run: (open) => {
      const peer = announcing(open);
      peer.arrive(peer.theirs({ current: 0, next: 0, counter: 1, cSdu: octets(600, 1) }));
      peer.until('its opening', () => peer.peek('opener.octets_ready') === 1n);
      peer.write('cancel', CANCEL);
      assert.equal(peer.writeAt(CANCEL_AT, CANCEL), SLVERR);
      assert.equal(peer.read('cancelResult'), 0);
      peer.settle();
      assert.notEqual(peer.read('cancelResult'), 0);
    },
  },
];
