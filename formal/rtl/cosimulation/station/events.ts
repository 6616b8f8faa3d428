/** What software is told of the relations of a station. */
import assert from 'node:assert/strict';
import { octets } from '../peer/frames.ts';
import { counts, EVENT, ready, STATUS, theirs } from './keyed-station.ts';
import type { StationCheck } from './station-check.ts';

export const EVENT_CHECKS: readonly StationCheck[] = [
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
      assert.deepEqual(station.event(), { relation: 2, interrupts: EVENT.received + EVENT.slots });
      assert.equal(station.irq, 1);
      assert.deepEqual(counts(station, 'interruptStatus'), [0, 0, EVENT.received + EVENT.slots]);
      // ones clear them, in their page alone
      station.write(0, 'interruptStatus', 0xf);
      station.write(2, 'interruptStatus', 0xfa);
      assert.deepEqual(counts(station, 'interruptStatus'), [0, 0, EVENT.received + EVENT.slots]);
      station.write(2, 'interruptStatus', EVENT.received);
      assert.deepEqual(counts(station, 'interruptStatus'), [0, 0, EVENT.slots]);
      assert.deepEqual(station.event(), { relation: 0, interrupts: EVENT.received });
      assert.deepEqual(counts(station, 'interruptStatus'), [EVENT.received, 0, 0]);
      assert.equal(station.irq, 0);
      assert.equal(station.event(), undefined);
      assert.deepEqual(counts(station, 'interruptStatus'), [0, 0, 0]);
    },
  },
  {
    claim: 'tells of no event that is not enabled',
    run: (open) => {
      const station = ready(open);
      station.write(0, 'interruptEnable', EVENT.slots);
      station.receive(theirs(station, 1, 1));
      assert.equal(station.event(), undefined);
      assert.equal(station.push(1, 3), 'accepted');
      station.write(2, 'interruptEnable', EVENT.received);
      assert.deepEqual(station.event(), { relation: 1, interrupts: EVENT.slots });
      station.receive(theirs(station, 1, 2));
      assert.equal(station.push(0, 2), 'accepted');
      assert.deepEqual(station.event(), { relation: 1, interrupts: EVENT.received });
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
      assert.deepEqual(station.event(), { relation: 0, interrupts: EVENT.counter });
      assert.equal(station.event(), undefined);
      station.record(1, octets(5, 1), STATUS);
      station.untilSent(6);
      assert.deepEqual(station.event(), { relation: 1, interrupts: EVENT.counter });
      for (const relation of [1, 2]) station.record(relation, octets(5, 1), STATUS);
      station.untilSent(8);
      assert.deepEqual(station.event(), { relation: 2, interrupts: EVENT.counter });
      assert.equal(station.event(), undefined);
    },
  },
  {
    claim: 'shows in its page alone that a relation is asked for a key: a follower',
    run: (open) => {
      const station = ready(open);
      station.receive(station.theirs(1, { current: 2, next: 3, counter: 1 }));
      const isFollower = station.role === 'follower';
      assert.deepEqual(counts(station, 'request'), [0, isFollower ? 0x31 : 0, 0]);
      assert.deepEqual(station.event(), { relation: 1, interrupts: isFollower ? EVENT.received + EVENT.request : EVENT.received });
    },
  },
];
