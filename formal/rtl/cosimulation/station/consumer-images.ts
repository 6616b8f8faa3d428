/** The images that a station receives: whole, of delivered frames alone, and valid for as long as is said. */
import assert from 'node:assert/strict';
import { Random } from '../../../../hdl-gen/sim/random.ts';
import { DATA_HOLD_UNITS_MAX } from '../../../../spec/cyclic.ts';
import { IMAGE_REGISTERS } from '../../../../spec/image-registers.ts';
import { SLVERR } from '../bus-bench.ts';
import { octets } from '../peer/frames.ts';
import { RELATIONS, type StationBench, settingsOf, UNIT_CYCLES } from './station-bench.ts';
import type { StationCheck } from './station-check.ts';

const RECEIVED = 1;
const SLOTS = 4;
const WATCHDOG = 16;
const ALL = [0, 1, 2];
/** Octets and first word of the image of each relation. */
const IMAGES = [
  { length: 13, offset: 0 },
  { length: 40, offset: 12 },
  { length: 1, offset: 93 },
] as const;
const THERE = 1;
const FRESH = 2;
const EXPIRED = 4;
const FAULT = 8;

const layoutWord = ({ length, offset }: { readonly length: number; readonly offset: number }): number => length * 2 ** 16 + offset;

function lengthOf(relation: number): number {
  const image = IMAGES[relation];
  assert.ok(image, `no image ${relation}`);
  return image.length;
}

function ready(open: () => StationBench): StationBench {
  const station = open();
  station.setUp();
  station.write(0, 'interruptEnable', 0x1f);
  for (const [page, image] of IMAGES.entries()) {
    assert.equal(station.push(page, 1 + page), 'accepted');
    station.write(page, 'consumerLayout', layoutWord(image));
  }
  for (const page of ALL) assert.deepEqual(station.event(), { relation: page, interrupts: SLOTS });
  return station;
}

/** A frame of the relation's other end under its first key. */
function frameOf(station: StationBench, relation: number, counter: number, cSdu: Uint8Array, status: readonly number[]): Uint8Array {
  return station.theirs(relation, { current: 1 + relation, next: 1 + relation, counter, cSdu, status });
}

const statusOf = (counter: number): readonly number[] => [0x40 + counter, 0xf0 - counter, 0x35 + counter, 0];

/** What an acquisition says of an image with that APDU status. */
const saying = ([high = 0, low = 0, dataStatus = 0, transfer = 0]: readonly number[], flags: number): number =>
  ((high << 24) | (low << 16) | (dataStatus << 8) | (transfer === 0 ? 0 : FAULT) | flags) >>> 0;

const acquire = (station: StationBench, relation: number): number => station.read(relation, 'consumerAcquire') >>> 0;

/** The words of the image, with those behind its end. */
function wordsOf(station: StationBench, relation: number, length = lengthOf(relation)): Uint8Array {
  const words = Array.from({ length: Math.ceil(length / 4) }, (_, index) =>
    station.read(relation, IMAGE_REGISTERS.consumerImage.offset + 4 * index),
  );
  const all = Uint8Array.from(words.flatMap((word) => [0, 8, 16, 24].map((by) => (word >>> by) & 0xff)));
  assert.ok(
    all.subarray(length).every((octet) => octet === 0),
    'nothing stands behind the last octet',
  );
  return all.subarray(0, length);
}

