/** The images that a station sends at the ticks of its relations. */
import assert from 'node:assert/strict';
import { Random } from '../../../../hdl-gen/sim/random.ts';
import { IMAGE_REGISTERS } from '../../../../spec/image-registers.ts';
import { SLVERR } from '../bus-bench.ts';
import { octets } from '../peer/frames.ts';
import type { Seen } from '../streams.ts';
import { RELATIONS, type StationBench, settingsOf, UNIT_CYCLES } from './station-bench.ts';
import type { StationCheck } from './station-check.ts';

/** Of `sendSchedule`, and of `providerLayout`. */
const SENDS = 2 ** 31;
const SENDING = 2 ** 31;
const COUNTER = 8;
const STATUS = [0xd1, 0x02, 0x73, 0x94];
const ALL = [0, 1, 2];
/** Units are counted from when the schedules are empty, one a cycle since the reset. */
const FIRST_UNIT = RELATIONS;
/** Cycles in which the first relation is looked at. */
const JOB_BEHIND_TICK = 4;
/** From a request to the key, where anything is under way in the contexts. */
const KEY_BEHIND_REQUEST = 3;
/** From a job to the frame: software's access, buffer and record, and the key. */
const FRAME_BEHIND_JOB = 1 + 2 + KEY_BEHIND_REQUEST;
/** Octets and first word of the image of each relation. */
const IMAGES = [
  { length: 13, offset: 0 },
  { length: 40, offset: 12 },
  { length: 1, offset: 93 },
] as const;

interface Layout {
  readonly length: number;
  readonly offset: number;
}

/** A period has units of 2 to the power of both exponents. */
interface Schedule {
  readonly clock: number;
  readonly reduction: number;
  /** counted from 0 */
  readonly phase: number;
}

const layoutWord = ({ length, offset }: Layout): number => length * 2 ** 16 + offset;
const isDue = ({ clock, reduction, phase }: Schedule, unit: number): boolean => unit % 2 ** (clock + reduction) === phase * 2 ** clock;
const beginOf = (unit: number): number => FIRST_UNIT + Math.ceil(unit * UNIT_CYCLES);
const unitAt = (cycle: number): number => Math.floor((cycle - FIRST_UNIT) / UNIT_CYCLES);

function lengthOf(relation: number): number {
  const image = IMAGES[relation];
  assert.ok(image, `no image ${relation}`);
  return image.length;
}

function fill(station: StationBench, relation: number, image: Uint8Array): void {
  for (let at = 0; at < image.length; at += 4) {
    const word = image.subarray(at, at + 4).reduceRight((sum, octet) => sum * 256 + octet, 0);
    station.write(relation, IMAGE_REGISTERS.providerImage.offset + at, word);
  }
}

function sends(station: StationBench, relation: number, { clock, reduction, phase }: Schedule): void {
  station.write(relation, 'sendSchedule', SENDS + clock * 2 ** 16 + reduction * 2 ** 12 + phase);
}

function layOut(station: StationBench): void {
  for (const [page, image] of IMAGES.entries()) station.write(page, 'providerLayout', layoutWord(image));
}

/** Relations with keys and images; what was published of them, in its order. */
class Images {
  readonly station: StationBench;
  readonly #published: { readonly relation: number; readonly image: Uint8Array; readonly dataStatus: number }[] = [];
  readonly #counters = [0, 0, 0];

  constructor(open: () => StationBench, pass?: number, withKey = ALL) {
    this.station = open();
    this.station.setUp(500, pass);
    for (const page of withKey) assert.equal(this.station.push(page, 1 + page), 'accepted');
    layOut(this.station);
  }

  publish(relation: number, image: Uint8Array, dataStatus: number): void {
    fill(this.station, relation, image);
    this.#published.push({ relation, image, dataStatus });
    this.station.write(relation, 'providerPublish', dataStatus);
  }

  publishAll(): void {
    for (const relation of ALL) this.publish(relation, octets(lengthOf(relation), relation), 0x35 + relation);
  }

