/** Frames and payloads that a station receives, and what it counts of them: each of its own relation. */
import assert from 'node:assert/strict';
import { octets } from '../peer/frames.ts';
import { ALL, counts, ours, ready, STATUS, theirs } from './keyed-station.ts';
import { CONTROL, recordOf, settingsOf } from './station-bench.ts';
import type { StationCheck } from './station-check.ts';

export const RECEIVING_CHECKS: readonly StationCheck[] = [
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
];