export const CONSUMER_IMAGE_CHECKS: readonly StationCheck[] = [
  {
    claim: 'publishes the payload of a delivered frame as the image of its relation, with what came with it, and not in the RX FIFO',
    run: (open) => {
      const station = ready(open);
      for (const relation of ALL) assert.deepEqual([acquire(station, relation), station.read(relation, 'consumerImage')], [0, 0]);
      for (const [index, relation] of [1, 0, 2, 0, 1].entries()) {
        const counter = 1 + index;
        const cSdu = octets(lengthOf(relation), 10 * counter);
        const status = [...statusOf(counter).slice(0, 3), index === 3 ? 1 : 0];
        station.receive(frameOf(station, relation, counter, cSdu, status));
        assert.deepEqual(
          wordsOf(station, relation).some((octet, at) => octet !== cSdu[at]),
          true,
          'not before it is acquired',
        );
        assert.equal(acquire(station, relation), saying(status, THERE + FRESH));
        assert.deepEqual(wordsOf(station, relation), cSdu);
        assert.equal(acquire(station, relation), saying(status, THERE));
        assert.deepEqual(wordsOf(station, relation), cSdu);
        assert.equal(station.read(relation, IMAGE_REGISTERS.consumerImage.offset + 4 * Math.ceil(lengthOf(relation) / 4)), 0);
      }
      assert.equal(station.event(), undefined, 'nothing came into the RX FIFO');
      assert.deepEqual([station.receiving, station.read(0, 'receiveLevel')], [undefined, 0]);
      assert.deepEqual(
        ALL.map((page) => station.read(page, 'framesDelivered')),
        [2, 2, 1],
      );
    },
  },
  {
    claim: 'shows nothing of a frame that is not authentic, not new, or of no key, nor of one that ends too soon',
    run: (open) => {
      const station = ready(open);
      const relation = 1;
      const cSdu = octets(40, 1);
      const good = frameOf(station, relation, 5, cSdu, statusOf(5));
      station.receive(good);
      assert.equal(acquire(station, relation), saying(statusOf(5), THERE + FRESH));
      const forged = frameOf(station, relation, 6, octets(40, 2), statusOf(6));
      forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
      const short = frameOf(station, relation, 7, octets(40, 3), statusOf(7)).subarray(0, 50);
      const stale = frameOf(station, relation, 4, octets(40, 4), statusOf(4));
      const unknown = station.theirs(relation, { current: 9, next: 9, counter: 9, cSdu: octets(40, 5), status: [1, 2, 3, 0] });
      for (const frame of [forged, good, short, stale, unknown, forged]) {
        station.receive(frame);
        assert.equal(acquire(station, relation), saying(statusOf(5), THERE));
        assert.deepEqual(wordsOf(station, relation), cSdu);
      }
      const next = octets(40, 6);
      station.receive(frameOf(station, relation, 10, next, statusOf(10)));
      assert.equal(acquire(station, relation), saying(statusOf(10), THERE + FRESH));
      assert.deepEqual(wordsOf(station, relation), next);
      assert.deepEqual([station.read(1, 'framesDelivered'), station.receiving], [2, undefined]);
    },
  },
  {
    claim: 'gives a payload of another length to the RX FIFO, and that of a relation without an image',
    run: (open) => {
      const station = ready(open);
      station.write(2, 'consumerLayout', 0);
      for (const [relation, length] of [
        [0, 12],
        [0, 14],
        [1, 41],
        [2, 1],
      ] as const) {
        const cSdu = octets(length, length);
        station.receive(frameOf(station, relation, length, cSdu, statusOf(length)));
        assert.deepEqual(station.event(), { relation, interrupts: RECEIVED });
        assert.equal(station.receiving, relation);
        assert.deepEqual(station.payload(relation), { cSdu, status: statusOf(length) });
        assert.equal(acquire(station, relation), 0);
      }
    },
  },
  {
    claim: 'keeps the image that software reads through all that is received meanwhile, and each relation its own',
    run: (open) => {
      const station = ready(open);
      const random = new Random(5);
      const newest: (readonly [Uint8Array, readonly number[]] | undefined)[] = [undefined, undefined, undefined];
      const held: (Uint8Array | undefined)[] = [undefined, undefined, undefined];
      const fresh = [false, false, false];
      const came: number[] = [];
      const acquired: number[] = [];
      for (let counter = 1; counter < 70; counter++) {
        const relation = random.below(RELATIONS);
        const cSdu = octets(lengthOf(relation), 3 * counter);
        station.arrive(frameOf(station, relation, counter, cSdu, statusOf(counter)));
        // software reads while the frame comes: of this image what it has acquired
        for (let read = 0; read < 3; read++) {
          station.step(random.below(9));
          const page = random.below(RELATIONS);
          const image = held[page];
          if (image !== undefined) assert.deepEqual(wordsOf(station, page), image, `image of relation ${page}, frame ${counter}`);
        }
        station.settle();
        newest[relation] = [cSdu, statusOf(counter)];
        fresh[relation] = true;
        came.push(relation);
        const page = random.below(RELATIONS);
        const [image, status] = newest[page] ?? [];
        if (random.chance(0.5) && image !== undefined && status !== undefined) {
          assert.equal(acquire(station, page), saying(status, THERE + (fresh[page] === true ? FRESH : 0)));
          held[page] = image;
          fresh[page] = false;
          acquired.push(page);
        }
      }
      assert.deepEqual(station.named.came, came);
      assert.deepEqual(station.named.acquired, acquired);
    },
  },
  {
    claim: 'says that an image has expired for which nothing was delivered, once, no sooner than is said, until the next one comes',
    run: (open) => {
      const station = ready(open);
      const [hold, longer] = [3, 9];
      station.write(1, 'dataHold', hold);
      station.write(2, 'dataHold', longer);
      station.step(4 * Math.ceil(UNIT_CYCLES));
      assert.equal(station.irq, 0, 'of an image that never came');
      for (let counter = 1; counter < 4; counter++) {
        for (const relation of ALL)
          station.receive(frameOf(station, relation, counter, octets(lengthOf(relation), counter), statusOf(counter)));
        const since = station.traced.deliver.slice(-3);
        for (const [relation, units] of [
          [1, hold],
          [2, longer],
        ] as const) {
          station.until('an image that has expired', () => station.irq === 1);
          const age = (station.cycle - (since[relation] ?? 0)) / UNIT_CYCLES;
          assert.ok(age > units && age < units + 2.1, `expired ${age} units behind its frame, expected more than ${units}`);
          assert.deepEqual(station.event(), { relation, interrupts: WATCHDOG });
          assert.equal(station.read(relation, 'interruptStatus'), WATCHDOG);
          assert.equal(acquire(station, relation), saying(statusOf(counter), THERE + FRESH + EXPIRED));
          assert.deepEqual(wordsOf(station, relation), octets(lengthOf(relation), counter));
        }
        station.step(3 * Math.ceil(UNIT_CYCLES));
        assert.equal(station.event(), undefined);
        assert.equal(acquire(station, 0), saying(statusOf(counter), THERE + FRESH), 'of an image that is held for ever');
        assert.equal(acquire(station, 1), saying(statusOf(counter), THERE + EXPIRED));
      }
      station.receive(frameOf(station, 1, 9, octets(40, 9), statusOf(9)));
      assert.equal(acquire(station, 1), saying(statusOf(9), THERE + FRESH));
      station.write(2, 'dataHold', DATA_HOLD_UNITS_MAX);
      assert.deepEqual(
        ALL.map((page) => station.read(page, 'dataHold')),
        [0, hold, DATA_HOLD_UNITS_MAX],
      );
    },
  },
  {
    claim: 'has an empty image behind a new layout, whatever comes while it is written, and refuses one that has no room',
    run: (open) => {
      const station = ready(open);
      const layouts = (): readonly number[] => ALL.map((page) => station.read(page, 'consumerLayout'));
      assert.deepEqual(layouts(), IMAGES.map(layoutWord));
      for (const [length, offset, fits] of [
        [40, 66, true],
        [40, 67, false],
        [41, 64, false],
        [0, 96, true],
        [2047, 0, false],
        [1441, 0, false],
      ] as const)
        assert.equal(station.tryWrite(1, 'consumerLayout', layoutWord({ length, offset })), fits ? 0 : SLVERR, `${length} at ${offset}`);
      station.write(1, 'consumerLayout', layoutWord(IMAGES[1]));
      station.receive(frameOf(station, 1, 1, octets(40, 1), statusOf(1)));
      assert.equal(acquire(station, 1), saying(statusOf(1), THERE + FRESH));
      station.write(1, 'consumerLayout', layoutWord(IMAGES[1]));
      assert.deepEqual([acquire(station, 1), station.read(1, 'consumerImage')], [0, 0]);
      // at each place of a frame: its payload is in the image, or in the RX FIFO, or is gone with the image that it was
      const { length } = frameOf(station, 1, 1, octets(40, 1), statusOf(1));
      const ends = { image: 0, record: 0, gone: 0 };
      for (let at = 0; at < length + 60; at += 3) {
        const [counter, cSdu] = [10 + at, octets(40, at)];
        station.arrive(frameOf(station, 1, counter, cSdu, [1, at, 3, 0]));
        station.step(at);
        station.write(1, 'consumerLayout', layoutWord(IMAGES[1]));
        station.settle();
        const said = acquire(station, 1);
        if (said !== 0) {
          ends.image++;
          assert.equal(said, saying([1, at, 3, 0], THERE + FRESH));
          assert.deepEqual(wordsOf(station, 1), cSdu);
        } else if (station.receiving === 1) {
          ends.record++;
          assert.deepEqual(station.payload(1), { cSdu, status: [1, at, 3, 0] });
        } else ends.gone++;
      }
      assert.ok(ends.image > 3 && ends.record > 3 && ends.gone > 1, `found ${JSON.stringify(ends)}`);
      assert.equal(settingsOf(1).profile, 'std', 'whose frames are opened while they come');
    },
  },
];
