/** Frames, payloads, events and counts of a station: each of its own relation. */
import assert from 'node:assert/strict';
import type { RegisterName } from '../../../../spec/registers.ts';
import type { StationRegisterName } from '../../../../spec/station-registers.ts';
import { SLVERR } from '../bus-bench.ts';
import { octets } from '../peer/frames.ts';
import { CONTROL, RELATIONS, recordOf, type StationBench, settingsOf } from './station-bench.ts';
import type { StationCheck } from './station-check.ts';

const STATUS = [0xd1, 0x02, 0x73, 0x94];
const RECEIVED = 1;
const REQUEST = 2;
const SLOTS = 4;
const COUNTER = 8;
const ALL = [0, 1, 2];

/** A station whose relations all have a key, and nothing that waits to be told. */
function ready(open: () => StationBench, obsoleteTimeout?: number, pass?: number): StationBench {
  const station = open();
  station.setUp(obsoleteTimeout, pass);
  for (const page of ALL) assert.equal(station.push(page, 1 + page), 'accepted');
  for (const page of ALL) assert.deepEqual(station.event(), { relation: page, interrupts: SLOTS });
  return station;
}

/** A register of all pages. */
function counts(station: StationBench, register: RegisterName | StationRegisterName): number[] {
  return ALL.map((page) => station.read(page, register));
}

/** A frame of the relation under its first key. */
const theirs = (station: StationBench, relation: number, counter: number, cSdu = octets(12, counter)): Uint8Array =>
  station.theirs(relation, { current: 1 + relation, next: 1 + relation, counter, cSdu, status: STATUS });

const ours = (station: StationBench, relation: number, counter: number, cSdu: Uint8Array): Uint8Array =>
  station.own(relation, { current: 1 + relation, next: 1 + relation, counter, cSdu, status: STATUS });

