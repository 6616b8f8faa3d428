/** A whole peer: what it sends, when, and what it says of it. */
import assert from 'node:assert/strict';
import { SLVERR } from '../bus-bench.ts';
import { materialOf, octets } from './frames.ts';
import type { PeerBench } from './peer-bench.ts';
import type { PeerCheck } from './peer-check.ts';

const STATUS = [0x12, 0x34, 0x35, 0x07];

/** A record in, a frame out; the cycles from the record's last word to the first octet on the wire. */
function sendOne(peer: PeerBench, cSdu: Uint8Array): number {
  const before = peer.sent.length;
  // the bus model has its pauses in a period of 6
  peer.until('its turn', () => peer.cycle % 6 === 0);
  peer.record(cSdu, STATUS);
  const written = peer.cycle;
  peer.until('a frame', () => peer.sent.length > before);
  return (peer.sent.at(-1)?.from ?? 0) - written;
}

/** Registers of a peer with KeyId 0 Active in slot A, which has sent so many frames under it. */
function activeAt(sent: bigint): Readonly<Record<string, bigint>> {
  const { transmit, receive } = materialOf(0);
  const octetsOfSlot = [transmit.key, transmit.iv, receive.key, receive.iv].flatMap((part) => [...part]);
  const material = octetsOfSlot.reduceRight((sum, octet) => sum * 256n + BigInt(octet), 0n);
  const active = 2n;
  const context = { sent, slots_0_provider: active, slots_0_consumer: active };
  return {
    'keys.material_a': material,
    ...Object.fromEntries(Object.entries(context).map(([field, value]) => [`store.context_${field}`, value])),
  };
}

function bothFlags(): readonly { readonly encrypt: boolean; readonly tagged: boolean }[] {
  return [true, false].flatMap((encrypt) => [true, false].map((tagged) => ({ encrypt, tagged })));
}

