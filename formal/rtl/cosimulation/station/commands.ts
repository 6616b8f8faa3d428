/** Keys and commands of a station: each is the page's in which it was written. */
import assert from 'node:assert/strict';
import { CANCEL, ERASE_ALL } from '../../../../spec/registers.ts';
import { PAGE_REGISTERS } from '../../../../spec/station-registers.ts';
import { SLVERR } from '../bus-bench.ts';
import { octets } from '../peer/frames.ts';
import { materialFor, RELATIONS, type StationBench, stagedWords } from './station-bench.ts';
import type { StationCheck } from './station-check.ts';

const STATUS = [1, 2, 3, 4];
const EMPTY = 2 ** 24;
/** One key, Active in both views; of a follower too, whose first key needs no request. */
const active = (keyId: number): number => 2 ** 24 + keyId * 2 ** 20 + keyId * 2 ** 16 + 0x0202;
const READABLE = PAGE_REGISTERS.filter(({ access }) => access !== 'wo');

function expectUnreadable(station: StationBench, words: readonly number[]): void {
  for (let page = 0; page < RELATIONS; page++)
    for (const { offset, name } of READABLE) assert.ok(!words.includes(station.read(page, offset)), `${name} of page ${page} reads a key`);
}

/** The relation sends a frame under this key. */
function sends(station: StationBench, relation: number, keyId: number, next: number, counter: number): void {
  const cSdu = octets(9, counter);
  const before = station.sent.length;
  station.record(relation, cSdu, STATUS);
  station.untilSent(before + 1);
  assert.deepEqual(
    station.sent.at(-1)?.octets,
    station.own(relation, { current: keyId, next, counter, cSdu, status: STATUS }),
    `frame ${counter} of relation ${relation}`,
  );
}