  /**
   * What was sent has the newest image of when it was taken, and the unit of that tick. Every frame was an image's.
   * @returns by relation, cycles from the tick to the first octet of each
   */
  compare(schedules: readonly (Schedule | undefined)[]): readonly (readonly number[])[] {
    const { sent, traced } = this.station;
    const { named, units } = this.station;
    assert.deepEqual(
      named.published,
      this.#published.map(({ relation }) => relation),
    );
    assert.deepEqual(named.taken, sent.map(relationOf), 'images that were taken');
    assert.deepEqual(units, traced.taken.map(unitAt));
    assert.equal(traced.image.length, sent.length);
    const behind: number[][] = [[], [], []];
    for (const [index, frame] of sent.entries()) {
      const relation = relationOf(frame);
      const taken = traced.taken[index] ?? 0;
      const unit = unitAt(taken);
      const schedule = schedules[relation];
      assert.ok(schedule !== undefined && isDue(schedule, unit), `relation ${relation} in unit ${unit}`);
      const newest = this.#published.findLast((one, at) => one.relation === relation && (traced.published[at] ?? taken) < taken);
      assert.ok(newest, `relation ${relation} has published an image before unit ${unit}`);
      assert.deepEqual(frame.octets, this.#frameOf(relation, unit, newest.image, newest.dataStatus), `unit ${unit}`);
      behind[relation]?.push(frame.from - beginOf(unit));
    }
    return behind;
  }

  #frameOf(relation: number, unit: number, image: Uint8Array, dataStatus: number): Uint8Array {
    const counter = (this.#counters[relation] ?? 0) + 1;
    this.#counters[relation] = counter;
    const status = [(unit >> 8) & 0xff, unit & 0xff, dataStatus, 0];
    return this.station.own(relation, { current: 1 + relation, next: 1 + relation, counter, cSdu: image, status });
  }

  /** Nothing is sent any more, and what was begun has left. */
  stop(): void {
    const { station } = this;
    for (const relation of ALL) station.write(relation, 'sendSchedule', 0);
    station.step(20);
    station.until('all that was taken', () => station.sent.length === station.traced.taken.length);
  }

  late(): readonly number[] {
    return ALL.map((page) => this.station.read(page, 'sendLate'));
  }
}

/** Whose frame that is. */
function relationOf({ octets: frame }: Seen): number {
  const at = frame[12] === 0x81 ? 18 : 14;
  const frameId = (frame[at] ?? 0) * 256 + (frame[at + 1] ?? 0);
  return ALL.findIndex((relation) => settingsOf(relation).transmitFrameId === frameId);
}

export const PROVIDER_IMAGE_CHECKS: readonly StationCheck[] = [
  {
    claim: 'keeps layout and schedule of each relation, and refuses what has no room or is not there',
    run: (open) => {
      const station = open();
      const [layout, schedule] = [IMAGE_REGISTERS.providerLayout, IMAGE_REGISTERS.sendSchedule];
      const words = (offset: number): readonly number[] => ALL.map((page) => station.read(page, offset) >>> 0);
      assert.deepEqual([words(layout.offset), words(schedule.offset)], [ALL.map(() => 0), ALL.map(() => 0)]);
      layOut(station);
      const schedules = [0x8007_f1ff, 0x0005_a0aa, 0x8002_5155];
      for (const [page, word] of schedules.entries()) station.write(page, schedule.offset, (word | 0x7ff8_0e00) >>> 0);
      assert.deepEqual(words(schedule.offset), schedules);
      assert.deepEqual(words(layout.offset), IMAGES.map(layoutWord));
      assert.deepEqual(words(IMAGE_REGISTERS.sendLate.offset), [0, 0, 0]);
      // 96 words, of which three buffers of 40 octets take 30
      for (const [length, offset, fits] of [
        [40, 66, true],
        [40, 67, false],
        [41, 64, false],
        [0, 96, true],
        [0, 97, false],
        [2047, 0, false],
        [1441, 0, false],
      ] as const)
        assert.equal(station.tryWrite(1, 'providerLayout', layoutWord({ length, offset })), fits ? 0 : SLVERR, `${length} at ${offset}`);
      assert.equal(station.tryWrite(1, 'providerPublish', 0x35), SLVERR, 'of no image');
      assert.equal(station.tryWrite(1, 'providerImage', 1), SLVERR);
      for (const word of [0, 3, 4, 359])
        assert.equal(station.tryWrite(0, IMAGE_REGISTERS.providerImage.offset + 4 * word, 1), word < 4 ? 0 : SLVERR, `word ${word}`);
      station.write(0, 'providerPublish', 0x35);
      assert.equal(station.traced.published.length, 1);
    },
  },
  {
    claim: 'sends at each tick the image that was published last, with its DataStatus and the unit as CycleCounter, and none before',
    run: (open) => {
      const images = new Images(open);
      const { station } = images;
      const schedules = [
        { clock: 1, reduction: 0, phase: 0 },
        { clock: 0, reduction: 2, phase: 3 },
        { clock: 1, reduction: 1, phase: 1 },
      ];
      for (const [relation, schedule] of schedules.entries()) sends(station, relation, schedule);
      for (const relation of ALL) fill(station, relation, octets(lengthOf(relation), 90 + relation));
      station.step(1000);
      assert.equal(station.sent.length, 0, 'nothing was published');
      images.publishAll();
      const random = new Random(7);
      for (let round = 0; round < 60; round++) {
        station.step(random.below(200));
        const relation = random.below(RELATIONS);
        const image = octets(lengthOf(relation), 100 + round);
        if (random.chance(0.6)) images.publish(relation, image, round);
        else fill(station, relation, image);
      }
      images.stop();
      const frames = images.compare(schedules).map((behind) => behind.length);
      assert.ok(Math.min(...frames) > 5, `frames of each relation, found ${frames}`);
      const { length } = station.sent;
      station.step(1200);
      assert.equal(station.sent.length, length, 'nothing is sent without a schedule');
      assert.deepEqual(images.late(), [0, 0, 0]);
      assert.deepEqual(
        ALL.map((page) => station.read(page, 'framesSent')),
        frames,
      );
    },
  },
  {
    claim: 'sends the first octet of an image as far behind its tick each time where the wire is free, whatever else goes on',
    run: (open) => {
      const images = new Images(open);
      const { station } = images;
      // each in units of its own
      const schedules = [0, 1, 2].map((phase) => ({ clock: 0, reduction: 2, phase }));
      for (const [relation, schedule] of schedules.entries()) sends(station, relation, schedule);
      images.publishAll();
      const counters = [0, 0, 0];
      for (let round = 0; round < 300; round++) {
        const relation = round % RELATIONS;
        // frames come in, so that contexts are asked for verdicts too, and software reads and writes all that it can
        counters[relation] = (counters[relation] ?? 0) + 1;
        station.arrive(
          station.theirs(relation, { current: 1 + relation, next: 1 + relation, counter: counters[relation] ?? 0 }),
          1 + (round % 5),
        );
        station.step(round % 13);
        for (const name of ['status', 'sendSchedule', 'providerLayout', 'destinationLow'] as const) station.read(round % RELATIONS, name);
        images.publish((round + 1) % RELATIONS, octets(lengthOf((round + 1) % RELATIONS), round), round);
        if (round % 7 === 0) assert.equal(station.push(relation, 1 + relation), 'refused');
      }
      images.stop();
      const behind = images.compare(schedules);
      for (const [relation, cycles] of behind.entries()) {
        assert.ok(cycles.length > 5, `frames of relation ${relation}, found ${cycles.length}`);
        assert.deepEqual([...new Set(cycles)], [cycles[0]], `cycles from tick to octet, relation ${relation}`);
      }
    },
  },
  {
    claim: 'sends an image before records that wait, each whole, and records where no image is due',
    run: (open) => {
      const images = new Images(open);
      const { station } = images;
      const schedule = { clock: 1, reduction: 0, phase: 0 };
      images.publishAll();
      // nothing leaves, so that the third record finds no room in the store
      station.wireReady = () => false;
      for (let frame = 0; frame < 3; frame++) station.record(1, octets(1400, frame), STATUS);
      station.step(3000);
      station.record(2, octets(9, 9), STATUS);
      sends(station, 0, schedule);
      station.step(600);
      station.write(0, 'sendSchedule', 0);
      station.wireReady = () => true;
      station.until('all of them', () => station.sent.length === 5);
      assert.deepEqual(station.sent.map(relationOf), [1, 1, 0, 1, 2]);
      assert.deepEqual(
        [0, 1, 3].map((at) => station.sent[at]?.octets),
        [0, 1, 2].map((at) => station.own(1, { current: 2, next: 2, counter: 1 + at, cSdu: octets(1400, at), status: STATUS })),
      );
      assert.equal(station.traced.taken.length, 1);
    },
  },
  {
    claim:
      'sends the record that it has asked for a key for, in whatever cycle of that an image comes due, which begins in its time or when it has its key',
    run: (open) => {
      const images = new Images(open);
      const { station } = images;
      images.publishAll();
      sends(station, 0, { clock: 1, reduction: 0, phase: 0 });
      const { asked, begun } = station.starts();
      // the last word is written in each cycle from before the tick to behind it
      const records = Array.from({ length: 80 }, (_, offset) => octets(4, offset));
      const first = unitAt(station.cycle) + 4;
      for (const [offset, cSdu] of records.entries()) {
        const tick = beginOf(first - (first % 2) + 2 * offset);
        station.step(tick - 60 + offset - station.cycle);
        station.record(1, cSdu, STATUS);
      }
      station.until('the last record', () => station.sent.filter((frame) => relationOf(frame) === 1).length === records.length);
      assert.deepEqual(
        station.sent.filter((frame) => relationOf(frame) === 1).map((frame) => frame.octets),
        records.map((cSdu, index) => station.own(1, { current: 2, next: 2, counter: 1 + index, cSdu, status: STATUS })),
      );
      assert.ok(station.traced.taken.length >= records.length, 'an image beside each of them');
      const ofImages = station.sent.flatMap((frame, index) => (relationOf(frame) === 0 ? [index] : []));
      const waited = ofImages.map((index, image) => {
        const inTime = beginOf(station.units[image] ?? 0) + JOB_BEHIND_TICK + FRAME_BEHIND_JOB;
        const keyShows = (asked[index] ?? 0) + KEY_BEHIND_REQUEST;
        assert.equal(begun[index], Math.max(inTime, keyShows), `frame of the image in unit ${station.units[image]}`);
        return keyShows > inTime;
      });
      assert.deepEqual(new Set(waited), new Set([true, false]));
    },
  },
  {
    claim: 'counts the ticks of an image that come while one before waits, and sends none of them behind it',
    run: (open) => {
      const images = new Images(open);
      const { station } = images;
      const each = { clock: 0, reduction: 0, phase: 0 };
      images.publishAll();
      station.wireReady = () => false;
      sends(station, 1, each);
      // the store of sealed frames is full, and then some
      station.step(50 * Math.ceil(UNIT_CYCLES));
      station.wireReady = () => true;
      const held = station.traced.transmit.length;
      station.until('frames behind those that were held up', () => station.sent.length > held + 3);
      images.stop();
      images.compare([undefined, each]);
      const [first, last] = [0, -1].map((at) => unitAt(station.traced.taken.at(at) ?? 0));
      const late = (last ?? 0) - (first ?? 0) + 1 - station.sent.length;
      assert.ok(late > 5, `ticks that were late, found ${late}`);
      assert.deepEqual(images.late(), [0, late, 0]);
    },
  },
  {
    claim: 'says of an image that it is sent until its last word is taken, and has none behind a new layout',
    run: (open) => {
      const images = new Images(open);
      const { station } = images;
      const sending = (page: number): number => station.read(page, 'providerLayout') >>> 31;
      images.publishAll();
      station.wireReady = () => false;
      for (let frame = 0; frame < 2; frame++) station.record(0, octets(1400, frame), STATUS);
      station.step(3000);
      sends(station, 1, { clock: 0, reduction: 0, phase: 0 });
      station.step(300);
      assert.deepEqual(ALL.map(sending), [0, 1, 0], 'it waits');
      station.write(1, 'sendSchedule', 0);
      assert.equal(sending(1), 1);
      station.wireReady = () => true;
      station.until('its end', () => sending(1) === 0);
      assert.equal(station.peek('images.provider.sending'), 0n);
      station.until('all of them', () => station.sent.length === 3);
      station.write(1, 'providerLayout', layoutWord(IMAGES[1]));
      sends(station, 1, { clock: 0, reduction: 0, phase: 0 });
      station.step(800);
      assert.equal(station.sent.length, 3);
      assert.equal(station.read(1, 'providerLayout') >>> 0, layoutWord(IMAGES[1]), SENDING.toString(16));
      images.publish(1, octets(40, 5), 0x35);
      station.until('a frame of it', () => station.sent.length === 4);
    },
  },
  {
    claim: 'throws an image away whose relation has no key, counts it, and sends the next one under its key',
    run: (open) => {
      const images = new Images(open, undefined, [0, 2]);
      const { station } = images;
      const schedules = ALL.map(() => ({ clock: 1, reduction: 0, phase: 0 }));
      images.publishAll();
      for (const [relation, schedule] of schedules.entries()) sends(station, relation, schedule);
      station.until('some frames', () => station.sent.length === 6);
      assert.equal(station.push(1, 2), 'accepted');
      const refused = station.traced.refused.length;
      assert.ok(refused >= 2, `images without a key, found ${refused}`);
      station.until('a frame of it', () => station.sent.some((frame) => relationOf(frame) === 1));
      assert.equal(station.read(1, 'framesRefused'), refused);
      assert.deepEqual([station.read(0, 'framesRefused'), station.read(2, 'framesRefused')], [0, 0]);
      assert.deepEqual(station.sent.slice(0, 6).map(relationOf), [0, 2, 0, 2, 0, 2]);
    },
  },
  {
    claim: 'tells of the image that reaches the threshold of its relation, and an erase waits for the frame whose key it has',
    run: (open) => {
      for (let round = 0; round < 28; round++) {
        // in units that begin in an odd cycle and in an even one, since every other one has no event
        const wait = round >> 1;
        const images = new Images(open);
        const { station } = images;
        assert.ok(ALL.every(() => station.event() !== undefined));
        images.publishAll();
        station.write(0, 'counterThreshold', 1);
        const unit = unitAt(station.cycle) + 2 + (round % 2);
        sends(station, 0, { clock: 0, reduction: 9, phase: unit });
        station.until('the tick', () => station.cycle >= beginOf(unit) + wait);
        // the answer comes while the frame waits for its time
        station.eraseAll(0);
        const busy = station.peek('generator.sealing');
        assert.equal(busy, 0n, `erased ${wait} cycles behind the tick: no frame has the key any more`);
        station.step(400);
        const sent = station.sent.length;
        const expected = sent === 1 ? { relation: 0, interrupts: COUNTER + 4 } : { relation: 0, interrupts: 4 };
        assert.deepEqual(station.event(), expected, `${wait} cycles behind the tick`);
        assert.equal(station.event(), undefined);
        if (sent === 1) images.compare([{ clock: 0, reduction: 9, phase: unit }]);
        else assert.equal(station.traced.refused.length, 1);
      }
    },
  },
];
