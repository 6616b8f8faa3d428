/** A whole peer: what it delivers, hands on and drops, and what it says of it. */
import assert from 'node:assert/strict';
import { materialOf, octets } from './frames.ts';
import type { PeerBench } from './peer-bench.ts';
import type { PeerCheck } from './peer-check.ts';

function active(open: () => PeerBench, changes: Parameters<PeerBench['setUp']>[0] = {}): PeerBench {
  const peer = open();
  peer.setUp(changes);
  assert.equal(peer.push(0), 'accepted');
  return peer;
}

/** The frame, with one bit turned round. */
function flipped(frame: Uint8Array, octet: number, bit: number): Uint8Array {
  return frame.with(octet, (frame[octet] ?? 0) ^ (1 << bit));
}

export const RECEIVING: readonly PeerCheck[] = [
  {
    claim: 'delivers the C_SDU and the status of each authentic frame, tagged or not, ciphered or not, with pauses and without',
    run: (open) => {
      for (const encrypt of [true, false]) {
        const peer = active(open, { encrypt });
        let counter = 0;
        let level = 0;
        const expected: { readonly cSdu: Uint8Array; readonly status: readonly number[] }[] = [];
        for (const length of [1, 2, 3, 4, 5, 16, 17, 40, 1440]) {
          const payload = { cSdu: octets(length, length), status: [...octets(4, length)] };
          const pauses = [0, 1, 4, 1440].at(++counter % 4) ?? 0;
          peer.arrive(peer.theirs({ current: 0, next: 0, counter, ...payload }), pauses);
          expected.push(payload);
          peer.settle();
          level += 2 + Math.ceil(length / 4);
          assert.equal(peer.read('receiveLevel'), level);
        }
        // one right behind the other, too
        for (const length of [9, 10, 11]) {
          const payload = { cSdu: octets(length, length), status: [...octets(4, length)] };
          peer.arrive(peer.theirs({ current: 0, next: 0, counter: ++counter, ...payload }));
          expected.push(payload);
        }
        peer.settle();
        assert.deepEqual(
          expected.map(() => peer.payload()),
          expected,
        );
        assert.equal(peer.read('receiveLevel'), 0);
        assert.equal(peer.read('receiveData'), 0, 'reads 0 when empty');
        assert.equal(peer.traced.deliver.length, expected.length);
      }
    },
  },
  {
    claim: 'of profile std: delivers each authentic frame, tagged or not, ciphered or not, with pauses and without',
    run: (open) => {
      for (const encrypt of [true, false]) {
        const peer = active(open, { profile: 'std', encrypt });
        const lengths = [1, 2, 3, 4, 5, 16, 17, 40, 1440, 9, 10, 11];
        const expected = lengths.map((length) => ({ cSdu: octets(length, length), status: [...octets(4, length)] }));
        const foreign = 9;
        expected.forEach((payload, index) => {
          const frame = peer.theirs({ current: 0, next: 0, counter: index + 1, ...payload });
          // the longest comes with a pause before each octet: its text has to be waited for
          peer.arrive(frame, [1, 0, 4, 1440][index % 4]);
          // behind the end of what flows a frame of another begins, of which nothing is kept
          if (index < foreign) peer.receive(octets(60, index));
        });
        peer.settle();
        assert.deepEqual(
          expected.map(() => peer.payload()),
          expected,
        );
        assert.equal(peer.traced.deliver.length, expected.length);
        assert.equal(peer.passed.length, foreign);
      }
    },
  },
  {
    claim: 'of profile std: begins with the header, and says its verdict behind the last octet, where a frame is as long as it says',
    run: (open) => {
      const peer = active(open, { profile: 'std' });
      const frame = peer.theirs({ current: 0, next: 0, counter: 2, cSdu: octets(1000, 1) });
      peer.arrive(frame);
      peer.step(60);
      assert.equal(peer.peek('opener.pinned'), 1n, 'it is being opened');
      // no end to be seen: nothing happens but that a Push waits
      peer.stage(materialOf(1));
      peer.write('keyPush', 1);
      peer.step(frame.length - 300);
      assert.equal(peer.read('pushResult'), 0);
      assert.equal(peer.traced.receive.length, 0);
      peer.settle();
      assert.equal(peer.traced.deliver.length, 1);
      peer.until('the Push', () => peer.traced.push_accepted.length === 2);
    },
  },
  {
    claim: 'of profile std: forgets a frame that ends before or behind the length it says, under a key or none, and opens the next one',
    run: (open) => {
      const peer = active(open, { profile: 'std' });
      const delivered: Uint8Array[] = [];
      let [counter, malformed] = [1, 0];
      for (const current of [0, 5]) {
        for (const cSduOctets of [1, 5, 40, 400]) {
          const tci = cSduOctets === 1 ? undefined : 0;
          const frame = (): Uint8Array => peer.theirs({ tci, current, next: 0, counter: counter++, cSdu: octets(cSduOctets, counter) });
          const header = peer.theirs({ tci, current, next: 0, counter, cSdu: octets(1, 1) }).length - 21;
          const { length } = frame();
          const cuts = [header + 1, header + 2, header + cSduOctets, header + cSduOctets + 4, length - 16, length - 8, length - 1];
          for (const more of [1, 2, 30, 2600]) {
            peer.arrive(Uint8Array.of(...frame(), ...octets(more, more)));
            malformed++;
            peer.settle();
          }
          // the last of them in the midst of a word, of which the next frame shows nothing
          for (const cut of cuts.filter((at) => at > header && at < length).toReversed()) {
            peer.arrive(frame().slice(0, cut));
            malformed++;
          }
          const cSdu = octets(cSduOctets, counter);
          delivered.push(cSdu);
          peer.arrive(peer.theirs({ current: 0, next: 0, counter: counter++, cSdu }));
          peer.settle();
        }
      }
      assert.equal(peer.read('framesMalformed'), malformed);
      assert.equal(peer.read('framesDelivered'), delivered.length);
      for (const name of ['framesIcvFailed', 'framesUnknownKey', 'framesStale', 'framesOverflowed'] as const) {
        assert.equal(peer.read(name), 0, name);
      }
      assert.equal(peer.traced.receive.length, delivered.length);
      for (const cSdu of delivered) assert.deepEqual(peer.payload().cSdu, cSdu);
      assert.equal(peer.read('receiveLevel'), 0);
      peer.receive(peer.theirs({ current: 5, next: 0, counter: 1 }));
      assert.equal(peer.read('framesUnknownKey'), 1, 'one that is whole has no key');
    },
  },
  {
    claim: 'of profile std: begins no frame that may not fit its store, and opens those before and behind it (J4)',
    run: (open) => {
      const peer = active(open);
      const fields = { current: 0, next: 0, counter: 2, cSdu: octets(95, 1) };
      const stored = peer.theirs(fields);
      const flowing = peer.theirs({ ...fields, profile: 'std' });
      // the opener falls behind until the store is full; then frames come that it would begin at once
      const [before, behind] = [750, 10];
      for (let sent = 0; sent < before; sent++) peer.arrive(stored);
      for (let sent = 0; sent < behind; sent++) peer.arrive(flowing);
      peer.arrive(Uint8Array.of(...flowing, ...octets(6000, 1)));
      peer.step(before * stored.length - 40);
      peer.write('control', 0b111111);
      peer.settle();
      const overflowed = peer.read('framesOverflowed');
      assert.ok(overflowed > behind && overflowed < 200, `${overflowed} frames did not fit`);
      assert.equal(peer.read('framesReceived'), before + behind + 1);
      assert.equal(peer.read('framesMalformed'), 1);
      assert.equal(peer.read('framesDelivered'), 1);
      assert.equal(peer.read('framesStale'), before + behind - 1 - overflowed);
      peer.receive(peer.theirs({ ...fields, profile: 'std', counter: 3 }));
      assert.equal(peer.read('framesDelivered'), 2);
    },
  },
  {
    claim: 'of profile std: begins a frame with room for 2,048 octets, and not with one less (J4)',
    run: (open) => {
      const rooms = new Set<number>();
      for (let more = 0; more < 4; more++) {
        const peer = active(open);
        const fields = { current: 0, next: 0, counter: 2 };
        // behind a long one the short ones come faster than they are opened
        const stored = [1384 + more, ...Array<number>(128).fill(40)].map((length) => peer.theirs({ ...fields, cSdu: octets(length, 1) }));
        for (const frame of stored) peer.arrive(frame);
        const flowing = peer.theirs({ ...fields, profile: 'std', counter: 4, cSdu: octets(40, 1) });
        peer.arrive(flowing);
        peer.step(stored.reduce((sum, { length }) => sum + length, 0) - 40);
        peer.write('control', 0b111111);
        const lastOfHeader = BigInt(flowing.length - 40 - 20 - 1);
        peer.until('its header', () => peer.peek('parser.is_std') === 1n && peer.peek('parser.place') === lastOfHeader);
        const room = Number(peer.peek('received.space'));
        peer.settle();
        assert.equal(peer.read('framesOverflowed'), room < 2048 ? 1 : 0, `with room for ${room} octets`);
        assert.equal(peer.read('framesDelivered'), room < 2048 ? 1 : 2);
        rooms.add(room);
      }
      for (const room of [2047, 2048])
        assert.ok(rooms.has(room), `a frame that finds room for ${room} octets: found ${[...rooms].join(', ')}`);
    },
  },
  {
    claim: 'delivers nothing of a frame with one bit wrong, wherever it stands in the ICV (J6)',
    run: (open) => {
      const peer = active(open);
      const frame = peer.theirs({ current: 0, next: 0, counter: 2, cSdu: octets(4, 1) });
      const icvAt = frame.length - 20;
      for (let octet = 0; octet < 16; octet++) peer.receive(flipped(frame, icvAt + octet, (3 * octet) % 8));
      assert.equal(peer.read('framesIcvFailed'), 16);
      assert.equal(peer.read('receiveLevel'), 0);
      peer.receive(frame);
      assert.equal(peer.read('framesDelivered'), 1);
      assert.deepEqual(peer.payload().cSdu, octets(4, 1));
    },
  },
  {
    claim: 'delivers nothing of a frame with one bit wrong in addresses, FrameID, KeyIds, counter, text or status',
    run: (open) => {
      const peer = active(open);
      const frame = peer.theirs({ current: 0, next: 0, counter: 2, cSdu: octets(40, 1) });
      const [type, frameId, tail] = [12, 14, frame.length - 20];
      const places = Array.from({ length: frame.length }, (_, place) => place);
      for (const place of places.filter((at) => !(at >= type && at < type + 2) && !(at >= tail && at < tail + 16))) {
        peer.receive(flipped(frame, place, place % 8));
      }
      assert.equal(peer.read('receiveLevel'), 0);
      const passed = 2; // another FrameID is nobody's concern here
      assert.equal(peer.passed.length, passed);
      assert.deepEqual(peer.passed[0]?.octets, flipped(frame, frameId, frameId % 8));
      const unknownKey = peer.read('framesUnknownKey');
      assert.equal(unknownKey + peer.read('framesIcvFailed'), frame.length - 16 - 2 - passed);
      assert.equal(unknownKey, 0, 'bit 0 of the KeyIds octet is the nextKeyId');
      peer.receive(frame);
      assert.deepEqual(peer.payload().cSdu, octets(40, 1));
    },
  },
  {
    claim: 'delivers a frame once, and none that is older than the newest under its key',
    run: (open) => {
      const peer = active(open);
      const frame = (counter: number): Uint8Array => peer.theirs({ current: 0, next: 0, counter });
      for (const counter of [5, 5, 4, 1, 6, 0x2d4b_8759, 0x8000_0000, 7, 0x96a5_c33b, 0xffff_ffff, 0]) peer.receive(frame(counter));
      assert.equal(peer.read('framesDelivered'), 6);
      assert.equal(peer.read('framesStale'), 5);
      assert.equal(peer.traced.receive.length, 11);
    },
  },
  {
    claim: 'opens frames under Pending, Active and Obsolete keys, and no others',
    run: (open) => {
      const peer = active(open);
      peer.receive(peer.theirs({ current: 1, next: 1, counter: 1 }));
      assert.equal(peer.read('framesUnknownKey'), 1);
      peer.rekey(0, 1, 3);
      assert.equal(peer.read('framesDelivered'), 2);
      peer.receive(peer.theirs({ current: 0, next: 1, counter: 4 }));
      assert.equal(peer.read('framesStale'), 1, 'a newest-wins receiver drops what comes under an older key');
      assert.equal(peer.views, 'UA/OA');
      peer.step(500);
      assert.equal(peer.views, 'UA/UA');
      peer.receive(peer.theirs({ current: 0, next: 1, counter: 5 }));
      assert.equal(peer.read('framesUnknownKey'), 2);
      peer.receive(peer.theirs({ current: 1, next: 1, counter: 2 }));
      assert.equal(peer.read('framesDelivered'), 3);
    },
  },
  {
    claim: 'leaves nothing of a frame whose key runs out while it is opened before the next payload (J5)',
    run: (open) => {
      const peer = active(open, { obsoleteTimeout: 450 });
      peer.rekey(0, 1, 1);
      const held = peer.read('receiveLevel');
      peer.arrive(peer.theirs({ current: 0, next: 1, counter: 2, cSdu: octets(300, 1) }));
      peer.until('its opening', () => peer.peek('opener.octets_ready') === 1n);
      assert.equal(peer.views, 'UA/OA', 'the key is there when it begins');
      peer.settle();
      assert.equal(peer.views, 'UA/UA', 'and gone when it ends');
      assert.equal(peer.read('framesUnknownKey'), 1);
      assert.equal(peer.read('receiveLevel'), held);
      peer.receive(peer.theirs({ current: 1, next: 1, counter: 2, cSdu: octets(10, 2), status: [1, 2, 3, 4] }));
      assert.equal(peer.read('receiveLevel'), held + 5);
      peer.payload();
      peer.payload();
      assert.deepEqual(peer.payload(), { cSdu: octets(10, 2), status: [1, 2, 3, 4] });
    },
  },
  {
    claim:
      'delivers nothing of a frame whose key runs out while it is opened, though the KeyId comes back before it ends: with the verdict',
    run: (open) => {
      const peer = active(open, { obsoleteTimeout: 1400 });
      peer.rekey(0, 1, 1);
      peer.arrive(peer.theirs({ current: 0, next: 1, counter: 2, cSdu: octets(900, 1) }));
      peer.until('its opening', () => peer.peek('opener.octets_ready') === 1n);
      assert.equal(peer.views, 'UA/OA', 'the key is there when it begins');
      const before = peer.read('framesDelivered');
      peer.until('the Timeout', () => peer.views === 'UA/UA');
      peer.stage(materialOf(9));
      peer.write('keyPush', 0);
      assert.equal(peer.peek('opener.octets_ready'), 1n, 'it is still being opened');
      const verdicts = peer.traced.receive.length;
      peer.until('the verdict', () => {
        assert.equal(peer.peek('registers.push_accepted') + peer.peek('registers.push_refused'), 0n, 'the Push waits');
        return peer.traced.receive.length > verdicts;
      });
      peer.settle();
      const judged = peer.traced.receive.at(-1) ?? 0;
      assert.deepEqual(peer.traced.push_accepted.at(-1), judged + 1);
      assert.equal(peer.read('framesUnknownKey'), 1);
      assert.equal(peer.read('framesDelivered'), before);
      assert.equal(peer.views, 'PA/PA');
      // the same frame again, under the key that its KeyId names now
      peer.receive(peer.theirs({ current: 0, next: 1, counter: 2, cSdu: octets(900, 1) }));
      assert.equal(peer.read('framesIcvFailed'), 1);
    },
  },
  {
    claim: 'finds a key to the last cycle of its time, and not in the cycle in which it runs out',
    run: (open) => {
      const seen = new Set<number>();
      for (let offset = 0; offset < 16; offset++) {
        const peer = active(open, { obsoleteTimeout: 260 });
        peer.rekey(0, 1, 1);
        const runsOutAt = peer.cycle + Number(peer.peek('store.context_slots_0_until') - peer.peek('store.elapsed'));
        const before = peer.read('framesUnknownKey');
        peer.step(runsOutAt - peer.cycle - 97 + offset);
        peer.arrive(peer.theirs({ current: 0, next: 1, counter: 2, cSdu: octets(1, 1) }));
        peer.settle();
        const judged = peer.traced.receive.at(-1) ?? 0;
        assert.equal(peer.read('framesUnknownKey') - before, judged < runsOutAt ? 0 : 1, `${judged - runsOutAt} cycles behind its end`);
        seen.add(judged - runsOutAt);
      }
      for (const cycle of [-1, 0, 1]) assert.ok(seen.has(cycle), `a verdict ${cycle} cycles behind its end, found ${[...seen].join(', ')}`);
    },
  },
  {
    claim: 'opens with the key before for its time, in whichever slot that is',
    run: (open) => {
      const peer = active(open, { obsoleteTimeout: 3000 });
      for (const [from, to] of [
        [0, 1],
        [1, 2],
      ] as const) {
        peer.rekey(from, to, from + 1);
        peer.receive(peer.theirs({ current: from, next: to, counter: from + 2 }));
        assert.equal(peer.read('framesUnknownKey'), from, `under key ${from} in its time`);
        peer.step(3000);
        peer.receive(peer.theirs({ current: from, next: to, counter: from + 2 }));
        assert.equal(peer.read('framesUnknownKey'), from + 1, `under key ${from} behind it`);
      }
    },
  },
  {
    claim: 'drops a frame whole that does not fit its store, and opens those before and behind it (J4)',
    run: (open) => {
      const peer = active(open);
      const frame = peer.theirs({ current: 0, next: 0, counter: 2, cSdu: octets(95, 1) });
      const count = 800;
      for (let sent = 0; sent < count; sent++) peer.arrive(frame);
      peer.settle();
      const overflowed = peer.read('framesOverflowed');
      assert.ok(overflowed > 2 && overflowed < 200, `${overflowed} frames did not fit`);
      assert.equal(peer.read('framesReceived'), count);
      assert.equal(peer.read('framesDelivered'), 1);
      assert.equal(peer.read('framesStale'), count - 1 - overflowed);
      peer.receive(peer.theirs({ current: 0, next: 0, counter: 3 }));
      assert.equal(peer.read('framesDelivered'), 2);
    },
  },
  {
    claim: 'drops a frame whole for which no descriptor is left, and opens those before and behind it (J4)',
    run: (open) => {
      const peer = active(open);
      const frame = peer.theirs({ current: 0, next: 0, counter: 2, cSdu: octets(1, 1) });
      const count = 400;
      for (let sent = 0; sent < count; sent++) peer.arrive(frame);
      peer.settle();
      const overflowed = peer.read('framesOverflowed');
      assert.ok(overflowed > 2 && overflowed < 100, `${overflowed} frames found no descriptor`);
      assert.equal(peer.read('framesStale'), count - 1 - overflowed);
      peer.receive(peer.theirs({ current: 0, next: 0, counter: 3 }));
      assert.equal(peer.read('framesDelivered'), 2);
    },
  },
  {
    claim: 'drops a payload whole that the RX FIFO has no room for, and delivers the next one',
    run: (open) => {
      const peer = active(open);
      const frame = (counter: number, length: number): Uint8Array =>
        peer.theirs({ current: 0, next: 0, counter, cSdu: octets(length, counter) });
      for (const counter of [1, 2, 3]) peer.receive(frame(counter, 1440));
      assert.equal(peer.read('framesDelivered'), 2);
      assert.equal(peer.read('framesOverflowed'), 1);
      peer.receive(frame(4, 12));
      for (const [counter, length] of [
        [1, 1440],
        [2, 1440],
        [4, 12],
      ] as const) {
        assert.deepEqual(peer.payload().cSdu, octets(length, counter));
      }
      assert.equal(peer.read('receiveLevel'), 0);
    },
  },
  {
    claim: 'hands frames that are not its own on to the host, whole and unchanged, if it is told to',
    run: (open) => {
      const peer = active(open, { passReceived: true });
      const foreign = [octets(60, 1), octets(1, 2), octets(1514, 3), octets(14, 4)];
      foreign.forEach((frame, index) => peer.arrive(frame, index));
      peer.hostReady = (cycle) => cycle % 3 !== 1;
      peer.until('the frames', () => peer.passed.length === foreign.length);
      assert.deepEqual(
        peer.passed.map(({ octets: frame }) => frame),
        foreign,
      );
      const malformed = peer.theirs({ current: 0, next: 0, counter: 2 }).slice(0, 30);
      peer.receive(malformed);
      assert.equal(peer.read('framesMalformed'), 1);
      peer.setUp({ passReceived: false });
      peer.receive(octets(60, 5));
      peer.receive(peer.theirs({ current: 0, next: 0, counter: 1 }));
      peer.step(100);
      assert.equal(peer.passed.length, foreign.length);
      assert.equal(peer.read('framesPassed'), foreign.length);
      assert.equal(peer.read('framesDelivered'), 1);
    },
  },
  {
    claim: 'drops a foreign frame whole when the host does not take them, and hands on those before and behind it',
    run: (open) => {
      const peer = active(open);
      peer.hostReady = () => false;
      const frames = [octets(1500, 1), octets(1500, 2), octets(1500, 3), octets(20, 4)];
      for (const frame of frames) peer.arrive(frame);
      peer.settle();
      peer.hostReady = () => true;
      peer.step(4000);
      assert.deepEqual(
        peer.passed.map(({ octets: frame }) => frame),
        [frames[0], frames[1], frames[3]],
      );
      assert.equal(peer.read('framesOverflowed'), 1);
      assert.equal(peer.read('framesPassed'), 3);
    },
  },
  {
    claim: 'takes no frame as its own and sends none while it is not enabled',
    run: (open) => {
      const peer = active(open);
      const frame = peer.theirs({ current: 0, next: 0, counter: 1 });
      peer.write('control', 0b11110);
      peer.receive(frame);
      peer.record(octets(4, 1), [0, 0, 0, 0]);
      peer.step(200);
      assert.deepEqual(
        peer.passed.map(({ octets: passed }) => passed),
        [frame],
      );
      assert.equal(peer.sent.length, 0);
      peer.setUp();
      peer.receive(frame);
      peer.until('the frame', () => peer.sent.length === 1);
      assert.equal(peer.read('framesDelivered'), 1);
    },
  },
];