export const TRAFFIC_CHECKS: readonly StationCheck[] = [
  {
    claim: 'sends each record under key, KeyIds, counter, addresses and profile of its relation, in the order of the records',
    run: (open) => {
      const station = ready(open);
      const order = [2, 0, 1, 1, 0, 2, 2, 1, 0];
      const sent = [0, 0, 0];
      const expected = order.map((relation, index) => {
        const cSdu = octets(1 + 7 * index, index);
        station.record(relation, cSdu, STATUS);
        sent[relation] = (sent[relation] ?? 0) + 1;
        return ours(station, relation, sent[relation] ?? 0, cSdu);
      });
      station.untilSent(order.length);
      assert.deepEqual(
        station.sent.map((frame) => frame.octets),
        expected,
      );
      assert.deepEqual(counts(station, 'framesSent'), [3, 3, 3]);
      assert.deepEqual(counts(station, 'transmitCounter'), [3, 3, 3]);
      assert.deepEqual(counts(station, 'framesRefused'), [0, 0, 0]);
      assert.deepEqual(station.named.transmit, order);
      assert.equal(station.traced.image.length, 0, 'none of them is an image');
      assert.equal(station.read(1, 'transmitSpace'), 1024);
    },
  },
  {
    claim: 'begins each frame as long after it asked for its key, whatever is under way in the contexts',
    run: (open) => {
      const station = ready(open);
      const { asked, begun } = station.starts();
      for (let offset = 0; offset < 12; offset++) {
        station.step(offset);
        station.record(offset % RELATIONS, octets(4, offset), STATUS);
        station.untilSent(offset + 1);
      }
      const took = new Set(begun.map((cycle, index) => cycle - (asked[index] ?? 0)));
      assert.equal(begun.length, 12);
      assert.ok(took.size === 1, `cycles from the request: ${[...took].join(', ')}`);
    },
  },
  {
    claim: 'throws a record away whose relation has no key, or is not enabled, and counts it; what stands behind it is sent',
    run: (open) => {
      const station = open();
      station.setUp();
      assert.equal(station.push(1, 2), 'accepted');
      assert.equal(station.push(2, 3), 'accepted');
      station.write(2, 'control', 0);
      const cSdus = [3, 4, 5, 200].map((length) => octets(length, length));
      for (const cSdu of cSdus) for (const page of [0, 2, 1]) station.record(page, cSdu, STATUS);
      station.untilSent(4);
      station.step(300);
      assert.deepEqual(
        station.sent.map((frame) => frame.octets),
        cSdus.map((cSdu, index) => ours(station, 1, 1 + index, cSdu)),
      );
      assert.deepEqual(counts(station, 'framesRefused'), [4, 0, 4]);
      assert.deepEqual(counts(station, 'framesSent'), [0, 4, 0]);
      assert.equal(station.traced.refused.length, 8);
      assert.equal(station.read(0, 'transmitSpace'), 1024);
    },
  },
  {
    claim: 'counts each of many records that are thrown away one behind the other',
    run: (open) => {
      const station = open();
      station.setUp();
      assert.equal(station.push(1, 2), 'accepted');
      // nothing leaves meanwhile, so that the records wait
      station.wireReady = () => false;
      for (let frame = 0; frame < 2; frame++) station.record(1, octets(1400, frame), STATUS);
      for (let record = 0; record < 60; record++) station.record(record % 2 === 0 ? 0 : 2, octets(1, record), STATUS);
      station.step(3000);
      station.wireReady = () => true;
      for (let frame = 0; frame < 40; frame++)
        station.arrive(station.theirs(frame % 3, { current: 9, next: 9, counter: 1, cSdu: octets(1, 1) }).subarray(0, 40));
      station.step(6000);
      assert.deepEqual(counts(station, 'framesRefused'), [30, 0, 30]);
    },
  },
  {
    claim: 'takes a record through one page, and refuses a word of it in another',
    run: (open) => {
      const station = ready(open);
      const cSdu = octets(9, 3);
      const words = recordOf(cSdu, STATUS);
      assert.equal(station.tryWrite(1, 'transmitData', (1 << 16) + cSdu.length), SLVERR, 'a relation of its own making');
      assert.equal(station.tryWrite(1, 'transmitData', 0), SLVERR);
      assert.equal(station.tryWrite(1, 'transmitData', 1441), SLVERR);
      for (const [index, word] of words.entries()) {
        if (index > 0) for (const page of [0, 2]) assert.equal(station.tryWrite(page, 'transmitData', word), SLVERR);
        station.write(1, 'transmitData', word);
      }
      // the data of a record are any
      station.record(2, Uint8Array.of(255, 255, 255, 255), STATUS);
      station.untilSent(2);
      assert.deepEqual(
        station.sent.map((frame) => frame.octets),
        [ours(station, 1, 1, cSdu), ours(station, 2, 1, Uint8Array.of(255, 255, 255, 255))],
      );
    },
  },
  {
    claim: 'delivers a payload to the page of its relation, in the order of the frames, and shows nothing of it in another',
    run: (open) => {
      const station = ready(open);
      assert.equal(station.receiving, undefined);
      const order = [1, 2, 0, 0, 2, 1];
      const payloads = order.map((relation, index) => ({ relation, cSdu: octets(3 + 5 * index, index) }));
      const received = [0, 0, 0];
      for (const { relation, cSdu } of payloads) {
        received[relation] = (received[relation] ?? 0) + 1;
        station.arrive(theirs(station, relation, received[relation] ?? 0, cSdu));
      }
      station.settle();
      const words = (): number => payloads.slice(read).reduce((sum, { cSdu }) => sum + 2 + Math.ceil(cSdu.length / 4), 0);
      let read = 0;
      for (const { relation, cSdu } of payloads) {
        for (const page of ALL) {
          assert.equal(station.read(page, 'receiveLevel'), page === relation ? words() : 0);
          if (page !== relation) assert.equal(station.read(page, 'receiveData'), 0);
        }
        assert.equal(station.receiving, relation);
        // within the record, too
        assert.equal(station.read(relation, 'receiveData'), cSdu.length);
        for (const page of ALL) if (page !== relation) assert.equal(station.read(page, 'receiveData'), 0);
        assert.equal(station.receiving, relation);
        const rest = Array.from({ length: Math.ceil(cSdu.length / 4) + 1 }, () => station.read(relation, 'receiveData'));
        const [, status, ...data] = recordOf(cSdu, STATUS);
        assert.deepEqual(rest, [...data, status]);
        read++;
      }
      assert.equal(station.receiving, undefined);
      assert.deepEqual(counts(station, 'receiveData'), [0, 0, 0]);
      assert.deepEqual(counts(station, 'framesReceived'), [2, 2, 2]);
      assert.deepEqual(counts(station, 'framesDelivered'), [2, 2, 2]);
    },
  },
  {
    claim: 'counts each kind of event of each relation in its own register',
    run: (open) => {
      const station = ready(open);
      const wrong = (frame: Uint8Array, at: number): Uint8Array =>
        frame.map((octet, index) => (index === frame.length + at ? octet ^ 1 : octet));
      const times = (relation: number, kind: number): number => 1 + ((relation + kind) % 3);
      const kinds: readonly ((relation: number, at: number) => Uint8Array)[] = [
        (relation, at) => theirs(station, relation, 100 + at),
        (relation) => theirs(station, relation, 3),
        (relation) => station.theirs(relation, { current: 9, next: 9, counter: 5 }),
        (relation, at) => wrong(theirs(station, relation, 200 + at), -9),
        (relation) => theirs(station, relation, 300).subarray(0, 34),
      ];
      for (const relation of ALL)
        for (const [kind, frame] of kinds.entries())
          for (let at = 0; at < times(relation, kind); at++) station.receive(frame(relation, at));
      const names = ['framesDelivered', 'framesStale', 'framesUnknownKey', 'framesIcvFailed', 'framesMalformed'] as const;
      for (const [kind, name] of names.entries())
        assert.deepEqual(
          counts(station, name),
          ALL.map((relation) => times(relation, kind)),
          name,
        );
      assert.deepEqual(
        counts(station, 'framesReceived'),
        ALL.map((relation) => kinds.reduce((sum, _, kind) => sum + times(relation, kind), 0)),
      );
      assert.deepEqual(counts(station, 'framesPassed'), [0, 0, 0]);
      assert.deepEqual(counts(station, 'framesOverflowed'), [0, 0, 0]);
      assert.deepEqual(counts(station, 'stalledCycles'), [0, 0, 0]);
    },
  },
  {
    claim:
      'hands on a frame from another source, of no FrameID of its own, or of a relation that is not enabled; and drops it where it is told to',
    run: (open) => {
      const station = ready(open);
      const [first, second] = [settingsOf(0), settingsOf(1)];
      const foreign = [
        station.theirs(0, { current: 1, next: 1, counter: 1, source: second.other }),
        ...[0, 1, 2, 3, 4, 5].map((at) =>
          station.theirs(0, {
            current: 1,
            next: 1,
            counter: 2,
            source: first.other.map((octet, index) => (index === at ? octet ^ 1 : octet)),
          }),
        ),
        station.theirs(1, { current: 2, next: 2, counter: 1, frameId: second.receiveFrameId - 1 }),
        station.theirs(1, { current: 2, next: 2, counter: 1, frameId: second.receiveFrameId - 0x800 }),
        station.theirs(2, { current: 3, next: 3, counter: 1, frameId: 0x8800 }),
        ours(station, 2, 1, octets(30, 1)),
      ];
      for (const frame of foreign) station.arrive(frame);
      station.settle();
      station.until('all of them', () => station.passed.length === foreign.length);
      assert.deepEqual(
        station.passed.map((frame) => frame.octets),
        foreign,
      );
      assert.deepEqual(
        counts(station, 'framesPassed'),
        ALL.map(() => foreign.length),
      );
      assert.deepEqual(counts(station, 'framesReceived'), [0, 0, 0]);
      // control is the page's, what it says of passing is the station's
      station.write(1, 'control', CONTROL.std);
      station.receive(theirs(station, 1, 1));
      station.receive(theirs(station, 0, 1));
      assert.equal(station.read(0, 'framesPassed'), foreign.length);
      assert.deepEqual(counts(station, 'framesReceived'), [1, 0, 0]);
      assert.deepEqual(counts(station, 'framesDelivered'), [1, 0, 0]);
      assert.equal(station.passed.length, foreign.length);
      assert.equal(station.traced.deliver.length, 1);
    },
  },
  {
    claim: 'sends frames of the host where it is told to, and else lets them wait',
    run: (open) => {
      const station = ready(open, 500, 0);
      const frame = octets(70, 1);
      station.fromHost(frame);
      station.step(200);
      assert.equal(station.sent.length, 0);
      station.write(2, 'control', CONTROL.passTransmitted);
      station.untilSent(1);
      assert.deepEqual(station.sent[0]?.octets, frame);
    },
  },
  {
    claim: 'tells of each relation in the order in which something happened first, once, and in its page what it was',
    run: (open) => {
      const station = ready(open);
      assert.equal(station.event(), undefined);
      assert.equal(station.irq, 0);
      station.receive(theirs(station, 2, 1));
      assert.equal(station.irq, 1);
      station.receive(theirs(station, 0, 1));
      assert.equal(station.push(2, 4), 'accepted');
      assert.deepEqual(counts(station, 'interruptStatus'), [0, 0, 0], 'of the take that found nothing');
      assert.deepEqual(station.event(), { relation: 2, interrupts: RECEIVED + SLOTS });
      assert.equal(station.irq, 1);
      assert.deepEqual(counts(station, 'interruptStatus'), [0, 0, RECEIVED + SLOTS]);
      // ones clear them, in their page alone
      station.write(0, 'interruptStatus', 0xf);
      station.write(2, 'interruptStatus', 0xfa);
      assert.deepEqual(counts(station, 'interruptStatus'), [0, 0, RECEIVED + SLOTS]);
      station.write(2, 'interruptStatus', RECEIVED);
      assert.deepEqual(counts(station, 'interruptStatus'), [0, 0, SLOTS]);
      assert.deepEqual(station.event(), { relation: 0, interrupts: RECEIVED });
      assert.deepEqual(counts(station, 'interruptStatus'), [RECEIVED, 0, 0]);
      assert.equal(station.irq, 0);
      assert.equal(station.event(), undefined);
      assert.deepEqual(counts(station, 'interruptStatus'), [0, 0, 0]);
    },
  },
  {
    claim: 'tells of no event that is not enabled',
    run: (open) => {
      const station = ready(open);
      station.write(0, 'interruptEnable', SLOTS);
      station.receive(theirs(station, 1, 1));
      assert.equal(station.event(), undefined);
      assert.equal(station.push(1, 3), 'accepted');
      station.write(2, 'interruptEnable', RECEIVED);
      assert.deepEqual(station.event(), { relation: 1, interrupts: SLOTS });
      station.receive(theirs(station, 1, 2));
      assert.equal(station.push(0, 2), 'accepted');
      assert.deepEqual(station.event(), { relation: 1, interrupts: RECEIVED });
      assert.equal(station.event(), undefined);
    },
  },
  {
    claim: 'tells of the frame that reaches the threshold of its relation, and of no other',
    run: (open) => {
      const station = ready(open);
      station.write(0, 'counterThreshold', 1);
      station.write(1, 'counterThreshold', 2);
      station.write(2, 'counterThreshold', 3);
      for (const [index, relation] of [0, 1, 2, 0, 2].entries()) {
        station.record(relation, octets(5, 1), STATUS);
        station.untilSent(index + 1);
      }
      assert.deepEqual(station.event(), { relation: 0, interrupts: COUNTER });
      assert.equal(station.event(), undefined);
      station.record(1, octets(5, 1), STATUS);
      station.untilSent(6);
      assert.deepEqual(station.event(), { relation: 1, interrupts: COUNTER });
      for (const relation of [1, 2]) station.record(relation, octets(5, 1), STATUS);
      station.untilSent(8);
      assert.deepEqual(station.event(), { relation: 2, interrupts: COUNTER });
      assert.equal(station.event(), undefined);
    },
  },
  {
    claim: 'gives a FrameID to one relation at a time: who has it last receives its frames',
    run: (open) => {
      const station = ready(open);
      const { receiveFrameId } = settingsOf(0);
      station.write(1, 'receiveFrameId', receiveFrameId);
      const moved = station.theirs(1, { current: 2, next: 2, counter: 1, frameId: receiveFrameId });
      station.receive(theirs(station, 0, 1));
      station.receive(theirs(station, 1, 1));
      assert.deepEqual(counts(station, 'framesReceived'), [0, 0, 0]);
      station.until('both of them', () => station.passed.length === 2);
      station.receive(moved);
      assert.deepEqual(counts(station, 'framesDelivered'), [0, 1, 0]);
      station.write(2, 'frameIdBase', 0x8700);
      station.write(0, 'receiveFrameId', 0x8eff);
      station.receive(station.theirs(0, { current: 1, next: 1, counter: 1, frameId: 0x8eff }));
      assert.deepEqual(counts(station, 'framesDelivered'), [1, 1, 0]);
      station.write(2, 'receiveFrameId', 0x86ff);
      station.write(2, 'receiveFrameId', 0x8f00);
      for (const frameId of [0x86ff, 0x8f00]) station.receive(station.theirs(2, { current: 3, next: 3, counter: 1, frameId }));
      assert.deepEqual(counts(station, 'framesReceived'), [1, 1, 0]);
    },
  },
  {
    claim: 'keeps an old key of a relation as long as the station is told to, and follows its other end through a rekey',
    run: (open) => {
      const station = ready(open, 3000);
      assert.equal(station.push(2, 4), 'accepted');
      station.receive(station.theirs(2, { current: 3, next: 4, counter: 1 }));
      station.receive(station.theirs(2, { current: 4, next: 4, counter: 1 }));
      const status = (provider: number, consumer: number, current: number, next: number, pushReady: number): number =>
        provider + consumer * 2 ** 8 + current * 2 ** 16 + next * 2 ** 20 + pushReady * 2 ** 24;
      assert.equal(station.read(2, 'status'), status(0b1000, 0b1011, 4, 4, 0));
      station.step(2000);
      assert.equal(station.read(2, 'status'), status(0b1000, 0b1011, 4, 4, 0));
      station.step(1100);
      assert.equal(station.read(2, 'status'), status(0b1000, 0b1000, 4, 4, 1));
      assert.equal(station.read(1, 'status'), status(0b0010, 0b0010, 2, 2, 1));
      station.record(2, octets(5, 1), STATUS);
      station.untilSent(1);
      assert.deepEqual(station.sent[0]?.octets, station.own(2, { current: 4, next: 4, counter: 1, cSdu: octets(5, 1), status: STATUS }));
    },
  },
  {
    claim: 'shows in its page alone that a relation is asked for a key: a follower',
    run: (open) => {
      const station = ready(open);
      station.receive(station.theirs(1, { current: 2, next: 3, counter: 1 }));
      const isFollower = station.role === 'follower';
      assert.deepEqual(counts(station, 'request'), [0, isFollower ? 0x31 : 0, 0]);
      assert.deepEqual(station.event(), { relation: 1, interrupts: isFollower ? RECEIVED + REQUEST : RECEIVED });
    },
  },
  {
    claim: 'drops a frame for the host whole that does not fit, and says so in every page',
    run: (open) => {
      const station = ready(open);
      station.hostReady = () => false;
      const frames = [1, 2, 3, 4, 5].map((counter) =>
        station.theirs(0, { current: 1, next: 1, counter, frameId: 0x8800, cSdu: octets(1400, counter), status: STATUS }),
      );
      for (const frame of frames) station.arrive(frame);
      station.settle();
      station.hostReady = () => true;
      station.step(frames.length * 1500);
      const [lost = 0] = counts(station, 'framesOverflowed');
      assert.ok(lost > 0 && lost < frames.length, `${lost} of ${frames.length} did not fit`);
      assert.deepEqual(
        counts(station, 'framesOverflowed'),
        ALL.map(() => lost),
      );
      assert.deepEqual(
        station.passed.map((frame) => frame.octets),
        frames.slice(0, frames.length - lost),
      );
    },
  },
  {
    claim: 'drops a payload whole that does not fit, and says so in every page',
    run: (open) => {
      const station = ready(open);
      for (let counter = 1; counter <= 3; counter++) station.receive(theirs(station, 1, counter, octets(1400, counter)));
      assert.deepEqual(counts(station, 'framesOverflowed'), [1, 1, 1]);
      assert.deepEqual(counts(station, 'framesDelivered'), [0, 2, 0]);
      assert.equal(station.traced.deliver.length, 3);
      assert.deepEqual(station.named.receive, [1, 1, 1]);
      for (let counter = 1; counter <= 2; counter++) assert.deepEqual(station.payload(1), { cSdu: octets(1400, counter), status: STATUS });
      assert.equal(station.receiving, undefined);
    },
  },
  {
    claim: 'answers of parameters, counts and states while records are being sent, and none of it stops the other',
    run: (open) => {
      const station = ready(open);
      for (let record = 0; record < 12; record++) station.record(record % RELATIONS, octets(1, record), STATUS);
      for (let at = 0; station.sent.length < 12; at++) {
        const page = at % RELATIONS;
        station.write(page, 'counterThreshold', 1000 + at);
        assert.equal(station.read(page, 'counterThreshold'), 1000 + at);
        assert.equal(
          station.read(page, 'destinationLow'),
          settingsOf(page)
            .other.slice(2)
            .reduce((sum, octet) => sum * 256 + octet, 0),
        );
        assert.ok(station.read(page, 'framesSent') <= 4);
        assert.ok(station.read(page, 'transmitCounter') <= 4);
      }
      assert.deepEqual(
        station.sent.map((frame) => frame.octets),
        Array.from({ length: 12 }, (_, record) => ours(station, record % RELATIONS, 1 + Math.floor(record / RELATIONS), octets(1, record))),
      );
      assert.deepEqual(counts(station, 'framesSent'), [4, 4, 4]);
    },
  },
];
