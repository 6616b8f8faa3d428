/** A whole peer: what the erase of all keys leaves, and what becomes of the frames that it meets. */
import assert from 'node:assert/strict';
import { ERASE_ALL } from '../../../../spec/registers.ts';
import { SLVERR } from '../bus-bench.ts';
import { materialOf, octets } from './frames.ts';
import type { PeerBench } from './peer-bench.ts';
import type { PeerCheck } from './peer-check.ts';

const STATUS = [9, 8, 7, 6];
const ERASE_ALL_AT = 0x088;
const SLOTS = 4;

function active(open: () => PeerBench): PeerBench {
  const peer = open();
  peer.setUp();
  assert.equal(peer.push(0), 'accepted');
  return peer;
}

/** Everything that is a key, or was made of one. */
const KEYS = [
  ...['a', 'b'].flatMap((slot) => [`keys.material_${slot}`]),
  ...['transmit_key', 'receive_key'].flatMap((name) => [0, 1, 2, 3].map((word) => `registers.${name}_${word}`)),
  ...['transmit_iv', 'receive_iv'].flatMap((name) => [0, 1, 2].map((word) => `registers.${name}_${word}`)),
];

export const ERASING: readonly PeerCheck[] = [
  {
    claim: 'erases every slot, the staged keys, the request and the counters, and only for the word that is asked',
    run: (open) => {
      const peer = active(open);
      peer.rekey(0, 1, 1);
      peer.record(octets(4, 1), STATUS);
      peer.until('the frame', () => peer.sent.length === 1);
      peer.receive(peer.theirs({ current: 1, next: 2, counter: 2 }));
      peer.stage(materialOf(2));
      const before = peer.read('status');
      for (const word of [0, 1, 0x45524152, 0xffff_ffff]) assert.equal(peer.writeAt(ERASE_ALL_AT, word), SLVERR);
      assert.equal(peer.writeAt(ERASE_ALL_AT, 0x45524153, 0b0111), SLVERR);
      assert.equal(peer.read('status'), before);
      assert.equal(peer.read('request'), peer.role === 'follower' ? 0x21 : 0);
      assert.equal(peer.views, 'UA/OA');
      peer.write('interruptStatus', 0xf);
      assert.equal(peer.writeAt(ERASE_ALL_AT, 0x45524153), 0);
      peer.until('the erase', () => !peer.erasing);
      assert.equal(peer.views, 'UU/UU');
      for (const name of KEYS) assert.equal(peer.peek(name), 0n, name);
      assert.equal(peer.read('status'), 2 ** 24, 'nothing but ready for a Push');
      assert.equal(peer.read('request'), 0);
      assert.equal(peer.read('transmitCounter'), 0);
      assert.equal(peer.read('interruptStatus'), SLOTS);
      assert.equal(peer.traced.erased.length, 1);
    },
  },
  {
    claim: 'begins anew after an erase: the next key is Active at once, and counters start with it, both ways',
    run: (open) => {
      const peer = active(open);
      for (const counter of [1, 2, 900]) peer.receive(peer.theirs({ current: 0, next: 0, counter }));
      for (const sent of [1, 2]) {
        peer.record(octets(4, sent), STATUS);
        peer.until('the frame', () => peer.sent.length === sent);
      }
      assert.equal(peer.push(1), 'accepted');
      peer.eraseAll();
      peer.receive(peer.theirs({ current: 0, next: 0, counter: 901 }));
      peer.receive(peer.theirs({ current: 1, next: 1, counter: 1 }));
      assert.equal(peer.read('framesUnknownKey'), 2);
      peer.record(octets(4, 3), STATUS);
      peer.step(200);
      assert.equal(peer.sent.length, 2, 'no key, no frame');
      assert.equal(peer.push(7), 'accepted');
      assert.equal(peer.views, 'AU/AU');
      peer.until('the frame', () => peer.sent.length === 3);
      const fields = { current: 7, next: 7, counter: 1, cSdu: octets(4, 3), status: STATUS };
      assert.deepEqual(peer.sent.at(-1)?.octets, peer.own(fields));
      peer.receive(peer.theirs({ current: 7, next: 7, counter: 1 }));
      assert.equal(peer.read('framesDelivered'), 4);
    },
  },
  {
    claim: 'an erase waits for the verdict on a frame that is being opened, with every key as it was, and then leaves none',
    run: (open) => {
      const peer = active(open);
      peer.arrive(peer.theirs({ current: 0, next: 0, counter: 1, cSdu: octets(600, 1), status: STATUS }));
      peer.until('its opening', () => peer.peek('opener.octets_ready') === 1n);
      peer.step(60);
      peer.stage(materialOf(0));
      const key = peer.peek('keys.material_a');
      peer.write('eraseAll', ERASE_ALL);
      peer.write('keyPush', 0);
      assert.equal(peer.peek('opener.octets_ready'), 1n, 'it is still being opened');
      peer.until('its verdict', () => {
        if (peer.traced.receive.length > 0) return true;
        assert.deepEqual([peer.views, peer.peek('keys.material_a')], ['AU/AU', key]);
        assert.equal(peer.erasing, true);
        return false;
      });
      peer.until('the erase', () => !peer.erasing);
      const [judged = 0] = peer.traced.receive;
      assert.deepEqual([peer.traced.erased, peer.traced.push_refused], [[judged + 1], [judged + 1]], 'and refuses a Push that waits');
      for (const name of KEYS) assert.equal(peer.peek(name), 0n, name);
      peer.settle();
      assert.deepEqual(peer.payload(), { cSdu: octets(600, 1), status: STATUS });
      assert.equal(peer.push(0), 'accepted');
    },
  },
  {
    claim: 'an erase is not done before the frame that is being sealed, and leaves no key in an engine',
    run: (open) => {
      const peer = active(open);
      peer.record(octets(900, 1), STATUS);
      peer.until('its sealing', () => peer.traced.transmit.length === 1);
      peer.step(20);
      peer.write('eraseAll', ERASE_ALL);
      const engine = (): bigint => peer.peek('generator.aead.key_now');
      assert.notEqual(engine(), 0n);
      peer.until('the erase', () => {
        const { erasing } = peer;
        assert.ok(erasing || engine() === 0n, 'it is done when the engine has no key');
        return !erasing;
      });
      for (let count = 0; count < 30; count++) {
        assert.equal(engine(), 0n);
        assert.equal(peer.erasing, false);
      }
      peer.until('the frame', () => peer.sent.length === 1);
      assert.deepEqual(peer.sent[0]?.octets, peer.own({ current: 0, next: 0, counter: 1, cSdu: octets(900, 1), status: STATUS }));
    },
  },
  {
    claim: 'delivers a frame before the erase or never, in whatever cycle of the frame it comes',
    run: (open) => {
      const outcomes = new Set<string>();
      const peer = open();
      peer.setUp();
      for (let offset = 0; offset < 66; offset++) {
        assert.equal(peer.push(0), 'accepted');
        const delivered = peer.traced.deliver.length;
        const level = peer.read('receiveLevel');
        peer.arrive(peer.theirs({ current: 0, next: 0, counter: 1, cSdu: octets(4, 1) }));
        peer.step(44 + offset);
        peer.eraseAll();
        assert.equal(peer.peek('opener.aead.key_now'), 0n, 'no frame is opened with a key that is gone');
        peer.settle();
        const erased = peer.traced.erased.at(-1) ?? 0;
        const verdict = peer.traced.receive.at(-1) ?? 0;
        const wasDelivered = peer.traced.deliver.length > delivered;
        assert.equal(wasDelivered, verdict < erased, `erased in cycle ${erased}, judged in ${verdict}`);
        assert.equal(peer.read('receiveLevel'), level + (wasDelivered ? 3 : 0));
        outcomes.add(verdict + 1 === erased ? 'next' : String(wasDelivered));
      }
      assert.deepEqual([...outcomes].sort(), ['false', 'next', 'true']);
    },
  },
  {
    claim: 'sends a frame whole that took its key before the erase, and begins none in its cycle or after it',
    run: (open) => {
      let begun = 0;
      for (let offset = 0; offset < 18; offset++) {
        const peer = active(open);
        peer.wireReady = () => false;
        // a record that is whole but for its last word, and the erase around that word
        peer.write('transmitData', 4);
        peer.write('transmitData', 0);
        peer.step(offset);
        const last = peer.cycle;
        peer.write('transmitData', 0x0403_0201);
        if (offset % 2 === 1) peer.step(1);
        peer.eraseAll();
        peer.wireReady = () => true;
        peer.step(150);
        const [erased = 0] = peer.traced.erased;
        const [transmit] = peer.traced.transmit;
        assert.ok(erased > last, 'it ends behind what came before');
        if (transmit === undefined) assert.equal(peer.sent.length, 0);
        else {
          assert.ok(transmit < erased, 'nothing is sent behind the erase');
          begun++;
          const fields = { current: 0, next: 0, counter: 1, cSdu: Uint8Array.of(1, 2, 3, 4), status: [0, 0, 0, 0] };
          assert.deepEqual(
            peer.sent.map(({ octets: frame }) => frame),
            [peer.own(fields)],
          );
        }
      }
      assert.ok(begun > 0, 'a frame had begun');
    },
  },
];
