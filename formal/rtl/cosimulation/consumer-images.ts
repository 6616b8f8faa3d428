/** What images that are received must be, from lists of words: the payload of the last delivered frame, whole, and what software has acquired. */
import { Random } from '../../../hdl-gen/sim/random.ts';
import { CYCLE_COUNTER_BITS } from '../../../spec/cyclic.ts';
import type { Cycle, Values } from './cosimulate.ts';
import { accessInputs, type ImageAccess } from './image-access.ts';
import { fitsImages, imageLayoutOf, refusedLayout, wordsOfImage } from './image-layouts.ts';

/** In the order of the one-hot choice. */
const ASKS = ['layout', 'hold', 'acquire', 'word'] as const;
const UNITS = 2 ** CYCLE_COUNTER_BITS;

type Access = ImageAccess<(typeof ASKS)[number]>;

/** What the opener writes in a cycle. */
interface Written {
  readonly write: boolean;
  readonly record: number;
  readonly ends: boolean;
  readonly delivered: boolean;
}

const NOTHING_WRITTEN: Written = { write: false, record: 0, ends: false, delivered: false };

interface Came {
  readonly words: readonly number[];
  readonly status: number;
}

interface Image {
  readonly length: number;
  readonly offset: number;
  readonly hold: number;
  readonly newest?: Came & { readonly unit: number; readonly fresh: boolean; readonly expired: boolean };
  /** by software */
  readonly held?: Came;
}

const NO_IMAGE: Image = { length: 0, offset: 0, hold: 0 };

/** A record that comes: its head is given, its image is looked for, its words are taken. */
interface Coming {
  readonly relation: number;
  readonly length: number;
  taking: boolean;
  readonly words: number[];
}

/** Whose turn it is, in the order in which they go first. */
type Turn = 'publishes' | 'finds' | 'answers' | 'weighs';

class ConsumerImagesModel {
  readonly #images: Image[];
  readonly #words: number;
  #cycle = 0;
  /** in this cycle */
  #acts: { readonly turn: Turn; readonly of: number } | undefined;
  #coming: Coming | undefined;
  #seeks = false;
  #delivered: (Came & { readonly relation: number }) | undefined;
  /** relation of the last record that came */
  #whose = 0;
  /** the word that software asked for is fetched, and shows */
  #fetched: number | undefined;
  #shown: number | undefined;
  #walked: number;
  #at = 0;
  #lapses = false;

  /** @param walked the last unit in which all images were looked at */
  constructor(relations: number, words: number, walked: number) {
    this.#images = Array.from({ length: relations }, () => NO_IMAGE);
    this.#words = words;
    this.#walked = walked;
  }

  imageOf(relation: number): Image {
    return this.#images[relation] ?? NO_IMAGE;
  }

  get lapses(): boolean {
    return this.#lapses;
  }