export const COMMAND_CHECKS: readonly StationCheck[] = [
  {
    claim: 'installs a key in the relation of its page, and tells that page alone how it ended',
    run: (open) => {
      const station = open();
      station.setUp();
      for (const page of [2, 0, 1]) {
        assert.equal(station.push(page, 3 + page), 'accepted');
        for (let other = 0; other < RELATIONS; other++) assert.equal(station.read(other, 'pushResult'), other === page ? 1 : 0);
        assert.equal(station.staged, 0n);
        assert.equal(station.peek('registers.key_id'), 0n);
      }
      for (const page of [0, 1, 2]) assert.equal(station.read(page, 'status'), active(3 + page));
      for (const page of [1, 0, 2]) sends(station, page, 3 + page, 3 + page, 1);
      assert.equal(station.push(1, 4), 'refused');
      for (let page = 0; page < RELATIONS; page++) assert.equal(station.read(page, 'pushResult'), page === 1 ? 2 : 0);
      assert.equal(station.staged, 0n);
      assert.deepEqual(station.named.push_accepted, [2, 0, 1]);
      assert.deepEqual(station.named.push_refused, [1]);
    },
  },
  {
    claim: 'stages for one page at a time: another one finds nothing, and its Push is refused and leaves nothing',
    run: (open) => {
      const station = open();
      station.setUp();
      const material = materialFor(0, 1);
      for (const [offset, value] of stagedWords(materialFor(2, 1))) {
        station.stage(0, material);
        station.write(2, offset, value);
        const found = station.staged;
        assert.equal(found, BigInt(value), `0x${offset.toString(16)}`);
      }
      // what page 0 has staged is gone: it finds page 2's
      station.write(0, 'keyPush', 1);
      assert.equal(station.staged, 0n);
      assert.deepEqual([station.read(0, 'pushResult'), station.read(2, 'pushResult')], [2, 0]);
      station.stage(1, materialFor(1, 1));
      for (const page of [0, 2]) {
        station.write(page, 'keyPush', 1);
        assert.equal(station.staged, 0n);
        assert.deepEqual(
          [0, 1, 2].map((one) => station.read(one, 'pushResult')),
          [0, 1, 2].map((one) => (one === page ? 2 : 0)),
        );
        station.stage(1, materialFor(1, 1));
      }
      assert.deepEqual(
        [0, 1, 2].map((page) => station.read(page, 'status')),
        [EMPTY, EMPTY, EMPTY],
      );
      assert.equal(station.traced.push_accepted.length + station.traced.push_refused.length, 0);
      station.write(1, 'keyPush', 1);
      assert.equal(station.result(1, 'pushResult'), 'accepted');
      sends(station, 1, 1, 1, 1);
    },
  },
  {
    claim: 'refuses a key of which not every word was staged, by whatever it lacks one',
    run: (open) => {
      const station = open();
      station.setUp();
      const words = stagedWords(materialFor(1, 1));
      for (const [missing] of words) {
        for (const [offset, value] of words.filter(([other]) => other !== missing)) station.write(1, offset, value);
        station.write(1, 'keyPush', 1);
        assert.deepEqual([station.read(1, 'pushResult'), station.staged], [2, 0n], `without 0x${missing.toString(16)}`);
      }
      // half of it before another page erases, half behind
      for (const [offset, value] of words.slice(0, 5)) station.write(1, offset, value);
      station.eraseAll(2);
      for (const [offset, value] of words.slice(5)) station.write(1, offset, value);
      station.write(1, 'keyPush', 1);
      assert.equal(station.read(1, 'pushResult'), 2);
      assert.equal(station.read(1, 'status'), EMPTY);
      assert.equal(station.push(1, 1), 'accepted');
    },
  },
  {
    claim: 'takes nothing into the staging, and no other command, while a Push waits',
    run: (open) => {
      const station = open();
      station.setUp();
      assert.equal(station.push(1, 1), 'accepted');
      station.stage(1, materialFor(1, 2));
      // its relation is pinned from the look-up to the verdict
      station.arrive(station.theirs(1, { current: 1, next: 1, counter: 1, cSdu: octets(300, 1) }));
      station.until('a frame that is opened', () => station.peek('opener.pinned') === 1n);
      station.write(1, 'keyPush', 2);
      const [staged, delivered] = [station.staged, station.traced.deliver.length];
      assert.notEqual(staged, 0n);
      for (const page of [0, 2]) {
        for (const [offset] of stagedWords(materialFor(1, 1)).filter((_, index) => index % 5 === page))
          assert.equal(station.tryWrite(page, offset, 0xffff_ffff), SLVERR);
        assert.equal(station.tryWrite(page, 'keyPush', 2), SLVERR);
        assert.equal(station.tryWrite(page, 'cancel', CANCEL), SLVERR);
        assert.equal(station.tryWrite(page, 'eraseAll', ERASE_ALL), SLVERR);
        assert.equal(station.read(page, 'pushResult'), 0);
      }
      assert.equal(station.staged, staged);
      assert.equal(station.traced.deliver.length, delivered, 'it still waits');
      station.settle();
      assert.equal(station.traced.deliver.length, delivered + 1);
      assert.equal(station.result(1, 'pushResult'), 'accepted');
      assert.equal(station.staged, 0n);
      assert.equal(station.read(1, 'status'), 0x06 + 0x06 * 2 ** 8 + 0x10000 + 0x200000);
      sends(station, 1, 1, 2, 1);
    },
  },
  {
    claim: 'settles a command behind the frame that is being opened, however many of its relation wait to be',
    run: (open) => {
      const station = open();
      station.setUp();
      assert.equal(station.push(0, 1), 'accepted');
      const arrives = (counter: number, length: number): void =>
        station.arrive(station.theirs(0, { current: 1, next: 1, counter, cSdu: octets(length, 1) }));
      // of the first, longest frame the opener is busy when the others have come, too
      arrives(1, 1440);
      for (let counter = 2; counter < 22; counter++) arrives(counter, 1);
      const { receive, cancel_refused: refused } = station.traced;
      station.until('the first verdict', () => receive.length === 1);
      const between: number[] = [];
      for (let count = 0; count < 5; count++) {
        const verdicts = receive.length;
        station.write(0, 'cancel', CANCEL);
        station.until('the end of the cancel', () => refused.length > count);
        between.push(receive.length - verdicts);
      }
      assert.ok(
        between.every((verdicts) => verdicts <= 1),
        `verdicts from a command to its end: ${between.join(', ')}`,
      );
      assert.ok(receive.length < 21, 'frames waited all the time');
    },
  },
  {
    claim: 'gives no key back on a read, not while it is staged, not while it is installed',
    run: (open) => {
      const station = open();
      station.setUp();
      const words = (page: number): readonly number[] => stagedWords(materialFor(page, 1)).map(([, value]) => value);
      station.stage(2, materialFor(2, 1));
      assert.equal(station.peek('registers.wdata'), 0n);
      expectUnreadable(station, words(2));
      station.write(2, 'keyPush', 1);
      assert.equal(station.result(2, 'pushResult'), 'accepted');
      assert.equal(station.push(0, 1), 'accepted');
      expectUnreadable(station, [...words(2), ...words(0)]);
    },
  },
  {
    claim: 'erases the keys of one relation and what is staged, and leaves the others theirs',
    run: (open) => {
      const station = open();
      station.setUp();
      for (const page of [0, 1, 2]) assert.equal(station.push(page, 1), 'accepted');
      for (const page of [0, 1, 2]) sends(station, page, 1, 1, 1);
      station.stage(0, materialFor(0, 2));
      assert.equal(station.tryWrite(1, 'eraseAll', ERASE_ALL - 1), SLVERR);
      assert.notEqual(station.staged, 0n);
      station.eraseAll(1);
      assert.equal(station.staged, 0n);
      assert.equal(station.traced.erased.length, 1);
      for (const page of [0, 1, 2]) {
        assert.equal(station.read(page, 'status'), page === 1 ? EMPTY : active(1));
        assert.equal(station.read(page, 'transmitCounter'), page === 1 ? 0 : 1);
        assert.equal(station.read(page, 'pushResult'), 0);
      }
      sends(station, 0, 1, 1, 2);
      station.receive(station.theirs(2, { current: 1, next: 1, counter: 1 }));
      station.receive(station.theirs(1, { current: 1, next: 1, counter: 1 }));
      assert.deepEqual(
        [0, 1, 2].map((page) => station.read(page, 'framesDelivered')),
        [0, 0, 1],
      );
      assert.equal(station.read(1, 'framesUnknownKey'), 1);
      assert.equal(station.push(1, 5), 'accepted');
      sends(station, 1, 5, 5, 1);
    },
  },
  {
    claim: 'says in its own page that it erases, until the frame that is being sealed has ended',
    run: (open) => {
      const station = open();
      station.setUp();
      assert.equal(station.push(2, 1), 'accepted');
      const cSdu = octets(1000, 5);
      station.record(2, cSdu, STATUS);
      station.until('a frame that is sealed', () => station.peek('generator.sealing') === 1n);
      station.write(2, 'eraseAll', ERASE_ALL);
      assert.deepEqual(
        [0, 1, 2].map((page) => station.erasing(page)),
        [false, false, true],
      );
      station.until('the end of the frame', () => station.peek('generator.sealing') === 0n);
      station.step(2);
      assert.equal(station.erasing(2), false);
      station.untilSent(1);
      assert.deepEqual(station.sent[0]?.octets, station.own(2, { current: 1, next: 1, counter: 1, cSdu, status: STATUS }));
      assert.equal(station.read(2, 'status'), EMPTY);
    },
  },
  {
    claim: 'withdraws an announced key of one relation: an initiator; a follower is refused it',
    run: (open) => {
      const station = open();
      station.setUp();
      for (const page of [0, 1]) for (const keyId of [1, 2]) assert.equal(station.push(page, keyId), 'accepted');
      const pending = station.read(0, 'status');
      assert.equal(station.tryWrite(1, 'cancel', CANCEL + 1), SLVERR);
      const isInitiator = station.role === 'initiator';
      assert.equal(station.cancel(1), isInitiator ? 'accepted' : 'refused');
      for (const page of [0, 1, 2]) assert.equal(station.read(page, 'cancelResult'), page === 1 ? (isInitiator ? 1 : 2) : 0);
      assert.equal(station.read(0, 'status'), pending);
      sends(station, 0, 1, 2, 1);
      sends(station, 1, 1, isInitiator ? 1 : 2, 1);
      assert.equal(station.cancel(2), 'refused');
      for (const page of [0, 1, 2]) assert.equal(station.read(page, 'cancelResult'), page === 2 ? 2 : 0);
      assert.equal(station.traced.cancel_accepted.length, isInitiator ? 1 : 0);
      assert.equal(station.traced.cancel_refused.length, isInitiator ? 1 : 2);
    },
  },
];
