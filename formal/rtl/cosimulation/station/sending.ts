/** Records of a station: each leaves under the key of its own relation. */
import assert from 'node:assert/strict';
import { SLVERR } from '../bus-bench.ts';
import { octets } from '../peer/frames.ts';
import { counts, ours, ready, STATUS } from './keyed-station.ts';
import { CONTROL, RELATIONS, recordOf, settingsOf } from './station-bench.ts';
import type { StationCheck } from './station-check.ts';

export const SENDING_CHECKS: readonly StationCheck[] = [
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