  /** A cycle since the reset: what it shows, before what happens in it. @param unit of the present, uncut */
  cycle(access: Access | undefined, written: Written, unit: number, lapseTold: boolean): Values & { readonly done: number } {
    const acts = this.#acts;
    const shown = this.#shown;
    const outputs = {
      ...{ ready: Number(this.#cycle >= this.#images.length), takes: Number(this.#coming?.taking ?? false), word: shown ?? 0 },
      ...{ lapse_request: Number(this.#lapses), lapse_relation: this.#lapses ? this.#at : 0 },
      ...{ done: Number(shown !== undefined), fails: 0, published: 0, acquired: 0 },
    };
    this.#acts = this.#turn(access, unit);
    [this.#shown, this.#fetched] = [this.#fetched, undefined];
    if (lapseTold) this.#lapses = false;
    this.#cycle++;
    const coming = this.#coming;
    this.#write(written);
    switch (acts?.turn) {
      case 'publishes':
        return { ...outputs, ...this.#publish(unit) };
      case 'finds': {
        const { length } = this.imageOf(acts.of);
        if (coming !== undefined) coming.taking = length !== 0 && length === coming.length;
        this.#seeks = false;
        return outputs;
      }
      case 'weighs':
        this.#weigh(unit);
        return outputs;
      case 'answers':
        return access === undefined ? outputs : { ...outputs, ...this.#answer(access) };
      default:
        return outputs;
    }
  }

  #turn(access: Access | undefined, unit: number): { readonly turn: Turn; readonly of: number } | undefined {
    if (this.#acts !== undefined || this.#cycle < this.#images.length) return undefined;
    if (this.#delivered !== undefined) return { turn: 'publishes', of: this.#delivered.relation };
    if (this.#seeks) return { turn: 'finds', of: this.#whose };
    if (access !== undefined && this.#fetched === undefined && this.#shown === undefined) return { turn: 'answers', of: access.relation };
    if (this.#walked !== unit && !this.#lapses) return { turn: 'weighs', of: this.#at };
    return undefined;
  }

  #write({ write, record, ends, delivered }: Written): void {
    const coming = this.#coming;
    if (ends) {
      this.#coming = undefined;
      if (coming?.taking === true && delivered) this.#delivered = { relation: coming.relation, words: coming.words, status: record };
    } else if (write && coming === undefined) {
      [this.#whose, this.#seeks] = [record >>> 16, true];
      this.#coming = { relation: this.#whose, length: record & 0xffff, taking: false, words: [] };
    } else if (write && coming?.taking === true) coming.words.push(record);
  }

  #publish(unit: number): Values {
    if (this.#delivered === undefined) throw new RangeError('nothing was delivered');
    const { relation, ...came } = this.#delivered;
    this.#images[relation] = { ...this.imageOf(relation), newest: { ...came, unit, fresh: true, expired: false } };
    this.#delivered = undefined;
    return { published: 1, traced_of: relation };
  }

  #weigh(unit: number): void {
    const image = this.imageOf(this.#at);
    const { newest, hold } = image;
    if (newest !== undefined && !newest.expired && hold > 0 && (unit - newest.unit) % UNITS > hold) {
      this.#images[this.#at] = { ...image, newest: { ...newest, expired: true } };
      this.#lapses = true;
      return;
    }
    this.#at = (this.#at + 1) % this.#images.length;
    if (this.#at === 0) this.#walked++;
  }

  #answer({ relation, asks, isWrite, wordNumber, data }: Access): Values {
    const image = this.imageOf(relation);
    const { length, offset, hold, newest, held } = image;
    switch (asks) {
      case 'layout':
        if (!isWrite) return { done: 1, layout_length: length, layout_offset: offset };
        return { done: 1, fails: Number(!this.#layOut(relation, data)) };
      case 'hold':
        if (!isWrite) return { done: 1, hold };
        this.#images[relation] = { ...image, hold: data % UNITS };
        return { done: 1 };
      case 'acquire': {
        const { words, status } = newest ?? { words: [], status: 0 };
        if (newest !== undefined) this.#images[relation] = { ...image, newest: { ...newest, fresh: false }, held: { words, status } };
        return {
          ...{ done: 1, acquisition_there: Number(newest !== undefined), acquired: Number(newest !== undefined) },
          ...{ acquisition_fresh: Number(newest?.fresh ?? false), acquisition_expired: Number(newest?.expired ?? false) },
          ...{ acquisition_cycle_counter: status >>> 16, acquisition_data_status: (status >>> 8) & 0xff },
          ...{ acquisition_transfer_fault: Number((status & 0xff) !== 0), ...(newest === undefined ? {} : { traced_of: relation }) },
        };
      }
      case 'word':
        this.#fetched = held?.words[wordNumber] ?? 0;
        return {};
    }
  }

  /** Takes everything from the relation, and what comes or was delivered but not published yet. @returns whether there was room */
  #layOut(relation: number, data: number): boolean {
    const [length, offset] = [(data >>> 16) & 0x7ff, data & 0xffff];
    if (!fitsImages(length, offset, this.#words)) return false;
    this.#images[relation] = { length, offset, hold: this.imageOf(relation).hold };
    if (this.#coming?.relation === relation) this.#coming.taking = false;
    if (this.#delivered?.relation === relation) this.#delivered = undefined;
    return true;
  }
}

/** Cycles that a record leaves for its image to be looked for, behind that of the one before, which may still be to be published. */
const FOUND_WITHIN = 6;

/** What the opener writes, cycle by cycle. */
function* recordsOf(random: Random, relations: number, lengthOf: (relation: number) => number): Generator<Written, never> {
  function* pause(least: number): Generator<Written> {
    const cycles = least + random.below(random.chance(0.8) ? 4 : 40);
    for (let cycle = 0; cycle < cycles; cycle++) yield { ...NOTHING_WRITTEN, record: random.next(), delivered: false };
  }
  for (;;) {
    yield* pause(random.chance(0.5) ? 0 : FOUND_WITHIN);
    const relation = random.below(relations);
    const isImage = random.chance(0.8) && lengthOf(relation) > 0;
    const length = isImage ? lengthOf(relation) : Math.max(1, lengthOf(relation) + random.below(5) - 2);
    const words = wordsOfImage(length);
    const isRecord = random.chance(0.95);
    const isWhole = isRecord && random.chance(0.9);
    if (isRecord) {
      yield { ...NOTHING_WRITTEN, write: true, record: relation * 2 ** 16 + length };
      yield* pause(FOUND_WITHIN);
      const slowness = random.chance(0.5) ? 0.05 : 0.7;
      for (let word = 0; word < (isWhole ? words : random.below(words)); word++) {
        yield { ...NOTHING_WRITTEN, write: true, record: random.next() };
        if (random.chance(slowness)) yield* pause(0);
      }
    }
    const delivered = isWhole && random.chance(0.8);
    const status = random.chance(0.5) ? (random.next() & ~0xff) >>> 0 : random.next();
    yield { write: isWhole, record: status, ends: true, delivered };
  }
}

/** @param first the unit with which it begins, @param count cycles */
export function consumerImagesCycles(relations: number, words: number, seed: number, count: number, first = 0): Cycle[] {
  const random = new Random(seed);
  let model = new ConsumerImagesModel(relations, words, first);
  let records = recordsOf(random, relations, (relation) => model.imageOf(relation).length);
  let access: Access | undefined;
  let unit = first;
  return Array.from({ length: count }, (_, cycle): Cycle => {
    const rst = cycle > 0 && first === 0 && random.chance(0.0005);
    if (random.chance(0.03)) unit++;
    if (access === undefined && random.chance(0.3)) access = accessOf(random, model, relations, words);
    const written = records.next().value;
    const lapseTold = model.lapses && random.chance(0.1);
    const inputs = {
      rst: Number(rst),
      ...accessInputs(random, access, ASKS, relations),
      ...{ write: Number(written.write), record: written.record, ends: Number(written.ends), delivered: Number(written.delivered) },
      ...{ unit: unit % UNITS, lapse_done: Number(lapseTold) },
    };
    const outputs = model.cycle(access, written, unit, lapseTold);
    if (outputs.done === 1) access = undefined;
    if (rst) {
      [model, access, unit] = [new ConsumerImagesModel(relations, words, first), undefined, first];
      records = recordsOf(random, relations, (relation) => model.imageOf(relation).length);
    }
    return { inputs, outputs };
  });
}

function accessOf(random: Random, model: ConsumerImagesModel, relations: number, words: number): Access {
  const relation = random.below(relations);
  const { length } = model.imageOf(relation);
  const any = { relation, isWrite: false, wordNumber: random.below(512), data: random.next() };
  // the longest image of all takes its time
  if (random.chance(length === 0 ? 0.3 : relation === 0 ? 0.003 : 0.03))
    return { ...any, asks: 'layout', isWrite: true, data: imageLayoutOf(random, relation, relations, words) };
  if (random.chance(0.03)) return { ...any, asks: 'layout', isWrite: true, data: refusedLayout(random, words) };
  if (random.chance(0.1)) return { ...any, asks: random.chance(0.5) ? 'layout' : 'hold' };
  if (random.chance(0.03)) return { ...any, asks: 'hold', isWrite: true, data: random.below(2 ** 16) * 2 ** 16 + random.below(8) };
  if (random.chance(0.2)) return { ...any, asks: 'acquire' };
  return { ...any, asks: 'word', wordNumber: random.chance(0.9) ? random.below(wordsOfImage(length) + 1) : any.wordNumber };
}