export const SENDING: readonly PeerCheck[] = [
  {
    claim: 'sends each record in one frame: addresses, tag, KeyIds, counter, text, ICV and status as the paper has them',
    run: (open) => {
      const peer = open();
      peer.setUp();
      assert.equal(peer.push(6), 'accepted');
      let counter = 0;
      const frames = bothFlags().flatMap((flags) => [
        { ...flags, profile: 'paper' as const, lengths: [1, 3, 4, 15, 16, 17, 40, 261] },
        { ...flags, profile: 'std' as const, lengths: flags.encrypt ? [1, 16, 40] : [1, 1440] },
      ]);
      for (const { lengths, ...settings } of frames) {
        peer.setUp(settings);
        for (const length of lengths) {
          const cSdu = octets(length, length);
          sendOne(peer, cSdu);
          counter++;
          const frame = peer.sent.at(-1);
          assert.deepEqual(frame?.octets, peer.own({ current: 6, next: 6, counter, cSdu, status: STATUS }));
          assert.equal((frame?.to ?? 0) - (frame?.from ?? 0) + 1, frame?.octets.length, 'a frame leaves without a gap');
          assert.equal(peer.read('transmitCounter'), counter);
        }
      }
      assert.equal(peer.traced.transmit.length, counter);
      assert.equal(peer.read('framesSent'), counter);
    },
  },
  {
    claim: 'sends the longest C_SDU, and every record that waited, over a wire that takes an octet now and then',
    run: (open) => {
      const peer = open();
      peer.setUp();
      assert.equal(peer.push(1), 'accepted');
      peer.wireReady = (cycle) => cycle % 5 === 0 || cycle % 7 === 0;
      const lengths = [1440, 41, 7];
      for (const length of lengths) peer.record(octets(length, length), STATUS);
      peer.until('the frames', () => peer.sent.length === 1);
      peer.wireReady = () => true;
      peer.until('the frames', () => peer.sent.length === lengths.length);
      lengths.forEach((length, index) => {
        const fields = { current: 1, next: 1, counter: index + 1, cSdu: octets(length, length), status: STATUS };
        assert.deepEqual(peer.sent[index]?.octets, peer.own(fields));
      });
    },
  },
  {
    claim: 'announces a Pending key in every frame, and sends under it from the switch on, counting from 1',
    run: (open) => {
      const peer = open();
      peer.setUp();
      assert.equal(peer.push(0), 'accepted');
      const cSdu = octets(8, 1);
      const expected = [
        { current: 0, next: 0, counter: 1 },
        { current: 0, next: 1, counter: 2 },
        { current: 0, next: 1, counter: 3 },
        { current: 1, next: 1, counter: 1 },
        { current: 1, next: 1, counter: 2 },
      ];
      sendOne(peer, cSdu);
      assert.equal(peer.push(1), 'accepted');
      sendOne(peer, cSdu);
      sendOne(peer, cSdu);
      peer.receive(peer.theirs({ current: 0, next: 1, counter: 1 }));
      peer.receive(peer.theirs({ current: 1, next: 1, counter: 1 }));
      assert.equal(peer.views, 'UA/OA');
      sendOne(peer, cSdu);
      sendOne(peer, cSdu);
      assert.deepEqual(
        peer.sent.map(({ octets: frame }) => frame),
        expected.map((fields) => peer.own({ ...fields, cSdu, status: STATUS })),
      );
    },
  },
  {
    claim: 'a record leaves as soon while a key is Pending or Obsolete as it does without (J1)',
    run: (open) => {
      const peer = open();
      peer.setUp({ obsoleteTimeout: 3000 });
      assert.equal(peer.push(0), 'accepted');
      const cSdu = octets(40, 2);
      const usual = sendOne(peer, cSdu);
      assert.equal(peer.push(1), 'accepted');
      assert.equal(sendOne(peer, cSdu), usual, 'while a key is Pending');
      peer.receive(peer.theirs({ current: 0, next: 1, counter: 1 }));
      peer.receive(peer.theirs({ current: 1, next: 1, counter: 1 }));
      for (let count = 0; count < 3; count++) {
        assert.equal(peer.views, 'UA/OA');
        assert.equal(sendOne(peer, cSdu), usual, 'while a key is Obsolete');
      }
      assert.equal(peer.read('stalledCycles'), 0);
    },
  },
  {
    claim: 'takes a record in no more time when a frame is judged in the same cycle, which is judged in the next',
    run: (open) => {
      const peer = open();
      peer.setUp({ tagged: false });
      assert.equal(peer.push(0), 'accepted');
      const cSdu = octets(40, 2);
      const usual = sendOne(peer, cSdu);
      let met = 0;
      for (let offset = 0; offset < 48; offset++) {
        const verdicts = peer.traced.receive.length;
        peer.until('its turn', () => peer.cycle % 12 === 0);
        peer.arrive(peer.theirs({ current: 0, next: 0, counter: offset + 1, cSdu: octets(1, 1) }));
        // the verdict comes about 90 cycles behind the first octet, the frame with the last word of the record
        peer.step(20 + offset);
        assert.equal(sendOne(peer, cSdu), usual);
        peer.settle();
        const [judged = 0, begun = 0] = [peer.traced.receive.at(-1), peer.traced.transmit.at(-1)];
        assert.equal(peer.traced.receive.length, verdicts + 1);
        assert.notEqual(judged, begun);
        if (judged === begun + 1) met++;
      }
      assert.ok(met > 0, 'a verdict met a frame that begins');
    },
  },
  {
    claim: 'begins a frame only while its store has room for the longest one, and waits without a stall',
    run: (open) => {
      const peer = open();
      peer.setUp();
      assert.equal(peer.push(0), 'accepted');
      peer.wireReady = () => false;
      for (let count = 0; count < 7; count++) peer.record(octets(400, count), STATUS);
      peer.step(4000);
      // 445 octets each: after the fifth less than 2,048 of the 4,096 are left
      assert.equal(peer.traced.transmit.length, 5);
      assert.deepEqual(peer.traced.stalled, []);
      peer.wireReady = () => true;
      peer.until('the frames', () => peer.sent.length === 7);
      peer.sent.forEach(({ octets: frame }, index) => {
        const fields = { current: 0, next: 0, counter: index + 1, cSdu: octets(400, index), status: STATUS };
        assert.deepEqual(frame, peer.own(fields));
      });
    },
  },
  {
    claim: 'begins a frame with room for 2,048 octets, and not with one less',
    run: (open) => {
      for (const { lengths, begun } of [
        { lengths: [955, 1044], begun: 3 },
        { lengths: [955, 1045], begun: 2 },
      ]) {
        const peer = open();
        peer.setUp();
        assert.equal(peer.push(0), 'accepted');
        peer.wireReady = () => false;
        // 25 octets before each C_SDU in this store; the first octet of all has left the memory to show
        for (const length of lengths) peer.record(octets(length, 1), STATUS);
        peer.step(3000);
        peer.record(octets(4, 1), STATUS);
        peer.step(50);
        assert.equal(peer.traced.transmit.length, begun);
      }
    },
  },
  {
    claim: 'keeps as many of the shortest frames as can wait, whole',
    run: (open) => {
      const peer = open();
      peer.setUp({ tagged: false });
      assert.equal(peer.push(0), 'accepted');
      peer.wireReady = () => false;
      const count = 100;
      for (let index = 0; index < count; index++) peer.record(octets(1, index), STATUS);
      peer.step(3000);
      // 22 octets each: the last one begins when 93 have used 2,046, of which one has left the memory to show
      assert.equal(peer.traced.transmit.length, 94);
      peer.wireReady = () => true;
      peer.until('the frames', () => peer.sent.length === count);
      peer.sent.forEach(({ octets: frame }, index) => {
        assert.deepEqual(frame, peer.own({ current: 0, next: 0, counter: index + 1, cSdu: octets(1, index), status: STATUS }));
      });
    },
  },
  {
    claim: 'counts every cycle in which a record waits for a key, and no other (J7)',
    run: (open) => {
      const peer = open();
      peer.step(20);
      peer.record(octets(5, 1), STATUS);
      peer.step(20);
      assert.deepEqual(peer.traced.stalled, [], 'not enabled');
      peer.setUp();
      peer.step(5);
      const [counted, from, seen] = [peer.read('stalledCycles'), peer.cycle, peer.traced.stalled.length];
      peer.step(50);
      assert.equal(peer.traced.stalled.length - seen, 50, 'stalled in every cycle');
      const again = peer.read('stalledCycles');
      // both reads take the register in the same place of theirs, give or take the bus
      assert.ok(Math.abs(again - counted - (peer.cycle - from)) <= 2, `${again - counted} counted in ${peer.cycle - from} cycles`);
      assert.equal(peer.push(0), 'accepted');
      peer.until('the frame', () => peer.sent.length === 1);
      const total = peer.traced.stalled.length;
      peer.step(100);
      assert.equal(peer.traced.stalled.length, total, 'none without a record');
      assert.equal(peer.read('stalledCycles'), total);
    },
  },
  {
    claim: 'puts every octet of the counter into the header and into the nonce',
    run: (open) => {
      for (const counter of [0x2d4b_8759, 0x96a5_c33b]) {
        const peer = open(activeAt(BigInt(counter - 1)));
        peer.setUp();
        sendOne(peer, octets(5, 1));
        assert.deepEqual(peer.sent.at(-1)?.octets, peer.own({ current: 0, next: 0, counter, cSdu: octets(5, 1), status: STATUS }));
      }
    },
  },
  {
    claim: 'stands still at the last counter and says so, and goes on under the next key from 1 (J7)',
    run: (open) => {
      const peer = open(activeAt(0xffff_fffdn));
      peer.setUp();
      const cSdu = octets(6, 3);
      const fields = { current: 0, next: 0, cSdu, status: STATUS };
      for (const counter of [0xffff_fffe, 0xffff_ffff]) {
        sendOne(peer, cSdu);
        assert.deepEqual(peer.sent.at(-1)?.octets, peer.own({ ...fields, counter }));
      }
      assert.deepEqual(peer.traced.stalled, []);
      peer.record(cSdu, STATUS);
      peer.step(30);
      const seen = peer.traced.stalled.length;
      peer.step(100);
      assert.equal(peer.traced.stalled.length - seen, 100, 'stalled in every cycle');
      assert.equal(peer.sent.length, 2);
      assert.equal(peer.read('transmitCounter'), 0xffff_ffff);
      peer.rekey(0, 1, 1);
      peer.until('the frame', () => peer.sent.length === 3);
      assert.deepEqual(peer.sent.at(-1)?.octets, peer.own({ ...fields, current: 1, next: 1, counter: 1 }));
    },
  },
  {
    claim: 'sends frames of the host between its own, whole and unchanged, own ones first (J2)',
    run: (open) => {
      const peer = open();
      peer.setUp();
      assert.equal(peer.push(0), 'accepted');
      const host = [octets(60, 1), octets(1, 2), octets(1514, 3)];
      for (const frame of host) peer.fromHost(frame);
      peer.until('the first host frame', () => peer.sent.length === 1);
      const cSdu = octets(4, 4);
      peer.record(cSdu, STATUS);
      peer.until('all', () => peer.sent.length === 4);
      const own = peer.own({ current: 0, next: 0, counter: 1, cSdu, status: STATUS });
      const bare = peer.sent.map(({ octets: frame }) => frame);
      assert.deepEqual(bare, [...host, own]);
      peer.wireReady = () => false;
      peer.fromHost(octets(70, 5));
      peer.step(3);
      peer.record(cSdu, STATUS);
      peer.record(cSdu, STATUS);
      peer.fromHost(octets(71, 6));
      peer.step(300);
      peer.wireReady = (cycle) => cycle % 2 === 0;
      peer.until('all', () => peer.sent.length === 8);
      const order = peer.sent.slice(4).map(({ octets: frame }) => frame.length);
      // the host's was offered first; then both that waited, then the host's next
      assert.deepEqual(order, [70, own.length, own.length, 71]);
      assert.deepEqual(peer.sent[4]?.octets, octets(70, 5));
      assert.deepEqual(peer.sent[7]?.octets, octets(71, 6));
    },
  },
  {
    claim: 'holds host frames back while passing is off, but ends the one that it has begun (J2)',
    run: (open) => {
      const peer = open();
      peer.setUp({ passTransmitted: false });
      peer.fromHost(octets(64, 1));
      peer.fromHost(octets(65, 2));
      peer.step(200);
      assert.equal(peer.hostWaits, 64 + 65);
      peer.wireReady = (cycle) => cycle % 8 === 0;
      peer.setUp();
      peer.until('an octet of the first', () => peer.hostWaits < 64 + 65);
      peer.setUp({ passTransmitted: false });
      peer.wireReady = () => true;
      peer.step(300);
      assert.deepEqual(
        peer.sent.map(({ octets: frame }) => frame),
        [octets(64, 1)],
      );
      assert.equal(peer.hostWaits, 65);

      // passing ends while the last octet waits for the wire
      const other = open();
      other.setUp();
      other.fromHost(octets(64, 3));
      other.wireReady = () => other.hostWaits > 1;
      other.until('the last octet', () => other.hostWaits === 1);
      other.step(5);
      other.setUp({ passTransmitted: false });
      other.wireReady = () => true;
      other.until('the frame', () => other.sent.length === 1);
    },
  },
  {
    claim: 'takes records whole: refuses a length of 0 or beyond 1440 and words without room, and says how many fit',
    run: (open) => {
      const peer = open();
      peer.setUp();
      assert.equal(peer.read('transmitSpace'), 1024);
      for (const length of [0, 1441, 0x1_0001, 0x8000_0028]) assert.equal(peer.writeAt(0x090, length), SLVERR, `length ${length}`);
      assert.equal(peer.read('transmitSpace'), 1024);
      for (let count = 0; count < 2; count++) peer.record(octets(1440, count), STATUS);
      // the first word of the first record has left the memory to show
      const left = 1024 - 2 * 362 + 1;
      assert.equal(peer.read('transmitSpace'), left);
      peer.write('transmitData', 1440);
      for (let word = 1; word < left; word++) peer.write('transmitData', word);
      assert.equal(peer.read('transmitSpace'), 0);
      assert.equal(peer.writeAt(0x090, 5), SLVERR, 'no room');
      peer.step(50);
      assert.deepEqual(peer.traced.transmit, []);
      assert.equal(peer.push(0), 'accepted');
      peer.until('the frames', () => peer.sent.length === 2);
      for (const [index, { octets: frame }] of peer.sent.entries()) {
        const fields = { current: 0, next: 0, counter: index + 1, cSdu: octets(1440, index), status: STATUS };
        assert.deepEqual(frame, peer.own(fields));
      }
      peer.step(2000);
      assert.equal(peer.sent.length, 2, 'a record that is not whole waits');
      for (let word = left; word < 362; word++) peer.write('transmitData', word);
      peer.until('the third', () => peer.sent.length === 3);
    },
  },
];
